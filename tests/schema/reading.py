"""Files of a bot as an editor's YAML server reads them: the core schema of YAML 1.2."""

from __future__ import annotations

import re
from typing import Any

import jsonschema

from botkit.problems import Problems
from botkit.source import Mapping, Node, Scalar, Sequence, decode, read

_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def value_of(node: Node) -> Any:
    match node:
        case Mapping():
            return {key.text: value_of(value) for key, value in node}
        case Sequence():
            return [value_of(item) for item in node.items]
        case Scalar(quoted=False):
            if node.text in ("", "~", "null", "Null", "NULL"):
                return None
            if node.text.lower() in ("true", "false") and node.text in (node.text.lower(), node.text.upper(), node.text.title()):
                return node.text.lower() == "true"
            if re.fullmatch(r"[-+]?[0-9]+", node.text):
                return int(node.text)
            return float(node.text) if _NUMBER.fullmatch(node.text) else node.text
    assert isinstance(node, Scalar)
    return node.text


def values(text: str | bytes) -> Any:
    problems = Problems()
    source = decode("file.yaml", text.encode() if isinstance(text, str) else text, problems)
    node = read(source, problems) if source is not None else None
    assert node is not None, [str(problem) for problem in problems]
    return value_of(node)


def faults(schema: dict[str, Any], text: str | bytes) -> list[str]:
    """Where *text* goes against *schema*: the path of each place."""
    return sorted(_path(error) for error in _errors(schema, text))


def places(schema: dict[str, Any], text: str | bytes) -> set[str]:
    """The same, and for a value that may be one of several things what is wrong with it as each of them."""
    found, errors = set(), _errors(schema, text)
    while errors:
        error = errors.pop()
        found.add(_path(error))
        errors += error.context
    return found


def _errors(schema: dict[str, Any], text: str | bytes) -> list[jsonschema.ValidationError]:
    jsonschema.Draft7Validator.check_schema(schema)
    return list(jsonschema.Draft7Validator(schema).iter_errors(values(text)))


def _path(error: jsonschema.ValidationError) -> str:
    return ".".join(str(part) for part in error.absolute_path)
