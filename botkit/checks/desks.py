"""Queues that lead somewhere: what they still need, what does not go together, functions that cannot be told."""

from __future__ import annotations

from botkit.checks.survey import Survey, meant, renamed
from botkit.settings import Queue
from botkit.steps import Handoff

GIVEN = "delivery"  # what the function of a queue takes


def desks(find: Survey) -> None:
    """A queue with an address and no secret, with two places to lead to, or whose function is not there or cannot be told."""
    for queue in find.bot.settings.queues:
        if queue.to is not None and queue.action is not None:
            told = f'queue "{queue.name}" leads to an address and to a function'
            find.report("wrong-shape", queue.action, told, "delete one of them: to, or action")
        elif queue.to is not None and queue.secret is None:
            told = f'queue "{queue.name}" has no secret: its desk could not tell what comes from this bot from what others make up'
            find.report("queue-unsigned", queue.to, told, "secret: $DESK_SECRET, and DESK_SECRET=… in .env")
        elif queue.to is None and queue.secret is not None:
            told = f'queue "{queue.name}" has a secret, and nothing is signed: only an address is told with a signature'
            find.report("queue-unsigned", queue.secret, told, "delete it, or add to: https://desk.example.com/hook")
        elif queue.action is not None:
            _function(find, queue)


def _function(find: Survey, queue: Queue) -> None:
    node = queue.action
    if node is None or find.signatures is None:
        return
    signature = find.signatures.get(node.text)
    module, _, function = node.text.rpartition(".")
    file = f"actions/{module.replace('.', '/')}.py"
    if signature is None or signature.hook:
        if file in find.broken:
            return
        near = find.nearest(node.text, [name for name, known in find.signatures.items() if not known.hook], "actions")
        hint = meant(near) or f"write it in {file}: @action, and below it async def {function or 'open'}(ctx, {GIVEN})"
        find.report("no-such-action", node, f'there is no action "{node.text}"', hint, fix=renamed(node, node.text, near))
    elif not (signature.open or signature.parameter(GIVEN)):
        told = f'{signature.name} takes no "{GIVEN}", so it cannot be told what happens in queue "{queue.name}"'
        find.report("unknown-argument", node, told, f"async def {function}(ctx, {GIVEN}): …")
    elif more := [one.name for one in signature.parameters if one.required and one.name != GIVEN]:
        told = f"{signature.name} needs {', '.join(more)}, and a queue gives {GIVEN} and nothing else"
        find.report("missing-argument", node, told, f"async def {function}(ctx, {GIVEN}): …")


def outcomes(find: Survey) -> None:
    """A handoff to a queue that may decline, without a word about that; or one that tells more than anybody hears."""
    queues = {queue.name: queue for queue in find.bot.settings.queues}
    for flow in find.bot.flows.values():
        for step in flow.steps.values():
            verb = step.verb
            queue = queues.get(verb.queue.text) if isinstance(verb, Handoff) else None
            if not isinstance(verb, Handoff) or queue is None or not find.whole(flow):
                continue
            if queue.leads and not {"closed", "any"} & set(verb.errors) and flow.on_error.empty:
                told = f'queue "{queue.name}" may decline, and this step has no errors.closed: "something went wrong" would follow'
                find.report("closed-unhandled", verb.queue, told, "add errors: {closed: {say: …, go: …}}", of=step, severity="warning")
            if verb.arguments and not queue.leads:
                told = f'nobody is told this: queue "{queue.name}" leads nowhere'
                hint = "delete with, or say in botkit.yaml where the queue leads: to"
                find.report("unused-key", verb.arguments[0][0], told, hint, of=step)


__all__ = ["desks", "outcomes"]
