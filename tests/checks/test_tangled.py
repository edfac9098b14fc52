"""Bots so large that nobody has written one: what takes minutes to find out is not looked at, and that is told."""

from __future__ import annotations

from random import Random

from botkit.bot import Bot
from botkit.checks import check
from botkit.checks.results import results
from botkit.checks.survey import Survey
from botkit.problems import Place, Problems
from botkit.release import read_bot

SETTINGS = b"botkit: 1\nstart: main\ntimezone: Europe/Madrid\n"


def codes(files: dict[str, bytes]) -> set[str]:
    problems = Problems()
    bot = read_bot({"botkit.yaml": SETTINGS, **files}, problems)
    assert bot is not None and not problems.errors, [str(problem) for problem in problems]
    check(bot, None, problems)
    return {problem.code for problem in problems}


def crossing(steps: int) -> bytes:
    """Steps of which each sets a variable, reads another and leads to nine others."""
    chance = Random(1)
    rows = ["steps:"]
    for n in range(steps):
        rows += [f"  s{n}:", f"    set: {{v{n}: 1}}", f"    say: 'It is {{{{ v{chance.randrange(steps)} }}}}.'", "    options:"]
        rows += [f"      o{k}: {{label: L{k}, go: s{chance.randrange(steps)}}}" for k in range(9)]
    return "\n".join(rows).encode()


def chained(steps: int) -> bytes:
    """Steps of which each asks for a variable of its own, and says the one before."""
    rows = ["steps:", "  s0: {say: Name?, ask: {v0: text}}"]
    rows += [f"  s{n}: {{say: 'Hello {{{{ v{n - 1} }}}}. And?', ask: {{v{n}: text}}}}" for n in range(1, steps)]
    rows.append(f"  last: {{say: '{{{{ v{steps - 1} }}}}'}}")
    return "\n".join(rows).encode()


def test_steps_that_cross_in_every_way_are_told_to_be_too_tangled() -> None:
    assert "too-tangled" in codes({"flows/main.yaml": crossing(500)})


def test_a_few_steps_that_cross_are_followed() -> None:
    assert "too-tangled" not in codes({"flows/main.yaml": crossing(40)})


def test_a_long_flow_is_followed() -> None:
    assert codes({"flows/main.yaml": chained(1_000)}) == set()


def test_what_a_flow_ends_with_is_handed_on_through_a_ring_of_calls() -> None:
    files = {f"flows/f{n}.yaml": _link(n, 300) for n in range(300)}
    files["flows/main.yaml"] = b"steps: {a: {call: f0, errors: {x7: {go: end}}}}"
    problems = Problems()
    bot = read_bot({"botkit.yaml": SETTINGS, **files}, problems)
    assert isinstance(bot, Bot)
    found = results(Survey(bot, None, problems))
    assert set(found["f0"] or {}) == {f"x{n}" for n in range(300)}
    assert set(found["main"] or {}) == {f"x{n}" for n in range(300) if n != 7}


def _link(n: int, among: int) -> bytes:
    return f"steps:\n  a: {{say: Well?, options: {{no: {{label: No, go: fail x{n}}}}}}}\n  b: {{call: f{(n + 1) % among}}}\n".encode()


def test_an_error_is_found_behind_any_number_of_warnings() -> None:
    problems = Problems()
    for line in range(1, 2_000):
        problems.report("unused-variable", Place("flows/main.yaml", line), "nothing reads it", severity="warning")
    problems.report("no-such-step", Place("flows/main.yaml", 1), "there is no such step")
    assert len(problems) == Problems.MOST + 1
    assert [problem.code for problem in problems.errors] == ["no-such-step"]


def test_one_warning_of_its_kind_is_found_behind_any_number_of_another() -> None:
    problems = Problems()
    for line in range(1, 2_000):
        problems.report("unused-variable", Place("flows/main.yaml", line), "nothing reads it", severity="warning")
    for line in (1, 2):
        problems.report("too-tangled", Place("flows/main.yaml", line), "too many ways", severity="warning")
    assert len(problems) == Problems.MOST + 1
    assert [problem.code for problem in problems if problem.place.line == 1] == ["too-tangled", "unused-variable"]
