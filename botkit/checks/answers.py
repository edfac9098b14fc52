"""Questions: answers that cannot come, retries that cannot run, prompts that are missing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from botkit.answers import Answer
from botkit.answers.text import Text
from botkit.checks.survey import Survey, error_key
from botkit.outcomes import Outcome
from botkit.source import Mapping as Keys
from botkit.source import Node
from botkit.steps import Ask, Branch, Handoff, Option, Run
from botkit.steps.ask import Field


def _key(node: Node | None, name: str) -> Node | None:
    """The word *name* among the keys *node*."""
    return node.key(name) if isinstance(node, Keys) else None


def retries(find: Survey) -> None:
    """`retry` with `max` and nothing that follows it, or with an outcome that never comes since there is no `max`."""
    for piece in find.of(Ask):
        retry = piece.thing.retry
        after: Outcome = retry.outcome
        acts = after.go is not None or after.call is not None
        if retry.node is None or not find.whole(piece.flow):
            continue
        if retry.max is not None and not acts:
            count = f"{retry.max} bad answer{'' if retry.max == 1 else 's'}"
            told = f"after {count} this step goes on without an answer"
            at = _key(retry.node, "max") or retry.node
            find.report("retry-leads-nowhere", at, told, "add go: to this retry: where a contact is helped, or go: end", of=piece)
        elif retry.max is None and (acts or after.set):
            word = "go" if after.go is not None else "call" if after.call is not None else "set"
            told = f'"{word}" of this retry never runs: there is no "max" that says after how many bad answers'
            at = _key(retry.node, word) or retry.node
            find.report("retry-never-ends", at, told, "add max: 3", of=piece)


def prompts(find: Survey) -> None:
    """A step that waits for an answer and has asked nothing."""
    for piece in find.of(Ask):
        step = piece.step
        if step is not None and step.verb is piece.thing and not step.say and find.whole(piece.flow):
            told = f'step "{step.name}" waits for an answer and says nothing'
            hint = "add say: to it; what an earlier step says is not said again when it is asked again"
            find.report("no-prompt", step.key, told, hint, of=piece, severity="warning")


def timeouts(find: Survey) -> None:
    """A `timeout` that nothing follows: a contact who is slow would read that something went wrong."""
    queues = {queue.name: queue for queue in find.bot.settings.queues}
    for flow in find.bot.flows.values():
        for step in flow.steps.values():
            verb = step.verb
            if verb is None or not verb.waits or not find.whole(flow) or {"timeout", "any"} & set(verb.errors) or not flow.on_error.empty:
                continue
            own = getattr(verb, "timeout", None)
            queue = queues.get(verb.queue.text) if isinstance(verb, Handoff) else None
            if own is not None:
                at = _key(step.onward.node, "timeout") or step.key
                told = 'when the time is up nothing follows but "something went wrong": this step has no errors.timeout'
                find.report("timeout-unhandled", at, told, "add errors: {timeout: {go: …}}", of=step, severity="warning")
            elif isinstance(verb, Handoff) and queue is not None and queue.timeout is not None:
                told = f'queue "{queue.name}" has a timeout, and this step has no errors.timeout: "something went wrong" would follow'
                find.report("timeout-unhandled", verb.queue, told, "add errors: {timeout: {go: …}}", of=step, severity="warning")


def errors_without_cause(find: Survey) -> None:
    """`errors.timeout` at a step that has no `timeout`."""
    queues = {queue.name: queue for queue in find.bot.settings.queues}
    for flow in find.bot.flows.values():
        for step in flow.steps.values():
            verb = step.verb
            if verb is None or not verb.waits or "timeout" not in verb.errors or not find.whole(flow):
                continue
            queue = queues.get(verb.queue.text) if isinstance(verb, Handoff) else None
            if getattr(verb, "timeout", None) is None and (queue is None or queue.timeout is None):
                at = error_key(step.onward.node, "timeout") or step.key
                told = 'this never happens: the step has no "timeout"'
                find.report("no-timeout", at, told, "add timeout: 1h to the step, or delete this", of=step, severity="warning")


def never_filled(find: Survey) -> None:
    """A variable of `ask` that no answer fills: a text before it takes every answer, or no message holds such a value."""
    for piece in find.of(Ask):
        for field, told, hint in hopeless(piece.thing):
            find.report("never-filled", field.key, told, hint, of=piece)


def hopeless(ask: Ask) -> Iterator[tuple[Field, str, str]]:
    """The variables of a question that no answer fills, with why, and what to do."""
    text = None
    for field in ask.fields:
        type_: Answer = field.type
        reads_text = type(type_).parse is not Answer.parse
        reads_other = type(type_).read is not Answer.read
        if not reads_text and not reads_other:
            told = f'"{field.key.text}" is never filled: no message of a contact is a {type_.word}'
            yield field, told, "ask for something that can be written or sent"
        elif text is not None and reads_text and not reads_other:
            told = f'"{field.key.text}" is never filled: "{text.key.text}" stands before it and takes every text'
            yield field, told, f'put "{text.key.text}" last'
        if text is None and type(type_) is Text:
            text = field


def saves(find: Survey) -> None:
    """`save` at a question without options, which takes an option's value; an option's `value` that nothing takes."""
    for piece in find.of(Ask):
        ask: Ask = piece.thing
        if ask.save is not None and not ask.offers and find.whole(piece.flow):
            told = '"save" takes the value of an option, and this step has none: the answer is in the variable of "ask"'
            named = f"ask: {{{ask.save.node.text}: {ask.fields[0].type.word}}}" if ask.fields else "options"
            find.report("save-without-options", ask.save.node, told, f"delete it; to name the answer write {named}", of=piece)
    for piece in find.of(Option):
        option: Option = piece.thing
        around = piece.inside(Ask)
        if option.value is not None and around is not None and around.save is None and find.whole(piece.flow):
            told = f'nothing takes the value of option "{option.id}"'
            find.report("value-without-save", option.value.node, told, "add save: NAME to the step", of=piece, severity="warning")


def said_too_early(find: Survey) -> None:
    """What a `run` step says goes out before its action; most authors mean it as its result."""
    for piece in find.of(Run):
        step = piece.step
        if step is None or not step.say or not step.then.empty:
            continue
        key = _key(step.onward.node, "say")
        if key is not None:
            told = f"this goes out before {piece.thing.action.text} has run"
            hint = "to say it after a success write then: {say: …}; if it is meant so, say it in a step before this one"
            find.report("said-too-early", key, told, hint, of=piece, severity="warning")


def named_like_a_key(find: Survey) -> None:
    """A step called `then` or `retry` right behind one that lacks that key: most likely it is the key, not deep enough."""
    named = {target.name for piece in find.of(Outcome) if (target := piece.thing.go) is not None}
    for flow in find.bot.flows.values():
        steps = list(flow.steps.values())
        for above, step in pairwise(steps):
            fits = step.name == "then" or (step.name == "retry" and isinstance(above.verb, Ask))
            if not fits or above.verb is None or step.name in named or _key(above.onward.node, step.name) is not None:
                continue
            column = above.onward.node.span[1] if isinstance(above.onward.node, Keys) else 4
            told = f'this is a step with the name "{step.name}", which is also a key of a step'
            hint = f'did you mean it as a key of step "{above.name}" (line {above.key.line})? Then begin its lines with '
            hint += f"{column - step.key.span[1]} spaces more; if not, give the step another name"
            find.report("misplaced-key", step.key, told, hint, of=step, severity="warning")


def never_taken(find: Survey) -> None:
    """An entry of a branch behind one that is always taken."""
    for piece in find.of(Branch):
        always = None
        for way in piece.thing.ways:
            if always is not None and find.sound(piece.step):
                told = f"this entry is never taken: the one in line {always.line} has no if"
                find.report("never-taken", way.node, told, 'move the entry without "if" to the end', of=piece, severity="warning")
                break
            if way.condition is None:
                always = way.node


__all__ = [
    "errors_without_cause", "named_like_a_key", "never_filled", "never_taken", "prompts", "retries", "said_too_early", "saves", "timeouts",
]  # fmt: skip
