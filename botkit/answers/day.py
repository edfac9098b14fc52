"""date: a day, as ISO, in numbers, with the name of a month, or by the words for days near today."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import ClassVar, Literal

from msgspec import Struct

from botkit.answers.base import Answer, Reading, Rejected
from botkit.expressions import Fault
from botkit.languages import Language, digits, folded, language
from botkit.wire import Value

Side = Literal["future", "past"] | None

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})\s?([-/.])\s?(\d{1,2})(?:\s?\2\s?(\d{4}|\d{2})?)?")
_SPACED = re.compile(r"(\d{1,2})( )(\d{1,2}) (\d{4})")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|ere|ste|de|te|e|o|a)\b")
_WORDS = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)?")
_NAMED_NUMBERS = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)?)\.?,? (\d.*)")


class Vocabulary(Struct, frozen=True):
    """The words of one language, folded: every form of a name leads to its number."""

    months: dict[str, int]
    weekdays: dict[str, int]
    days: dict[str, int]
    phrases: tuple[tuple[str, bool], ...]  # before or behind a weekday; whether it is the one of the week after
    fillers: frozenset[str]


@lru_cache(maxsize=64)
def vocabulary(lang: Language) -> Vocabulary:
    phrases = [(folded(phrase), False) for phrase in lang.coming] + [(folded(phrase), True) for phrase in lang.following]
    return Vocabulary(
        _forms(lang.months, lang.short_months),
        _forms((name.split("-")[0] for name in lang.weekdays), lang.short_weekdays),
        {" ".join(_WORDS.findall(folded(word))): days for word, days in lang.days.items()},
        tuple(phrases),
        frozenset(folded(word) for word in lang.fillers),
    )


def _forms(names: Iterable[str], short: Iterable[str]) -> dict[str, int]:
    """Each name, its short form, and every beginning of three letters or more that no other name shares."""
    full = [folded(name) for name in names]
    forms = {name: number for number, name in enumerate(full)}
    for number, name in enumerate(full):
        for end in range(3, len(name)):
            if sum(other.startswith(name[:end]) for other in full) == 1:
                forms[name[:end]] = number
    return {**forms, **{folded(name).rstrip("."): number for number, name in enumerate(short)}}


def read_day(text: str, reading: Reading, side: Side = None) -> date | None:
    """The day that *text* writes; None when it writes none.

    The day stands before the month unless the contact's language says otherwise or the numbers allow no other reading.
    Without a year it is the nearest to today; *side* chooses the next or the last one instead.
    """
    if len(text) > 80:
        return None
    text = " ".join(digits(text).replace("\u2013", "-").strip(" .!,").split())
    found = _in_numbers(text, reading, side)
    if found is not None:
        return found
    plain = folded(text)
    for lang in reading.tongues:
        found = _in_words(plain, lang, reading, side)
        if found is not None:
            return found
    return None


def _in_numbers(text: str, reading: Reading, side: Side) -> date | None:
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        return _exact(int(match[1]), int(match[3]), int(match[4]))
    match = _NUMBERS.fullmatch(text) or _SPACED.fullmatch(text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), match[4]
    day, month = (second, first) if language(reading.language).month_first else (first, second)
    if month > 12 >= day:
        day, month = month, day
    return _resolved(day, month, year, reading.today, side)


def _in_words(text: str, lang: Language, reading: Reading, side: Side) -> date | None:
    words = vocabulary(lang)
    tokens = _WORDS.findall(_ORDINAL.sub("", text))
    if not tokens or len(tokens) > 8:
        return None
    near = words.days.get(" ".join(tokens))
    if near is not None:
        return _later(reading.today, near)
    match = _NAMED_NUMBERS.fullmatch(text)
    if match and match[1].split("-")[0] in words.weekdays:
        found = _in_numbers(match[2], reading, side)
        if found is not None:
            return found if found.weekday() == words.weekdays[match[1].split("-")[0]] else None
    if any(token.isdigit() for token in tokens):
        return _with_month([t for t in tokens if t not in words.fillers], words, reading, side)
    return _weekday(" ".join(tokens), words, reading, side)


def _with_month(tokens: list[str], words: Vocabulary, reading: Reading, side: Side) -> date | None:
    numbers = [t for t in tokens if t.isdigit()]
    names = [t for t in tokens if not t.isdigit()]
    if not 1 <= len(numbers) <= 2 or not 1 <= len(names) <= 2:
        return None
    year = next((n for n in numbers if len(n) == 4), numbers[1] if len(numbers) == 2 else None)
    days = [n for n in numbers if n is not year]
    if len(days) != 1 or len(days[0]) > 2 or (year is not None and len(year) not in (2, 4)):
        return None
    for position, name in enumerate(names):
        others = names[:position] + names[position + 1 :]
        if name not in words.months or any(other not in words.weekdays for other in others):
            continue
        found = _resolved(int(days[0]), words.months[name] + 1, year, reading.today, side)
        if found is not None and all(found.weekday() == words.weekdays[other] for other in others):
            return found
    return None


def _weekday(text: str, words: Vocabulary, reading: Reading, side: Side) -> date | None:
    following = False
    for phrase, after in words.phrases:
        without = re.sub(rf"(?:^|(?<= )){re.escape(phrase)}(?:$|(?= ))", "", text)
        if without != text:
            text, following = without, after
            break
    tokens = [t for t in text.split() if t not in words.fillers]
    if len(tokens) != 1 or tokens[0] not in words.weekdays:
        return None
    today, wanted = reading.today, words.weekdays[tokens[0]]
    if following:
        return _later(today, 7 - today.weekday() + wanted)
    ahead = (wanted - today.weekday()) % 7
    return _later(today, ahead - 7 if side == "past" else ahead or 7)


def _exact(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _later(today: date, days: int) -> date | None:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return None


def _resolved(day: int, month: int, year: str | None, today: date, side: Side) -> date | None:
    """The date of a day and a month; the year as it was written: four digits, two, or not at all."""
    if year is not None and len(year) == 4:
        return _exact(int(year), month, day)
    if year is not None:
        century = today.year // 100 * 100 + int(year)
        years = [century + shift for shift in (-100, 0, 100)]
        if side is None:
            years = [y for y in years if today.year - 79 <= y <= today.year + 20]
    else:
        years = list(range(today.year - 8, today.year + 9))  # 29 February comes at least once
    found = [one for y in years if (one := _exact(y, month, day)) is not None]
    match side:
        case "future":
            found = [one for one in found if one >= today][:1]
        case "past":
            found = [one for one in found if one <= today][-1:]
    return min(found, key=lambda one: (abs((one - today).days), one < today), default=None)


class Date(Answer, frozen=True):
    side: Side = None
    kind: ClassVar[str] = "date"

    @classmethod
    def of(cls, word: str, argument: str | None) -> Answer | Fault:
        match argument:
            case None:
                return cls(word)
            case "future":
                return cls(word, "future")
            case "past":
                return cls(word, "past")
        start = word.index(argument) if argument else len(word) - 1
        return Fault("type", start, max(1, len(argument)), f'a date is "future" or "past", not "{argument}"', "date(future)")

    def parse(self, text: str, reading: Reading) -> Value | Rejected:
        found = read_day(text, reading, self.side)
        return found if found is not None else Rejected("not a date")

    def normal(self, value: Value) -> Value | Rejected:
        match value:
            case datetime():
                return Rejected("not a date but a datetime")
            case date():
                return value
            case str() if match := _YEAR_FIRST.fullmatch(digits(value).strip()):
                found = _exact(int(match[1]), int(match[3]), int(match[4]))
                return found if found is not None else Rejected("not a date")
        return Rejected("not a date")
