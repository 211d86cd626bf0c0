"""README, changelog and help tell the truth about what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from slactl import __version__
from slactl.cli.commands import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

MACHINE = {
    "a machine's path": re.compile(r"(?<![\w.-])/(?:work|farm|root|home/[a-z]+|opt/pypi)/"),
    "a registry": re.compile(r"(?:extra-)?index[-]url|pypi[.]org/simple|python[h]osted|find[-]links"),
}


def commands(group: typer.Typer, prefix: str = "slactl") -> dict[str, str]:
    """Every command by its full name, with its help."""
    found = {
        f"{prefix} {info.name or (info.callback.__name__ if info.callback else '')}": info.help
        or (info.callback.__doc__ if info.callback else None)
        or ""
        for info in group.registered_commands
        if not info.hidden
    }
    for inner in group.registered_groups:
        assert inner.typer_instance
        found |= commands(inner.typer_instance, f"{prefix} {inner.name or inner.typer_instance.info.name}")
    return found


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_every_command_has_help_and_stands_in_the_readme() -> None:
    found = commands(app)
    assert "slactl report" in found
    assert [name for name, text in found.items() if not text.strip()] == []
    assert [name for name in found if f"`{name}`" not in README] == []


def test_the_readme_names_no_command_that_is_not_there() -> None:
    named = set(re.findall(r"^\| `(slactl [a-z ]+)`", README, re.MULTILINE))
    assert named
    assert named <= set(commands(app))


def test_make_targets_in_the_readme_exist_and_are_explained() -> None:
    named = set(re.findall(r"make ([a-z-]+)", README))
    explained = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))
    assert {"demo", "test"} <= named
    assert named <= explained


def test_links_in_the_documents_lead_somewhere() -> None:
    documents = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]
    links = [
        (document, target)
        for document in documents
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
    ]
    assert links
    assert [f"{document.name}: {target}" for document, target in links if not (document.parent / target).exists()] == []


def test_the_changelog_has_the_version() -> None:
    assert re.search(rf"^## \[{re.escape(__version__)}\]", CHANGELOG, re.MULTILINE)


@pytest.mark.parametrize("what", MACHINE)
def test_no_tracked_file_knows_the_machine_it_was_written_on(what: str) -> None:
    told = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix not in {".png", ".woff2", ".gz"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE[what].search(line)
    ]
    assert told == []


def test_the_machine_would_be_noticed() -> None:
    """Guards against patterns that match nothing."""
    assert MACHINE["a machine's path"].search("see " + "/" + "work/main")
    assert MACHINE["a registry"].search("pip install --index" + "-url x")


def test_the_first_configuration_of_the_readme_is_accepted(tmp_path: Path) -> None:
    main, maintenance = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "slactl.yaml").write_text(main, encoding="utf-8")
    (tmp_path / "maintenance.yaml").write_text(maintenance, encoding="utf-8")
    command = [sys.executable, "-m", "slactl", "config", "check", "--config", str(tmp_path / "slactl.yaml")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
