"""Files of locales/, read: every reply and every template gets its other languages, and what is wrong with them is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from botkit.locales.phrases import Phrase, Translation, parsed, phrases_of
from botkit.problems import nearest
from botkit.replies import Fixed, Reading
from botkit.source import Mapping as Keys
from botkit.source import Node, Scalar, decode, read

_SUGGESTIONS = 10_000  # keys that one run compares with unknown ones: where there are many, they have one cause
BEFORE = "before"  # the key of the source that a translation was made from, where it has changed since


def translate(files: Mapping[str, bytes], source: str, languages: Iterable[str], reading: Reading) -> None:
    """Give every text its other languages, and report what is missing, stale or does not fit."""
    others = [code for code in languages if code != source]
    catalogue = phrases_of(reading)
    seen: dict[str, dict[str, Translation]] = {code: {} for code in others}
    broken: set[str] = set()
    for file in sorted(files):
        path = PurePosixPath(file)
        if len(path.parts) != 2 or path.parts[0] != "locales" or path.suffix not in (".yaml", ".yml"):
            continue
        text = decode(file, files[file], reading.problems)
        node = read(text, reading.problems) if text is not None else None
        code = path.stem
        if code not in seen:
            if node is not None:
                hint = f"add {code} to languages in botkit.yaml, or delete the file"
                reading.report("unknown-language", node.place, f'"{code}" is not a language of this bot', hint, lang=code)
        elif node is not None:
            seen[code].update(entries(node, code, source, reading))
        elif text is None or any(line.strip() and not line.lstrip().startswith("#") for line in text.lines):
            broken.add(code)  # what is in it is not known
    left = _SUGGESTIONS
    for code in others:
        strangers = []
        for key, translation in seen[code].items():
            phrase = catalogue.get(key)
            if phrase is not None and phrase.wanted_in(code):
                _take(phrase, translation, code, source, reading)
            elif phrase is not None:
                told = f"{phrase.node.source.file} has this text in {code} itself"
                reading.report("translated-twice", translation.key, told, "delete one of them", lang=code)
            else:
                strangers.append(translation.key)
        if strangers:
            left = _strangers(strangers, catalogue, seen[code], code, left, reading)
    _missing({code: seen[code] for code in others if code not in broken}, catalogue, reading)


def entries(node: Node, code: str, source: str, reading: Reading) -> dict[str, Translation]:
    """The translations of a file by their key; what cannot be one is reported."""
    if not isinstance(node, Keys):
        reading.report("wrong-shape", node.place, "keys of texts must stand here, each with its languages", lang=code)
        return {}
    return {key.text: _entry(key, entry, code, source, reading) for key, entry in node}


def _entry(key: Scalar, entry: Node, code: str, source: str, reading: Reading) -> Translation:
    if isinstance(entry, Scalar):
        return Translation(key, None, entry if entry.text.strip() else None)
    if not isinstance(entry, Keys) or entry.key(code) is None:
        reading.report("wrong-shape", entry, f"the text in {source} and the one in {code} must stand here", lang=code)
        return Translation(key, None, None, whole=False)
    texts: dict[str, Scalar | None] = {}
    whole = True
    for name, value in entry:
        if name.text not in (source, code, BEFORE):
            near = nearest(name.text, (source, code, BEFORE))
            hint = f'did you mean "{near}"?' if near else f"there are {source}, {code}, and {BEFORE}"
            reading.report("unknown-key", name, f'a translation has no "{name.text[:60]}"', hint, lang=code)
        elif isinstance(value, Scalar):
            texts[name.text] = value if value.text.strip() else None
        else:
            reading.report("wrong-shape", value, "a text must stand here", lang=code)
            whole = False
    return Translation(key, texts.get(source), texts.get(code), texts.get(BEFORE), whole)


def _strangers(
    keys: Sequence[Scalar], catalogue: Mapping[str, Phrase], seen: Mapping[str, object], code: str, left: int, reading: Reading
) -> int:
    """Entries that belong to no text: all of a flow or step that is not there (any more) are one report. How many *left* of the keys that
    may still be compared."""
    there = {part for key in catalogue for part in _parts(key)}
    free = [key for key in catalogue if key not in seen]
    lost: dict[str, list[Scalar]] = {}
    for key in keys:
        lost.setdefault(next(part for part in _parts(key.text) if part not in there), []).append(key)
    for part, of_it in lost.items():
        left -= len(free)
        if len(of_it) == 1:
            meant, ones = of_it[0].text, free
        else:
            meant, ones = part, list(dict.fromkeys(_parts(key)[part.count(".")] for key in free))
        near = nearest(meant, ones) if left >= 0 else None
        told = f'no text has the key "{of_it[0].text}"'
        if len(of_it) > 1:
            told += f", and {len(of_it) - 1} more of {part} belong to none"
        hint = f'did you mean "{near}"?' if near else f"let botkit i18n sync {code} find where the text is now, or delete it"
        reading.report("unknown-text", of_it[0], told, hint, lang=code, severity="warning")
    return left


def _parts(key: str) -> tuple[str, str, str]:
    """The flow, the step and the text that a key names."""
    flow, _, rest = key.partition(".")
    return flow, f"{flow}.{rest.partition('.')[0]}", key


def _take(phrase: Phrase, translation: Translation, code: str, source: str, reading: Reading) -> None:
    state, told = translation.state(phrase)
    node = translation.text
    if node is None:
        return
    if state == "stale":
        hint = f"translate it anew, and put the new text beside {source}:"
        there = translation.source
        if translation.before is not None:
            there, hint = translation.before, f'make the translation right, and delete "{BEFORE}"'
        told = f'the text "{phrase.key}" has changed since it was translated; the source text is shown'
        reading.report("stale-translation", there, told, hint, lang=code, severity="warning")
        return
    if state == "values":
        reading.report("other-placeholders", node, f"this translation {told}", "use the same values in both", lang=code)
    of = phrase.of
    if isinstance(of, Fixed):
        if state == "translated":
            of.others[code] = node
        return
    text = parsed(node, reading)
    if text is not None:
        of.others[code], of.nodes[code] = text, node


def _missing(there: Mapping[str, Mapping[str, Translation]], catalogue: Mapping[str, Phrase], reading: Reading) -> None:
    """Tell the first text that a language lacks, and how many there are; languages that lack the same one are told together."""
    first: dict[str, dict[str, int]] = {}  # key of the first text -> language -> how many it lacks
    for code, have in there.items():
        lacking = [
            key
            for key, phrase in catalogue.items()
            if phrase.needed and phrase.wanted_in(code) and (key not in have or (have[key].whole and have[key].text is None))
        ]
        if lacking:
            first.setdefault(lacking[0], {})[code] = len(lacking)
    for key, counts in first.items():
        codes = list(counts)
        told = f"this text has no translation into {' and '.join(filter(None, (', '.join(codes[:-1]), codes[-1])))}"
        more = any(count > 1 for count in counts.values())
        if more and len(codes) == 1:
            told += f", and {counts[codes[0]] - 1} more"
        elif more:
            told += f"; missing are {', '.join(f'{count} in {code}' for code, count in counts.items())}"
        files = ", ".join(f"locales/{code}.yaml" for code in codes)
        hint = f"botkit i18n sync {' '.join(codes)} writes them into {files}, where they can be translated"
        entry = there[codes[0]].get(key)
        if entry is not None:
            hint = f"write it beside {codes[0]}: in locales/{codes[0]}.yaml, line {entry.key.line}"
        elif not more:
            hint = ", and ".join(f"add {key}: {{{code}: …}} to locales/{code}.yaml" for code in codes)
        reading.report("missing-translation", catalogue[key].node, told, hint, lang=codes[0], severity="warning")


__all__ = ["BEFORE", "entries", "translate"]
