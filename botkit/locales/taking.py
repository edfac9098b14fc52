"""What comes back from translators, taken into the file of a language; what cannot be right is refused, the rest is taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from botkit.locales.counted import apart, counts, plurals_in, together
from botkit.locales.file import LocaleFile
from botkit.locales.phrases import Phrase, Translation
from botkit.locales.rows import Row
from botkit.plurals import plural
from botkit.replies import Reply

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


class Taken(Struct):
    """What was done, by keys. *refused*: (line of the file that came, what is wrong with it)."""

    taken: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)  # taken, but their source has changed meanwhile
    same: int = 0
    empty: int = 0
    open: int = 0  # still to be looked at, says the file
    refused: list[tuple[int, str]] = field(default_factory=list)


class _Refused(Exception):
    """A row that is not taken."""


def take(file: LocaleFile, rows: Iterable[Row], phrases: Mapping[str, Phrase]) -> Taken:
    """Write the translations of *rows* into *file*."""
    done = Taken()
    for row in rows:
        try:
            _row(file, row, phrases, done)
        except _Refused as refused:
            done.refused.append((row.line, str(refused)))
    return done


def _row(file: LocaleFile, row: Row, phrases: Mapping[str, Phrase], done: Taken) -> None:
    if not any(text.strip() for text in row.text):
        done.empty += 1
        return
    phrase = phrases.get(row.key)
    if phrase is None:
        raise _Refused(f'no text has the key "{row.key[:80]}"' if row.key else "this text has no key: it stands in msgctxt")
    if not phrase.wanted_in(file.code):
        raise _Refused(f"{phrase.node.source.file} has this text in {file.code} itself")
    there = file.entries.get(row.key)
    text = _text(file, row, phrase, there)
    same = there is not None and there.text is not None and _alike(there.text.text, text)
    if row.guess or (row.open_ and same):
        done.open += 1
        return
    current = _current(file, row, phrase)
    if same and there is not None and (there.state(phrase)[0] == "translated" or not current):
        done.same += 1
        return
    _fitting(file, phrase, text)
    if phrase.source.endswith("\n") and not text.endswith("\n"):
        text += "\n"
    before = None if current else "\n".join(row.source[:1])
    file.put(row.key, phrase.source, text, before, _behind(file, row.key, phrases))
    (done.taken if current else done.stale).append(row.key)


def _text(file: LocaleFile, row: Row, phrase: Phrase, there: Translation | None) -> str:
    """The translation as botkit writes it; one that is there already, as it stands."""
    if len(row.source) == 1 and len(row.text) == 1:
        return row.text[0]
    wanted = plural(file.code).samples
    if len(row.text) != len(wanted) or not all(text.strip() for text in row.text):
        raise _Refused(f"{file.code} has {len(wanted)} forms, as for {', '.join(map(str, wanted))}; all of them are needed")
    if there is not None and there.text is not None and apart(there.text.text.rstrip("\n"), file.code) == row.text:
        return there.text.text
    count = counts(phrase.source)
    if count is None:
        raise _Refused("the source text has no forms of a plural any more")
    return together(row.text, count)


def _current(file: LocaleFile, row: Row, phrase: Phrase) -> bool:
    """Whether the source is still the one that was translated."""
    if len(row.source) == 1 and len(row.text) == 1:
        return _alike(row.source[0], phrase.source)
    forms = apart(phrase.source.rstrip("\n"), file.source)
    return forms is not None and _alike(row.source[0], forms[0]) and _alike(row.source[-1], forms[-1])


def _fitting(file: LocaleFile, phrase: Phrase, text: str) -> None:
    state, told = phrase.fits(text)
    if state == "values":
        raise _Refused(f"this translation {told}")
    if state == "faulty":
        raise _Refused(f"this translation cannot be read: {told}")
    if found := _CONTROL.search(text):
        raise _Refused(f"this translation holds an invisible character (code {ord(found[0])})")
    forms = plural(file.code)
    given = plurals_in(text) if isinstance(phrase.of, Reply) else []
    if any(number not in (len(forms.whole), len(forms.all_)) for number in given):
        raise _Refused(f"{file.code} has {len(forms.whole)} forms of a plural, as for {', '.join(map(str, forms.samples))}")


def _behind(file: LocaleFile, key: str, phrases: Mapping[str, Phrase]) -> str | None:
    """The entry that a new one comes behind: that of the last text before it that has one."""
    there = set(file.keys)
    last = None
    for one in phrases:
        if one == key:
            return last
        last = one if one in there else last
    return last


def _alike(one: str, other: str) -> bool:
    """Whether two texts are the same; line breaks at the end, and how they are written, do not count."""
    return one.replace("\r\n", "\n").replace("\r", "\n").rstrip() == other.replace("\r\n", "\n").replace("\r", "\n").rstrip()


__all__ = ["Taken", "take"]
