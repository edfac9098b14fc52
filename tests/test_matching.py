"""How words of a contact are matched with words of an author."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botkit.matching import Words, _normal, label_forms, normal

SAME = [
    ("Book a visit", "book  A VISIT", "book-a-visit", "«Book a visit!»", " book a visit… ", "book\ta\nvisit"),
    ("Reservar una cita mañana", "RESERVAR UNA CITA MANANA", "reservar una cita man\u0303ana", "¡Reservar una cita mañana!"),
    ("Straße", "STRASSE", "strasse"),
    ("Ångström", "angstrom", "A\u030angstro\u0308m", "Å\u200dngström"),
    ("Don't know", "dont know", "DON’T KNOW", "don't know."),
    ("İstanbul", "istanbul", "ISTANBUL"),
    ("ﬁne", "fine", "ＦＩＮＥ"),
    ("مُحَمَّد", "محمد", "\u200fمحمد"),
    ("שָׁלוֹם", "שלום", "שלו\u200fם", "של\u200eום"),
    ("你好", "你好！", "「你好」"),
    ("👍", "👍\ufe0f", " 👍 ", "👍!"),
    ("🇪🇸 Español", "🇪🇸 espanol", "🇪🇸  ESPAÑOL."),
    ("1️⃣", "1\u20e3"),
    ("½ l", "1⁄2 L"),
]
DIFFERENT = [
    ("yes", "no"), ("+1", "1"), ("-1", "+1"), ("€5", "$5"), ("5 €", "5"), ("👍", "👎"),
    ("👍🏽", "👍"), ("❤", "💔"), ("?", "!"), ("a b", "ab"),
    ("book", "books"), ("", "a"), ("...", "…!"), ("1", "2"), ("é", "a"), ("🇪🇸", "🇫🇷"), (">", "<"),
]  # fmt: skip


@pytest.mark.parametrize("forms", SAME, ids=[forms[0] for forms in SAME])
def test_what_people_read_as_the_same_is_the_same(forms: tuple[str, ...]) -> None:
    assert {normal(form) for form in forms} == {normal(forms[0])} and normal(forms[0])


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_means_something_else_is_not(one: str, other: str) -> None:
    assert normal(one) != normal(other)


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_nothing_stays_nothing(text: str) -> None:
    assert normal(text) == ""


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=300))
def test_the_form_of_a_form_is_itself(text: str) -> None:
    assert normal(normal(text)) == normal(text)
    assert len(normal(text)) <= 256 or not any(c.isalnum() for c in normal(text))


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(categories=("Lu", "Ll", "Nd", "Zs")), max_size=40))
def test_neither_case_nor_accents_nor_outer_signs_matter(text: str) -> None:
    form = normal(text)
    assert normal(f"  ¡{text}!  ") == form or not form
    assert normal(unicodedata.normalize("NFD", text)) == normal(unicodedata.normalize("NFC", text)) == form
    assert normal(text.swapcase()) == form or text.swapcase().swapcase() != text


def test_a_label_is_known_as_it_is_cut_on_a_button_and_in_a_list() -> None:
    assert list(label_forms("Yes")) == ["yes"]
    assert list(label_forms("What does it cost at all, please?")) == [
        "what does it cost at all please",
        "what does it cost a",
        "what does it cost at al",
    ]


def test_of_two_that_share_a_word_the_first_one_has_it() -> None:
    words = Words()
    assert words.find("yes") is None
    assert words.add("Yes!", "a") is None
    assert words.add("yes", "a") is None
    assert words.add("YES", "b") == "a"
    assert words.add("", "b") is None and words.find("") is None
    assert (words.find("¡yes!"), words.find("no"), dict(words.forms)) == ("a", None, {"yes": "a"})


def test_no_more_of_a_text_is_remembered_than_is_compared() -> None:
    _normal.cache_clear()
    for n in range(3):
        normal("x" * 60_000 + str(n))
    assert _normal.cache_info().currsize == 1
