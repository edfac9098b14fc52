"""Expressions: what authors write behind "=" and between {{ }}, parsed by Jinja and evaluated by an allow-list of our own."""

from botkit.expressions.filters import FILTERS, TESTS
from botkit.expressions.functions import FUNCTIONS
from botkit.expressions.methods import ATTRIBUTES, METHODS
from botkit.expressions.names import NameUse
from botkit.expressions.parse import Expression, Text, parse_expression, parse_text
from botkit.expressions.tables import Operation, Parameter
from botkit.expressions.tokens import Fault
from botkit.expressions.values import Duration, ExpressionError, Scope, kind_of
from botkit.expressions.writing import write

__all__ = [
    "ATTRIBUTES",
    "FILTERS",
    "FUNCTIONS",
    "METHODS",
    "TESTS",
    "Duration",
    "Expression",
    "ExpressionError",
    "Fault",
    "NameUse",
    "Operation",
    "Parameter",
    "Scope",
    "Text",
    "kind_of",
    "parse_expression",
    "parse_text",
    "write",
]
