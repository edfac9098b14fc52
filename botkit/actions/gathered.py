"""What a parameter takes and a result promises, for lists, records and unions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from botkit.actions.wanted import Misfit, Seen, Wanted, fits, refused
from botkit.signatures import Parameter, ValueType
from botkit.wire import Value


class Many(Struct, frozen=True):
    """A list, given as *container*."""

    item: Wanted
    container: Callable[[list[Any]], Any] = list

    def type(self, within: Seen = frozenset()) -> ValueType:
        return ValueType(("list",), items=self.item.type(within))

    def take(self, value: Value, zone: tzinfo) -> Any:
        return self.container(self._each(value, lambda inner: self.item.take(inner, zone)))

    def check(self, value: Value) -> None:
        self._each(value, self.item.check)

    def _each(self, value: Value, work: Callable[[Value], Any]) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise refused(self, value)
        done = []
        for number, inner in enumerate(value):
            try:
                done.append(work(inner))
            except Misfit as misfit:
                raise misfit.under(f"[{number}]") from None
        return done


class Named(Struct, frozen=True):
    """dict[str, …]: a record whose names are not fixed."""

    item: Wanted

    def type(self, within: Seen = frozenset()) -> ValueType:
        return ValueType(("record",), items=self.item.type(within))

    def take(self, value: Value, zone: tzinfo) -> Any:
        return self._each(value, lambda inner: self.item.take(inner, zone))

    def check(self, value: Value) -> None:
        self._each(value, self.item.check)

    def _each(self, value: Value, work: Callable[[Value], Any]) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise refused(self, value)
        done = {}
        for name, inner in value.items():
            try:
                done[name] = work(inner)
            except Misfit as misfit:
                raise misfit.under(name) from None
        return done


class Field(Struct, frozen=True):
    """A field of a record. *default* is as Python writes it; None: it must be there."""

    name: str
    wanted: Wanted
    default: str | None = None

    def parameter(self, within: Seen = frozenset()) -> Parameter:
        return Parameter(self.name, self.wanted.type(within), self.default)


class Record(Struct, frozen=True):
    """A dataclass, a TypedDict or a NamedTuple. Names that it does not have are left out."""

    cls: Any
    fields: Callable[[Any], tuple[Field, ...]]  # asked for when needed: a record may hold others of its own kind

    def type(self, within: Seen = frozenset()) -> ValueType:
        if self.cls in within:
            return ValueType(("record",))
        return ValueType(("record",), tuple(field.parameter(within | {self.cls}) for field in self.fields(self.cls)))

    def take(self, value: Value, zone: tzinfo) -> Any:
        given = {}
        for field, inner in self._each(value):
            # None where a default stands and None is not meant: the flow's variable was never filled.
            if inner is None and field.default is not None and not field.wanted.type().optional:
                continue
            try:
                given[field.name] = field.wanted.take(inner, zone)
            except Misfit as misfit:
                raise misfit.under(field.name) from None
        try:
            return self.cls(**given)
        except Exception as error:
            raise Misfit("", f"is refused by {self.cls.__name__}, which raised {type(error).__name__}") from error

    def check(self, value: Value) -> None:
        for field, inner in self._each(value):
            try:
                field.wanted.check(inner)
            except Misfit as misfit:
                raise misfit.under(field.name) from None

    def _each(self, value: Value) -> list[tuple[Field, Value]]:
        if not isinstance(value, Mapping):
            raise refused(self, value)
        fields = self.fields(self.cls)
        for field in fields:
            if field.default is None and field.name not in value:
                raise Misfit(field.name, "is missing")
        return [(field, value[field.name]) for field in fields if field.name in value]


class Either(Struct, frozen=True):
    """A union: the member that the value is already, else the first that it can be made to fit."""

    members: tuple[Wanted, ...]

    def type(self, within: Seen = frozenset()) -> ValueType:
        types = [member.type(within) for member in self.members]
        kinds = tuple(dict.fromkeys(kind for one in types for kind in one.kinds))
        if "any" in kinds:
            return ValueType()
        values = [one for one in types if one.kinds != ("none",)]
        if len(values) == 1:
            return replace(values[0], kinds=kinds)
        closed = all(one.choices for one in values)
        return ValueType(kinds, choices=tuple(choice for one in values for choice in one.choices) if closed else ())

    def take(self, value: Value, zone: tzinfo) -> Any:
        for member in self.members:
            if fits(member, value):
                return member.take(value, zone)
        misfits = []
        for member in self.members:
            try:
                return member.take(value, zone)
            except Misfit as misfit:
                misfits.append(misfit)
        raise self._closest(value, misfits)

    def check(self, value: Value) -> None:
        misfits = []
        for member in self.members:
            try:
                return member.check(value)
            except Misfit as misfit:
                misfits.append(misfit)
        raise self._closest(value, misfits)

    def _closest(self, value: Value, misfits: list[Misfit]) -> Misfit:
        inside = [misfit for misfit in misfits if misfit.path]  # the right shape, and one thing in it wrong
        return inside[0] if len(inside) == 1 else refused(self, value)
