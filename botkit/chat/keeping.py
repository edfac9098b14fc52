"""A talk kept as a test: the YAML that `botkit test` reads, which passes as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal

from botkit.chat.session import Done, Session
from botkit.testing.said import Said
from botkit.wire import Value


def as_test(session: Session, name: str) -> str:
    """The talk as an entry of a test file, from its beginning."""
    lines = [f"- test: {_scalar(name)}", f"  now: {session.begun.astimezone(session.zone):%Y-%m-%dT%H:%M}"]
    person = session.person
    known = {key: value for key, value in (("name", person.name), ("wa_id", person.wa_id)) if value}
    if person.name:
        lines.append(f"  contact: {{{', '.join(f'{key}: {_scalar(value)}' for key, value in known.items())}}}")
    mocks = session.mocks()
    if mocks:
        lines.append("  mocks:")
        lines += [f"    {action}: [{', '.join(_flow(answer) for answer in answers)}]" for action, answers in mocks.items()]
    lines.append("  talk:")
    lines += [f"    {line}" for done in session.done for line in _lines(done)]
    return "\n".join(lines) + "\n"


def turns(session: Session) -> int:
    """How often the contact spoke, or time passed."""
    return sum(bool(done.word) for done in session.done)


def _lines(done: Done) -> Iterator[str]:
    if done.word == "handback":
        yield "- handback"
    elif done.word:
        yield f"- {done.word}: {_flow(done.value) if isinstance(done.value, dict) else _scalar(str(done.value))}"
    said = [one for one in done.said if one.wamid]
    for one in said:
        yield from _told(one)
    if done.word and not said:
        yield "- bot: nothing"


def _told(one: Said) -> Iterator[str]:
    if one.template:
        values = f", with: [{', '.join(_scalar(value) for value in one.values)}]" if one.values else ""
        yield f"- template: {{name: {_scalar(one.template)}{values}}}"
    else:
        yield f"- bot: {_scalar(one.text)}"  # a text is first compared as it stands: a star in it needs no care
    if one.options:
        yield f"  options: [{', '.join(_scalar(option.label) for option in one.options)}]"


def _flow(value: Value) -> str:
    """A value between braces; texts are quoted."""
    match value:
        case dict():
            return "{" + ", ".join(f"{_scalar(str(key))}: {_flow(inner)}" for key, inner in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(_flow(inner) for inner in value) + "]"
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case int() | Decimal():
            return str(value)
        case datetime() | date() | time():
            return _scalar(value.isoformat())
    return _scalar(str(value))


def _scalar(text: str) -> str:
    """A text as YAML writes it: plain where nothing in it means anything to YAML, else in quotes."""
    plain = text and text == text.strip() and all(c.isalnum() or c in " _-./?!+" for c in text) and text[0].isalpha()
    words = ("true", "false", "null", "yes", "no", "nothing", "on", "off")
    return text if plain and text.lower() not in words and " #" not in text else json.dumps(text, ensure_ascii=False)
