"""From a Python annotation to what it takes: scalars, dates, lists, dicts, dataclasses, TypedDicts, unions, Literal and Enum."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections import abc
from enum import Enum
from functools import lru_cache
from typing import Any, Literal, NewType, NoReturn, Required, TypeVar, Union, get_args, get_origin, get_type_hints, is_typeddict

from botkit.actions.gathered import Either, Field, Many, Named, Record
from botkit.actions.wanted import PLAIN, Anything, Nothing, OneOf, Wanted

_LISTS: dict[Any, Any] = {
    list: list, set: set, frozenset: frozenset, tuple: tuple,
    abc.Sequence: list, abc.Collection: list, abc.Iterable: list, abc.Set: set, abc.MutableSequence: list,
}  # fmt: skip
_RECORDS = (dict, abc.Mapping, abc.MutableMapping)


class Unknown(Exception):
    """An annotation that no value of a flow can fit; a sentence."""


def wanted(annotation: Any) -> Wanted:
    """What *annotation*, with its names resolved, takes. Raises Unknown."""
    if annotation in (Any, object) or isinstance(annotation, TypeVar):
        return Anything()
    if annotation in (None, NoReturn):
        return Nothing()
    if isinstance(annotation, NewType):
        return wanted(annotation.__supertype__)
    if type(annotation).__name__ == "TypeAliasType":
        return wanted(annotation.__value__)
    origin, inner = get_origin(annotation), get_args(annotation)
    if hasattr(annotation, "__metadata__"):  # Annotated
        return wanted(annotation.__origin__)
    if origin in (Union, types.UnionType):
        return Either(tuple(wanted(member) for member in inner))
    if origin is Literal:
        one = OneOf(tuple(_literal(value) for value in inner if value is not None))
        return Either((one, Nothing())) if None in inner else one
    cls = origin or annotation
    if cls in PLAIN:
        return PLAIN[cls]
    if cls in _LISTS:
        if cls is tuple and inner and inner[1:] != (...,):
            raise Unknown(f"{_word(annotation)} is a list of a fixed length, which flows do not have: use a dataclass")
        return Many(wanted(inner[0]) if inner else Anything(), _LISTS[cls])
    if cls in _RECORDS:
        if inner and inner[0] not in (str, Any):
            raise Unknown(f"{_word(annotation)} has names that are no texts: use dict[str, …]")
        return Named(wanted(inner[1]) if inner else Anything())
    if not isinstance(cls, type):
        raise Unknown(f"{_word(annotation)} is no type that a flow knows")
    if issubclass(cls, Enum):
        return OneOf(tuple((enumerated(member), member) for member in cls))
    if dataclasses.is_dataclass(cls) or is_typeddict(cls) or (issubclass(cls, tuple) and hasattr(cls, "_fields")):
        return Record(cls, fields)
    raise Unknown(f"{_word(annotation)} is no type that a flow knows: use a dataclass, a TypedDict, a list, or a text, number or date")


def enumerated(member: Enum) -> Any:
    """What a flow calls a member of an Enum: its value where that is a text or a whole number, else its name."""
    value = member.value
    return value if type(value) in (str, int, bool) else member.name


def _literal(value: Any) -> tuple[Any, Any]:
    if isinstance(value, Enum):
        return enumerated(value), value
    if not isinstance(value, str | int):
        raise Unknown(f"Literal[{value!r}] is neither a text nor a whole number")
    return value, value


def _word(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) and not get_args(annotation) else str(annotation).replace("typing.", "")


def as_written(default: Any) -> str:
    """A default as Python writes it, on one short line."""
    text = " ".join(repr(default).split())
    return text if len(text) <= 60 else text[:59] + "…"


@lru_cache(maxsize=512)
def fields(cls: Any) -> tuple[Field, ...]:
    """The fields of a dataclass, a TypedDict or a NamedTuple. Raises Unknown."""
    try:
        hints = get_type_hints(cls, include_extras=True)
    except NameError as error:
        raise Unknown(f"{cls.__name__} has a field of type {error.name}, which is not known where it is defined") from None
    if is_typeddict(cls):
        found = [(name, hint, None if _required(cls, name, hint) else "…") for name, hint in hints.items()]
    elif dataclasses.is_dataclass(cls):
        found = [(field.name, hints[field.name], _default(field)) for field in dataclasses.fields(cls) if field.init]
    else:
        defaults = cls._field_defaults
        found = [(n, hints.get(n, Any), as_written(defaults[n]) if n in defaults else None) for n in cls._fields]
    return tuple(Field(name, _field(cls, name, hint), default) for name, hint, default in found)


def _field(cls: Any, name: str, hint: Any) -> Wanted:
    if get_origin(hint) in (Required, typing.NotRequired):
        (hint,) = get_args(hint)
    try:
        return wanted(hint)
    except Unknown as unknown:
        raise Unknown(f"{cls.__name__}.{name}: {unknown}") from None


def _required(cls: Any, name: str, hint: Any) -> bool:
    """Where annotations are texts, __required_keys__ does not see the NotRequired in them."""
    origin = get_origin(hint)
    return origin is not typing.NotRequired and (origin is Required or name in cls.__required_keys__)


def _default(field: dataclasses.Field[Any]) -> str | None:
    if field.default is not dataclasses.MISSING:
        return as_written(field.default)
    if field.default_factory is not dataclasses.MISSING:
        return f"{getattr(field.default_factory, '__name__', 'factory')}()"
    return None
