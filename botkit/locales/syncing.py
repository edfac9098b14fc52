"""The file of a language brought up to the flows: what is new gets its place, what has changed is marked, no translation is lost."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from botkit.locales.file import LocaleFile
from botkit.locales.phrases import Phrase, Translation


class Synced(Struct):
    """What was done, by keys. *moved*: (old, new). *gone*: no text has these keys any more; they stay unless they are to be dropped."""

    added: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)  # a source that was changed back
    gone: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # as comments: their place was needed by others
    dropped: list[str] = field(default_factory=list)


def sync(file: LocaleFile, phrases: Mapping[str, Phrase], prune: bool = False) -> Synced:
    """Bring *file* up to *phrases*. *prune*: entries that belong to no text are dropped."""
    done = Synced()
    wanted = {key: phrase for key, phrase in phrases.items() if phrase.wanted_in(file.code)}
    there = dict(file.entries)
    moves = _moves(there, wanted)
    for new in moves.values():
        if new in there and new not in moves:  # its own source is nowhere any more
            if there.pop(new).text is not None:
                done.kept.append(new)
            file.drop(new, keep=new in done.kept)
    file.rename(moves)
    there = {moves.get(key, key): translation for key, translation in there.items()}
    done.moved = list(moves.items())
    behind: str | None = None
    for key, phrase in wanted.items():
        translation = there.get(key)
        if translation is not None:
            _bring(file, key, phrase, translation, done)
        elif phrase.needed:
            file.put(key, phrase.source, "", behind=behind)
            done.added.append(key)
        else:
            continue
        behind = key
    done.gone = [key for key in there if key not in wanted]
    if prune:
        for key in done.gone:
            file.drop(key)
        done.dropped, done.gone = done.gone, []
    return done


def _bring(file: LocaleFile, key: str, phrase: Phrase, translation: Translation, done: Synced) -> None:
    """Put the source as it is now beside a translation, and behind it the one that it was made from."""
    source = translation.source
    if source is None or phrase.same(source.text):
        return
    text = translation.text.text if translation.text is not None else ""
    was = translation.before.text if translation.before is not None else source.text
    if not text or phrase.same(was):
        file.put(key, phrase.source, text)
        if text:
            done.fresh.append(key)
        return
    file.put(key, phrase.source, text, before=was)
    done.stale.append(key)


def _moves(there: Mapping[str, Translation], wanted: Mapping[str, Phrase]) -> dict[str, str]:
    """Old key -> new key of the translations whose text stands in another place now: a step was renamed, a message put before it."""
    loose: dict[str, list[str]] = {}
    for key, translation in there.items():
        stays = key in wanted and (translation.source is None or wanted[key].same(translation.source.text))
        if not stays and translation.source is not None and translation.text is not None:
            loose.setdefault(translation.source.text.rstrip(), []).append(key)
    found: dict[str, str] = {}
    for key, phrase in wanted.items():
        stands = there.get(key)
        if stands is not None and (stands.source is None or phrase.same(stands.source.text)):
            continue
        known = loose.get(phrase.source.rstrip())
        if known:
            best = max(known, key=lambda old: _alike(old, key))
            known.remove(best)
            found[best] = key
    left = [key for keys in loose.values() for key in keys if key not in wanted]
    taken = {*found.values(), *there}
    for old, new in list(found.items()):  # a step that was renamed has taken its other texts along, those that have changed, too
        (was, ends), (now, also) = _halves(old), _halves(new)
        for key in left if ends == also and was != now else ():
            target = f"{now}{_halves(key)[1]}"
            if _halves(key)[0] == was and target in wanted and target not in taken and key not in found:
                found[key] = target
                taken.add(target)
    return found


def _halves(key: str) -> tuple[str, str]:
    """The flow and step of a key, and the rest of it."""
    pieces = key.split(".", 2)
    return ".".join(pieces[:2]), "".join(f".{piece}" for piece in pieces[2:])


def _alike(one: str, other: str) -> int:
    """How many pieces two keys share, at both ends."""
    ours, theirs = one.split("."), other.split(".")
    return _common(ours, theirs) + _common(ours[::-1], theirs[::-1])


def _common(ours: list[str], theirs: list[str]) -> int:
    shared = 0
    for mine, yours in zip(ours, theirs, strict=False):
        if mine != yours:
            break
        shared += 1
    return shared


__all__ = ["Synced", "sync"]
