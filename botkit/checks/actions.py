"""Actions: functions that are not there, arguments that they do not take or still need."""

from __future__ import annotations

from botkit.checks.survey import Survey, meant, renamed
from botkit.checks.walk import Piece
from botkit.signatures import Signature
from botkit.source import Scalar
from botkit.steps import Run
from botkit.web import MEDIA_SAVE, METHODS, asks_the_web


def actions(find: Survey) -> None:
    """A `run` of an action that no file of actions/ has; `with` that names what it does not take, or leaves out what it needs."""
    if find.signatures is None:
        return
    for piece in find.of(Run):
        run: Run = piece.thing
        signature = find.signatures.get(run.action.text)
        if signature is not None and signature.hook:
            told = f"{signature.name} is marked by @understand: it is asked what messages mean, and no flow calls it"
            find.report("no-such-action", run.action, told, "write a function of its own, marked by @action", of=piece)
        elif signature is None:
            _unknown(find, piece, run.action)
        else:
            _arguments(find, piece, run, signature)


def _unknown(find: Survey, piece: Piece, node: Scalar) -> None:
    name = node.text
    module, _, function = name.rpartition(".")
    file = f"actions/{module.replace('.', '/')}.py"
    if file in find.broken:
        return
    known = find.signatures or {}
    near = find.nearest(name, (*known, MEDIA_SAVE), "actions")
    beside = [one.rpartition(".")[2] for one in known if one.rpartition(".")[0] == module]
    told = f'there is no action "{name}"'
    if asks_the_web(name):
        there = f"there are {', '.join(f'http.{method}' for method in METHODS)}"
        find.report("no-such-action", node, told, meant(near) or there, of=piece, fix=renamed(node, name, near))
        return
    there = f"{file} has {', '.join(beside)}" if beside else f"write it in {file}: @action, and below it async def {function}()"
    hint = meant(near) or there
    find.report("no-such-action", node, told, hint, of=piece, fix=renamed(node, name, near))


def _arguments(find: Survey, piece: Piece, run: Run, signature: Signature) -> None:
    given = {key.text: key for key, _ in run.arguments}
    lacking = [one.name for one in signature.parameters if one.required and one.name not in given]
    for name, key in given.items():
        if signature.parameter(name) is not None or signature.open:
            continue
        free = [one.name for one in signature.parameters if one.name not in given]
        near = find.nearest(name, free)
        takes = ", ".join(one.name for one in signature.parameters)
        hint = meant(near) or (f"it takes {takes}" if takes else "it takes nothing: delete it")
        told = f'{signature.name} takes no "{name}"'
        find.report("unknown-argument", key, told, hint, of=piece, fix=renamed(key, name, near))
        lacking = [one for one in lacking if one != near]
    if lacking:
        told = f"{signature.name} needs {', '.join(lacking)}, and here nothing is given for it"
        hint = f"with: {{{', '.join(f'{name}: = {name}' for name in lacking)}}}"
        find.report("missing-argument", run.action, told, hint, of=piece)


__all__ = ["actions"]
