"""Texts in the other languages of a bot: locales/<language>.yaml, each with the source beside the translation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from botkit.expressions import parse_text
from botkit.problems import Problems, nearest
from botkit.replies import Reading, Reply
from botkit.source import Mapping as Keys
from botkit.source import Node, Scalar, decode, read


def translate(files: Mapping[str, bytes], source: str, languages: Iterable[str], reading: Reading, problems: Problems) -> None:
    """Give every reply its other languages, and report what is missing, stale or does not fit."""
    others = [code for code in languages if code != source]
    seen: dict[str, set[str]] = {code: set() for code in others}
    for file in sorted(files):
        path = PurePosixPath(file)
        if len(path.parts) != 2 or path.parts[0] != "locales" or path.suffix != ".yaml":
            continue
        text = decode(file, files[file], problems)
        node = read(text, problems) if text is not None else None
        if path.stem not in seen:
            if node is not None:
                hint = f"add {path.stem} to languages in botkit.yaml, or delete the file"
                problems.report("unknown-language", node.place, f'"{path.stem}" is not a language of this bot', hint, lang=path.stem)
            continue
        if isinstance(node, Keys):
            seen[path.stem] |= _language(node, path.stem, source, reading)
        elif node is not None:
            problems.report("wrong-shape", node.place, "keys of texts must stand here, each with its languages", lang=path.stem)
    for code in others:
        _missing(code, seen[code], reading)


def _language(node: Keys, code: str, source: str, reading: Reading) -> set[str]:
    """Take the translations of one file; the keys that it has."""
    found = set()
    for key, entry in node:
        reply = reading.texts.get(key.text)
        if reply is None:
            near = nearest(key.text, reading.texts)
            hint = f'did you mean "{near}"?' if near else "delete it: no text of a flow has this key"
            reading.report("unknown-text", key, f'no text has the key "{key.text}"', hint, lang=code, severity="warning")
            continue
        original, translated = _pair(entry, code, source, reading)
        if translated is None:
            continue
        found.add(key.text)
        if original is not None and original.text.rstrip() != reply.node.text.rstrip():
            hint = f"translate it anew, and put the new text beside {source}:"
            told = f'the text "{key.text}" has changed since it was translated; the source text is shown'
            reading.report("stale-translation", original, told, hint, lang=code, severity="warning")
            continue
        _take(reply, translated, code, reading)
    return found


def _pair(entry: Node, code: str, source: str, reading: Reading) -> tuple[Scalar | None, Scalar | None]:
    """The source text as it was, and the translation."""
    if isinstance(entry, Scalar) and not entry.empty:
        return None, entry
    original = entry.get(source) if isinstance(entry, Keys) else None
    translated = entry.get(code) if isinstance(entry, Keys) else None
    if not isinstance(translated, Scalar) or translated.empty:
        if not (isinstance(translated, Scalar) and translated.empty):
            reading.report("wrong-shape", entry, f"the text in {source} and the one in {code} must stand here", lang=code)
        return None, None
    return original if isinstance(original, Scalar) else None, translated


def _take(reply: Reply, node: Scalar, code: str, reading: Reading) -> None:
    text = parse_text(node.text)
    if isinstance(text, list):
        reading.faults(node, text)
        return
    ours, theirs = _holes(reply.text.names), _holes(text.names)
    if ours != theirs:
        lost = ", ".join(sorted(ours - theirs)) or ", ".join(sorted(theirs - ours))
        what = "lacks" if ours - theirs else "has"
        told = f"this translation {what} {lost}, which the source text {'has' if ours - theirs else 'has not'}"
        reading.report("other-placeholders", node, told, "use the same values in both", lang=code)
    reply.others[code] = text


def _holes(names: Iterable[object]) -> set[str]:
    return {".".join((name.name, *name.path)) for name in names}  # type: ignore[attr-defined]  # NameUse


def _missing(code: str, have: set[str], reading: Reading) -> None:
    lacking = [reply for key, reply in reading.texts.items() if key not in have and _translatable(reply)]
    if not lacking:
        return
    first = lacking[0]
    more = f", and {len(lacking) - 1} more" if len(lacking) > 1 else ""
    told = f"this text has no translation into {code}{more}"
    hint = f"add {first.key}: {{{code}: …}} to locales/{code}.yaml"
    reading.report("missing-translation", first.node, told, hint, lang=code, severity="warning")


def _translatable(reply: Reply) -> bool:
    """Whether there is something to translate: a text of values alone reads the same in every language."""
    constant = reply.text.constant
    return any(c.isalpha() for c in (constant if constant is not None else _literal(reply)))


def _literal(reply: Reply) -> str:
    pieces = []
    rest = reply.node.text
    while rest:
        before, _, after = rest.partition("{{")
        pieces.append(before)
        rest = after.partition("}}")[2]
    return "" if reply.node.text.lstrip().startswith("=") else "".join(pieces)
