"""JSON Schema from shapes: what the checker reads by is what an editor is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from botkit.outcomes import Lazy
from botkit.schema.names import RESERVED, Named, Names
from botkit.shapes import NAME, Either, Expr, GivenValue, Kept, Key, Keys, ListOf, Made, MapOf, NestedValue, Of, Plain, Says, Shape, Told

Schema = dict[str, Any]

_TEXT = ["string", "number", "boolean"]  # whatever YAML takes a text for, it is one; nothing at all is none
_HOLE = r"\{\{.*\}\}"  # what a row of a table fills
_NAME = NAME.pattern[1:-1]
_MOST = 1_000  # steps of other flows that are named one by one


class Drawing:
    """Draws shapes; keys with a table of their own become definitions, which may hold one another.

    *holes*: in the place of every value may stand a name in double braces, as in a test with a table.
    """

    def __init__(self, names: Names, *, holes: bool = False) -> None:
        self.names = names
        self.definitions: dict[str, Schema] = {}
        self._holes = holes
        self._known: dict[int, str] = {}

    def draw(self, shape: Shape) -> Schema:
        """The schema of *shape*. Raises TypeError for a shape that it does not know."""
        match shape:
            case Made(shape=inner):
                return self.draw(inner)
            case Lazy(make=make):
                return self.draw(make())
            case Keys():
                return self._keys(shape)
            case Either():
                ways = dict.fromkeys(id(one) for one in (shape.scalar, shape.sequence, shape.mapping) if one is not None)
                by_id = {id(one): one for one in (shape.scalar, shape.sequence, shape.mapping) if one is not None}
                return _any_of(*(self.draw(by_id[one]) for one in ways))
            case Told(ways=several):
                return _any_of(*(self.draw(one) for one in several))
            case ListOf(item=item, lone=lone):
                drawn = self.draw(item)
                listed: Schema = {"type": "array", "items": drawn}
                listed = self._filled(listed) if drawn.get("type") == _TEXT else listed
                return _any_of(drawn, listed) if lone else listed
            case MapOf():
                return self._filled(self._map(shape))
            case Kept(shape=later):
                return self.draw(later) if later is not None else {}
            case Of():
                return self._of(shape)
            case Plain(names=names) if names:
                return self._named(names)
            case Plain() | Says() | Expr() | GivenValue():
                return {"type": _TEXT}
            case NestedValue():
                return {"type": [*_TEXT, "object", "array"]}
        raise TypeError(f"{type(shape).__name__} is a shape that no schema is drawn of yet")

    def _keys(self, keys: Keys) -> Schema:
        name = self._known.get(id(keys))
        if name is None:
            name = self._name(keys.owner)
            self._known[id(keys)] = name
            self.definitions[name] = {}  # a place for it: its values may hold it
            properties = {word: self._key(key) for word, key in keys.table.items()}
            drawn: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
            if required := [word for word, key in keys.table.items() if key.required]:
                drawn["required"] = required
            self.definitions[name].update(drawn)
        there = {"$ref": f"#/definitions/{name}"}
        lone = keys.table[keys.lone].shape if keys.lone is not None else None
        return there if lone is None else _any_of(self.draw(lone), there)

    def _key(self, key: Key) -> Schema:
        return {"description": key.doc, **self.draw(key.shape)}

    def _name(self, owner: str) -> str:
        plain = re.sub(r"\W+", "-", owner.removeprefix("a ").removeprefix("an ").removeprefix("the ")).strip("-")
        name, n = plain, 1
        while name in self.definitions:
            n += 1
            name = f"{plain}-{n}"
        return name

    def _map(self, shape: MapOf) -> Schema:
        value = self.draw(shape.value)
        drawn: Schema = {"type": "object"}
        known = self.names.of(shape.of) if shape.of else None
        if known is not None:
            drawn["properties"] = {name: {"description": about, **value} if about else value for name, about in known.items()}
            drawn["additionalProperties"] = False
        else:
            drawn["additionalProperties"] = value
            if shape.names:
                drawn["propertyNames"] = {"pattern": rf"^(contact\.)?{_NAME}$"}
        return drawn

    def _of(self, shape: Of) -> Schema:
        if shape.words is not None:
            plain = [_value(word) for word in shape.words]
            quoted = [word for word, value in zip(shape.words, plain, strict=True) if value is not word]
            drawn: Schema = {"enum": plain}
            # Quotes change nothing, but an editor need not propose them.
            drawn = _any_of(drawn, {"enum": quoted, "doNotSuggest": True}) if quoted else drawn
        elif shape.bounds is not None:
            low, high = shape.bounds
            drawn = _any_of(
                {"type": "integer", "minimum": low, "maximum": high}, {"type": "string", "pattern": r"^\d+$", "doNotSuggest": True}
            )
        elif shape.pattern is not None:
            drawn = {"type": "string", "pattern": shape.pattern, "patternErrorMessage": f"{shape.what} must stand here"}
        else:
            return {"type": _TEXT}
        return self._filled(drawn)

    def _named(self, kind: str) -> Schema:
        if kind == "target":
            return self._target()
        known = self.names.of(kind)
        if known is None:
            return {"type": _TEXT}
        drawn = _enum(known)
        if kind == "type":
            words = "|".join(known)
            more = {"type": "string", "pattern": rf"^\s*({words})\s*(\([\s\S]*\)|\[.*\])\s*$", "doNotSuggest": True}
            drawn = _any_of(drawn, more)
        return self._filled(drawn)

    def _target(self) -> Schema:
        """Where `go` may lead: a step of this flow, another flow, a step of one, or a word that has a meaning of its own."""
        names, flows = self.names, self.names.flows
        fail = {"type": "string", "pattern": rf"^\s*fail\s+{_NAME}\s*$", "patternErrorMessage": "there is no such step or flow"}
        steps = names.steps
        if steps is None or flows is None:
            offered = {**RESERVED, **(steps or {}), **(flows or {})}
            return _any_of(_enum(offered), fail, {"type": "string", "pattern": rf"^\s*{_NAME}(\.{_NAME})?\s*$"})
        offered = {**steps, **RESERVED, **{name: about for name, about in flows.items() if name not in steps}}
        far = {f"{flow}.{step}": about for flow, ones in names.foreign.items() for step, about in ones.items()}
        unread = [name for name in flows if name not in names.foreign]
        ways: list[Schema] = [_enum(offered), fail]
        if len(far) <= _MOST:
            ways[0] = _enum({**offered, **far})
        else:
            unread = list(flows)
        if unread:
            ways.append({"type": "string", "pattern": rf"^\s*({'|'.join(unread)})\.{_NAME}\s*$"})
        return self._filled(_any_of(*ways))

    def _filled(self, drawn: Schema) -> Schema:
        return _any_of(drawn, {"type": "string", "pattern": _HOLE, "doNotSuggest": True}) if self._holes else drawn


def _value(word: str) -> str | int | bool:
    """What YAML makes of a bare word."""
    return {"true": True, "false": False}.get(word, int(word) if word.isdecimal() else word)


def _enum(names: Named) -> Schema:
    """*names*, and what an editor shows beside each of them."""
    drawn: Schema = {"enum": list(names)}
    if any(names.values()):
        drawn["markdownEnumDescriptions"] = list(names.values())
    return drawn


def _any_of(*ways: Schema) -> Schema:
    """One of several, each once."""
    flat: list[Schema] = []
    for way in ways:
        for one in way["anyOf"] if way.keys() == {"anyOf"} else [way]:
            if one not in flat:
                flat.append(one)
    return flat[0] if len(flat) == 1 else {"anyOf": flat}


def document(drawn: Mapping[str, Any], title: str, definitions: Mapping[str, Schema]) -> Schema:
    """A whole schema, as a file holds it."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": title,
        "$comment": "Made by botkit schema from the files of this bot; make it anew when they change.",
        **({"allOf": [drawn]} if "$ref" in drawn else drawn),
        "definitions": dict(definitions),
    }
