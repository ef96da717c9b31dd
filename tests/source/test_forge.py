"""Web addresses of a line at a commit, from the address of a remote."""

import pytest

from callchain.source.forge import permalinks
from callchain.source.tree import read_tree
from tests.source.test_git import git, repository  # noqa: F401 - a fixture

SHA = "0123456789" * 4


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/owner/name.git", f"https://github.com/owner/name/blob/{SHA}/"),
        ("https://user:secret@github.com/owner/name", f"https://github.com/owner/name/blob/{SHA}/"),
        ("git@github.com:owner/name.git", f"https://github.com/owner/name/blob/{SHA}/"),
        ("ssh://git@gitlab.example.org:2222/a/b/c.git", f"https://gitlab.example.org/a/b/c/-/blob/{SHA}/"),
        ("https://codeberg.org/a/b", f"https://codeberg.org/a/b/src/commit/{SHA}/"),
        ("https://github.com/a/<b>\"'.git", f"https://github.com/a/%3Cb%3E%22%27/blob/{SHA}/"),
    ],
)
def test_the_forge_is_known_by_its_host_and_no_secret_is_kept(remote, address):
    assert permalinks(remote, SHA, "src/") == f"{address}src/{{path}}#L{{line}}"


def test_bitbucket_names_lines_in_its_own_way():
    assert (
        permalinks("git@bitbucket.org:a/b.git", SHA)
        == f"https://bitbucket.org/a/b/src/{SHA}/{{path}}#lines-{{line}}"
    )


@pytest.mark.parametrize(
    "remote",
    [
        "",
        "/srv/git/name.git",
        "file:///srv/name",
        "../name",
        "https://example.org/a/b",
        "javascript:alert(1)//github",
        "C:/github/name",
    ],
)
def test_an_address_of_no_known_forge_gives_no_link(remote):
    assert permalinks(remote, SHA) == ""


def test_without_a_commit_there_is_nothing_to_link_to():
    assert permalinks("https://github.com/owner/name.git", "") == ""


def test_the_tree_knows_the_forge_of_its_origin(repository):  # noqa: F811 - the fixture
    assert read_tree(repository).forge == ""
    git(repository, "remote", "add", "origin", "git@github.com:owner/name.git")
    commit = git(repository, "rev-parse", "HEAD")
    wanted = f"https://github.com/owner/name/blob/{commit}/"
    assert read_tree(repository).forge == f"{wanted}{{path}}#L{{line}}"
    assert read_tree(repository / "pkg").forge == f"{wanted}pkg/{{path}}#L{{line}}"
