"""The schemas of the five kinds of file that a bot is written in."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from msgspec.structs import replace

from botkit.flow import HEADER
from botkit.locales import BEFORE
from botkit.schema.names import Names
from botkit.schema.shapes import Drawing, Schema, document
from botkit.settings import SETTINGS
from botkit.shapes import Shape
from botkit.steps import KINDS as VERBS
from botkit.steps import STEP
from botkit.templates import TEMPLATE

KINDS = ("flow", "test", "config", "template", "locale")


def flow_schema(names: Names, flow: str | None = None, *, strict: bool = True) -> Schema:
    """Of flows/*.yaml. With *flow* the steps that `go` may name are its own. Without, those of all flows; where not *strict*, any."""
    if flow is not None:
        names = replace(names, steps=names.foreign.get(flow))
    elif strict:
        names = replace(names, steps={step: about for steps in names.foreign.values() for step, about in steps.items()} or None)
    else:
        names = replace(names, steps=None)
    drawing = Drawing(names)
    drawn = drawing.draw(HEADER)
    _explain(drawing.draw(STEP), drawing)
    return document(drawn, f"The flow {flow}" if flow is not None else "A flow", drawing.definitions)


def _explain(step: Schema, drawing: Drawing) -> None:
    """Give the key that a kind of step begins with the page of that kind."""
    properties = drawing.definitions[step["$ref"].rpartition("/")[2]]["properties"]
    for word, verb in VERBS.items():
        told = import_module(verb.__module__).__doc__ or ""
        sentence, _, example = told.partition("\n")
        properties[word]["markdownDescription"] = f"{sentence[:1].upper()}{sentence[1:]}\n\n```yaml\n{example.strip()}\n```"


def config_schema(names: Names) -> Schema:
    """Of botkit.yaml. What it says goes for every flow, so that `go` names flows, or steps with their flow."""
    drawing = Drawing(replace(names, steps={}))
    return document(drawing.draw(SETTINGS), "botkit.yaml", drawing.definitions)


def template_schema(names: Names) -> Schema:
    """Of templates/*.yaml."""
    drawing = Drawing(names)
    return document(drawing.draw(TEMPLATE), "A template", drawing.definitions)


def test_schema(names: Names, tests: Shape) -> Schema:
    """Of tests/*.test.yaml; *tests* is the shape of such a file."""
    drawing = Drawing(names, holes=True)
    return document(drawing.draw(tests), "Tests", drawing.definitions)


def locale_schema(texts: Iterable[tuple[str, str]], source: str, languages: Iterable[str]) -> Schema:
    """Of locales/*.yaml, from (key, text) of all texts of the bot, the language that they are written in, and the others."""
    text: Schema = {"type": ["string", "number", "boolean", "null"]}
    codes = dict.fromkeys((source, *languages, BEFORE), text)
    pair: Schema = {"type": "object", "properties": codes, "additionalProperties": False}
    properties = {key: {"description": words[:500], "anyOf": [text, pair]} for key, words in texts}
    drawn: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return document(drawn, "Texts in another language", {})
