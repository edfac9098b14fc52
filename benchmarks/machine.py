"""What the state machines cost: a transition, building flows, a whole turn, and what an idle conversation takes in the process.

    python benchmarks/machine.py [seconds for each measure]

Times are CPU time, the best of five rounds; what they are worth beside each other matters, not what they are on this machine.
"""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from transitions import Machine

from botkit.bot import Bot
from botkit.engine import advance
from botkit.machine import Condition, build
from botkit.model import Contact, Conversation, Event, MessageReceived, Send, dump_conversation, load_conversation
from botkit.problems import Problems
from botkit.release import read_bot

NOW = datetime(2026, 6, 22, 9, tzinfo=UTC)
SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 0.3
ROUNDS = 5


def cost(one: Callable[[], object], seconds: float | None = None) -> float:
    """Microseconds of CPU time that *one* takes."""
    begun, count = time.process_time(), 0
    while time.process_time() - begun < 0.02:
        one()
        count += 1
    count = max(1, int(count * (SECONDS if seconds is None else seconds) / ROUNDS / 0.02))
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        for _ in range(count):
            one()
        best = min(best, (time.process_time() - begun) / count)
    return best * 1e6


# ---------------------------------------------------------------- a transition


class Mover:
    __slots__ = ("outcome", "state")

    def __init__(self) -> None:
        self.state = "s0"
        self.outcome = 0


def _is(number: int) -> Condition:
    return lambda data: bool(data.model.outcome == number)


def transitions() -> None:
    """60 states; each leads to the next one by the last of *candidates*."""
    states = [f"s{n}" for n in range(60)]
    print("one transition, µs              lean     stock   stock/lean")
    table = {(state, "go"): states[(n + 1) % 60] for n, state in enumerate(states)}
    mover = Mover()

    def lookup() -> None:
        mover.state = table[mover.state, "go"]

    print(f"  a look into a dict        {cost(lookup):8.2f}")
    for name, candidates in (("no condition", 0), ("1 condition", 1), ("8 candidates", 8), ("30 candidates", 30)):
        graph: list[tuple[str, str, str, Condition | None]] = [
            ("go", state, states[(n + 1) % 60], _is(i) if candidates else None)
            for n, state in enumerate(states)
            for i in range(max(candidates, 1))
        ]
        stock = Machine(model=None, states=states, initial=None, auto_transitions=False, send_event=True)
        for trigger, source, dest, condition in graph:
            stock.add_transition(trigger, source, dest, conditions=[condition] if condition else [])
        spent = []
        for machine in (build(states, graph), stock):
            mover = Mover()
            mover.outcome = max(candidates - 1, 0)
            event = machine.events["go"]

            def step(event: Any = event, mover: Mover = mover) -> None:
                event.trigger(mover)

            spent.append(cost(step))
        print(f"  {name:24}  {spent[0]:8.2f}  {spent[1]:8.2f}  {spent[1] / spent[0]:8.1f}")


# ---------------------------------------------------------------- flows


def flow(steps: int) -> str:
    """Questions with two options each, an action and a branch here and there, a command and an entry of silence."""
    lines = ["commands: {out: {match: out, go: s0}}", "silence: [{after: 2h, say: Still there?}]", "steps:"]
    for n in range(steps):
        onward = f"s{(n + 1) % steps}"
        match n % 5:
            case 0 | 1:
                options = f"{{a: {{label: First, go: {onward}}}, b: Second}}"
                lines.append(f"  s{n}: {{say: 'Question {n}, {{{{ x }}}}?', options: {options}, save: x}}")
            case 2:
                check = f"{{if: n{n} < 100, else: Too much.}}"
                lines.append(f"  s{n}: {{say: Which number?, ask: {{n{n}: integer}}, check: {check}, retry: Again.}}")
            case 3:
                lines.append(f"  s{n}: {{set: {{y: = n{n - 1} + 1}}, branch: [{{if: y > 5, say: Many., go: {onward}}}, {{say: Few.}}]}}")
            case _:
                lines.append(f"  s{n}: {{say: Thank you., ask: {{t: text}}, go: {onward}}}")
    return "\n".join(lines)


