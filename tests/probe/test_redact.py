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
    [
        "PWD",
        "num_tokens",
        "tokenizer",
        "author",
        "keys",
        "key",
        "monkey",
        "passes",
        "compass",
        "intensity_scale",
        "N",
    ],
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


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("login with token s3cr3t-9", "s3cr3t-9"),
        ("the password is hunter2", "hunter2"),
        ('os.environ["API_TOKEN"] = "abcdefgh"', "abcdefgh"),
        ("redis://:pass12@host/1", "pass12"),
        ("key used: dGhpcyBpcyBub3Qg4pyTIHNl", "dGhpcyBpcyBub3Qg4pyTIHNl"),
        ("used q7Zk2PmX9bVw4RtY8nLs1Hd6 for it", "q7Zk2PmX9bVw4RtY8nLs1Hd6"),
    ],
)
def test_running_text(said: str, secret: str) -> None:
    assert secret not in redact.prose(said)


@pytest.mark.parametrize(
    "plain",
    [
        "the token was refused",
        "use the secret of good code",
        "IntegratedGradientsExplainerFactoryV2",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "src/long_directory_name/ResNet50V2/weights_Final_2024_v2.h5",
        "0123456789012345678901234567890123",
    ],
)
def test_ordinary_text_stays(plain: str) -> None:
    assert redact.prose(plain) == plain


def test_code_loses_literals_and_nothing_else() -> None:
    redactor = redact.Redactor()
    assert redactor.source("password = 'hunter2x'") == f"password = '{redact.REDACTED}'"
    assert (
        redactor.source('Login(user="me", api_key="k-1234")') == f'Login(user="me", api_key="{redact.REDACTED}")'
    )
    computed = "token = get_token(os.environ['TOKEN'])"
    assert redactor.source(computed) == computed


def test_rules_of_the_project() -> None:
    redactor = redact.Redactor(redact.Rules(("pin", "license_*"), (r"ACME-\d+",), ("token_ids", "ACME-0")))
    assert redactor.is_secret_name("PIN") and redactor.is_secret_name("license_text")
    assert not redactor.is_secret_name("token_ids") and not redactor.is_secret_name("spin")
    assert redactor.text("with ACME-12345 and ACME-0") == f"with {redact.REDACTED} and ACME-0"


def test_what_was_hidden_once_is_hidden_everywhere() -> None:
    redactor = redact.Redactor()
    redactor.learn({"DB_PASSWORD": "correct horse", "HOME": "/home/me", "API_TOKEN": "yes"})
    assert redactor.text("it was correct horse, yes, in /home/me") == f"it was {redact.REDACTED}, yes, in /home/me"
