"""Every shape of webhook that is known, and what is read from it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from botkit import model
from botkit.channels import Channel
from botkit.model import Identity, Inbound, MessageReceived, OperatorCommand, StatusChanged
from botkit.providers import Dialog360

FOLDER = Path(__file__).parents[1] / "payloads"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
NUMBER = "204610000000077"
ANA, ANA_ID = "447700900111", "GB.41000000000000000017"
PROVIDER = Dialog360(Channel("shop", api_key="k" * 20, phone_number_id=NUMBER))

RECORDED: dict[str, Any] = {"event": None, "unreadable": None, "identity": None, "news": None}


def said(kind: str, text: str = "", **more: Any) -> dict[str, Any]:
    """What is expected of a message from Ana; anything left out is as in a plain one."""
    plain = {"wa_id": ANA, "bsuid": ANA_ID, "name": "Ana Brook", "payload": None, "context": None, "opens_window": True, "referral": None}
    return {"class": MessageReceived, "type": kind, "text": text, "unreadable": None, **plain, **more}


def became(status: str, wamid: str = "wamid.OUT1", **more: Any) -> dict[str, Any]:
    plain = {"wa_id": ANA, "code": None, "detail": None, "opaque": None, "unreadable": None, "key": f"{wamid}:{status}"}
    return {"class": StatusChanged, "status": status, "id": wamid, **plain, **more}


def commanded(command: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What is expected of something told about Ana that is no message."""
    return {"class": OperatorCommand, "command": command, "data": data, "wa_id": ANA, "bsuid": None, "unreadable": None, **more}


def news(kind: str, state: str, about: str = "", severity: str = "info", **more: Any) -> dict[str, Any]:
    """What an operator is told."""
    return {**RECORDED, "news": {"kind": kind, "state": state, "about": about, "severity": severity, **more}}


MUG = {"catalog_id": "660000000000009", "product_retailer_id": "MUG-3"}
CLOSED = "More than 24 hours have passed since the customer last replied."
AD = {
    "source_url": "https://fb.example/x",
    "source_type": "ad",
    "source_id": "880000000000031",
    "headline": "Mugs",
    "body": "Half price",
    "media_type": "video",
    "video_url": "https://cdn.example/v.mp4",
    "thumbnail_url": "https://cdn.example/v.jpg",
    "ctwa_clid": "Clid31",
    "welcome_message": {"text": "Hello!"},
}

STANDBY = said("text", "A person please", key="standby:wamid.STB", standby=True)

