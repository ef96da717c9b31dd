from __future__ import annotations

import pytest

from callchain.probe import redact


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "DB_PASSWORD",
        "userToken",
        "api_key",
        "apiKey",
        "API-KEY",
        "Authorization",
        "secret",
        "access_key_id",
    ],
)
def test_names_that_hold_secrets(name: str) -> None:
    assert redact.is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    ["num_tokens", "tokenizer", "author", "keys", "key", "monkey", "passes", "compass", "intensity_scale", "N"],
)
def test_names_that_do_not(name: str) -> None:
    assert not redact.is_secret_name(name)


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "xoxb-1234567890-abcdefghij",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMIIEow cut off",
    ],
)
def test_shapes(secret: str) -> None:
    shown = redact.text(f"before {secret} after")
    assert secret[:12] not in shown and redact.REDACTED in shown


def test_logins_in_addresses_and_headers() -> None:
    assert redact.text("postgres://me:hunter2@host/db") == f"postgres://{redact.REDACTED}@host/db"
    assert "abcdef0123456789" not in redact.text("Authorization: Bearer abcdef0123456789")


def test_prose_hides_values_of_secret_names_only() -> None:
    assert redact.prose("login failed: password=hunter2, user=me") == "login failed: password=<redacted>, user=me"
    assert redact.prose('{"api_key": "abc", "n": 1}') == '{"api_key": "<redacted>", "n": 1}'
    plain = "the token was refused; num_tokens=5 and total tokens: 12"
    assert redact.prose(plain) == plain


def test_arguments() -> None:
    words = ["run", "--token", "abc", "--password=hunter2", "--epochs", "3", "API_KEY=zzz"]
    assert redact.arguments(words) == [
        "run",
        "--token",
        "<redacted>",
        "--password=<redacted>",
        "--epochs",
        "3",
        "API_KEY=<redacted>",
    ]
