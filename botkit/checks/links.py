"""Links: what is named and is not there, or means something else than it seems to."""

from __future__ import annotations

from botkit.checks.survey import Survey, meant, renamed
from botkit.checks.walk import Piece
from botkit.flow import Flow
from botkit.outcomes import Outcome, Target
from botkit.says import Say
from botkit.source import Scalar
from botkit.steps import Handoff


def targets(find: Survey) -> None:
    """A `go` that leads to no step and no flow."""
    for piece in find.of(Outcome):
        target: Target | None = piece.thing.go
        if target is not None and not target.word:
            if piece.flow is not None:
                _from_flow(find, piece, piece.flow, target)
            else:
                _from_bot(find, piece, target)


def _from_flow(find: Survey, piece: Piece, flow: Flow, target: Target) -> None:
    steps = find.written[flow.name]
    name = target.name
    if "." in name:
        _dotted(find, piece, target)
    elif name not in steps and name not in find.bot.flows and not find.unread("flows", name):
        told = f'{piece.whose} goes to "{name}", but there is no such step'
        elsewhere = next((f"{other}.{name}" for other, there in find.written.items() if name in there), None)
        if elsewhere is not None:
            hint = f'write "{elsewhere}": it is a step of another flow'
            find.report("no-such-step", target.node, told, hint, of=piece, fix=renamed(target.node, name, elsewhere))
            return
        near = find.near_target(flow, name)
        listed = "" if near or not steps else f"the steps of this flow are {', '.join(list(steps)[:12])}"
        hint = meant(near, steps.get(near or "") or ("a flow" if near in find.bot.flows else None)) or listed
        find.report("no-such-step", target.node, told, hint, of=piece, fix=renamed(target.node, name, near))


def _dotted(find: Survey, piece: Piece, target: Target) -> None:
    head, _, step = target.name.partition(".")
    if find.unread("flows", head):
        return
    if head not in find.bot.flows:
        near = find.nearest(head, find.bot.flows, "flows")
        at = target.node.locate(0, len(head))
        told = f'{piece.whose} goes to "{target.name}", but there is no flow "{head}"'
        find.report("no-such-flow", at, told, meant(near) or _flows(find), of=piece, fix=renamed(target.node, head, near))
    elif step not in find.written[head]:
        near = find.nearest(step, find.written[head])
        shift = len(head) + 1
        told = f'{piece.whose} goes to "{target.name}", but flow "{head}" has no step "{step}"'
        hint = meant(near, find.written[head].get(near or "")) or f"its steps are {', '.join(list(find.written[head])[:12])}"
        at = target.node.locate(shift, len(step))
        find.report("no-such-step", at, told, hint, of=piece, fix=renamed(target.node, step, near, shift))


def _from_bot(find: Survey, piece: Piece, target: Target) -> None:
    name = target.name
    if "." in name:
        _dotted(find, piece, target)
    elif name not in find.bot.flows and not find.unread("flows", name):
        holder = next((flow for flow, steps in find.written.items() if name in steps), None)
        if holder is not None:
            told = f'{piece.whose} goes to "{name}": botkit.yaml belongs to no flow, so the step needs its flow before it'
            full = f"{holder}.{name}"
            find.report("step-without-flow", target.node, told, f"go: {full}", of=piece, fix=renamed(target.node, name, full))
            return
        near = find.nearest(name, [*find.bot.flows, "quit"], "targets of botkit.yaml")
        told = f'{piece.whose} goes to "{name}", but there is no such flow'
        find.report("no-such-flow", target.node, told, meant(near) or _flows(find), of=piece, fix=renamed(target.node, name, near))


def ends_of_no_flow(find: Survey) -> None:
    """`end` or `fail` in botkit.yaml, where no flow is that could end."""
    for piece in find.of(Outcome):
        target: Target | None = piece.thing.go
        if piece.flow is None and target is not None and target.word in ("end", "fail"):
            told = f'{piece.whose} goes to "{target.text}", which ends one flow, and botkit.yaml belongs to none'
            hint = "go: quit (every flow ends)"
            find.report("ends-no-flow", target.node, told, hint, of=piece, fix=renamed(target.node, target.text, "quit"))


def called_flows(find: Survey) -> None:
    """A `call` of a flow that is not there."""
    for call in find.calls:
        name = call.flow.text.strip()
        if name in find.bot.flows or find.unread("flows", name):
            continue
        own = find.written[call.piece.flow.name] if call.piece.flow is not None else {}
        near = None if name in own or "." in name else find.nearest(name, find.bot.flows, "flows")
        hint = meant(near) or _flows(find)
        if name in own or "." in name:
            hint = f'a call runs a whole flow; to lead to a step write "go: {name}"'
        told = f'{call.piece.whose} calls "{name}", but there is no such flow'
        find.report("no-such-flow", call.flow, told, hint, of=call.piece, fix=renamed(call.flow, name, near))


def start(find: Survey) -> None:
    """The flow that a first message starts is not there."""
    node = find.bot.settings.start
    if node is None or node.text in find.bot.flows or find.unread("flows", node.text):
        return
    near = find.nearest(node.text, find.bot.flows, "flows") or (next(iter(find.bot.flows)) if len(find.bot.flows) == 1 else None)
    told = f'the bot starts with "{node.text}", but there is no such flow'
    find.report("no-such-flow", node, told, meant(near) or _flows(find), fix=renamed(node, node.text, near))


def _flows(find: Survey) -> str:
    flows = list(find.bot.flows)
    return f"the flows are {', '.join(flows[:12])}" if flows else "there is none yet: write flows/NAME.yaml"


def step_or_flow(find: Survey) -> None:
    """A target that is the name of a step and of a flow: the step is meant."""
    for piece in find.of(Outcome):
        target: Target | None = piece.thing.go
        if target is None or target.word or piece.flow is None or target.name not in find.bot.flows:
            continue
        if target.name in find.written[piece.flow.name]:
            line = find.written[piece.flow.name][target.name]
            first = find.bot.flows[target.name].first
            told = f'"{target.name}" is a step of this flow (line {line}) and a flow; the step is meant'
            hint = f'rename one of them, or write "{target.name}.{first}" for the flow'
            find.report("step-or-flow", target.node, told, hint, of=piece, severity="warning")


def queues(find: Survey) -> None:
    """A handoff to a queue that botkit.yaml does not name."""
    known = [queue.name for queue in find.bot.settings.queues]
    for piece in find.of(Handoff):
        node: Scalar = piece.thing.queue
        if node.text in known or "botkit.yaml" in find.broken:
            continue
        near = find.nearest(node.text, known)
        told = f'{piece.whose} hands over to "{node.text}", but there is no such queue'
        hint = meant(near) or f"add it to botkit.yaml: queues: {{{node.text}: {{}}}}"
        find.report("no-such-queue", node, told, hint, of=piece, fix=renamed(node, node.text, near))


def files(find: Survey) -> None:
    """A Jinja reply that templates/ does not hold."""
    for piece in find.of(Say):
        node: Scalar | None = piece.thing.file
        if node is None or node.text in find.bot.files or find.unread("templates", node.text):
            continue
        whole = f"{node.text}.j2"
        near = whole if whole in find.bot.files else find.nearest(node.text, find.bot.files)
        told = f'there is no file "{node.text}" in templates/'
        find.report("no-such-file", node, told, meant(near) or "write it there", of=piece, fix=renamed(node, node.text, near))


__all__ = ["called_flows", "ends_of_no_flow", "files", "queues", "start", "step_or_flow", "targets"]
