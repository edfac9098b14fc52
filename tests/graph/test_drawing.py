"""What is drawn of a bot: every step, every way on, in the words of the author."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from botkit.bot import Bot
from botkit.checks import check
from botkit.checks.paths import ways
from botkit.graph import FORMATS, Picture, draw
from botkit.outcomes import END
from botkit.problems import Problems
from botkit.release import read_bot
from tests.checks.bots import bots
from tests.graph.clinics import CLINIC, ODD, leads, one, pictures, read


def test_the_flow_of_a_first_message_comes_first() -> None:
    assert [picture.flow for picture in pictures(CLINIC)] == ["booking", "hours"]
    bot, _ = read(CLINIC)
    assert [picture.flow for picture in draw(bot, ["hours"])] == ["hours"]


def test_options_stand_on_the_arrows() -> None:
    found = leads(pictures(CLINIC)[0])
    assert found >= {
        ("menu", "Book a visit", "day"),
        ("menu", "Prices", "menu"),
        ("menu", "Opening hours", "hours"),
        ("day", "day: date", "book"),
        ("day", "skipped", "book"),
        ("day", "after 3 bad answers", "desk"),
        ("book", "Full", "day"),
        ("book", "", "reminder"),
        ("reminder", "until day", "remind"),
        ("remind", "I will come", "done"),
        ("remind", "timeout 20 hours", "end"),
        ("split", 'if contact.name == "Ana"', "day"),
        ("split", "else", "hours.tell"),
        ("desk", "closed", "fail closed"),
        ("desk", "handed back", "end"),
        ("at every question", "“back”", "back"),
        ("at every question", "silent for 7 days", "quit"),
    }


def test_labels_in_another_language_and_in_the_own_one_where_it_has_none() -> None:
    found = leads(pictures(CLINIC, "es")[0])
    assert ("menu", "Pedir cita", "day") in found
    assert ("menu", "Prices", "menu") in found


def test_kinds_waits_and_templates_are_marked() -> None:
    picture = pictures(CLINIC)[0]
    kinds = {box.title: box.kind for box in picture.boxes if box.id == box.title}
    assert kinds == {
        "menu": "ask", "day": "ask", "book": "run", "reminder": "wait", "remind": "ask", "done": "say", "split": "branch",
        "desk": "handoff",
    }  # fmt: skip
    assert {box.title for box in picture.boxes if box.waits} == {"menu", "day", "reminder", "remind", "desk"}
    assert {box.title: box.template for box in picture.boxes if box.template} == {"remind": "visit_today"}
    assert {arrow.labels for arrow in picture.arrows if arrow.way == "time"} == {
        ("until day",), ("timeout 20 hours",), ("silent for 7 days",)
    }  # fmt: skip


def test_who_starts_a_flow_is_told() -> None:
    booking, hours = pictures(CLINIC)
    assert booking.box("(start)").lines == ("any first message", "book, cita")
    assert hours.box("(start)").lines == ("called by booking", "from booking")


def test_a_flow_that_is_left_can_be_followed() -> None:
    picture = pictures(CLINIC)[0]
    assert {(box.title, box.kind, box.link) for box in picture.boxes if box.link} == {
        ("hours", "visit", "hours"), ("hours.tell", "flow", "hours")
    }  # fmt: skip


def test_a_step_that_speaks_into_a_closed_window_is_marked() -> None:
    picture = one("""
        a: {say: A?, ask: {_x: text}}
        b: {wait: 30h}
        c: {say: C.}
    """)
    assert {box.title: box.wrong for box in picture.boxes if box.wrong} == {"c": "comes when the window has closed"}


def test_what_is_wrong_is_told_in_the_box() -> None:
    wrong = {(picture.flow, box.title): box.wrong for picture in pictures(ODD) for box in picture.boxes if box.wrong}
    assert wrong == {
        ("main", "nowhere"): "there is no such step",
        ("main", "nobody"): "there is no such flow",
        ("main", "unread"): "could not be read",
        ("main", "lost"): "there is no such flow",
        ("other", "main.gone"): "there is no such step",
        ("stuck", "ask"): "no way out",
        ("stuck", "lonely"): "nothing leads here",
    }


def test_what_leads_on_in_any_case_needs_no_words() -> None:
    assert leads(one("a: {if: x, say: A}\nb: {say: B}")) >= {("a", "", "b"), ("b", "", "end")}


def test_an_option_without_a_readable_label_has_its_id() -> None:
    assert ("a", "x", "end") in leads(one('a: {say: A, options: {x: {label: "\\u0007"}}}'))


def test_a_digression_that_asks_again_and_one_on_the_way() -> None:
    asking = "a: {say: A, options: {x: {label: X, call: main}}}"
    found = leads(one(asking + "\nb: {run: m.f, errors: {any: {call: main, errors: {bad: {go: a}}}}}"))
    assert found >= {("a", "X", "main"), ("b", "any, by way of main", "end"), ("b", "main: bad", "a")}


def test_what_no_test_came_by_is_known() -> None:
    bot, _ = read(CLINIC)
    picture = draw(bot, ["booking"], untested=frozenset({"booking.split", "booking.menu.options.people"}))[0]
    assert {box.title: box.tested for box in picture.boxes if box.id in bot.flows["booking"].steps} == {
        name: name != "split" for name in bot.flows["booking"].steps
    }
    untested = {(arrow.source, *arrow.labels) for arrow in picture.arrows if not arrow.tested}
    assert untested == {("menu", "Talk to us"), ("split", 'if contact.name == "Ana"'), ("split", "else")}
    assert all(box.tested is None for box in draw(bot)[0].boxes)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files=bots)
def test_every_way_of_every_bot_is_drawn(files: dict[str, bytes]) -> None:
    problems = Problems()
    bot = read_bot(files, problems)
    assert bot is not None
    check(bot, None, problems)
    drawn = draw(bot, problems=problems)
    for picture in drawn:
        _holds_all(bot, picture)
    for write in FORMATS.values():
        assert write(drawn)


def _holds_all(bot: Bot, picture: Picture) -> None:
    flow = bot.flows[picture.flow]
    boxes = {box.id: box for box in picture.boxes}
    assert boxes.keys() >= flow.steps.keys() and len(boxes) == len(picture.boxes)
    assert all(arrow.source in boxes and arrow.dest in boxes for arrow in picture.arrows)
    for step in flow.steps.values():
        there = {boxes[arrow.dest] for arrow in picture.arrows if arrow.source == step.name}
        never = set(step.ask.retry.outcome.within()) if step.ask is not None and step.ask.retry.max is None else set()
        for way in ways(flow, step):
            if way.outcome in never:
                continue  # a `retry` without `max` never leads away, whatever stands in it
            word = way.target.word if way.target is not None else ""
            if way.dest != END and word != "back":
                assert way.dest in {box.id for box in there}, (step.name, way)
            else:
                name = way.target.text.strip() if way.target is not None else "end"
                assert name in {box.title for box in there}, (step.name, way)
