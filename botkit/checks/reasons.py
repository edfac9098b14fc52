"""Why a variable may be none at a step: the way there on which nothing fills it, in a sentence."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from botkit.checks.filled import Edge, Walk

_HOW = {
    "skip": 'when step "{step}" is skipped',
    "retry": 'after too many bad answers at step "{step}"',
    "silence": 'when nobody answers at step "{step}"',
    "command": 'when the command "{detail}" is given',
    "on_error": "when something fails",
    "stale": 'when an old button of step "{detail}" is tapped',
    "on": 'when step "{step}" leads to "{dest}"',
    "branch": 'when step "{step}" leads to "{dest}"',
}
_ERRORS = {
    "timeout": 'when nothing comes in time at step "{step}"',
    "any": 'when step "{step}" fails',
    "unsent": 'when a message of step "{step}" cannot be sent',
    "closed": 'when the queue of step "{step}" is closed',
}

_MOST = 200_000  # ways between steps that one run looks along for reasons: of hundreds of findings nobody reads them all


def why_empty(walk: Walk, key: str, step: str, mask: int) -> str:
    """Why *key* may be none at *step*, where it has the bits *mask*; "" where that cannot be told."""
    fillings = walk.fillings
    for one in fillings.among(mask & fillings.nones):
        if one.why:
            return one.why
    if key.startswith("contact."):
        return f'a contact may have no "{key.partition(".")[2]}" yet'
    if walk.find.searched > _MOST:
        return ""
    way = _way(walk, key, step)
    return _told(walk, key, step, way)


def _way(walk: Walk, key: str, step: str) -> list[Edge]:
    """The shortest way from where the flow begins to *step* on which nothing fills *key*."""
    empty = walk.fillings.nothing
    onward: dict[str, list[Edge]] = {}
    walk.find.searched += len(walk.begun) + sum(map(len, walk.edges.values()))
    for edge in _edges(walk):
        if edge.state.masks[key] & empty:
            onward.setdefault(edge.step, []).append(edge)
    came: dict[str, Edge] = {}
    waiting = deque([""])
    while waiting:
        for edge in onward.get(waiting.popleft(), ()):
            if edge.dest not in came:
                came[edge.dest] = edge
                waiting.append(edge.dest)
    way: list[Edge] = []
    at = step
    while at in came and len(way) <= len(came):
        way.insert(0, came[at])
        at = came[at].step
    return way


def _edges(walk: Walk) -> Iterable[Edge]:
    yield from walk.begun.values()
    for edges in walk.edges.values():
        yield from edges


def _told(walk: Walk, key: str, step: str, way: list[Edge]) -> str:
    fills = {source.step for source in walk.find.known[walk.flow.name].get(key, ()) if source.step is not None}
    passed = next((edge for edge in reversed(way) if edge.step in fills), None)
    if passed is not None:
        return f"nothing fills it {_when(walk, passed)}"
    jump = next((edge for edge in reversed(way) if edge.step and not _falls(walk, edge)), None)
    if jump is not None:
        return f"nothing has filled it {_when(walk, jump, led=True)}"
    begun = next((edge for edge in way if not edge.step and edge.dest != walk.flow.first), None)
    if begun is not None and begun.how == "go":
        return f'nothing fills it when "{begun.detail}" leads straight to step "{begun.dest}"'
    later = sorted(fills, key=list(walk.flow.steps).index)
    return f'nothing has filled it yet: step "{later[0]}" does, later on' if later and later[0] != step else "nothing has filled it yet"


def _falls(walk: Walk, edge: Edge) -> bool:
    """Whether it only leads to the next step of the file."""
    return walk.flow.steps[edge.step].following == edge.dest


def _when(walk: Walk, edge: Edge, led: bool = False) -> str:
    if edge.how == "error":
        told = _ERRORS.get(edge.detail, 'when step "{step}" ends with "{detail}"')
    elif edge.how == "option":
        told = 'when "{detail}" is chosen at step "{step}"' if edge.detail else 'when something is chosen at step "{step}"'
    elif edge.how == "answer":
        told = 'when step "{step}" leads to "{dest}"' if led else 'when "{detail}" is the answer at step "{step}"'
    else:
        told = _HOW.get(edge.how, _HOW["on"])
    return told.format(step=edge.step, detail=edge.detail, dest=edge.dest)


__all__ = ["why_empty"]
