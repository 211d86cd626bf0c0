"""``python -m slactl`` is the command ``slactl``."""

from slactl.cli.app import main

if __name__ == "__main__":
    main()
