"""PO, the format of gettext and of the tools of translators: msgctxt is the key of a text, msgid its source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from botkit.locales.rows import Row, Unreadable
from botkit.plurals import plural

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|[0-7]{1,3}|.)", re.DOTALL)
_LINE = re.compile(r'(?:(?P<word>msgctxt|msgid_plural|msgid|msgstr(?:\[(?P<n>\d)\])?)\s*)?"(?P<text>(?:[^"\\]|\\.)*)"\s*')


def write(rows: Iterable[Row], code: str, source: str) -> str:
    """A PO file. Rows with one form have a msgstr, the others one for each form of the language."""
    forms = plural(code)
    head = {
        "Project-Id-Version": "botkit", "Language": code, "X-Source-Language": source, "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"nplurals={len(forms.whole)}; plural={forms.gettext};",
    }  # fmt: skip
    parts = ["\n".join(['msgid ""', *_told("msgstr", "".join(f"{name}: {value}\n" for name, value in head.items()))])]
    parts += ["\n".join(_entry(row)) for row in rows]
    return "\n\n".join(parts) + "\n"


def _entry(row: Row) -> Iterator[str]:
    yield f"#: {row.place}"
    if row.open_ and any(row.text):
        yield "#, fuzzy"
    if row.before is not None:
        yield from (f"#| {line}" for line in _told("msgid", row.before))
    yield from _told("msgctxt", row.key)
    yield from _told("msgid", row.source[0])
    if len(row.source) == 1 and len(row.text) == 1:
        yield from _told("msgstr", row.text[0])
        return
    yield from _told("msgid_plural", row.source[-1])
    for n, text in enumerate(row.text):
        yield from _told(f"msgstr[{n}]", text)


def _told(word: str, text: str) -> list[str]:
    """A word with its text: several lines as several strings, as the tools of gettext write them."""
    lines = text.split("\n")
    pieces = [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    if len(pieces) <= 1:
        return [f'{word} "{_escaped(text)}"']
    return [f'{word} ""', *(f'"{_escaped(piece)}"' for piece in pieces)]


def _escaped(text: str) -> str:
    told = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\{ord(found[0]):03o}", told)


class _Message:
    """An entry that is being read."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.fuzzy = False
        self.texts: dict[str, str] = {}
        self.last = ""


def read(text: str) -> tuple[str, list[Row]]:
    """The language of a PO file ("" where it names none), and its rows; those that are crossed out (#~) are passed over.

    Raises Unreadable.
    """
    language = ""
    rows = []
    for message in _messages(text):
        if "msgid" not in message.texts:
            raise Unreadable(message.line, "this entry has no msgid")
        if message.texts["msgid"] == "" and "msgctxt" not in message.texts:
            found = re.search(r"^Language:[ \t]*([\w-]+)", message.texts.get("msgstr", ""), re.MULTILINE)
            language = found[1] if found else ""
            continue
        sources = [message.texts[word] for word in ("msgid", "msgid_plural") if word in message.texts]
        told = [message.texts[word] for word in sorted(word for word in message.texts if word.startswith("msgstr"))]
        rows.append(Row(message.texts.get("msgctxt", ""), tuple(sources), tuple(told), guess=message.fuzzy, line=message.line))
    return language, rows


def _messages(text: str) -> Iterator[_Message]:
    message: _Message | None = None
    fuzzy = False
    for number, row in enumerate(text.split("\n"), 1):
        line = row.strip()
        if not line or line.startswith("#"):
            if message is not None and message.last.startswith("msgstr"):
                yield message
                message = None
            fuzzy = (fuzzy or "fuzzy" in line[2:].replace(" ", "").split(",")) if line.startswith("#,") else fuzzy
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise Unreadable(number, "this is no line of a PO file")
        word = found["word"]
        if word in ("msgctxt", "msgid") and message is not None and (word in message.texts or message.last.startswith("msgstr")):
            yield message
            message = None
        if message is None:
            if word is None:
                raise Unreadable(number, "this text belongs to no entry")
            message = _Message(number)
            message.fuzzy, fuzzy = fuzzy, False
        message.last = word or message.last
        if word is not None and word in message.texts:
            raise Unreadable(number, f"this entry has {word} twice")
        message.texts[message.last] = message.texts.get(message.last, "") + _ESCAPE.sub(_unescaped, found["text"])
    if message is not None:
        yield message


def _unescaped(found: re.Match[str]) -> str:
    sign = found[1]
    if sign[0] == "x" and len(sign) == 3:
        return chr(int(sign[1:], 16))
    if sign[0] in "01234567":
        return chr(int(sign, 8))
    return _ESCAPES.get(sign, sign)


__all__ = ["read", "write"]
