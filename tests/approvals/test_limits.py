"""What WhatsApp approves no template with: `check` finds it in the file, and the made-up 360dialog refuses it."""

from __future__ import annotations

import pytest

from botkit.approvals import wish
from botkit.testing.gate.creation import creation
from tests.approvals.given import template

HEAD = "category: utility\nlanguage: en\n"
BODY = HEAD + "body: Your visit is booked.\n"
LONG = "x" * 61
LINKS = "".join(f'  l{n}: {{label: "{n}", url: "https://example.com/{n}"}}\n' for n in range(3))
CARDS = "category: marketing\nbody: Look.\ncards:\n"
CARD = "  - header: {{image: https://example.com/a.jpg}}\n    body: {}\n    buttons: {{{}}}\n"

# what is too much, the file, the code of the report, a word of the refusal
REFUSED = [
    ("body", HEAD + f"body: {'x' * 1025}\n", "text-too-long", "1024"),
    ("body with an offer", f"category: marketing\nbody: {'x' * 601}\noffer: Soon\n", "text-too-long", "600"),
    ("header", BODY + f"header: {LONG}\n", "text-too-long", "60"),
    ("footer", BODY + f"footer: {LONG}\n", "text-too-long", "60"),
    ("offer", BODY + f"offer: {'x' * 17}\n", "text-too-long", "16"),
    ("two values in the header", BODY + 'header: "{{1}} and {{2}}"\nexample: [a, b]\n', "template-header", "at most one variable"),
    ("a value in the footer", BODY + 'footer: "From {{1}}"\n', "template-header", "no variables"),
    ("a value at the start", HEAD + 'body: "{{1}} is booked."\nexample: [V7]\n', "template-edge", "start or end"),
    ("a value at the end", HEAD + 'body: "Booked: {{1}}"\nexample: [V7]\n', "template-edge", "start or end"),
    ("two values side by side", HEAD + 'body: "Visit {{1}} {{2}} booked."\nexample: [a, b]\n', "template-edge", "too many variables"),
    ("a gap in the numbers", HEAD + 'body: "Visit {{1}} on {{3}} booked."\nexample: [a, b]\n', "template-holes", "without a gap"),
    ("no example", HEAD + 'body: "Visit {{1}} booked."\n', "template-example", "example"),
    ("a label", BODY + f"buttons: {{yes: {'x' * 26}}}\n", "title-too-long", "25"),
    ("eleven buttons", BODY + "buttons:\n" + "".join(f"  b{n}: B{n}\n" for n in range(11)), "too-many-options", "1 to 10"),
    ("three links", BODY + "buttons:\n" + LINKS, "template-button", "at most 2"),
    ("two numbers", BODY + 'buttons: {a: {label: A, phone: "+341"}, b: {label: B, phone: "+342"}}\n', "template-button", "at most 1"),
    ("replies apart", BODY + "buttons: {a: A, l: {label: L, url: https://example.com}, b: B}\n", "template-button", "Quick replies"),
    (
        "a value inside a link", BODY + 'buttons: {l: {label: L, url: "https://example.com/{{1}}/x", example: V7}}\n', "template-button",
        "at its end",
    ),
    ("a link without example", BODY + 'buttons: {l: {label: L, url: "https://example.com/{{1}}"}}\n', "template-example", "example"),
    ("a long number", BODY + f'buttons: {{a: {{label: A, phone: "+{"3" * 21}"}}}}\n', "template-button", "20"),
    ("a password that is no authentication", BODY + "buttons: {c: {password: copy}}\n", "template-button", "AUTHENTICATION"),
    ("authentication without password", "category: authentication\nbuttons: {a: A}\n", "template-button", "AUTHENTICATION"),
    ("one card", CARDS + CARD.format("One.", "m: More"), "template-cards", "2 to 10"),
    (
        "cards that differ", CARDS + CARD.format("One.", "m: More") + CARD.format("Two.", "m: More, n: No"),
        "template-cards", "same components",
    ),
    (
        "the text of a card",
        CARDS + CARD.format("x" * 161, "m: More") + CARD.format("Two.", "m: More"), "text-too-long", "160",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "word"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_check_finds_what_would_be_refused(text: str, code: str, word: str) -> None:
    found, codes = template(text)
    assert found is not None and code in codes
    refusals = [refusal.text for refusal in creation(wish(found, "en"))]
    assert any(word in refusal for refusal in refusals), refusals


def test_a_name_that_cannot_be_one() -> None:
    found, codes = template(BODY, name="Visit-1")
    assert found is not None and codes == ["template-name"]
    assert [refusal.subcode for refusal in creation(wish(found, "en"))] == [2388046]
