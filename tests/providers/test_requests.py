"""The requests that say a message."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botkit import wire
from botkit.channels import Channel
from botkit.messages import Text
from botkit.model import Identity
from botkit.providers import PROVIDERS, Cloud, Dialog360

D360 = Dialog360(Channel("shop", api_key="secret-key"))
CLOUD = Cloud(Channel("shop", provider="cloud", api_key="secret-token", phone_number_id="204610000000077"))
HELLO = wire.dumps(Text("Hello *Ana*").payload())


def test_a_text_to_a_number() -> None:
    request = D360.send(Identity(wa_id="447700900111", bsuid="GB.1"), HELLO, "outbox:1")
    assert (request.method, request.path) == ("POST", "/messages")
    assert request.headers == {"D360-API-KEY": "secret-key", "Content-Type": "application/json"}
    assert json.loads(request.body) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "447700900111",
        "biz_opaque_callback_data": "outbox:1",
        "type": "text",
        "text": {"preview_url": False, "body": "Hello *Ana*"},
    }


def test_a_username_is_addressed_as_recipient() -> None:
    body = json.loads(D360.send(Identity(bsuid="GB.1"), HELLO, "outbox:1").body)
    assert body["recipient"] == "GB.1"
    assert "to" not in body


def test_a_quote() -> None:
    body = json.loads(D360.send(Identity(wa_id="1"), HELLO, "outbox:1", reply_to="wamid.Q").body)
    assert body["context"] == {"message_id": "wamid.Q"}


def test_nobody_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="number or a BSUID"):
        D360.send(Identity(), HELLO, "outbox:1")


def test_meta_wants_the_number_in_the_path() -> None:
    request = CLOUD.send(Identity(wa_id="1"), HELLO, "outbox:1")
    assert (request.method, request.path) == ("POST", "/204610000000077/messages")
    assert request.headers["Authorization"] == "Bearer secret-token"
    assert request.body == D360.send(Identity(wa_id="1"), HELLO, "outbox:1").body
    with pytest.raises(ValueError, match="phone_number_id"):
        Cloud(Channel("shop", provider="cloud"))


def test_a_probe_asks_for_something_cheap() -> None:
    assert (D360.probe().method, D360.probe().path) == ("GET", "/v1/configs/webhook")
    assert D360.probe().headers["D360-API-KEY"] == "secret-key"
    assert (CLOUD.probe().method, CLOUD.probe().path) == ("GET", "/204610000000077")
    assert CLOUD.probe().headers["Authorization"] == "Bearer secret-token"


def test_a_request_does_not_show_its_key() -> None:
    assert "secret" not in repr(D360.send(Identity(wa_id="1"), HELLO, "o")) + repr(CLOUD.probe())


@given(st.text(min_size=1), st.text(), st.none() | st.text(min_size=1), st.dictionaries(st.text(), st.text(), min_size=1))
def test_what_is_joined_is_json_whatever_is_in_it(number: str, opaque: str, quoted: str | None, payload: dict[str, Any]) -> None:
    payload = {f"x{name}": value for name, value in payload.items()}
    body = json.loads(D360.send(Identity(wa_id=number), wire.dumps(payload), opaque, quoted).body)
    assert body["to"] == number
    assert body["biz_opaque_callback_data"] == opaque
    assert body.get("context") == (None if quoted is None else {"message_id": quoted})
    assert payload.items() <= body.items()


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_keeps_the_contract(name: str) -> None:
    provider = PROVIDERS[name](Channel("shop", provider=name, api_key="k" * 20, phone_number_id="1"))
    assert provider.events(b"", datetime(2026, 11, 26, tzinfo=UTC))[0].unreadable
    assert provider.outcome(500, {}, b"").verdict == "doubt"
    assert provider.failure(131047, None).verdict == "window"
    assert provider.probe().method == "GET"
    assert provider.send(Identity(wa_id="1"), b'{"a":1}', "o").path.endswith("/messages")


def test_a_read_mark_and_typing() -> None:
    request = D360.read("wamid.Q", False)
    assert (request.method, request.path) == ("POST", "/messages")
    assert json.loads(request.body) == {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.Q"}
    request = CLOUD.read("wamid.Q", True)
    assert request.path == "/204610000000077/messages"
    assert json.loads(request.body) == {
        "messaging_product": "whatsapp", "status": "read", "message_id": "wamid.Q", "typing_indicator": {"type": "text"}
    }  # fmt: skip
