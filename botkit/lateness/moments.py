"""How long a wait until a moment that is worked out can take at most, read from its expression."""

from __future__ import annotations

from jinja2 import nodes

from botkit.expressions.functions import clock

_DAY = 86_400
_HOUR = 3_600  # more, for a change of clocks on the way
_UNITS = {"seconds": 1, "minutes": 60, "hours": _HOUR, "days": _DAY, "weeks": 7 * _DAY, "months": 31 * _DAY}


def longest(tree: nodes.Node) -> float | None:
    """Seconds from now to the moment that *tree* is, at most; None where that depends on what is not written in it."""
    match tree:
        case nodes.Call(node=nodes.Name(name="now")):
            return 0
        case nodes.Call(node=nodes.Name(name="today")):
            return 0  # its beginning, which is over
        case nodes.Call(node=nodes.Name(name="at"), args=[day, nodes.Const(value=str(written))]):
            begins, moment = longest(day), clock(written)
            if begins is None or moment is None:
                return None
            # A moment of a day, such as now(), is taken for its day, which has begun by then.
            return begins + _HOUR + moment.hour * _HOUR + moment.minute * 60
        case nodes.Add(left=left, right=right):
            there = longest(left)
            more = _span(right, _UNITS["months"], _HOUR)
            return there + more if there is not None and more is not None else None
        case nodes.Sub(left=left, right=right):
            there = longest(left)
            less = _span(right, 28 * _DAY, -_HOUR)
            return there - less if there is not None and less is not None else None
    return None


def _span(tree: nodes.Node, month: int, slack: int) -> float | None:
    """Seconds of a written span such as days(2); *slack* for whole days, one of which may be longer or shorter."""
    match tree:
        case nodes.Call(node=nodes.Name(name=unit), args=[nodes.Const(value=int(count))]) if unit in _UNITS:
            lasts = float(count * (month if unit == "months" else _UNITS[unit]))
            return lasts + slack if _UNITS[unit] >= _DAY else lasts
    return None


__all__ = ["longest"]
