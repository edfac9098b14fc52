"""What a condition tells of the names in it: which of them are not none where it is true, and where it is false."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import nodes

from botkit.expressions.names import label

Path = tuple[str, ...]  # a name with the attributes behind it: ("place", "street")
Facts = frozenset[Path]  # those that are not none

NO_FACTS: Facts = frozenset()


def path_of(node: nodes.Node) -> Path | None:
    """The name that *node* stands for; None when it is not one."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    called = label(node) if isinstance(node, nodes.Getattr) else None
    return tuple(called.split(".")) if called else None


@lru_cache(maxsize=8192)
def facts(node: nodes.Node) -> tuple[Facts, Facts]:
    """What is not none where *node* is true, and where it is false."""
    match node:
        case nodes.Name() | nodes.Getattr():
            return _there(node), NO_FACTS
        case nodes.Not():
            true, false = facts(node.node)
            return false, true
        case nodes.And():
            (one, no), (two, neither) = facts(node.left), facts(node.right)
            return one | two, no & (neither | one)
        case nodes.Or():
            (one, no), (two, neither) = facts(node.left), facts(node.right)
            return one & (two | no), no | neither
        case nodes.Test():
            there = _there(node.node)
            match node.name:
                case "none" | "undefined":
                    return NO_FACTS, there
                case "defined" | "true" | "false":
                    return there, NO_FACTS
        case nodes.Compare() if len(node.ops) == 1:
            return _compared(node.expr, node.ops[0].op, node.ops[0].expr)
        case nodes.Filter() if node.name in ("length", "count", "trim", "default") and node.node is not None:
            return (_there(node.node) if node.name != "default" or not node.args else NO_FACTS), NO_FACTS
    return NO_FACTS, NO_FACTS


def _there(node: nodes.Node) -> Facts:
    """*node*, and all that it is an attribute of."""
    path = path_of(node)
    return frozenset(path[:n] for n in range(1, len(path) + 1)) if path is not None else NO_FACTS


def _compared(left: nodes.Node, sign: str, right: nodes.Node) -> tuple[Facts, Facts]:
    if isinstance(left, nodes.Const) and sign in ("eq", "ne"):
        left, right = right, left
    there = _there(left)
    if sign in ("eq", "ne") and isinstance(right, nodes.Const):
        same, other = (NO_FACTS, there) if right.value is None else (there, NO_FACTS)
        return (same, other) if sign == "eq" else (other, same)
    if sign in ("in", "notin") and isinstance(right, nodes.List | nodes.Tuple):
        certain = all(isinstance(one, nodes.Const) and one.value is not None for one in right.items)
        found = there if certain else NO_FACTS
        return (found, NO_FACTS) if sign == "in" else (NO_FACTS, found)
    return NO_FACTS, NO_FACTS


__all__ = ["NO_FACTS", "Facts", "Path", "facts", "path_of"]
