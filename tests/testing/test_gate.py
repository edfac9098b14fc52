"""What the fake refuses, limit by limit: at the limit it passes, beyond it the right code says no."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from botkit.messages import Buttons, Choice, Menu, TemplateMessage, Text
from botkit.testing import gate

VISIT = {
    "name": "visit",
    "language": "en",
    "status": "approved",
    "category": "UTILITY",
    "components": [{"type": "BODY", "text": "Hi {{1}}, see you {{2}}."}],
}
NAMED = {**VISIT, "name": "named", "components": [{"type": "BODY", "text": "Hi {{first_name}}."}]}
CODE = {**VISIT, "name": "code", "category": "AUTHENTICATION", "components": [{"type": "BODY", "text": "{{1}}"}]}
TEMPLATES = [VISIT, NAMED, CODE, {**VISIT, "name": "paused", "status": "PAUSED"}, {**VISIT, "name": "off", "status": "DISABLED"}]


def to_ana(payload: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "447700900111", **payload, **more}


def code(body: Any) -> int | None:
    found = gate.refusal(body, TEMPLATES, own="15550001111")
    return None if found is None else found.code


def interactive(kind: str, **more: Any) -> dict[str, Any]:
    return to_ana({"type": "interactive", "interactive": {"type": kind, "body": {"text": "?"}, **more}})


def buttons(*replies: tuple[str, str], **more: Any) -> dict[str, Any]:
    return interactive("button", action={"buttons": [{"type": "reply", "reply": {"id": i, "title": t}} for i, t in replies]}, **more)


def rows(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"id": f"r{n}", "title": f"Row {n}", **more} for n in range(count)]


def menu(*sections: dict[str, Any], button: str = "Open", **more: Any) -> dict[str, Any]:
    return interactive("list", action={"button": button, "sections": list(sections)}, **more)


def cta(label: str = "Go", url: str = "https://x.example") -> dict[str, Any]:
    return interactive("cta_url", action={"name": "cta_url", "parameters": {"display_text": label, "url": url}})


BUY = {"name": "cta_url", "parameters": {"display_text": "Buy", "url": "https://example.com/1"}}
SLIDE = {"type": "cta_url", "header": {"type": "image", "image": {"id": "1"}}, "action": BUY}


def tapped(*cards: list[tuple[str, str]]) -> dict[str, Any]:
    """Cards with buttons: (id, title) of each."""
    head = {"type": "cta_url", "header": SLIDE["header"]}
    actions = [{"buttons": [{"type": "quick_reply", "quick_reply": {"id": i, "title": t}} for i, t in card]} for card in cards]
    return interactive("carousel", action={"cards": [{"card_index": n, **head, "action": action} for n, action in enumerate(actions)]})


def filmed(body: dict[str, Any]) -> dict[str, Any]:
    """The same cards, but a film on the last one."""
    body["interactive"]["action"]["cards"][-1]["header"] = {"type": "video", "video": {"id": "2"}}
    return body


def cards(count: int, words: str = "c") -> dict[str, Any]:
    return interactive("carousel", action={"cards": [{"card_index": n, **SLIDE, "body": {"text": words}} for n in range(count)]})


def flow(**parameters: Any) -> dict[str, Any]:
    return interactive("flow", action={"name": "flow", "parameters": {"flow_id": "1", "flow_cta": "Book", **parameters}})


def call(**parameters: Any) -> dict[str, Any]:
    return interactive("voice_call", action={"name": "voice_call", "parameters": parameters})


def template(name: str, *texts: str, language: str = "en", **more: Any) -> dict[str, Any]:
    body = {"type": "body", "parameters": [{"type": "text", "text": t, **more} for t in texts]}
    return to_ana({"type": "template", "template": {"name": name, "language": {"code": language}, "components": [body]}})


def text(body: Any) -> dict[str, Any]:
    return to_ana({"type": "text", "text": {"body": body}})


def media(kind: str, **content: Any) -> dict[str, Any]:
    return to_ana({"type": kind, kind: content})


def place(name: str) -> dict[str, Any]:
    return media("location", latitude=0, longitude=0, name=name)


def shared(*contacts: dict[str, Any]) -> dict[str, Any]:
    return to_ana({"type": "contacts", "contacts": list(contacts)})


def products(count: int, **more: Any) -> dict[str, Any]:
    items = [{"product_retailer_id": str(n)} for n in range(count)]
    return interactive("product_list", action={"catalog_id": "1", "sections": [{"title": "s", "product_items": items}]}, **more)


def by_name(body: dict[str, Any]) -> dict[str, Any]:
    """The same message to somebody whose number is not known."""
    changed = copy.deepcopy(body)
    del changed["to"]
    return {**changed, "recipient": "GB.41"}


CARD = {"name": {"formatted_name": "Joe Pine", "first_name": "Joe"}}
HEADER = {"type": "text", "text": "For you"}
PICTURE = {"type": "image", "image": {"id": "1"}}

# name: (what passes, what is refused, code of the refusal)
LIMITS: dict[str, tuple[dict[str, Any], Any, int]] = {
    "a JSON object": (text("a"), ["a"], 100),
    "messaging_product": (text("a"), {**text("a"), "messaging_product": "sms"}, 100),
    "recipient_type": (text("a"), {**text("a"), "recipient_type": "person"}, 100),
    "a recipient": (text("a"), {k: v for k, v in text("a").items() if k != "to"}, 100),
    "a number in to": ({**text("a"), "to": "+447700900111"}, {**text("a"), "to": "Ana"}, 131009),
    "a BSUID in recipient": (by_name(text("a")), {**by_name(text("a")), "recipient": "447700900111"}, 131009),
    "not to oneself": (text("a"), {**text("a"), "to": "+15550001111"}, 131021),
    "a type": ({k: v for k, v in text("a").items() if k != "type"}, to_ana({}), 131008),
    "a known type": (text("a"), to_ana({"type": "hologram", "hologram": {}}), 131051),
    "opaque data": ({**text("a"), "biz_opaque_callback_data": "o" * 512}, {**text("a"), "biz_opaque_callback_data": "o" * 513}, 100),
    "a quote": ({**text("a"), "context": {"message_id": "wamid.1"}}, {**text("a"), "context": {}}, 131008),
    "text length": (text("x" * 4096), text("x" * 4097), 100),
    "text length in UTF-16": (text("😀" * 2048), text("😀" * 2048 + "x"), 100),
    "text not empty": (text("."), text(" \n"), 100),
    "text is a text": (text("."), text(7), 100),
    "media id or link": (media("image", id="1"), media("image"), 131008),
    "media id and link": (media("image", id="1"), media("image", id="1", link="https://x.example/a.jpg"), 100),
    "media link": (media("video", link="https://x.example/v.mp4"), media("video", link="file:///v.mp4"), 131009),
    "caption": (media("image", id="1", caption="c" * 1024), media("image", id="1", caption="c" * 1025), 131009),
    "caption of audio": (media("audio", id="1"), media("audio", id="1", caption="c"), 100),
    "filename": (media("document", id="1", filename="f" * 240), media("document", id="1", filename="f" * 241), 131009),
    "filename of an image": (media("document", id="1", filename="f"), media("image", id="1", filename="f"), 100),
    "latitude": (media("location", latitude="90", longitude=-180), media("location", latitude=90.1, longitude=0), 131009),
    "longitude": (media("location", latitude=0, longitude=0), media("location", latitude=0), 131008),
    "place name": (place("n" * 1000), place("n" * 1001), 131009),
    "number of contacts": (shared(*[CARD] * 257), shared(*[CARD] * 258), 131009),
    "name of a contact": (shared(CARD), shared({"name": {"formatted_name": "Joe"}}), 131009),
    "target of a reaction": (media("reaction", message_id="wamid.1", emoji=""), media("reaction", emoji="👍"), 131008),
    "interactive body": (buttons(("a", "A"), body={"text": "x" * 1024}), buttons(("a", "A"), body={"text": "x" * 1025}), 131009),
    "interactive body not empty": (buttons(("a", "A")), buttons(("a", "A"), body={"text": ""}), 131009),
    "interactive header": (
        buttons(("a", "A"), header={"type": "text", "text": "h" * 60}),
        buttons(("a", "A"), header={"type": "text", "text": "h" * 61}),
        131009,
    ),
    "interactive footer": (buttons(("a", "A"), footer={"text": "f" * 60}), buttons(("a", "A"), footer={"text": "f" * 61}), 131009),
    "interactive type": (buttons(("a", "A")), interactive("poll"), 131009),
    "number of buttons": (buttons(("a", "A"), ("b", "B"), ("c", "C")), buttons(("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")), 131009),
    "a button": (buttons(("a", "A")), buttons(), 131009),
    "button title": (buttons(("a", "t" * 20)), buttons(("a", "t" * 21)), 131009),
    "button title not empty": (buttons(("a", "t")), buttons(("a", "")), 131009),
    "button titles differ": (buttons(("a", "A"), ("b", "B")), buttons(("a", "A"), ("b", "A")), 131009),
    "button id": (buttons(("i" * 256, "A")), buttons(("i" * 257, "A")), 131009),
    "button id without blanks around": (buttons(("a b", "A")), buttons(("a ", "A")), 131009),
    "button ids differ": (buttons(("a", "A"), ("b", "B")), buttons(("a", "A"), ("a", "B")), 131009),
    "list opener": (menu({"rows": rows(1)}, button="b" * 20), menu({"rows": rows(1)}, button="b" * 21), 131009),
    "list rows": (menu({"rows": rows(10)}), menu({"rows": rows(11)}), 131009),
    "list rows over all sections": (
        menu({"title": "1", "rows": rows(5)}, {"title": "2", "rows": [{"id": "z", "title": "Z"}] * 1}),
        menu({"title": "1", "rows": rows(6)}, {"title": "2", "rows": [{"id": f"z{n}", "title": "Z"} for n in range(5)]}),
        131009,
    ),
    "a list row": (menu({"rows": rows(1)}), menu({"rows": []}), 131009),
    "section title": (menu({"title": "s" * 24, "rows": rows(1)}), menu({"title": "s" * 25, "rows": rows(1)}), 131009),
    "section title of many": (menu({"rows": rows(1)}), menu({"rows": rows(1)}, {"rows": [{"id": "z", "title": "Z"}]}), 131008),
    "row title": (menu({"rows": rows(1, title="t" * 24)}), menu({"rows": rows(1, title="t" * 25)}), 131009),
    "row id": (menu({"rows": rows(1, id="i" * 200)}), menu({"rows": rows(1, id="i" * 201)}), 131009),
    "row ids differ": (menu({"rows": rows(2)}), menu({"rows": rows(2, id="same")}), 131009),
    "row description": (menu({"rows": rows(1, description="d" * 72)}), menu({"rows": rows(1, description="d" * 73)}), 131009),
    "header of a list": (menu({"rows": rows(1)}, header=HEADER), menu({"rows": rows(1)}, header=PICTURE), 131009),
    "link button": (cta("l" * 20), cta("l" * 21), 131009),
    "link of a button": (cta(url="http://x.example"), cta(url="x.example"), 131009),
    "location request": (interactive("location_request_message"), interactive("location_request_message", footer={"text": "f"}), 131009),
    "form label": (flow(flow_cta="b" * 20), flow(flow_cta="b" * 21), 131009),
    "form label without emoji": (flow(flow_cta="Book!"), flow(flow_cta="Book 👍"), 131009),
    "form id": (flow(), flow(flow_id=""), 131008),
    "call label": (call(display_text="c" * 20), call(display_text="c" * 21), 131009),
    "call minutes": (call(ttl_minutes=43200), call(ttl_minutes=43201), 131009),
    "cards": (cards(10), cards(11), 131009),
    "at least two cards": (cards(2), cards(1), 131009),
    "card button title": (tapped([("a", "t" * 20)], [("b", "B")]), tapped([("a", "t" * 21)], [("b", "B")]), 131009),
    "card button id": (tapped([("a" * 20, "A")], [("b", "B")]), tapped([("a" * 21, "A")], [("b", "B")]), 131009),
    "card button ids": (tapped([("a", "A")], [("b", "A")]), tapped([("a", "A")], [("a", "B")]), 131009),
    "card buttons": (
        tapped([(n, n) for n in "abc"], [(n, n) for n in "def"]), tapped([(n, n) for n in "abcd"], [(n, n) for n in "efgh"]), 131009
    ),
    "cards alike": (tapped([("a", "A")], [("b", "B")]), tapped([("a", "A")], [("b", "B"), ("c", "C")]), 131009),
    "cards with like headers": (tapped([("a", "A")], [("b", "B")]), filmed(tapped([("a", "A")], [("b", "B")])), 131009),
    "card body": (cards(2, "c" * 160), cards(2, "c" * 161), 131009),
    "card line breaks": (cards(2, "a\nb\nc"), cards(2, "a\nb\nc\nd"), 131009),
    "file above options": (
        interactive("cta_url", header={"type": "image", "image": {"id": "1"}}, action=BUY),
        interactive("cta_url", header={"type": "image", "image": {"$file": "media/room.jpg"}}, action=BUY),
        131008,
    ),
    "card without a picture": (
        cards(2), interactive("carousel", action={"cards": [{"card_index": n, "action": BUY} for n in range(2)]}), 131008
    ),
    "products": (products(30, header=HEADER), products(31, header=HEADER), 131009),
    "header of products": (products(1, header=HEADER), products(1), 131008),
    "template name": (template("visit", "Ana", "soon"), template("Visit soon", "Ana", "soon"), 131009),
    "template exists": (template("visit", "Ana", "soon"), template("vist", "Ana", "soon"), 132001),
    "template language": (template("visit", "Ana", "soon"), template("visit", "Ana", "soon", language="en_GB"), 132001),
    "template paused": (template("visit", "Ana", "soon"), template("paused", "Ana", "soon"), 132015),
    "template disabled": (template("visit", "Ana", "soon"), template("off", "Ana", "soon"), 132016),
    "number of parameters": (template("visit", "Ana", "soon"), template("visit", "Ana"), 132000),
    "line break in a parameter": (template("visit", "Ana", "so on"), template("visit", "Ana", "so\non"), 132018),
    "tab in a parameter": (template("visit", "Ana", "so on"), template("visit", "Ana", "so\ton"), 132018),
    "blanks in a parameter": (template("visit", "Ana", "so    on"), template("visit", "Ana", "so     on"), 132018),
    "parameter not empty": (template("visit", "Ana", "x"), template("visit", "Ana", ""), 131009),
    "named parameter": (template("named", "Ana", parameter_name="first_name"), template("named", "Ana"), 100),
    "filled template": (template("visit", "a" * 1000, "b"), template("visit", "a" * 1020, "b"), 132005),
    "one-time password to a BSUID": (template("code", "123"), by_name(template("code", "123")), 131062),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit(name: str) -> None:
    passes, refused, expected = LIMITS[name]
    assert code(passes) is None
    assert code(refused) == expected


@pytest.mark.parametrize(
    "message",
    [
        Text("Hello"),
        Buttons("Which?", tuple(Choice(f"p{n}", "A very long label that is cut" + str(n)) for n in range(1))),
        Menu("Which?", tuple(Choice(f"p{n}", f"Row {n}", "d" * 100, f"Group {n % 2}") for n in range(10)), header="h", footer="f"),
        TemplateMessage("visit", "en", ("Ana\nLee", "")),
    ],
)
def test_what_the_bot_says_passes(message: Any) -> None:
    assert code(to_ana(message.payload())) is None


@pytest.mark.parametrize("nonsense", [None, 7, "x", [], [None], {}, {"type": []}, {"body": 1}])
@pytest.mark.parametrize("kind", ["text", "image", "location", "contacts", "reaction", "interactive", "template", [], None, 7])
def test_nonsense_is_refused_and_breaks_nothing(kind: Any, nonsense: Any) -> None:
    body = {"messaging_product": "whatsapp", "to": "447700900111", "type": kind}
    if isinstance(kind, str):
        body[kind] = nonsense
    assert code(body) in (100, 131008, 131009)


def test_without_a_list_any_template_is_known() -> None:
    assert gate.refusal(template("whatever", "a")) is None
