"""Releases: what this bot makes of the conversations that are under way in a store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from botkit.checks.survey import Survey
from botkit.flow import Flow
from botkit.problems import Place, nearest
from botkit.source import Mapping, Node
from botkit.steps import Step
from botkit.succession import Stand

_END = "the release would end {} by on_error"


def gone(find: Survey) -> None:
    """People in a flow, or at a step, that is not there any more, and nothing says where they are to wait."""
    for stand, count in _stranded(find):
        flow = find.bot.flows.get(stand.flow)
        if stand.loss == "flow" and not find.unread("flows", stand.flow):
            told = f'{_many(count)} in the flow "{stand.flow}", which is not there any more: {_ended(count)}'
            hint = f"put flows/{stand.flow}.yaml back until nobody is in it"
            find.report("flow-gone", Place(f"flows/{stand.flow}.yaml"), told, hint)
        elif flow is not None and stand.loss == "step" and find.whole(flow):
            told = f'{_many(count)} at the step "{stand.step}", which is not there any more: {_ended(count)}'
            find.report("step-gone", _moves(flow), told, f"moved: {{{stand.step}: {_heir(flow, stand)}}}", of=flow)


def changed(find: Survey) -> None:
    """People at a step that asks something else now."""
    for stand, count in _stranded(find):
        step = _step(find, stand)
        if step is not None and stand.loss == "question":
            told = f'{_many(count)} at "{step.name}", {_change(stand.was, step.fingerprint)}: {_ended(count)}'
            new = f"{step.name}_2"
            hint = f'call the changed step "{new}", and add moved: {{{step.name}: {{go: {new}}}}}'
            find.report("asks-otherwise", step.key, told, hint, of=step)


def options(find: Survey) -> None:
    """Buttons that people have before them, and that are not there any more."""
    if find.live is None:
        return
    for stand, count in _stranded(find):
        step = _step(find, stand)
        if step is not None and stand.loss == "option":
            names = ", ".join(f'"{one}"' for one in stand.options)
            before = f"{names} before {'it' if count == 1 else 'them'}"
            told = f'{_many(count)} at "{step.name}" with the option{_s(len(stand.options))} {before}, gone now: {_ended(count)}'
            find.report("option-gone", _options(step), told, _kept(stand.options), of=step)
    for (name, at, option), count in sorted(find.live.buttons.items()):
        flow = find.bot.flows.get(name)
        step = flow.steps.get(at) if flow is not None else None
        if flow is None or step is None or not find.whole(flow):
            continue
        still = f'{count} older message{_s(count)} of "{at}" still {"has" if count == 1 else "have"}'
        told = f'{still} the button "{option}", which leads nowhere now'
        find.report("option-gone", _options(step), told, _kept((option,)), of=step, severity="warning")


def types(find: Survey) -> None:
    """Variables and attributes whose kept values are not of the type that is declared now."""
    if find.live is None:
        return
    for (name, variable), count in sorted(find.live.misfits.items()):
        flow = find.bot.flows.get(name)
        declared = flow.types.get(variable) if flow is not None else find.bot.attributes.get(variable)
        node = _declaration(find, flow, variable)
        if declared is None or node is None or (flow is not None and not find.whole(flow)):
            continue
        whole = variable if flow is not None else f"contact.{variable}"
        who = f"{count} conversation{_s(count)}" if flow is not None else f"{count} contact{_s(count)}"
        told = f'{who} {"has" if count == 1 else "have"} a "{whole}" from before that is not of the type {declared.word}'
        hint = f'give it another name, such as "{whole}_2", or leave its type as it was'
        find.report("type-changed", node, told, hint, of=flow, severity="warning")


# ---- what they share


def _stranded(find: Survey) -> Iterator[tuple[Stand, int]]:
    """Each place at which conversations are stranded, once, with how many there are."""
    counts: Counter[Stand] = Counter()
    for stand, count in find.live.stands.items() if find.live is not None else ():
        if stand.fate == "stranded":
            where = Stand(stand.flow, "", stand.fate, stand.loss) if stand.loss == "flow" else stand
            counts[where] += count
    yield from sorted(counts.items(), key=lambda one: (one[0].flow, one[0].step, one[0].was))


def _step(find: Survey, stand: Stand) -> Step | None:
    flow = find.bot.flows.get(stand.flow)
    return flow.steps.get(stand.step) if flow is not None and find.whole(flow) else None


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _ended(count: int) -> str:
    return _END.format("it" if count == 1 else "them")


def _many(count: int) -> str:
    return f"{count} conversation{_s(count)} {'stands' if count == 1 else 'stand'}"


def _moves(flow: Flow) -> Node:
    """Where a move is to be written."""
    node = flow.node if isinstance(flow.node, Mapping) else None
    return (node.key("moved") or node.key("steps") if node is not None else None) or flow.node


def _heir(flow: Flow, stand: Stand) -> str:
    """What takes the place of a step: one that asks the same, else one with a name like it, else where the flow begins."""
    waiting = [step.name for step in flow.steps.values() if step.waits]
    same = [step.name for step in flow.steps.values() if stand.was and step.fingerprint == stand.was]
    if same:
        return nearest(stand.step, same) or same[0]
    near = nearest(stand.step, waiting)
    kind = stand.was.partition(" ")[0]
    if near is not None and flow.steps[near].fingerprint.partition(" ")[0] == kind:
        return near
    return f"{{go: {near or flow.first}}}"


def _change(was: str, now: str) -> str:
    before, after = (one.rpartition("|")[0] or one for one in (was, now))
    verb, _, what = before.partition(" ")
    other, _, new = after.partition(" ")
    if not after:
        return f"which waited ({_worded(verb, what)}) and does not wait any more"
    return f"which asked for something else ({_worded(verb, what)}; now {_worded(other, new)})"


def _worded(verb: str, what: str) -> str:
    """A fingerprint as the author wrote it."""
    if verb != "ask":
        return f"{verb}{': ' + what if what.strip() else ''}"
    asked = what.removesuffix(" from")
    told = f"ask: {{{', '.join(part.replace('=', ': ', 1) for part in asked.split(','))}}}" if asked else "options"
    return f"{told} from data" if what.endswith(" from") else told


def _options(step: Step) -> Node:
    node = step.onward.node
    return (node.key("options") if isinstance(node, Mapping) else None) or step.key


def _kept(ids: tuple[str, ...]) -> str:
    hidden = ", ".join(f"{id_}: {{label: {id_}, if: false}}" for id_ in ids)
    return f"keep {'it' if len(ids) == 1 else 'them'} for a while, but out of sight: {hidden}"


def _declaration(find: Survey, flow: Flow | None, variable: str) -> Node | None:
    if flow is None:
        return next((key for key, _ in find.bot.settings.contact if key.text == variable), None)
    declared = [key for key, _ in (*flow.params, *flow.returns) if key.text == variable]
    asked = [one.key for step in flow.steps.values() if step.ask for one in step.ask.fields if one.name == variable and not one.contact]
    return next(iter([*asked, *declared]), None)
