"""The wheel, installed away from the checkout, is whole: it renders the same report, byte for byte."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOW = "2026-11-05T06:00:00Z"
FORMATS = "html,json,md,csv"

pytestmark = pytest.mark.xdist_group("wheel")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command to its end and return what it said; its whole talk where it failed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, f"{done.returncode} from {command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline with the build tool of the development environment."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir"]
    run(sys.executable, *build, folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that has the wheel, and the libraries of the development environment but not its slactl."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    home = folder / "bin" / "python"
    site = Path(run(home, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    # A plain path in a .pth file is searched last, and the .pth files in that folder (the checkout's) are not read.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        home,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        wheel,
        cwd=folder,
    )
    return home


def test_the_wheel_carries_every_file_of_the_house(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    expected = {
        *files(ROOT / "slactl", "slactl"),
        *files(ROOT / "config", "slactl/_assets/config"),
        *files(ROOT / "templates", "slactl/_assets/templates"),
    }
    assert "slactl/py.typed" in expected
    assert any(name.endswith(".html.j2") for name in expected)
    assert expected - inside == set()
    assert [name for name in inside - expected if ".dist-info/" not in name] == []


def files(folder: Path, at: str) -> set[str]:
    return {
        f"{at}/{path.relative_to(folder).as_posix()}"
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_installed_package_is_not_the_checkout(python: Path, tmp_path: Path) -> None:
    place = run(python, "-c", "import slactl; print(slactl.__file__)", cwd=tmp_path)
    assert Path(place.strip()).is_relative_to(python.parents[1])


def test_the_wheel_renders_the_same_report_as_the_checkout(python: Path, tmp_path: Path) -> None:
    """The sandbox and its configuration are the wheel's; both report on the same month of it."""
    told = f"report --month 2026-10 --config ../slactl.yaml --format {FORMATS} --output ."
    checkout = f"env PYTHONPATH={shlex.quote(str(ROOT))} {sys.executable} -m slactl {told}"
    script = f"cd wheel && {python.parent}/slactl {told} && cd ../checkout && {checkout}"
    for name in ("wheel", "checkout"):
        (tmp_path / name).mkdir()
    sandbox = ["sandbox", "--now", NOW, "--months", "2", "--write-config", ".", "--exec", "sh", "-c", script]
    run(python.parent / "slactl", *sandbox, cwd=tmp_path, SLACTL_NOW=NOW)
    ours, theirs = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("checkout", "wheel")
    )
    assert {Path(name).suffix for name in ours} == {".html", ".json", ".md", ".csv"}
    assert ours == theirs
