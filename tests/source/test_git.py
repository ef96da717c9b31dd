"""Discovery with git: what is tracked, ignored, changed; and that nothing a repository configures is run."""

import os
import subprocess
from pathlib import Path

import pytest

from callchain.source.tree import read_tree


def git(folder: Path, *arguments: str) -> str:
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "repository"
    (root / "pkg").mkdir(parents=True)
    (root / "pkg/__init__.py").write_text("")
    (root / "pkg/a.py").write_text("x = 1\n")
    (root / "data.yaml").write_text("a: 1\n")
    (root / ".gitignore").write_text("ignored/\n*.log\n")
    (root / "ignored").mkdir()
    (root / "ignored/b.py").write_text("")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    return root


def paths(root: Path) -> list[str]:
    return [file.path for file in read_tree(root).files]


def test_the_commit_is_told_and_ignored_files_are_not_read(repository):
    tree = read_tree(repository)
    assert paths(repository) == ["pkg/__init__.py", "pkg/a.py"]
    assert tree.commit == git(repository, "rev-parse", "HEAD")
    assert len(tree.commit) == 40
    assert tree.dirty is False


def test_a_change_of_a_tracked_file_makes_it_dirty(repository):
    (repository / "data.yaml").write_text("a: 2\n")
    assert read_tree(repository).dirty is True


def test_an_untracked_file_that_is_read_makes_it_dirty_another_does_not(repository):
    (repository / "result.bin").write_text("")
    assert read_tree(repository).dirty is False
    (repository / "new.py").write_text("")
    assert read_tree(repository).dirty is True
    assert "new.py" in paths(repository)


def test_a_package_of_evidence_neither_counts_nor_makes_it_dirty(repository):
    folder = repository / "reports/X/1/callchain"
    folder.mkdir(parents=True)
    (folder / "static.md").write_text("# static\n")
    (folder.parent / "evidence.json").write_text("{}")
    tree = read_tree(repository)
    assert tree.documents == ()
    assert tree.dirty is False


def test_a_deleted_file_is_not_read_and_makes_it_dirty(repository):
    (repository / "pkg/a.py").unlink()
    assert paths(repository) == ["pkg/__init__.py"]
    assert read_tree(repository).dirty is True


def test_a_subfolder_has_the_commit_of_its_repository_and_its_own_state(repository):
    (repository / "data.yaml").write_text("a: 2\n")
    tree = read_tree(repository / "pkg")
    assert [file.path for file in tree.files] == ["__init__.py", "a.py"]
    assert [file.module for file in tree.files] == ["pkg", "pkg.a"]
    assert tree.commit == git(repository, "rev-parse", "HEAD")
    assert tree.dirty is False
    (repository / "pkg/a.py").write_text("x = 2\n")
    assert read_tree(repository / "pkg").dirty is True


def test_a_root_that_git_ignores_is_walked_and_has_no_commit(repository):
    (repository / "ignored/.gitignore").write_text("c.py\n")
    (repository / "ignored/c.py").write_text("")
    tree = read_tree(repository / "ignored")
    assert [file.path for file in tree.files] == ["b.py"]
    assert (tree.commit, tree.dirty) == ("", False)


def test_a_new_folder_of_a_repository_is_read_and_dirty(repository):
    (repository / "fresh").mkdir()
    (repository / "fresh/a.py").write_text("")
    tree = read_tree(repository / "fresh")
    assert [file.path for file in tree.files] == ["a.py"]
    assert tree.dirty is True


def test_a_repository_without_a_commit_is_read(tmp_path):
    (tmp_path / "a.py").write_text("")
    git(tmp_path, "init", "-q")
    tree = read_tree(tmp_path)
    assert [file.path for file in tree.files] == ["a.py"]
    assert tree.commit == ""


def test_a_nested_repository_is_listed_and_not_read(repository):
    nested = repository / "nested"
    nested.mkdir()
    (nested / "a.py").write_text("")
    git(nested, "init", "-q")
    git(nested, "add", ".")
    git(nested, "commit", "-q", "-m", "nested")
    tree = read_tree(repository)
    assert [file.path for file in tree.files] == ["pkg/__init__.py", "pkg/a.py"]
    assert [(spot.path, "repository of its own" in spot.reason) for spot in tree.skipped] == [("nested", True)]


def test_without_git_the_folder_is_walked(repository, monkeypatch):
    monkeypatch.setenv("PATH", "")
    tree = read_tree(repository)
    assert [file.path for file in tree.files] == ["pkg/__init__.py", "pkg/a.py"]
    assert tree.commit == ""


def test_a_broken_repository_is_walked(repository):
    (repository / ".git/HEAD").write_text("nonsense")
    tree = read_tree(repository)
    assert [file.path for file in tree.files] == ["pkg/__init__.py", "pkg/a.py"]
    assert tree.commit == ""


def test_nothing_a_repository_configures_is_run_and_its_index_stays(repository, tmp_path):
    trap = tmp_path / "trap"
    program = tmp_path / "trap.sh"
    program.write_text(f"#!/bin/sh\ntouch {trap}\ncat\n")
    program.chmod(0o755)
    (repository / ".gitattributes").write_text("*.py filter=evil diff=evil\n")
    for key, value in (
        ("core.fsmonitor", str(program)),
        ("filter.evil.clean", str(program)),
        ("filter.evil.required", "true"),
        ("core.hooksPath", str(tmp_path)),
        ("core.pager", str(program)),
    ):
        git(repository, "config", key, value)
    os.utime(repository / "pkg/a.py", (1, 1))
    before = (repository / ".git/index").read_bytes()
    tree = read_tree(repository)
    assert not trap.exists()
    assert (repository / ".git/index").read_bytes() == before
    assert [file.path for file in tree.files] == ["pkg/__init__.py", "pkg/a.py"]


def test_the_callers_git_variables_do_not_lead_elsewhere(repository, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert (
        read_tree(repository).commit
        == subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=repository,
            env={key: value for key, value in os.environ.items() if key != "GIT_DIR"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    )
