"""What variables may hold at a step: for each the things that may have filled it last, or left it empty."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from msgspec import Struct, field

from botkit.inference import ANY, NOT_YET, Facts, Type, joined

_GROWTH = 4  # times that the type of what fills a variable may grow, before it is taken for anything


class State:
    """*masks*: a variable, or "contact.attribute" -> the bits of its fillings. *there*: attributes of them that are not none."""

    __slots__ = ("masks", "there")

    def __init__(self, masks: dict[str, int], there: Facts = frozenset()) -> None:
        self.masks = masks
        self.there = there

    def having(self, key: str, mask: int) -> State:
        """The same, but that *key* holds one of *mask*."""
        there = self.there
        if there:
            path = tuple(key.split("."))
            there = frozenset(one for one in there if one[: len(path)] != path)
        return State({**self.masks, key: mask}, there)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, State) and self.masks == other.masks and self.there == other.there

    __hash__ = None  # type: ignore[assignment]  # it is compared, never looked up


def either(one: State | None, two: State) -> State:
    """What holds where one of two ways was taken; *one* itself, where the other brings nothing new."""
    if one is None:
        return two
    if one is two:
        return one
    before = one.masks
    masks = None
    if before == two.masks and one.there <= two.there:
        return one
    for key, mask in two.masks.items():
        old = before[key]
        if mask is not old and mask | old != old:
            if masks is None:
                masks = dict(before)
            masks[key] = mask | old
    there = one.there if one.there <= two.there else one.there & two.there
    return one if masks is None and there is one.there else State(masks if masks is not None else before, there)


class Filling(Struct):
    """One thing that may fill a variable, or leave it empty: *none* then, with the sentence that tells why."""

    bit: int
    type: Type = NOT_YET
    none: bool = False
    why: str = ""
    grown: int = field(default=0)


class Fillings:
    """All fillings of one flow. Of each variable the first one is that nothing has filled it."""

    def __init__(self) -> None:
        self._by_key: dict[Hashable, Filling] = {}
        self._of: list[Filling] = []
        self._types: dict[int, Type] = {}
        self.nothing = self.of("nothing", none=True).bit
        self.nones = self.nothing
        self.version = 0  # grows when a type grows that has been asked for
        self._asked = 0  # the bits of which the types have been

    def of(self, key: Hashable, *, none: bool = False, why: str = "") -> Filling:
        """The filling that *key* tells."""
        found = self._by_key.get(key)
        if found is None:
            found = self._by_key[key] = Filling(1 << len(self._of), none=none, why=why)
            self._of.append(found)
            if none and len(self._of) > 1:
                self.nones |= found.bit
        return found

    def value(self, key: Hashable, type_: Type) -> int:
        """The bit of what *key* fills a variable with, a value of *type_*; the types of all the times are taken together."""
        found = self.of(key)
        if found.type is not type_ and found.type.kinds != {"any"}:
            new = joined([found.type, type_])
            if new != found.type:
                found.grown += 1
                found.type = ANY if found.grown > _GROWTH else new
                if self._asked & found.bit:
                    self._types.clear()
                    self.version += 1
        return found.bit

    def none(self, key: Hashable, why: str) -> int:
        """The bit of what leaves a variable empty."""
        return self.of((key, "none"), none=True, why=why).bit

    @property
    def weight(self) -> int:
        """How much longer than usual it takes to compare two masks: they have a bit for every filling."""
        return 1 + len(self._of) // 1_000

    def type(self, mask: int) -> Type:
        """What a variable with these bits may be."""
        found = self._types.get(mask)
        if found is None:
            found = joined([one.type for one in self.among(mask) if not one.none])
            if mask & self.nones:
                found = found.or_none() if found.kinds else Type(frozenset({"none"}))
            self._types[mask] = found
            self._asked |= mask
        return found

    def among(self, mask: int) -> Iterable[Filling]:
        found = []
        while mask:
            lowest = mask & -mask
            found.append(self._of[lowest.bit_length() - 1])
            mask ^= lowest
        return found


__all__ = ["Filling", "Fillings", "State", "either"]
