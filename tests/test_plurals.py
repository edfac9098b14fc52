"""Which form a number takes: by the samples of Unicode's CLDR, as two other libraries count it too."""

from __future__ import annotations

import gettext

import pytest

from botkit.languages import LANGUAGES
from botkit.plurals import PLURALS, plural

# Language -> CLDR's name of a form -> numbers that take it. Made with Babel.
SAMPLES = {
    "en": {
        "one": "1",
        "other": "0 2 3 4 5 6 7 8 9 10 11 12 13 14 15 19 20 21 22 23 25 30 100 101 102 103 111 200 1000 1000000 0.0 0.5 1.0 1.5 2.0 10.5",
    },
    "de": {
        "one": "1",
        "other": "0 2 3 4 5 6 7 8 9 10 11 12 13 14 15 19 20 21 22 23 25 30 100 101 102 103 111 200 1000 1000000 0.0 0.5 1.0 1.5 2.0 10.5",
    },
    "es": {
        "one": "1 1.0",
        "many": "1000000",
        "other": "0 2 3 4 5 6 7 8 9 10 11 12 13 14 15 19 20 21 22 23 25 30 100 101 102 103 111 112 200 1000 0.0 0.5 1.5 2.0 10.5",
    },
    "fr": {
        "one": "0 1 0.0 0.5 1.0 1.5",
        "many": "1000000",
        "other": "2 3 4 5 6 7 8 9 10 11 12 13 14 15 19 20 21 22 23 25 30 100 101 102 103 111 112 200 1000 2.0 10.5",
    },
    "it": {
        "one": "1",
        "many": "1000000",
        "other": "0 2 3 4 5 6 7 8 9 10 11 12 13 14 15 19 20 21 22 23 25 30 100 101 102 103 111 112 200 1000 0.0 0.5 1.0 1.5 2.0 10.5",
    },
    "pt": {
        "one": "0 1 0.0 0.5 1.0 1.5",
        "many": "1000000",
        "other": "2 3 4 5 6 7 8 9 10 11 12 13 14 15 19 20 21 22 23 25 30 100 101 102 103 111 112 200 1000 2.0 10.5",
    },
    "ru": {
        "one": "1 21 101",
        "few": "2 3 4 22 23 24 102 103",
        "many": "0 5 6 7 8 9 10 11 12 13 14 15 19 20 25 26 27 28 29 30 100 111 200 1000 1000000",
        "other": "0.0 0.5 1.0 1.5 2.0 10.5",
    },
    "pl": {
        "one": "1",
        "few": "2 3 4 22 23 24 102 103",
        "many": "0 5 6 7 8 9 10 11 12 13 14 15 19 20 21 25 26 27 28 29 30 100 101 111 200 1000 1000000",
        "other": "0.0 0.5 1.0 1.5 2.0 10.5",
    },
    "cs": {
        "one": "1",
        "few": "2 3 4",
        "many": "0.0 0.5 1.0 1.5 2.0 10.5",
        "other": "0 5 6 7 8 9 10 11 12 13 14 15 19 20 21 22 23 25 30 100 101 102 103 111 200 1000 1000000",
    },
    "hr": {
        "one": "1 21 101",
        "few": "2 3 4 22 23 24 102 103",
        "other": "0 5 6 7 8 9 10 11 12 13 14 15 19 20 25 26 27 28 29 30 100 111 200 1000 1000000 0.0 0.5 1.0 1.5 2.0 10.5",
    },
    "ro": {
        "one": "1",
        "few": "0 2 3 4 5 6 7 8 9 10 11 12 13 14 15 19 101 102 103 111 112 0.0 0.5 1.0 1.5 2.0 10.5",
        "other": "20 21 22 23 25 30 100 200 1000 1000000",
    },
    "he": {
        "one": "1 0.0 0.5",
        "two": "2",
        "other": "0 3 4 5 6 7 8 9 10 11 12 13 14 15 19 20 21 22 23 25 30 100 101 102 103 111 200 1000 1000000 1.0 1.5 2.0 10.5",
    },
    "ar": {
        "zero": "0 0.0",
        "one": "1 1.0",
        "two": "2 2.0",
        "few": "3 4 5 6 7 8 9 10 103",
        "many": "11 12 13 14 15 19 20 21 22 23 25 30 111 112",
        "other": "100 101 102 200 1000 1000000 0.5 1.5 10.5",
    },
    "ja": {
        "other": "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 19 20 21 22 23 25 30 100 101 102 103 111 200 1000 1000000 0.0 0.5 1.0 1.5 2.0 10.5",
    },
    "hi": {
        "one": "0 1 0.0 0.5 1.0",
        "other": "2 3 4 5 6 7 8 9 10 11 12 13 14 15 19 20 21 22 23 25 30 100 101 102 103 111 200 1000 1000000 1.5 2.0 10.5",
    },
}


@pytest.mark.parametrize("code", SAMPLES)
def test_numbers_take_the_forms_of_cldr(code: str) -> None:
    for name, numbers in SAMPLES[code].items():
        assert {plural(code).category(number) for number in numbers.split()} == {name}, name
    assert set(plural(code).all_) == set(SAMPLES[code])


@pytest.mark.parametrize("code", PLURALS)
def test_a_po_file_counts_the_same(code: str) -> None:
    forms = plural(code)
    count = gettext.c2py(forms.gettext)
    assert [forms.whole[count(n)] for n in range(1200)] == [forms.category(str(n)) for n in range(1200)]
    assert tuple(forms.category(str(n)) for n in forms.samples) == forms.whole


@pytest.mark.parametrize(
    ("code", "number", "forms", "index"),
    [
        ("ru", "1.5", 3, 1),  # 1,5 визита
        ("ru", "1.5", 4, 3),
        ("es", "1000000", 2, 1),
        ("es", "1000000", 3, 1),  # un millón de visitas
        ("cs", "0.5", 3, 2),
        ("ja", "1", 1, 0),
        ("ar", "0", 6, 0),
        ("en", "-1", 2, 0),
        ("xx", "1", 2, 0),
        ("ru", "5", 2, 1),  # one too few, which check reports: the last one is taken
    ],
)
def test_the_form_of_a_number_among_those_that_are_there(code: str, number: str, forms: int, index: int) -> None:
    assert plural(code).index(number, forms) == index


@pytest.mark.parametrize(("code", "like"), [("pt-BR", "pt"), ("es_MX", "es"), ("RU", "ru"), ("pt-PT", "pt-pt"), ("zh-Hant-TW", "zh")])
def test_a_region_counts_like_its_language(code: str, like: str) -> None:
    assert plural(code) is PLURALS[like]


def test_every_language_that_botkit_reads_has_its_forms() -> None:
    assert set(LANGUAGES) <= set(PLURALS)
