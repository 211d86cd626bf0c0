"""Where the main file is looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from slactl.configuration import ConfigurationNotFound, find_config


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a folder two levels deep, inside a folder that has a file of its own."""
    (tmp_path / "slactl.yaml").touch()
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "repository" / "a" / "b").mkdir(parents=True)
    return tmp_path / "repository"


def test_the_option_comes_first_then_the_environment(repository: Path) -> None:
    (repository / "slactl.yaml").touch()
    assert find_config(Path("x.yaml"), "y.yaml", repository) == repository / "x.yaml"
    assert find_config(None, "y.yaml", repository) == repository / "y.yaml"
    assert find_config(None, "", repository) == repository / "slactl.yaml"
    assert find_config(Path("/etc/slactl.yaml"), None, repository) == Path("/etc/slactl.yaml")


def test_the_nearest_file_up_to_the_repository_s_root(repository: Path) -> None:
    (repository / "slactl.yaml").touch()
    assert find_config(None, None, repository / "a" / "b") == repository / "slactl.yaml"
    (repository / "a" / "slactl.yaml").touch()
    assert find_config(None, None, repository / "a" / "b") == repository / "a" / "slactl.yaml"


def test_nothing_above_the_repository_is_taken(repository: Path) -> None:
    with pytest.raises(ConfigurationNotFound, match="up to the repository's root, found none"):
        find_config(None, None, repository / "a")


def test_outside_a_repository_only_the_working_directory_counts(tmp_path: Path) -> None:
    (tmp_path / "slactl.yaml").touch()
    (tmp_path / "below").mkdir()
    assert find_config(None, None, tmp_path) == tmp_path / "slactl.yaml"
    with pytest.raises(ConfigurationNotFound, match="no configuration here"):
        find_config(None, None, tmp_path / "below")


def test_a_file_of_the_other_ending_is_told(repository: Path) -> None:
    (repository / "slactl.yml").touch()
    with pytest.raises(ConfigurationNotFound, match=r"rename slactl\.yml to slactl\.yaml"):
        find_config(None, None, repository)