EXPECTED: dict[str, list[dict[str, Any]]] = {
    "text": [said("text", "Is the shop open?", key="wamid.TXT", id="wamid.TXT", at=datetime.fromtimestamp(1795600000, UTC), data={})],
    "text_emoji_rtl": [said("text", "שלום 👩‍👩‍👧 e\u0301")],
    "image": [said("image", "Cracked lid", data={"id": "7210000000000001", "mime_type": "image/jpeg"})],
    "image_without_caption": [said("image", data={"id": "7210000000000002"})],
    "voice_note": [said("audio", data={"id": "7210000000000003", "voice": True, "mime_type": "audio/ogg; codecs=opus"})],
    "voice_old": [said("audio", data={"id": "7210000000000004"})],
    "video": [said("video", "It hums", data={"id": "7210000000000005"})],
    "document": [said("document", "Receipt", data={"id": "7210000000000006", "filename": "../réceipt.pdf"})],
    "sticker": [said("sticker", data={"id": "7210000000000007", "animated": True})],
    "image_with_error": [said("unsupported", data={"type": "image", "code": 131052})],
    "location": [said("location", data={"latitude": Decimal("51.5034"), "longitude": Decimal("-0.1276"), "name": "Town hall"})],
    "location_as_text": [said("location", data={"latitude": Decimal("51.5034"), "longitude": Decimal("-0.1276")})],
    "reaction": [said("reaction", "🎉", context="wamid.ASKED", opens_window=False)],
    "reaction_removed": [said("reaction", "", context="wamid.ASKED", opens_window=False)],
    "contacts": [said("contacts")],
    "contact_request_answer": [said("contacts", wa_id=None, name=None, data={"origin": "contact_request"})],
    "contact_origin_on_message": [said("contacts", wa_id=None, name=None, data={"origin": "other"})],
    "button_reply": [said("tap", "Large", payload="size:l", context="wamid.ASKED")],
    "list_reply": [said("tap", "Thursday", payload="day:3", context="wamid.ASKED")],
    "form_reply": [said("form", context="wamid.ASKED", data={"flow_token": "t:8", "guests": 4, "price": Decimal("12.5")})],
    "form_reply_nonsense": [said("form", data={})],
    "form_reply_array": [said("form", data={})],
    "call_permission_reply": [said("unsupported", context="wamid.ASKED", data={"type": "interactive"})],
    "interactive_without_content": [said("unsupported", context="wamid.ASKED", data={"type": "interactive"})],
    "template_button": [said("tap", "Keep it", payload="visit:8:keep", context="wamid.ASKED")],
    "template_button_bare": [said("tap", "Keep it", payload="Keep it")],
    "order": [said("order", "Please wrap it", data={"catalog_id": "660000000000009"})],
    "product_question": [said("text", "In green?", context="wamid.ASKED", data={"referred_product": MUG})],
    "reply": [said("text", "That one", context="wamid.ASKED")],
    "forwarded": [said("text", "Look", data={"forwarded": True})],
    "frequently_forwarded": [said("text", "Look", data={"forwarded": True})],
    "referral": [said("text", "How much?", referral=AD)],
    "system_number_changed": [
        said(
            "system", name=None, opens_window=False, data={"type": "user_changed_number", "wa_id": "447700900333"},
            moved=Identity("447700900333", "GB.41000000000000000018"),
        )
    ],
    "system_number_changed_old": [
        said("system", name=None, bsuid=None, opens_window=False, data={"new_wa_id": "447700900333"}, moved=Identity("447700900333"))
    ],
    "system_number_in_words": [
        said("system", name=None, bsuid=None, opens_window=False, moved=Identity("447700900333"))
    ],
    "system_user_id_changed": [
        said(
            "system", name=None, wa_id=None, opens_window=False, data={"user_id": "GB.41000000000000000018"},
            moved=Identity(bsuid="GB.41000000000000000018"),
        )
    ],
    "system_user_id_in_words": [
        said("system", name=None, wa_id=None, bsuid="GB.1", opens_window=False, moved=Identity(bsuid="GB.2"))
    ],
    "system_identity_changed": [said("system", name=None, bsuid=None, opens_window=False, moved=None)],
    "request_welcome": [said("request_welcome", opens_window=False)],
    "unsupported": [said("unsupported", opens_window=False, data={"type": "poll", "code": 131051})],
    "unknown": [said("unsupported", opens_window=False, data={"type": "unknown", "code": 131051})],
    "type_of_tomorrow": [said("unsupported", opens_window=False, data={"type": "hologram"}, strange="type hologram")],
    "key_of_tomorrow": [said("text", "Hi", strange="key mood of a message")],
    "edit": [said("edit", opens_window=False, data={"original_message_id": "wamid.TXT"})],
    "revoke": [said("revoke", opens_window=False, data={"original_message_id": "wamid.TXT"})],
    "group_message": [{**RECORDED, "key": "wamid.GRP"}],
    "username_only": [said("text", "No number here", wa_id=None, name=None)],
    "bsuid_as_number": [said("text", "Old plan", wa_id=None)],
    "digits_differ": [said("text", "Oi", wa_id="5511987654321", bsuid="BR.7", name="Rui")],
    "contacts_missing": [said("text", "Bare", bsuid=None, name=None)],
    "profile_missing": [said("text", "No profile", bsuid=None, name=None)],
    "time_in_milliseconds": [said("text", "tick", at=datetime.fromtimestamp(1795600000.25, UTC))],
    "sender_missing": [{"event": None, "unreadable": "a message that names no sender"}],
    "id_missing": [said("text", "No id", id="", key="hash:…")],
    "relay_keys": [said("text", "Is the shop open?", key="wamid.TXT")],
    "status_sent": [
        became("sent", opaque="outbox:77", category="free_entry_point", bsuid=ANA_ID, at=datetime.fromtimestamp(1795600100, UTC))
    ],
    "status_delivered": [became("delivered", bsuid=ANA_ID)],
    "status_read": [became("read", profile=None)],
    "status_played": [became("played")],
    "status_failed": [became("failed", "wamid.OUT2", opaque="outbox:78", code=131047, detail=CLOSED)],
    "status_to_username": [became("delivered", "wamid.OUT3", wa_id=None, bsuid=ANA_ID)],
    "status_group": [{**RECORDED, "key": f"wamid.OUT4:read:{ANA}"}],
    "status_unknown": [became("warning", "wamid.OUT5")],
    "errors_alone": [news("error", "131031", reason="The account is locked.", severity="error")],
    "user_actions": [RECORDED],
    "user_preferences": [
        commanded("opt_out", {"source": "WhatsApp's settings", "words": "User requested to stop marketing messages"}, bsuid=ANA_ID)
    ],
    "user_preferences_resume": [
        commanded("opt_in", {"source": "WhatsApp's settings"}, bsuid=ANA_ID, at=datetime.fromtimestamp(1795600900, UTC)),
        commanded("opt_in", {"source": "WhatsApp's settings"}, wa_id=None, bsuid="GB.7"),
        RECORDED,
    ],
    "standby_message": [STANDBY],
    "standby_echo": [commanded("taken", {"by": "agent"}, at=datetime.fromtimestamp(1795600001, UTC))],
    "standby_status": [RECORDED],
    "handover": [commanded("given", {"from": "agent"}, at=datetime.fromtimestamp(1795600002, UTC))],
    "handover_away": [commanded("taken", {"by": "agent"}, wa_id=None, bsuid=ANA_ID)],
    "handover_of_nobody": [{"event": None, "unreadable": "handover that names nobody"}],
    "echoes": [commanded("taken", {"by": "app"}, at=datetime.fromtimestamp(1795600003, UTC))],
    "echo_to_username": [commanded("taken", {"by": "app"}, wa_id=None, bsuid=ANA_ID)],
    "template_status": [news("template", "paused", "visit_soon", "error", language="en_GB")],
    "template_approved": [news("template", "approved", "visit_soon", "info", language="en_GB", reason="")],
    "template_rejected": [news("template", "rejected", "promo", "error", language="es", reason="ABUSIVE_CONTENT It promises money.")],
    "template_quality": [news("quality", "yellow", "visit_soon", "warning")],
    "template_category": [news("category", "marketing", "visit_soon", "warning")],
    "account_update": [news("account", "account_restriction", "", "error")],
    "account_alert": [news("alert", "obo_business_verification", "none", "error", reason="Verify the business.")],
    "account_review": [news("account", "approved")],
    "business_capability": [news("limit", "unlimited")],
    "phone_quality": [news("throughput", "throughput_upgrade", "442079460101", reason="10000")],
    "phone_name": [news("number", "declined", "+44 20 7946 0101", reason="Not the name of the business")],
    "username_update": [news("number", "approved", "+44 20 7946 0101", reason="the.shop")],
    "security": [news("security", "pin_reset_request", "+44 20 7946 0101", "warning")],
    "template_components": [news("other", "changed", "visit_soon", "warning", language="en_GB")],
    "app_state": [RECORDED],
    "user_id_update": [
        said(
            "system", id="", wa_id=None, bsuid="GB.1", name=None, opens_window=False, data={"type": "user_changed_user_id"},
            moved=Identity(bsuid="GB.2"), at=datetime.fromtimestamp(1795600007, UTC),
        )
    ],
    "history": [RECORDED],
    "calls": [RECORDED],
    "group_update": [RECORDED],
    "field_of_tomorrow": [{**RECORDED, "strange": "field time_travel_update"}],
    "batch": [
        said("text", "one", key="wamid.M1"),
        said("text", "two", key="wamid.M2", wa_id="447700900444", bsuid="GB.41000000000000000044", name="Bo"),
        said("tap", "A", key="wamid.M3", payload="a"),
        became("sent", "wamid.OUT6"),
        became("delivered", "wamid.OUT6"),
        news("alert", "x", "active", "warning", reason="y"),
        {**RECORDED, "key": "foreign:wamid.M4"},
    ],
    "messages_and_statuses": [said("text", "both"), became("read", "wamid.OUT7"), RECORDED],
}


