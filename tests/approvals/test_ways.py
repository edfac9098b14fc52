"""A template on its way: asked for, held by a provider, compared, kept, and written as a file again."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botkit.approvals import Change, Pull, Pulls, Registered, compare, dump_pulls, read_pulls, read_registered, wish
from botkit.approvals.phone import phone
from botkit.approvals.plan import plan
from botkit.approvals.writing import Unwritable, write
from botkit.channels import Channel
from botkit.providers.registry import CloudDesk, Dialog360Desk
from botkit.templates import Template
from botkit.testing.gate.creation import creation
from tests.approvals.given import right, template

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ORDER = """\
category: utility
language: en
header: "Order {{1}}"
body: "Hi {{1}}, your order {{2}} leaves today."
footer: Example Ltd
example: ["17", Ana, "17"]
buttons:
  thanks: Thanks
  track: {label: Track, url: "https://example.com/t/{{1}}", example: "17"}
  call: {label: Call us, phone: "+34 915 550 001"}
  code: {copy: SAVE10}
"""
FILES = {
    "everything": ORDER,
    "password": "category: authentication\nlanguage: en\nexpires: 5\nbuttons: {code: {password: copy}}\n",
    "names": 'category: marketing\nlanguage: en\nbody: "Hi {{first_name}}, welcome."\nexample: {first_name: Ana}\n',
    "languages": "category: utility\nlanguage: en\nbody: Booked.\nlanguages: {es: {body: Reservado.}, pt_br: {body: Marcado.}}\n",
    "offer": "category: marketing\nlanguage: en\n"
    + "header: {image: https://example.com/a.jpg}\nbody: Buy.\noffer: Soon\nbuttons: {c: {copy: X}}\n",
    "form": 'category: utility\nlanguage: en\nbody: Tell us.\nbuttons: {f: {label: Open, form: "77", screen: START}}\n',
    "catalogue": "category: marketing\nlanguage: en\nbody: Look.\nbuttons: {c: {label: Look, show: catalog}}\n",
    "lines": "category: utility\nlanguage: en\nbody: |\n  One: two # three\n\n  *four*\n",
    "cards": "category: marketing\nlanguage: en\nbody: Look.\ncards:\n"
    + "".join(
        f'  - header: {{image: https://example.com/{n}.jpg}}\n    body: "{n} {{{{1}}}} off."\n    example: [a]\n    buttons: {{m: More}}\n'
        for n in "ab"
    ),
}


def held(template: Template, status: str = "APPROVED") -> list[Registered]:
    """The template in all its languages, as Meta tells of it."""
    found = [read_registered({**wish(template, code), "status": status, "id": "77"}) for code in template.wordings]
    return [one for one in found if one is not None]


@pytest.mark.parametrize("name", FILES)
def test_what_is_held_is_what_was_asked_for_and_makes_the_same_file(name: str) -> None:
    template = right(FILES[name], name)
    assert [list(creation(wish(template, code))) for code in template.wordings] == [[] for _ in template.wordings]
    there = held(template)
    assert {change.kind for change in compare({name: template}, there)} == {"same"}
    again = right(write(there), name)
    assert {change.kind for change in compare({name: again}, there)} == {"same"}
    assert [wish(again, code) for code in again.wordings] == [wish(template, code) for code in template.wordings]


def test_the_body_of_the_request_is_that_of_the_reference() -> None:
    assert wish(right(ORDER, "order_update"), "en") == {
        "name": "order_update", "language": "en", "category": "UTILITY", "parameter_format": "POSITIONAL",
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": {"header_text": ["17"]}},
            {"type": "BODY", "text": "Hi {{1}}, your order {{2}} leaves today.", "example": {"body_text": [["Ana", "17"]]}},
            {"type": "FOOTER", "text": "Example Ltd"},
            {"type": "BUTTONS", "buttons": [
                {"type": "QUICK_REPLY", "text": "Thanks"},
                {"type": "URL", "text": "Track", "url": "https://example.com/t/{{1}}", "example": ["https://example.com/t/17"]},
                {"type": "PHONE_NUMBER", "text": "Call us", "phone_number": "34915550001"},
                {"type": "COPY_CODE", "example": "SAVE10"},
            ]},
        ],
    }  # fmt: skip
    named = wish(right(FILES["names"]), "en")
    assert named["parameter_format"] == "NAMED"
    assert named["components"][0]["example"] == {"body_text_named_params": [{"param_name": "first_name", "example": "Ana"}]}


def test_a_template_on_the_phone() -> None:
    assert phone(right(ORDER), "en") == [
        "│ ORDER 17", "│ Hi Ana, your order 17 leaves today.", "│ · Example Ltd",
        "  [ Thanks ]", "  [ ↗ Track ]", "  [ ✆ Call us ]", "  [ ⧉ Copy offer code ]",
    ]  # fmt: skip
    assert phone(right(FILES["password"]), "en")[0] == "│ 123456 is your verification code."


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=60), st.text(min_size=1, max_size=20))
def test_any_words_of_a_provider_make_a_file_that_is_right_or_none(body: str, label: str) -> None:
    there = read_registered({
        "name": "any", "language": "en", "status": "approved", "category": "UTILITY",
        "components": [{"type": "BODY", "text": body}, {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": label}]}],
    })  # fmt: skip
    assert there is not None
    found, codes = template(write([there]), "any")
    assert found is not None or codes
    if found is not None and not codes:
        assert found.own.row[0].label == label and found.own.body.strip() == body.strip()


# ---- what is kept


def test_what_a_pull_wrote_is_read_again_without_addresses_of_pictures() -> None:
    there = tuple(held(right(FILES["offer"], "offer")) + held(right(ORDER, "order"), "REJECTED"))
    data = dump_pulls(Pulls({"main": Pull(AT, there, "dialog360")}))
    assert b"a.jpg" not in data
    kept = read_pulls(data).channels["main"]
    assert (kept.at, kept.provider) == (AT, "dialog360")
    assert [(one.name, one.language, one.status, one.usable) for one in kept.templates] == [
        ("offer", "en", "approved", True), ("order", "en", "rejected", False),
    ]  # fmt: skip
    assert dump_pulls(Pulls({"main": kept})) == data


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b'{"version": 2, "channels": {}}', b'{"version": 1, "channels": {"main": {}}}', b'{"version": 1, "channels": {"m": 7}}'],
)
def test_what_no_pull_wrote_is_told(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|not what|not whole"):
        read_pulls(data)


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"name": "a", "language": "en", "status": "PENDING"}, "is waiting for WhatsApp's approval"),
        ({"name": "a", "language": "en", "status": "rejected", "rejected_reason": "NONE"}, "was rejected"),
        ({"name": "a", "language": "en", "status": "REJECTED", "rejected_reason": "TAG"}, "was rejected: TAG"),
        ({"name": "a", "language": "en", "status": "Frozen"}, 'has the status "frozen"'),
        ({"name": "a", "language": "en", "components": "?", "quality_score": 7}, 'has the status "unknown"'),
    ],
)
def test_a_standing_in_words(record: dict[str, object], told: str) -> None:
    found = read_registered(record)
    assert found is not None and found.told == told


@pytest.mark.parametrize("record", [None, 7, [], {}, {"name": "a"}, {"language": "en"}, {"name": {}, "language": "en"}])
def test_a_record_of_no_template_is_passed_over(record: object) -> None:
    assert read_registered(record) is None


# ---- what is asked for


D360 = Dialog360Desk(Channel("main"))
META = CloudDesk(Channel("main", "cloud", account_id="1"))


def change(status: str, text: str = "category: utility\nbody: Booked.\n") -> Change:
    before = held(right("category: utility\nbody: Before.\n"), status)
    return compare({"visit": right(text)}, before)[0]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("APPROVED", "edit"),
        ("REJECTED", "edit"),
        ("PAUSED", "edit"),
        ("PENDING", "blocked"),
        ("IN_APPEAL", "blocked"),
        ("DISABLED", "blocked"),
    ],
)
def test_what_meta_changes(status: str, kind: str) -> None:
    assert [deed.kind for deed in plan([change(status)], META, False)] == [kind]
    assert [deed.kind for deed in plan([change(status)], D360, False)] == ["blocked"]


def test_what_cannot_be_changed_at_all() -> None:
    moved = change("APPROVED", "category: marketing\nbody: Booked.\n")
    assert "write category: utility" in plan([moved], META, False)[0].why
    named = change("APPROVED", 'category: utility\nbody: "Booked for {{name}}."\nexample: [Ana]\n')
    assert "its values have names on one side" in plan([named], META, False)[0].why


def test_a_picture_that_nobody_can_be_shown() -> None:
    new = compare({"offer": right(FILES["offer"], "offer")}, [])
    assert plan(new, D360, False)[0].kind == "create" and "WhatsApp Manager" in plan(new, META, False)[0].why
    file = compare({"offer": right(FILES["offer"].replace("https://example.com/a.jpg", "room.jpg"), "offer")}, [])
    assert "WhatsApp wants to see room.jpg" in plan(file, D360, False)[0].why


def test_languages_are_deleted_one_by_one_where_that_can_be() -> None:
    there = held(right(FILES["languages"]))
    changes = compare({"visit": right("category: utility\nbody: Booked.\n")}, there)
    assert [(deed.kind, deed.change.language) for deed in plan(changes, META, True)] == [("delete", "es"), ("delete", "pt_BR")]
    assert {deed.kind for deed in plan(changes, D360, True)} == {"blocked"}
    assert [deed.kind for deed in plan(compare({}, there), D360, True)] == ["delete"]
    assert plan(changes, META, False) == []


def test_a_language_by_another_code_is_named() -> None:
    there = held(right(FILES["names"].replace("language: en", "language: en_US")))
    new, gone = compare({"visit": right(FILES["names"])}, there)
    assert (new.kind, new.elsewhere, gone.kind) == ("new", "en_US", "gone")
    assert "write language: en_US" in plan([new], D360, False)[0].why


# ---- whatever comes


WORDS = st.sampled_from(
    ["HEADER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER", "TEXT", "IMAGE", "URL", "OTP", "https://x", "{{1}}"]
)
KEYS = st.sampled_from(
    [
        "type",
        "format",
        "text",
        "example",
        "buttons",
        "cards",
        "components",
        "header_text",
        "body_text",
        "url",
        "phone_number",
        "header_handle",
        "limited_time_offer",
        "code_expiration_minutes",
        "body_text_named_params",
        "otp_type",
        "flow_id",
    ]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
MORE = dict.fromkeys(("format", "text", "example", "buttons", "limited_time_offer", "code_expiration_minutes"), ANYTHING)
CARDS = st.lists(st.fixed_dictionaries({"components": ANYTHING}) | ANYTHING, max_size=3)
PART = st.fixed_dictionaries({"type": WORDS}, optional={**MORE, "cards": CARDS | ANYTHING})
BUTTON = st.fixed_dictionaries({"type": WORDS | st.just("FLOW")}, optional=dict.fromkeys(("text", "url", "example", "flow_id"), ANYTHING))
ROW = st.fixed_dictionaries({"type": st.just("BUTTONS"), "buttons": st.lists(BUTTON, max_size=3)})
PARTS = st.lists(PART | ROW | ANYTHING, max_size=4)


@settings(max_examples=200, deadline=None)
@given(PARTS, ANYTHING, st.sampled_from(["UTILITY", "AUTHENTICATION"]))
def test_whatever_a_provider_tells_is_compared_kept_and_written_or_left_out(components: object, rest: object, category: str) -> None:
    record = {"name": "any", "language": "en", "status": rest, "quality_score": rest, "components": components, "category": category}
    there = read_registered(record)
    assert there is not None
    compare({"any": right("category: utility\nbody: Booked.\n")}, [there])
    assert read_pulls(dump_pulls(Pulls({"main": Pull(AT, (there,))}))).channels["main"].templates[0].status == there.status
    with contextlib.suppress(Unwritable):
        template(write([there]), "any")
