"""What a host sets: which value holds, what is missing, where a key may be sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from botkit.channels import DIALOG360_URL
from botkit.environment import Environment, resolve, safe_url
from botkit.problems import Problems
from botkit.release import read_bot
from botkit.settings import Settings

CHANNEL = "channels:\n  main:\n    api_key: $D360_API_KEY\n    webhook_auth: $BOTKIT_WEBHOOK_AUTH\n"
FULL = {"D360_API_KEY": "key-1", "BOTKIT_WEBHOOK_AUTH": "user:password"}
CLOUD = (
    "channels:\n  main:\n    provider: cloud\n    api_key: $D360_API_KEY\n"
    '    app_secret: $APP\n    verify_token: $TOKEN\n    phone_number_id: "106540352242922"\n'
)
SIGNED = {"D360_API_KEY": "key-1", "APP": "app-secret", "TOKEN": "shown-once"}


def settings(text: str) -> Settings:
    files = {"botkit.yaml": f"botkit: 1\nstart: main\n{text}".encode(), "flows/main.yaml": b"steps:\n  a: {say: Hi}\n"}
    problems = Problems()
    bot = read_bot(files, problems)
    assert bot is not None and not problems.errors
    return bot.settings


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=from the file\nB='quoted $HOME ${HOME}'\nEMPTY=\n")
    environment = Environment(tmp_path, {"A": "from outside"})
    assert environment.get("A") == "from outside"
    assert environment.get("B") == "quoted $HOME ${HOME}"  # a password may look like a variable
    assert environment.get("EMPTY") is None
    assert environment.found("B")[1] == ".env"
    assert environment.all() == {"A": "from outside", "B": "quoted $HOME ${HOME}", "EMPTY": ""}


def test_a_variable_may_name_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("key-from-a-file\n")
    environment = Environment(None, {"KEY_FILE": str(tmp_path / "key"), "LOST_FILE": str(tmp_path / "nowhere")})
    assert environment.get("KEY") == "key-from-a-file"
    assert environment.get("LOST") is None
    assert "No such file" in environment.found("LOST")[1]


def test_channels_are_filled_in() -> None:
    resolved = resolve(settings(CHANNEL), Environment(None, FULL))
    assert resolved.lacking == []
    channel = resolved.channels["main"]
    assert (channel.api_key, channel.webhook_auth, channel.base_url) == ("key-1", b"user:password", DIALOG360_URL)
    assert resolved.store == "sqlite:///data/botkit.db"
    assert "key-1" not in repr(channel) and "password" not in repr(channel)


def test_the_store_of_the_host_goes_before_that_of_the_bot() -> None:
    chosen = settings(CHANNEL + "store: sqlite:///data/other.db\n")
    assert resolve(chosen, Environment(None, FULL)).store == "sqlite:///data/other.db"
    assert resolve(chosen, Environment(None, {**FULL, "BOTKIT_STORE": "memory:"})).store == "memory:"


def test_all_that_is_missing_is_named_at_once() -> None:
    two = CHANNEL + "  other:\n    api_key: $OTHER_KEY\n    webhook_auth: $OTHER_AUTH\n"
    lacking = resolve(settings(two), Environment(None, {"OTHER_AUTH": "user"})).lacking
    named = "\n".join(lacking)
    assert len(lacking) == 4
    for name in ("D360_API_KEY", "BOTKIT_WEBHOOK_AUTH", "OTHER_KEY", "OTHER_AUTH"):
        assert name in named


def test_a_variable_that_two_channels_lack_is_named_once() -> None:
    two = CHANNEL + "  other:\n    api_key: $D360_API_KEY\n    webhook_auth: $BOTKIT_WEBHOOK_AUTH\n"
    lacking = resolve(settings(two), Environment(None, {"BOTKIT_WEBHOOK_AUTH": "user:password"})).lacking
    assert [line for line in lacking if "D360_API_KEY" in line]
    assert all("BOTKIT_WEBHOOK_AUTH" not in line for line in lacking)


def test_a_bot_without_a_channel_cannot_serve() -> None:
    assert "no channels" in resolve(settings(""), Environment(None, {})).lacking[0]


@pytest.mark.parametrize("auth", ["user", "user:", "user: ", ":password", ":"])
def test_a_webhook_asks_for_user_and_password(auth: str) -> None:
    lacking = resolve(settings(CHANNEL), Environment(None, {**FULL, "BOTKIT_WEBHOOK_AUTH": auth})).lacking
    assert len(lacking) == 1 and "user:password" in lacking[0]


def test_a_secret_of_spaces_keeps_nobody_out_and_is_none() -> None:
    lacking = resolve(settings(CHANNEL), Environment(None, {**FULL, "BOTKIT_WEBHOOK_AUTH": "  "})).lacking
    assert len(lacking) == 1 and lacking[0].startswith("BOTKIT_WEBHOOK_AUTH is not set")


@pytest.mark.parametrize("key", ["key 1", "key\n1", "“key”", "key\x00"])
def test_a_key_that_can_be_none_is_told(key: str) -> None:
    lacking = resolve(settings(CHANNEL), Environment(None, {**FULL, "D360_API_KEY": key})).lacking
    assert len(lacking) == 1 and "copy it anew" in lacking[0]
    assert key not in lacking[0]


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://waba-v2.360dialog.io", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost:1", True),
        ("http://[::1]:9", True),
        ("http://127.0.0.1.example.com", False),
        ("http://localhost.example.com", False),
        ("http://10.0.0.1", False),
        ("http://example.com", False),
        ("ftp://127.0.0.1", False),
        ("https://", False),
        ("127.0.0.1", False),
        ("", False),
    ],
)
def test_a_key_travels_by_https_or_not_at_all(url: str, safe: bool) -> None:
    assert safe_url(url) is safe


def test_metas_own_endpoint_needs_the_number() -> None:
    cloud = CLOUD.replace('    phone_number_id: "106540352242922"\n', "")
    (lacking,) = resolve(settings(cloud), Environment(None, SIGNED)).lacking
    assert "phone_number_id" in lacking
    resolved = resolve(settings(CLOUD), Environment(None, SIGNED))
    assert resolved.lacking == []
    assert resolved.channels["main"].base_url.startswith("https://graph.facebook.com/")


def test_metas_webhooks_are_signed_and_the_secrets_for_it_are_named_when_they_are_missing() -> None:
    channel = resolve(settings(CLOUD), Environment(None, SIGNED)).channels["main"]
    assert (channel.app_secret, channel.verify_token, channel.webhook_auth) == (b"app-secret", b"shown-once", b"")
    assert [line.partition(" ")[0] for line in resolve(settings(CLOUD), Environment(None, FULL)).lacking] == ["APP", "TOKEN"]
    without = CLOUD.replace("    app_secret: $APP\n    verify_token: $TOKEN\n", "")
    assert resolve(settings(without), Environment(None, FULL)).lacking == [
        "channel main has no app_secret: add app_secret: $META_APP_SECRET",
        "channel main has no verify_token: add verify_token: $META_VERIFY_TOKEN",
    ]
    assert {"app-secret", "shown-once"} <= set(resolve(settings(CLOUD), Environment(None, SIGNED)).secrets())


def test_a_partner_may_have_the_signature_in_place_of_the_password_or_both() -> None:
    signed = CHANNEL + "    platform_secret: $PLATFORM\n"
    alone = "\n".join(line for line in signed.splitlines() if "webhook_auth" not in line) + "\n"
    known = {**FULL, "PLATFORM": "platform-secret"}
    both = resolve(settings(signed), Environment(None, known)).channels["main"]
    assert (both.webhook_auth, both.platform_secret) == (b"user:password", b"platform-secret")
    one = resolve(settings(alone), Environment(None, known))
    assert (one.lacking, one.channels["main"].webhook_auth, one.channels["main"].platform_secret) == ([], b"", b"platform-secret")
    assert "PLATFORM is not set" in resolve(settings(alone), Environment(None, FULL)).lacking[0]


def test_what_must_never_be_shown_is_known(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CLINIC_TOKEN=very-secret\nBOTKIT_PORT=8080\n")
    environment = Environment(tmp_path, FULL)
    resolved = resolve(settings(CHANNEL), environment)
    assert {"key-1", "password", "dXNlcjpwYXNzd29yZA=="} <= set(resolved.secrets())
    assert "very-secret" in set(environment.secrets()) and "8080" not in set(environment.secrets())


def test_what_is_called_a_secret_is_one_wherever_it_is_set(tmp_path: Path) -> None:
    (tmp_path / "shop.txt").write_text("of-the-shop\n")
    (tmp_path / ".env").write_text("BOTKIT_API_TOKEN=of-the-door\nBOTKIT_PORT=8080\n")
    known = {"CLINIC_KEY": "of-the-clinic", "shop_password_FILE": str(tmp_path / "shop.txt"), "HOME": "/home/bot", "SSH_AUTH_SOCK": "/run"}
    assert set(Environment(tmp_path, known).secrets()) == {"of-the-door", "of-the-clinic", "of-the-shop"}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b"A=1\nB 2\nC='x $y'\n", ".env, line 2: this is no NAME=value, and is not read"),
        (b"A=\xff\n", ".env is not written in UTF-8, and is not read"),
    ],
)
def test_what_cannot_be_read_of_the_file_is_told(tmp_path: Path, written: bytes, told: str) -> None:
    (tmp_path / ".env").write_bytes(written)
    environment = Environment(tmp_path, {})
    assert environment.faults == [told]
    assert environment.get("B") is None


def test_a_dollar_in_the_file_stands_for_itself(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("export A='x $y'\nB=$A # not this\n\n# C=1\n")
    environment = Environment(tmp_path, {})
    assert (environment.get("A"), environment.get("B"), environment.get("C"), environment.faults) == ("x $y", "$A", None, [])
