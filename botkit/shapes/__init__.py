"""What a YAML value may look like: tables of keys that read, refuse and describe."""

from botkit.shapes.base import NAME, Key, Shape, refuse
from botkit.shapes.compounds import Either, Kept, ListOf, Made, MapOf, Told
from botkit.shapes.keys import Keys
from botkit.shapes.scalars import ANY_TEXT, DURATION, SWITCH, Expr, GivenValue, NestedValue, Of, Plain, Says, duration, one_of, whole

__all__ = [
    "ANY_TEXT",
    "DURATION",
    "NAME",
    "SWITCH",
    "Either",
    "Expr",
    "GivenValue",
    "Kept",
    "Key",
    "Keys",
    "ListOf",
    "Made",
    "MapOf",
    "NestedValue",
    "Of",
    "Plain",
    "Says",
    "Shape",
    "Told",
    "duration",
    "one_of",
    "refuse",
    "whole",
]