def found(inbound: Inbound, name: str) -> Any:
    """The field *name* of an inbound, of its event or of its identity."""
    if name == "class":
        return type(inbound.event)
    if name in Inbound.__struct_fields__:
        return getattr(inbound, name)
    holder = inbound.identity if name in ("wa_id", "bsuid", "profile") else inbound.event
    return getattr(holder, name)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_payload_is_read(name: str) -> None:
    inbounds = PROVIDER.events((FOLDER / f"{name}.json").read_bytes(), NOW)
    assert len(inbounds) == len(EXPECTED[name])
    for inbound, expected in zip(inbounds, EXPECTED[name], strict=True):
        for field, value in expected.items():
            got = found(inbound, field)
            if field == "news" and value:
                got = {key: getattr(got, key) for key in value}
            elif field == "data" and value:
                got = {key: got.get(key) for key in value}
            elif value == "hash:…":
                got = got[:5] + "…"
            assert got == value, field


def test_every_payload_has_its_expectation() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_an_element_is_read_alike_from_its_own_body(name: str) -> None:
    for inbound in PROVIDER.events((FOLDER / f"{name}.json").read_bytes(), NOW):
        (again,) = PROVIDER.events(inbound.raw, NOW)
        assert replace(again, raw=b"") == replace(inbound, raw=b"")


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_read_can_be_written_down(name: str) -> None:
    for inbound in PROVIDER.events((FOLDER / f"{name}.json").read_bytes(), NOW):
        if inbound.event is not None:
            assert model.load_event(model.dump_event(inbound.event)) == inbound.event


