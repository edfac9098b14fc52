"""Types before there are values: what an expression gives, and where it would stumble."""

from botkit.inference.expressions import Inference
from botkit.inference.facts import NO_FACTS, Facts, Path, facts, path_of
from botkit.inference.findings import Finding
from botkit.inference.spans import span, written
from botkit.inference.texts import through
from botkit.inference.types import ANY, NONE, NOT_YET, TEXT, Type, declared, joined, list_of, of_value, plain, record_of, told

__all__ = [
    "ANY",
    "NONE",
    "NOT_YET",
    "NO_FACTS",
    "TEXT",
    "Facts",
    "Finding",
    "Inference",
    "Path",
    "Type",
    "declared",
    "facts",
    "joined",
    "list_of",
    "of_value",
    "path_of",
    "plain",
    "record_of",
    "span",
    "through",
    "told",
    "written",
]
