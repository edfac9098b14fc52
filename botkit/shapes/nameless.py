"""Keys of a step, or of a flow, where the names of steps must stand."""

from __future__ import annotations

from collections.abc import Sequence

from botkit.replies import Reading
from botkit.shapes.keys import Keys
from botkit.shapes.strays import below, fits, level, shifted
from botkit.source import Mapping, Node, Scalar


def strayed_keys(pairs: Sequence[tuple[Scalar, Node]], step: Keys, flow: Keys, node: Mapping, reading: Reading) -> set[Scalar]:
    """Report the keys of a step, or of the flow *node*, that stand among the names of the steps; those, and steps left empty."""
    strayed: set[Scalar] = set()
    above: tuple[Scalar, Node] | None = None
    run: list[Scalar] = []
    for key, value in pairs:
        if _step_like(value, step):
            _tell_run(run, above, step, reading, strayed)
            above, run = (key, value), []
        elif key.text in flow.table and node.key(key.text) is None and fits(flow.table[key.text].shape, value):
            told = f'"{key.text}" is a key of {flow.what}, and stands among the names of its steps'
            fix = shifted(key.source, key, (level(node) or 0) - key.span[1]) if key is pairs[-1][0] else ()
            hint = 'move it to the beginning of a line of its own, above "steps:" or below all of them'
            reading.report("misplaced-key", key, told, hint, fix=fix)
            strayed.add(key)
        elif key.text in step.table and (not isinstance(value, Mapping) or fits(step.table[key.text].shape, value)):
            run.append(key)
            strayed.add(key)
        else:
            _tell_run(run, above, step, reading, strayed)
            above, run = (key, value), []
    _tell_run(run, above, step, reading, strayed)
    return strayed


def _step_like(value: Node, step: Keys) -> bool:
    return isinstance(value, Mapping) and all(key.text in step.table for key, _ in value)


def _tell_run(run: list[Scalar], above: tuple[Scalar, Node] | None, step: Keys, reading: Reading, strayed: set[Scalar]) -> None:
    """Report keys of one step that stand below one another among the names of steps."""
    if not run:
        return
    first = run[0]
    words = " and ".join(f'"{key.text}"' for key in run[:3])
    told = f"{words} {'is a key' if len(run) == 1 else 'are keys'} of {step.what}, and here the name of a step must stand"
    rows = range(first.span[0], below(first.source, run[-1]).stop)
    lines = "its line" if len(rows) == 1 else f"lines {rows.start + 1} to {rows.stop}"
    if first.source.row(first.span[0])[: first.span[1]].strip():  # between { }
        reading.report("misplaced-key", first, told, "put a name and { before it, and } behind it")
    elif above is None:
        row = first.source.row(first.span[0])
        fix = (*shifted(first.source, first, 2, rows[1:]), first.source.edit(rows.start, f"{row[: first.span[1]]}first:\n  {row}"))
        hint = f'write a name of your own above it, as in "first:", and begin {lines} with two spaces more'
        reading.report("misplaced-key", first, told, hint, fix=fix)
    else:
        name, body = above
        column = body.span[1] if isinstance(body, Mapping) and body.span[0] > name.span[0] else first.span[1] + 2
        lacking = not isinstance(body, Mapping) or not any(body.key(key.text) for key in run)
        clear = lacking and (not isinstance(body, Mapping) or body.span[0] > name.span[0])
        if isinstance(body, Scalar) and body.empty:
            strayed.add(name)
        more = f"begin {lines} with {column} spaces" if len(rows) == 1 else f"begin {lines} with {column - first.span[1]} spaces more"
        hint = f'{more}: then it belongs to step "{name.text}" (line {name.line})' if clear else "write the name of a step above it"
        reading.report("misplaced-key", first, told, hint, fix=shifted(first.source, first, column - first.span[1], rows) if clear else ())


__all__ = ["strayed_keys"]
