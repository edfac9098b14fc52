"""What is known of a value before there is one: its kinds, its fields or elements, and whether it may be none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from botkit.expressions import ExpressionError, kind_of
from botkit.expressions.values import a
from botkit.signatures import ValueType
from botkit.wire import Value

_MOST = 200  # elements of a list in data/ that are looked at
_HELD = attrgetter("kinds", "fields", "items", "choices")


class Type(Struct, frozen=True, eq=False):
    """*kinds* are those of expressions; "any": not known; "none" among them: there may be nothing; no kind at all: not worked out yet."""

    kinds: frozenset[str]
    fields: Mapping[str, Type] | None = None  # of a record; None: its names are not fixed
    items: Type | None = None  # of a list; None: anything
    choices: tuple[Value, ...] = ()  # nothing else will do; (): anything of these kinds
    why: str = ""  # why it may be none, as a sentence behind a colon; "": nobody said

    def __eq__(self, other: object) -> bool:
        """Whether they hold the same values; why one may be none makes no difference."""
        return isinstance(other, Type) and _HELD(self) == _HELD(other)

    def __ne__(self, other: object) -> bool:  # that of Struct knows nothing of the one above
        return not self == other

    def __hash__(self) -> int:
        return hash((self.kinds, self.items, self.choices))

    @property
    def known(self) -> frozenset[str]:
        """The kinds that it can be when it is not none; empty where that is not known."""
        return frozenset() if "any" in self.kinds else self.kinds - {"none"}

    @property
    def may_be_none(self) -> bool:
        return "none" in self.kinds

    @property
    def filled(self) -> Type:
        """The same, when it is not none."""
        return replace(self, kinds=self.kinds - {"none"}, why="") if "none" in self.kinds else self

    def or_none(self, why: str = "") -> Type:
        return self if "none" in self.kinds else replace(self, kinds=self.kinds | {"none"}, why=why)

    def __str__(self) -> str:
        return told(self.known)


def plain(*kinds: str) -> Type:
    return Type(frozenset(kinds))


ANY, NONE, NOT_YET = plain("any"), plain("none"), plain()
TEXT, INTEGER, NUMBER, BOOL, RECORD = plain("text"), plain("integer"), plain("number"), plain("bool"), plain("record")
MOMENT = plain("datetime")


def told(kinds: Iterable[str]) -> str:
    """*kinds* in a sentence: "a date or a text"."""
    words = [a(kind) for kind in sorted(kinds)]
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def list_of(items: Type) -> Type:
    return Type(frozenset({"list"}), items=items)


def record_of(fields: Mapping[str, Type]) -> Type:
    return Type(frozenset({"record"}), fields=fields)


def joined(types: Iterable[Type]) -> Type:
    """What a value of one of these types may be. A field that only some of the records have is of a type that is not known."""
    found = [one for one in types if one.kinds]
    if not found:
        return NOT_YET
    first = found[0]
    if all(one is first for one in found):
        return first
    kinds = frozenset[str]().union(*(one.kinds for one in found))
    return Type(kinds, _fields(found), _items(found), _choices(found), next((one.why for one in found if one.why), ""))


def _fields(types: list[Type]) -> Mapping[str, Type] | None:
    records = [one.fields for one in types if "record" in one.kinds or "any" in one.kinds]
    if not records or any(fields is None for fields in records):
        return None
    known = [fields for fields in records if fields is not None]
    names = dict.fromkeys(name for fields in known for name in fields)
    return {name: joined([fields[name] for fields in known]) if all(name in fields for fields in known) else ANY for name in names}


def _items(types: list[Type]) -> Type | None:
    items = [one.items for one in types if "list" in one.kinds or "any" in one.kinds]
    return joined([one for one in items if one is not None]) if items and None not in items else None


def _choices(types: list[Type]) -> tuple[Value, ...]:
    some = [one for one in types if one.kinds != {"none"}]
    return tuple(dict.fromkeys(c for one in some for c in one.choices)) if some and all(one.choices for one in some) else ()


def declared(type_: ValueType, of: str = "") -> Type:
    """The type that an action declares, or an answer has; *of* names it where it is told that it may be none."""
    fields = items = None
    if type_.fields:
        # "…": it may be left out, and then there is not even none.
        fields = {one.name: ANY if one.default == "…" else declared(one.type, of and f'the "{one.name}" of {of}') for one in type_.fields}
    if type_.items is not None and "list" in type_.kinds:
        items = declared(type_.items, of and f"an element of {of}")
    return Type(frozenset(type_.kinds), fields, items, type_.choices, f"{of} may be none" if of and "none" in type_.kinds else "")


def of_value(value: Value, depth: int = 0) -> Type:
    """The type of a value that is there: of a file of data/."""
    if depth > 8:
        return ANY
    try:
        kind = kind_of(value)
    except ExpressionError:
        return ANY
    if isinstance(value, Mapping):
        return record_of({str(name): of_value(inner, depth + 1) for name, inner in value.items()})
    if isinstance(value, list | tuple):
        items = joined(of_value(one, depth + 1) for one in value[:_MOST])
        return list_of(items if len(value) <= _MOST and items.kinds else ANY)
    return plain(kind)


__all__ = [
    "ANY", "BOOL", "INTEGER", "MOMENT", "NONE", "NOT_YET", "NUMBER", "RECORD", "TEXT",
    "Type", "declared", "joined", "list_of", "of_value", "plain", "record_of", "told",
]  # fmt: skip
