"""Where a commit's files can be read on the web, from the address of a remote; nothing is asked of the network."""

from __future__ import annotations

import re
from urllib.parse import quote

_WEB = re.compile(r"^https?://(?:[^@/]*@)?(?P<host>[\w.-]+)(?::\d+)?/(?P<name>.+?)/?$")
_SSH = re.compile(r"^ssh://(?:[^@/]*@)?(?P<host>[\w.-]+)(?::\d+)?/(?P<name>.+?)/?$")
_SCP = re.compile(r"^(?:[\w.-]+@)?(?P<host>[\w.-]+\.\w+):(?P<name>[^/\\].*?)/?$")

_FORMS = (
    ("github", "/blob/{commit}/", "#L{line}"),
    ("gitlab", "/-/blob/{commit}/", "#L{line}"),
    ("bitbucket", "/src/{commit}/", "#lines-{line}"),
    ("codeberg", "/src/commit/{commit}/", "#L{line}"),
    ("gitea", "/src/commit/{commit}/", "#L{line}"),
    ("forgejo", "/src/commit/{commit}/", "#L{line}"),
)
"""A word of the host's name → how its pages of a file at a commit are addressed."""


def permalinks(remote: str, commit: str, folder: str = "") -> str:
    """The address of a line of a file, with `{path}` and `{line}` left open; empty where the forge is not known.

    Args:
        remote: the address of the remote as git has it; a user and a password in it are left behind.
        commit: the full hash.
        folder: the root within the repository, with a closing slash, or empty.
    """
    found = _WEB.match(remote) or _SSH.match(remote) or _SCP.match(remote)
    if found is None or not commit:
        return ""
    host, name = found["host"].lower(), found["name"].removesuffix(".git")
    for word, place, line in _FORMS:
        if word in host:
            start = f"https://{host}/{_escaped(name)}{place.format(commit=commit)}{_escaped(folder)}"
            return start + "{path}" + line
    return ""


def _escaped(path: str) -> str:
    return quote(path, safe="/~")