def test_a_body_with_one_element_is_kept_byte_for_byte() -> None:
    body = (FOLDER / "text.json").read_bytes()
    assert PROVIDER.events(body, NOW)[0].raw is body


def test_elements_of_a_batch_keep_their_surroundings() -> None:
    body = (FOLDER / "batch.json").read_bytes()
    second = json.loads(PROVIDER.events(body, NOW)[1].raw)
    (entry,) = second["entry"]
    (change,) = entry["changes"]
    assert entry["id"] == "311290129000044"
    assert change["value"]["metadata"]["phone_number_id"] == NUMBER
    assert [c["wa_id"] for c in change["value"]["contacts"]] == ["447700900444"]
    assert [m["id"] for m in change["value"]["messages"]] == ["wamid.M2"]


def test_a_repeat_has_the_same_keys() -> None:
    for name in EXPECTED:
        body = (FOLDER / f"{name}.json").read_bytes()
        later = datetime(2026, 12, 1, tzinfo=UTC)
        assert [i.key for i in PROVIDER.events(body, NOW)] == [i.key for i in PROVIDER.events(body, later)]


def test_without_a_number_of_its_own_a_channel_takes_every_event() -> None:
    anywhere = Dialog360(Channel("shop"))
    assert [i.key for i in anywhere.events((FOLDER / "batch.json").read_bytes(), NOW)][-1] == "wamid.M4"


def test_a_handover_of_another_number_is_foreign() -> None:
    other = Dialog360(Channel("shop", phone_number_id="1"))
    (inbound,) = other.events((FOLDER / "handover.json").read_bytes(), NOW)
    assert inbound.key.startswith("foreign:hash:")
