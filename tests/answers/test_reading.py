"""What a contact writes, in which language, and what it is taken for: a table a type."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botkit.answers import ANSWERS, Answer, Reading, Rejected, answer_type
from botkit.expressions.writing import moment
from botkit.languages import LANGUAGES, language
from botkit.model import MessageReceived

MADRID = ZoneInfo("Europe/Madrid")
MONDAY = date(2026, 6, 22)


def reading(code: str = "en", today: date = MONDAY, languages: tuple[str, ...] = ("en",)) -> Reading:
    return Reading(code, languages, today, datetime.combine(today, time(9), tzinfo=MADRID))


def message(text: str = "", type_: str = "text", **data: Any) -> MessageReceived:
    return MessageReceived("wamid.1", datetime(2026, 6, 22, 7, tzinfo=MADRID), "wamid.1", type_, text, data=data)


def answer(word: str) -> Answer:
    found = answer_type(word)
    assert isinstance(found, Answer), found
    return found


def read(word: str, text: str, code: str = "en", today: date = MONDAY, languages: tuple[str, ...] = ("en",)) -> Any:
    """The value; None when it is rejected."""
    found = answer(word).read(message(text), reading(code, today, languages))
    return None if isinstance(found, Rejected) else found


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("2026-06-24", "en", "2026-06-24"),
        ("2026/6/4", "en", "2026-06-04"),
        ("24/06", "en", "2026-06-24"),
        ("24.6.", "de", "2026-06-24"),
        ("24-06-2026", "en", "2026-06-24"),
        ("24 06 2026", "en", "2026-06-24"),
        ("24/6/26", "es", "2026-06-24"),
        ("24/06/85", "en", "1985-06-24"),
        ("06/24", "en", "2026-06-24"),  # there is no month 24
        ("05/06", "en", "2026-06-05"),
        ("05/06", "en-US", "2026-05-06"),
        ("24/06", "en_US", "2026-06-24"),
        ("20/06", "en", "2026-06-20"),  # the nearest, though it is over
        ("20/12", "en", "2026-12-20"),
        ("30/12", "en", "2025-12-30"),
        ("01/02", "en", "2026-02-01"),
        ("29/02", "en", "2028-02-29"),
        ("24 June", "en", "2026-06-24"),
        ("June 24", "en", "2026-06-24"),
        ("june 24, 2027", "en", "2027-06-24"),
        ("the 24th of June", "en", "2026-06-24"),
        ("3rd Sept.", "en", "2026-09-03"),
        ("Wednesday 24 June", "en", "2026-06-24"),
        ("Wed 24/06", "en", "2026-06-24"),
        ("24 de junio", "es", "2026-06-24"),
        ("el miércoles 24 de junio de 2026", "es", "2026-06-24"),
        ("el dia 24 de JUNIO", "es", "2026-06-24"),
        ("24. Juni", "de", "2026-06-24"),
        ("3. März 2026", "de", "2026-03-03"),
        ("1er juillet", "fr", "2026-07-01"),
        ("15 août", "fr", "2026-08-15"),
        ("24 de março", "pt", "2026-03-24"),
        ("24 giugno", "it", "2026-06-24"),
        ("24 mrt", "nl", "2026-03-24"),
        ("٢٤/٠٦", "ar", "2026-06-24"),
        ("24 يونيو", "ar", "2026-06-24"),
        ("24 June", "es", "2026-06-24"),  # English is always understood
        ("today", "en", "2026-06-22"),
        ("Tomorrow!", "en", "2026-06-23"),
        ("yesterday", "en", "2026-06-21"),
        ("day after tomorrow", "en", "2026-06-24"),
        ("mañana", "es", "2026-06-23"),
        ("manana", "es", "2026-06-23"),
        ("pasado mañana", "es", "2026-06-24"),
        ("übermorgen", "de", "2026-06-24"),
        ("aujourd’hui", "fr", "2026-06-22"),
        ("amanhã", "pt", "2026-06-23"),
        ("dopodomani", "it", "2026-06-24"),
        ("overmorgen", "nl", "2026-06-24"),
        ("غدا", "ar", "2026-06-23"),
        ("friday", "en", "2026-06-26"),
        ("on Friday", "en", "2026-06-26"),
        ("fri", "en", "2026-06-26"),
        ("monday", "en", "2026-06-29"),  # who means today says so
        ("next friday", "en", "2026-07-03"),
        ("this friday", "en", "2026-06-26"),
        ("el viernes", "es", "2026-06-26"),
        ("viernes que viene", "es", "2026-06-26"),
        ("am Freitag", "de", "2026-06-26"),
        ("nächsten Freitag", "de", "2026-07-03"),
        ("vendredi prochain", "fr", "2026-06-26"),
        ("sexta-feira", "pt", "2026-06-26"),
        ("venerdì", "it", "2026-06-26"),
        ("volgende vrijdag", "nl", "2026-07-03"),
        ("الجمعة", "ar", "2026-06-26"),
        # none of these is guessed at
        ("some day soon", "en", None),
        ("Friday 24 June", "en", None),  # it is a Wednesday
        ("Fri 24/06", "en", None),
        ("2026-02-30", "en", None),
        ("31/04", "en", None),
        ("24", "en", None),
        ("24/06/1", "en", None),
        ("24/13", "en", None),
        ("June", "en", None),
        ("24 June or July", "en", None),
        ("maybe tomorrow", "en", None),
        ("mañana", "en", None),  # not a language of this bot
        ("0/0", "en", None),
    ],
)
def test_a_date(text: str, code: str, expected: str | None) -> None:
    assert read("date", text, code) == (date.fromisoformat(expected) if expected else None)


def test_the_languages_of_the_bot_are_understood_too() -> None:
    assert read("date", "mañana", "en", languages=("en", "es")) == date(2026, 6, 23)


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("date(future)", "20/06", "2027-06-20"),
        ("date(future)", "22/06", "2026-06-22"),
        ("date(past)", "24/12", "2025-12-24"),
        ("date(past)", "22/06", "2026-06-22"),
        ("date(past)", "24/12/30", "1930-12-24"),
        ("date(future)", "24/12/30", "2030-12-24"),
        ("date(past)", "friday", "2026-06-19"),
        ("date(past)", "24/12/2027", "2027-12-24"),  # what is written out is taken as written
        ("date", "24/12", "2025-12-24"),  # 180 days ago, in 185 days
    ],
)
def test_a_date_without_a_year_is_the_nearest_unless_the_author_chose(word: str, text: str, expected: str) -> None:
    assert read(word, text) == date.fromisoformat(expected)


@given(
    day=st.dates(date(1900, 1, 1), date(2999, 12, 31)),
    code=st.sampled_from([*LANGUAGES, "en-US"]),
    pattern=st.sampled_from(["", "y-MM-dd", "d MMMM y", "d MMM y", "EEEE d MMMM y", "EEE d MMM y", "dd.MM.y", "EEEE, d MMMM y"]),
)
@settings(max_examples=400, deadline=None)
def test_a_date_that_was_written_is_read_back(day: date, code: str, pattern: str) -> None:
    lang = language(code)
    if pattern == "dd.MM.y" and lang.month_first:
        pattern = "MM.dd.y"
    assert read("date", moment(day, pattern or lang.date, lang), code) == day


@given(today=st.dates(date(1990, 1, 1), date(2090, 12, 31)), ahead=st.integers(-180, 180), code=st.sampled_from(list(LANGUAGES)))
@settings(max_examples=200, deadline=None)
def test_a_day_of_half_a_year_around_needs_no_year(today: date, ahead: int, code: str) -> None:
    day = date.fromordinal(today.toordinal() + ahead)
    assert read("date", moment(day, "d MMMM", language(code)), code, today) == day


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("4", "en", 4),
        (" 0042 ", "en", 42),
        ("-3", "en", -3),
        ("−3", "en", -3),
        ("+3", "en", 3),
        ("1,234", "en", 1234),
        ("1.234", "es", 1234),
        ("1.234.567", "es", 1234567),
        ("1 234", "fr", 1234),
        ("1\u202f234", "fr", 1234),
        ("1'234", "de", 1234),
        ("٣٤", "ar", 34),
        ("३४", "en", 34),
        ("5,0", "es", 5),
        ("1,5", "es", None),
        ("1.5", "en", None),
        ("1.234", "en", None),
        ("1,23,4", "en", None),
        ("12 34", "en", None),
        ("four", "en", None),
        ("4 people", "en", None),
        ("1e5", "en", None),
        ("0x1F", "en", None),
        ("½", "en", None),
        ("²", "en", None),
        ("1_000", "en", None),
        ("9" * 15, "en", int("9" * 15)),
        ("1" + "0" * 15, "en", 10**15),
        ("1" + "0" * 15 + "1", "en", None),
        ("9" * 4_000, "en", None),
    ],
)
def test_an_integer(text: str, code: str, expected: int | None) -> None:
    found = read("integer", text, code)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("1,5", "es", "1.5"),
        ("1,5", "en", "1.5"),
        ("1.5", "es", "1.5"),
        ("1,500", "en", "1500"),
        ("1,500", "es", "1.500"),
        ("1.500", "es-MX", "1.500"),
        ("1.234,50", "es", "1234.50"),
        ("1,234.50", "es", "1234.50"),
        ("12,345,678.9", "en", "12345678.9"),
        ("0,500", "en", "0.500"),
        ("€40", "en", "40"),
        ("40 €", "es", "40"),
        ("$1,000.00", "en", "1000.00"),
        ("٣٫٥", "ar", "3.5"),
        ("١٬٢٣٤٫٥", "ar", "1234.5"),
        (".5", "en", "0.5"),
        ("7", "en", "7"),
        ("5.", "en", None),
        ("1.2.3", "en", None),
        ("1,2.3,4", "en", None),
        ("--1", "en", None),
        ("12abc", "en", None),
        ("NaN", "en", None),
        ("Infinity", "en", None),
        ("", "en", None),
    ],
)
def test_a_number(text: str, code: str, expected: str | None) -> None:
    found = read("number", text, code)
    assert str(found) == str(Decimal(expected) if expected else None)


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("yes", "en", True),
        ("YES!", "en", True),
        ("no", "en", False),
        ("Sí", "es", True),
        ("si", "es", True),
        ("no gracias", "es", False),
        ("Ja", "de", True),
        ("nee", "nl", False),
        ("oui", "fr", True),
        ("não", "pt", False),
        ("نعم", "ar", True),
        ("yes", "es", True),
        ("👍", "en", True),
        ("👍🏽", "en", True),
        ("👎", "en", False),
        ("maybe", "en", None),
        ("yes and no", "en", None),
        ("oui", "en", None),
    ],
)
def test_a_yes_or_no(text: str, code: str, expected: bool | None) -> None:
    assert read("bool", text, code) is expected


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("9:30", "en", "09:30"),
        ("09.30", "de", "09:30"),
        ("21h30", "fr", "21:30"),
        ("21h", "fr", "21:00"),
        ("9", "en", "09:00"),
        ("9 am", "en", "09:00"),
        ("9:30 p.m.", "en", "21:30"),
        ("12am", "en", "00:00"),
        ("12 pm", "en", "12:00"),
        ("0930", "en", "09:30"),
        ("at 9", "en", "09:00"),
        ("a las 9:30", "es", "09:30"),
        ("um 21 Uhr", "de", "21:00"),
        ("٩:٣٠", "ar", "09:30"),
        ("25:00", "en", None),
        ("9:75", "en", None),
        ("13 pm", "en", None),
        ("soon", "en", None),
    ],
)
def test_a_time_of_day(text: str, code: str, expected: str | None) -> None:
    assert read("time", text, code) == (time.fromisoformat(expected) if expected else None)


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("2026-06-24T10:30", "en", "2026-06-24T10:30+02:00"),
        ("2026-06-24 10:30:00Z", "en", "2026-06-24T12:30+02:00"),
        ("24/06 10:30", "en", "2026-06-24T10:30+02:00"),
        ("tomorrow at 9", "en", "2026-06-23T09:00+02:00"),
        ("9am on friday", "en", "2026-06-26T09:00+02:00"),
        ("mañana a las 9:30", "es", "2026-06-23T09:30+02:00"),
        ("24. Juni um 9 Uhr", "de", "2026-06-24T09:00+02:00"),
        ("2026-03-29 02:30", "en", "2026-03-29T03:30+02:00"),  # the clocks went on
        ("24 June", "en", None),
        ("24 June 10", "en", None),
        ("10:30", "en", None),
        ("2026-06-24T25:30", "en", None),
    ],
)
def test_a_day_with_a_time(text: str, code: str, expected: str | None) -> None:
    assert read("datetime", text, code) == (datetime.fromisoformat(expected) if expected else None)


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("text", "  hi\nthere ", "hi\nthere"),
        ("text", "x" * 4_096, "x" * 4_096),
        ("text", "x" * 4_097, None),
        ("text", " \n ", None),
        ("choice(small, large)", "LARGE!", "large"),
        ("choice(café, té)", "cafe", "café"),
        ("choice(small, large)", "medium", None),
        ("email", "Ana.Brook@Example.COM", "Ana.Brook@example.com"),
        ("email", "<ana@example.com>", "ana@example.com"),
        ("email", "ana@bücher.example", "ana@bücher.example"),
        ("email", "ana@localhost", None),
        ("email", "ana@@example.com", None),
        ("email", "ana@example.com, joe@example.com", None),
        ("email", "a" * 65 + "@example.com", None),
        ("phone", "+34 600 123 456", "+34600123456"),
        ("phone", "0034-600.123.456", "+34600123456"),
        ("phone", "+49 (0)30 123456", "+4930123456"),
        ("phone", "+٣٤ ٦٠٠ ١٢٣ ٤٥٦", "+34600123456"),
        ("phone", "600 123 456", None),
        ("phone", "+1234", None),
        ("phone", "call me", None),
        ("url", "Example.com/Path?q=1", "https://example.com/Path?q=1"),
        ("url", "HTTP://example.com:8080", "http://example.com:8080"),
        ("url", "javascript:alert(1)", None),
        ("url", "https://user:secret@example.com", None),
        ("url", "https://example.com/a b", None),
        ("url", "hello", None),
        ("location", "Gran Via 1", None),
        ("record", "x", None),
    ],
)
def test_words(word: str, text: str, expected: str | None) -> None:
    assert read(word, text) == expected


def test_a_caption_and_the_label_of_a_tap_are_texts_but_a_reaction_is_none() -> None:
    assert answer("text").read(message("a caption", "image", id="1"), reading()) == "a caption"
    assert answer("date").read(message("tomorrow", "tap"), reading()) == date(2026, 6, 23)
    assert isinstance(answer("text").read(message("👍", "reaction"), reading()), Rejected)


@pytest.mark.parametrize("word", [word for word in ANSWERS if word not in ("regex", "choice")])
@given(text=st.text(max_size=300) | st.text("0123456789.,:/-+ '٣٫apmhde", max_size=60), code=st.sampled_from(list(LANGUAGES)))
@settings(max_examples=60, deadline=None)
def test_no_text_makes_a_type_fail_and_what_it_reads_is_normal(word: str, text: str, code: str) -> None:
    kind = answer(word)
    found = kind.read(message(text), reading(code))
    if not isinstance(found, Rejected):
        assert kind.normal(found) == found


@pytest.mark.parametrize("word", [*(word for word in ANSWERS if word not in ("regex", "choice")), "choice(a, b)"])
@pytest.mark.parametrize(
    "piece", ["9", "1.", "1,", "a", "a.", "a@", "-", " ", "\u0301", "ß", "1 ", "the ", "1/", "(0)", ":", "\ud800", "\x00", "l'", "99:"]
)
def test_a_text_as_long_as_they_come_is_answered(word: str, piece: str) -> None:
    found = answer(word).read(message((piece * 5_000)[:5_000]), reading("es"))
    assert isinstance(found, Rejected)
