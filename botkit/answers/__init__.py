"""Answers: what a contact sent, read as a typed value in its normal form."""

from __future__ import annotations

import re

from botkit.answers.address import Email, Phone, Url
from botkit.answers.base import Answer, Reading, Rejected
from botkit.answers.choice import Choice
from botkit.answers.clock import Datetime, Time
from botkit.answers.data import Form, List, Order, Record
from botkit.answers.day import Date
from botkit.answers.location import Location
from botkit.answers.media import Media
from botkit.answers.number import Integer, Number
from botkit.answers.pattern import Regex
from botkit.answers.person import Person
from botkit.answers.text import Text
from botkit.answers.yes_no import Bool
from botkit.expressions import Fault
from botkit.problems import did_you_mean

__all__ = ["ANSWERS", "Answer", "Reading", "Rejected", "answer_type"]

ANSWERS: dict[str, type[Answer]] = {
    "text": Text,
    "integer": Integer,
    "number": Number,
    "bool": Bool,
    "date": Date,
    "time": Time,
    "datetime": Datetime,
    "choice": Choice,
    "regex": Regex,
    "email": Email,
    "phone": Phone,
    "url": Url,
    "location": Location,
    "contact": Person,
    "image": Media,
    "audio": Media,
    "video": Media,
    "document": Media,
    "sticker": Media,
    "media": Media,
    "order": Order,
    "form": Form,
    "record": Record,
    "list": List,
}

_WORD = re.compile(r"\s*([^\s(\[]*)\s*(?:\((.*)\)|\[(.*)\])?\s*", re.DOTALL)
_ALIASES = {
    "string": "text", "str": "text", "int": "integer", "float": "number", "decimal": "number", "boolean": "bool", "yesno": "bool",
    "enum": "choice", "photo": "image", "picture": "image", "voice": "audio", "file": "document", "dict": "record", "object": "record",
    "array": "list", "mail": "email", "link": "url", "day": "date", "pattern": "regex",
}  # fmt: skip


def answer_type(word: str) -> Answer | Fault:
    """The type that an author wrote, such as "date", "choice(a, b)" or "image[1..5]"; a fault with its place in *word* otherwise."""
    match = _WORD.fullmatch(word[:2_000])
    if match is None or len(word) > 2_000:
        return Fault(
            "type", 0, max(1, min(len(word), 80)), "this type cannot be read", "a type is written like text, date or choice(small, large)"
        )
    name, round_, square = match.groups()
    found = ANSWERS.get(name)
    if found is None:
        known = _ALIASES.get(name.lower())
        hint = f'did you mean "{known}"?' if known else did_you_mean(name, ANSWERS)
        return Fault(
            "unknown-type", match.start(1), max(1, len(name)), f'there is no type "{name}"', hint or f"there are {', '.join(ANSWERS)}"
        )
    argument = round_.strip() if round_ is not None else square.strip() if square is not None else None
    return found.of(word.strip(), argument)
