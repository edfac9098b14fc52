"""integer and number: numbers as a language writes them, in the digits of any script."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import ClassVar

from botkit.answers.base import Answer, Reading, Rejected
from botkit.languages import Language, digits, language
from botkit.wire import Value

MOST = 10**15
_PLAIN = re.compile(r"[+-]?[0-9]{1,16}(?:\.[0-9]{1,12})?")
_WRITTEN = re.compile(r"([+-]?)([0-9][0-9.,']*|[.,][0-9]+)")
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009\u2007")
_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "٫": ".", "٬": "'", "،": ",", "\u2019": "'"})


def read_number(text: str, lang: Language) -> Decimal | None:
    """The number that *text* writes; None when it writes none.

    A single sign is the language's decimal sign, or groups thousands where the language groups with it and three digits
    follow; where both signs stand, the last one is the decimal sign.
    """
    if len(text) > 60:
        return None
    arabic = "٫" in text
    text = digits(text).strip().translate(_SIGNS)
    if text and (unicodedata.category(text[0]) == "Sc" or unicodedata.category(text[-1]) == "Sc"):
        text = text[1:] if unicodedata.category(text[0]) == "Sc" else text[:-1]
    if not re.fullmatch(r"\s*[+-]?\s*[0-9.,']+(?:[ \u00a0\u202f\u2009\u2007][0-9]{3}(?![0-9])[0-9.,']*)*\s*", text):
        return None
    match = _WRITTEN.fullmatch(text.translate(_SPACES))
    if match is None:
        return None
    sign, body = match.groups()
    decimal = _decimal_sign(body, "." if arabic else lang.decimal, "" if arabic else lang.group)
    if decimal is None:
        return None
    whole, _, fraction = body.partition(decimal) if decimal else (body, "", "")
    groups = re.split(r"[.,']", whole)
    if len(groups) > 1 and (
        not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:]) or len(set(re.findall(r"[.,']", whole))) > 1
    ):
        return None
    plain = f"{sign}{''.join(groups) or '0'}{'.' if fraction else ''}{fraction}"
    if not _PLAIN.fullmatch(plain) or (decimal and not fraction):
        return None
    number = Decimal(plain)
    return number if abs(number) <= MOST else None


def _decimal_sign(body: str, decimal: str, group: str) -> str | None:
    """Which sign of *body* is the decimal sign: "" for none, None when it cannot be told."""
    points, commas = body.count("."), body.count(",")
    if points and commas:
        last = max(".,", key=body.rfind)
        return last if body.count(last) == 1 else None
    if not points and not commas:
        return ""
    sign = "." if points else ","
    if points + commas > 1:
        return ""
    if sign == decimal or "'" in body:
        return sign
    before, after = body.split(sign)
    grouped = sign == group and len(after) == 3 and 1 <= len(before) <= 3 and before != "0"
    return "" if grouped else sign


class Number(Answer, frozen=True):
    """number: an exact decimal."""

    kind: ClassVar[str] = "number"

    def parse(self, text: str, reading: Reading) -> Value | Rejected:
        number = read_number(text, language(reading.language))
        return number if number is not None else Rejected("not a number")

    def normal(self, value: Value) -> Value | Rejected:
        if isinstance(value, str) and _PLAIN.fullmatch(value.strip()):
            value = Decimal(value.strip())
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return Rejected("not a number")
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        return number if number.is_finite() and abs(number) <= MOST else Rejected("a number that is too large")


class Integer(Answer, frozen=True):
    """integer: a number without a fraction."""

    kind: ClassVar[str] = "integer"

    def parse(self, text: str, reading: Reading) -> Value | Rejected:
        number = read_number(text, language(reading.language))
        if number is None or number != number.to_integral_value():
            return Rejected("not an integer")
        return int(number)

    def normal(self, value: Value) -> Value | Rejected:
        number = Number("number").normal(value)
        if isinstance(number, Rejected) or number != number.to_integral_value():
            return Rejected("not an integer")
        return int(number)
