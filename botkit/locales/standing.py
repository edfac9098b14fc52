"""How far a language is: what is translated, missing, stale, or has other values than its source."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from botkit.locales.phrases import Phrase, State, Translation


class Standing(Struct, frozen=True):
    """One language. *keys* are those of the texts by how they stand; *unknown* those of its file that belong to no text."""

    code: str
    keys: Mapping[State, tuple[str, ...]]
    unknown: tuple[str, ...] = ()

    @property
    def texts(self) -> int:
        """How many there are."""
        return sum(len(keys) for keys in self.keys.values())

    def count(self, *states: State) -> int:
        return sum(len(self.keys.get(state, ())) for state in states)

    @property
    def percent(self) -> int:
        """Of the texts; 100 only when all are translated."""
        return self.count("translated") * 100 // self.texts if self.texts else 100

    @property
    def whole(self) -> bool:
        return self.count("translated") == self.texts


def standing(code: str, phrases: Mapping[str, Phrase], there: Mapping[str, Translation]) -> Standing:
    """*there* are the entries of the language's file. A text that needs no translation counts once it has one."""
    keys: dict[State, list[str]] = {"translated": [], "missing": [], "stale": [], "values": [], "faulty": []}
    wanted = {key: phrase for key, phrase in phrases.items() if phrase.wanted_in(code)}
    for key, phrase in wanted.items():
        translation = there.get(key)
        state: State = translation.state(phrase)[0] if translation is not None else "missing"
        if state != "missing" or phrase.needed:
            keys[state].append(key)
    return Standing(code, {state: tuple(found) for state, found in keys.items()}, tuple(key for key in there if key not in wanted))


__all__ = ["Standing", "standing"]