def bot(steps: int) -> Bot:
    files = {"botkit.yaml": "botkit: 1\nstart: main\ncommands: {help: {match: help, say: Help.}}\n", "flows/main.yaml": flow(steps)}
    problems = Problems()
    found = read_bot({name: text.encode() for name, text in files.items()}, problems)
    assert found is not None and not problems.errors, list(map(str, problems))
    return found


def building() -> None:
    print("\nbuilding a flow, ms             20        200      2,000 steps")
    sizes = (20, 200, 2_000)
    for name, make in (
        ("YAML to a bot, ready", lambda steps, _: lambda: bot(steps)),
        ("of that its machine", lambda _, made: made.flows["main"].compile),
    ):
        spent = [cost(make(steps, bot(steps)), SECONDS / 2) / 1000 for steps in sizes]
        print(f"  {name:22}" + "".join(f"{one:11.2f}" for one in spent))
    gc.collect()
    gc.disable()
    print(f"  without the garbage collector, YAML of 2,000 steps to a bot: {cost(lambda: bot(2_000), SECONDS / 2) / 1000:.0f}")
    gc.enable()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = bot(2_000)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    print(f"  memory of 2,000 steps: {grown / 1e6:.1f} MB, {grown / len(kept.flows['main'].steps) / 1000:.1f} kB a step")


# ---------------------------------------------------------------- a turn


def said(text: str, payload: str | None = None) -> Event:
    return MessageReceived("k", NOW, "wamid.1", "tap" if payload else "text", text, payload)


def at(made: Bot, *texts: str) -> Conversation:
    conversation = Conversation("main", Contact("c1", wa_id="34600111222", profile="Ana"))
    for text in ("hello", *texts):
        conversation = advance(made, conversation, said(text)).conversation
    return conversation


def turns() -> None:
    made = bot(200)
    asked, number = at(made), at(made, "1", "1")
    tapped = said("First", f"main.s0:{asked.frames[-1].entry}:a")
    print("\none turn, µs                  engine   + read and written as JSON")
    for name, before, event in (
        ("a tap", asked, tapped),
        ("an option by its label", asked, said("first!")),
        ("a number of an option", asked, said("2")),
        ("a typed answer, checked", number, said("42")),
        ("not understood", number, said("what?")),
        ("a command", asked, said("help")),
        ("a first message", Conversation("main", Contact("c1")), said("hello")),
    ):
        written = dump_conversation(before)

        def engine(before: Conversation = before, event: Event = event) -> None:
            advance(made, before, event)

        def whole(written: bytes = written, event: Event = event) -> None:
            turn = advance(made, load_conversation(written), event)
            dump_conversation(turn.conversation)
            for effect in turn.effects:
                if isinstance(effect, Send) and effect.message is not None:
                    effect.message.payload()

        print(f"  {name:24}{cost(engine):11.1f}{cost(whole):11.1f}")


# ---------------------------------------------------------------- idle conversations


def idle() -> None:
    """A conversation that is written down leaves nothing behind in the process."""
    made = bot(200)

    def some(first: int, count: int) -> int:
        size = 0
        for n in range(first, first + count):
            conversation = Conversation("main", Contact(f"c{n}", wa_id=f"34{n:09}"))
            for text in ("hello", "1", "2", "42", "help"):
                conversation = advance(made, conversation, said(text)).conversation
            size = len(dump_conversation(conversation))
        return size

    size = some(0, 500)  # whatever is cached is cached now
    print("\nconversations of 5 turns, in the middle of a flow and idle now: left in the process")
    tracemalloc.start()
    for count in (1_000, 10_000):
        gc.collect()
        objects, memory = len(gc.get_objects()), tracemalloc.get_traced_memory()[0]
        some(1_000, count)
        gc.collect()
        left = tracemalloc.get_traced_memory()[0] - memory
        print(f"  of {count:6}: {len(gc.get_objects()) - objects} objects, {left} bytes, {left / count:.2f} each")
    tracemalloc.stop()
    print(f"  models that the machine knows: {len(made.flows['main'].machine.models)}; in the store: {size} bytes each")


def main() -> None:
    transitions()
    building()
    turns()
    idle()


if __name__ == "__main__":
    main()
