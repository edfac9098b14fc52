"""Schedules: by the clock, and by a date of the contact's; each moment once, and for whom it is meant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from botkit.engine.scheduled import outdated, wanted
from botkit.expressions import write
from botkit.model import OperatorCommand, Scheduled, Timer, TimerFired
from botkit.schedules import cron_fault, moment_of, moments
from tests.engine.talk import MONDAY, Talk, read

MADRID = ZoneInfo("Europe/Madrid")
MAIN = "steps: {a: {say: A?, ask: {x: text}}, b: {say: 'x is {{ x }}'}}"
CONTACT = "contact: {subscribed: bool, due: date, visit: datetime}\n"
SET = """
  set_due: {match: [set due], set: {contact.due: "2026-07-10"}, say: Noted.}
  move_due: {match: [move due], set: {contact.due: "2026-07-20"}, say: Moved.}
  never: {match: [no due], set: {contact.due: = none}, say: Gone.}
  stop: {match: [stop], set: {contact.opted_out: true}, say: Stopped.}
"""
SETTINGS = f"{CONTACT}commands:{SET}"
WEEKLY = """
triggers: [every: {cron: "0 9 * * MON", to: contact.subscribed}]
steps: {tip: {say: A tip for the week.}}
"""
BEFORE = """
triggers: [relative: {to: contact.due, by: -14d, at: "09:00"}]
steps: {tell: {say: 'Two weeks until {{ contact.due }}.'}}
"""


def at(text: str) -> datetime:
    """A moment by the clocks of Madrid."""
    return datetime.fromisoformat(text).replace(tzinfo=MADRID).astimezone(UTC)


def talk(settings: str = SETTINGS, **flows: str) -> Talk:
    return Talk(read(settings, main=MAIN, **flows))


def comes(chat: Talk, flow: str = "weekly", cron: str = "0 9 * * MON", moment: datetime | None = None) -> None:
    chat.count += 1
    chat.happens(Scheduled(f"every:{chat.count}", chat.now, flow, cron, moment or chat.now))


def dates(chat: Talk) -> list[str]:
    return [timer.due.astimezone(MADRID).isoformat(timespec="minutes") for timer in chat.conversation.timers if not timer.entry]


# ---------------------------------------------------------------- every


def test_the_clock_begins_a_flow_and_the_question_is_asked_again_behind_it() -> None:
    chat = Talk(read(SETTINGS, main=MAIN, weekly=WEEKLY), subscribed=True).goes("""
        > hello
        < A?
    """)
    comes(chat)
    chat.goes("""
        < A tip for the week.
        < A?
    """)


@pytest.mark.parametrize(("known", "said"), [({"subscribed": False}, []), ({}, []), ({"subscribed": True, "opted_out": True}, [])])
def test_it_is_for_nobody_but_those_it_is_meant_for(known: dict[str, Any], said: list[str]) -> None:
    chat = Talk(read(SETTINGS, main=MAIN, weekly=WEEKLY), **known)
    assert not wanted(chat.bot, chat.conversation, Scheduled("k", chat.now, "weekly", "0 9 * * MON", chat.now))
    comes(chat)
    assert chat.said == said


def test_a_schedule_that_the_release_has_no_more_begins_nothing() -> None:
    chat = Talk(read(SETTINGS, main=MAIN, weekly=WEEKLY), subscribed=True)
    comes(chat, cron="0 10 * * MON")
    comes(chat, flow="gone")
    assert (chat.said, chat.notes) == ([], ["ignored"])


def test_busy_drops_it_or_lets_it_wait_until_the_conversation_is_over() -> None:
    dropped = WEEKLY.replace("[every: {", "[{every: {").replace("contact.subscribed}", "true}, busy: drop}")
    waiting = dropped.replace("busy: drop", "busy: wait, keep: 2h")
    chat = Talk(read(SETTINGS, main=MAIN, weekly=dropped, later=waiting)).goes("""
        > hello
        < A?
    """)
    comes(chat)
    comes(chat, "later")
    chat.goes("""
        > one
        < x is one
        < A tip for the week.
        > hello
        < A?
    """)
    comes(chat, "later")
    chat.goes("""
        + 3h
        > two
        < x is two
    """)


def test_the_condition_is_worked_out_for_the_moment_that_was_due() -> None:
    flow = 'triggers: [every: {cron: "0 0 * * *", to: contact.due == today()}]\nsteps: {a: {say: Today!}}'
    chat = Talk(read(SETTINGS, main=MAIN, today=flow), due=date(2026, 6, 22))
    chat.now = at("2026-06-23T00:00")  # a day late: it is not evaluated with the clock of now
    comes(chat, "today", "0 0 * * *", at("2026-06-22T00:00"))
    chat.goes("< Today!")


def test_a_condition_that_fails_is_on_record_and_breaks_nothing() -> None:
    flow = 'triggers: [every: {cron: "0 0 * * *", to: contact.due + days(1) == today()}]\nsteps: {a: {say: Today!}}'
    chat = talk(today=flow).goes("""
        > hello
        < A?
    """)
    comes(chat, "today", "0 0 * * *")
    assert (chat.said, chat.notes, chat.stands) == ([], ["error"], "main.a")


def test_it_takes_the_place_of_what_it_began_the_last_time() -> None:
    steps = "steps: {ask: {say: Well?, options: {yes: 'Yes', no: {label: 'No', go: bad}}}, good: {say: Good., go: end}, bad: {say: Oh.}}"
    asking = WEEKLY.partition("steps:")[0] + steps
    chat = Talk(read(SETTINGS, main=MAIN, weekly=asking), subscribed=True).goes("""
        > hello
        < A?
    """)
    for _ in range(30):
        comes(chat)
        chat.goes("< Well? [Yes, No]")
    assert chat.stands == "main.a / weekly.ask"
    chat.goes("""
        > [Yes @1]
        < That menu is from earlier.
        < A?
        > [No]
        < Oh.
        < A?
    """)


def test_what_waits_for_the_end_of_a_conversation_comes_once_however_often_it_was_due() -> None:
    waiting = WEEKLY.replace("[every: {", "[{every: {").replace("contact.subscribed}", "true}, busy: wait}")
    chat = Talk(read(SETTINGS, main=MAIN, weekly=waiting)).goes("""
        > hello
        < A?
    """)
    for _ in range(3):
        comes(chat)
    chat.goes("""
        > one
        < x is one
        < A tip for the week.
    """)


def test_one_that_is_dropped_leaves_the_last_one_where_it_is() -> None:
    steps = "steps: {ask: {say: Well?, options: {yes: 'Yes'}}, good: {say: Good.}}"
    dropped = WEEKLY.partition("steps:")[0].replace("[every: {", "[{every: {").replace("contact.subscribed}", "true}, busy: drop}") + steps
    chat = Talk(read(SETTINGS, main=MAIN, weekly=dropped))
    comes(chat)
    chat.goes("""
        < Well? [Yes]
        > hello
        < A?
    """)
    comes(chat)
    chat.goes("""
        > [Yes]
        < Good.
        < A?
    """)


# ---------------------------------------------------------------- relative


def test_the_moment_comes_by_the_date_of_the_contact_once() -> None:
    chat = talk(before=BEFORE).goes("""
        > set due
        < Noted.
    """)
    assert dates(chat) == ["2026-06-26T09:00+02:00"]
    chat.goes("""
        + 4d
        < Two weeks until 10 July 2026.
        + 30d
        > set due
        < Noted.
        + 30d
    """)
    assert dates(chat) == []


def test_it_moves_with_the_date_and_goes_with_it() -> None:
    chat = talk(before=BEFORE).goes("""
        > set due
        < Noted.
        > move due
        < Moved.
        + 10d
        > no due
        < Gone.
        + 30d
    """)
    assert dates(chat) == []


def test_a_date_whose_moment_has_passed_when_it_becomes_known_begins_nothing() -> None:
    chat = talk(before=BEFORE)
    chat.now = at("2026-06-26T09:00:01")
    chat.goes("""
        > set due
        < Noted.
        + 10d
    """)


def test_an_opt_out_holds() -> None:
    talk(before=BEFORE).goes("""
        > set due
        < Noted.
        > stop
        < Stopped.
        + 10d
    """)


def test_it_waits_in_the_background_like_every_start_from_outside() -> None:
    asking = BEFORE.partition("steps:")[0] + "steps: {ask: {say: Ready?, options: {yes: 'Yes'}}, good: {say: Good.}}"
    talk(before=asking).goes("""
        > set due
        < Noted.
        > hello
        < A?
        + 4d
        < Ready? [Yes]
        > yes
        < x is yes
        > [Yes]
        < Good.
    """)


def test_a_moment_that_is_due_waits_for_its_turn_behind_a_message() -> None:
    chat = talk(before=BEFORE).goes("""
        > set due
        < Noted.
    """)
    (timer,) = chat.conversation.timers
    chat.now = at("2026-06-26T12:00")  # no process has run since yesterday, and the message comes before the timer
    chat.goes("""
        > hello
        < A?
    """)
    assert chat.conversation.timers == (timer,)
    chat.happens(TimerFired("t", chat.now, timer.id))
    chat.goes("""
        < Two weeks until 10 July 2026.
        < A?
    """)
    assert chat.conversation.timers == ()


def test_one_that_is_more_than_a_day_late_is_passed_over() -> None:
    chat = talk(before=BEFORE).goes("""
        > set due
        < Noted.
    """)
    (timer,) = chat.conversation.timers
    chat.now = at("2026-06-27T09:01")
    turn = chat.happens(TimerFired("t", chat.now, timer.id))
    assert [(note.kind, note.detail) for note in turn.notes] == [("missed", "before: it was due at 2026-06-26T07:00+00:00")]
    assert (chat.said, chat.conversation.timers) == ([], ())


def test_a_new_release_reckons_anew_and_what_it_has_no_more_begins_nothing() -> None:
    chat = talk(before=BEFORE).goes("""
        > set due
        < Noted.
    """)
    (old,) = chat.conversation.timers
    chat.bot = read(SETTINGS, main=MAIN, before=BEFORE.replace("-14d", "-10d"))
    again = Scheduled("again", chat.now)
    assert outdated(chat.bot, chat.conversation, again)
    chat.happens(TimerFired("t", chat.now, old.id))
    assert (chat.said, dates(chat)) == ([], ["2026-06-30T09:00+02:00"])
    assert not outdated(chat.bot, chat.conversation, again)
    chat.bot = read(SETTINGS, main=MAIN)
    chat.happens(again)
    assert dates(chat) == []


def test_reckoning_anew_leaves_somebody_at_a_step_that_is_gone_where_they_are() -> None:
    chat = talk(before=BEFORE.replace("contact.due", "contact.visit")).goes("""
        > hello
        < A?
        > set due
        < Noted.
        < A?
    """)
    chat.bot = read(SETTINGS, main="steps: {other: {say: B?, ask: {y: text}}, b: {say: '{{ y }}'}}", before=BEFORE)
    chat.happens(Scheduled("again", chat.now))
    assert (chat.said, chat.stands, dates(chat)) == ([], "main.a", ["2026-06-26T09:00+02:00"])


def test_a_schedule_for_somebody_whose_step_is_gone_comes_behind_what_they_are_told() -> None:
    chat = Talk(read(SETTINGS, main=MAIN, weekly=WEEKLY), subscribed=True).goes("""
        > hello
        < A?
    """)
    settings = SETTINGS + "on_error: {say: Sorry., go: quit}\n"
    chat.bot = read(settings, main="steps: {other: {say: B?, ask: {y: text}}, b: {say: '{{ y }}'}}", weekly=WEEKLY)
    comes(chat)
    chat.goes("""
        < Sorry.
        < A tip for the week.
    """)


@pytest.mark.parametrize(
    ("trigger", "known", "due"),
    [
        ('to: contact.due, at: "09:00"', {"due": date(2026, 7, 10)}, ["2026-07-10T09:00+02:00"]),
        ('to: contact.due, by: 3d, at: "18:30"', {"due": date(2026, 7, 10)}, ["2026-07-13T18:30+02:00"]),
        ("to: contact.visit, by: -2h", {"visit": at("2026-07-10T10:00")}, ["2026-07-10T08:00+02:00"]),
        ("to: contact.visit, by: -1d", {"visit": at("2026-07-10T10:00")}, ["2026-07-09T10:00+02:00"]),
        ('to: contact.visit, by: -1d, at: "18:00"', {"visit": at("2026-07-10T10:00")}, ["2026-07-09T18:00+02:00"]),
        ('to: "contact.due - days(280)", by: 300d, at: "9:00"', {"due": date(2026, 7, 10)}, ["2026-07-30T09:00+02:00"]),
        ('to: contact.due, at: "09:00"', {"due": date(9999, 12, 31)}, ["9999-12-31T09:00+01:00"]),
        ('to: contact.due, by: 100d, at: "09:00"', {"due": date(9999, 12, 31)}, []),
        ('to: contact.due, at: "09:00"', {}, []),
    ],
)
def test_what_a_date_leads_to(trigger: str, known: dict[str, Any], due: list[str]) -> None:
    chat = Talk(read(SETTINGS, main=MAIN, before=f"triggers: [relative: {{{trigger}}}]\nsteps: {{a: {{say: Now!}}}}"), **known)
    chat.goes("""
        > hello
        < A?
    """)
    assert dates(chat) == due


@pytest.mark.parametrize(
    ("day", "trigger", "due"),
    [
        ("2026-03-29", 'by: 0d, at: "02:30"', "2026-03-29T03:30+02:00"),  # there is no half past two on that day
        ("2026-10-25", 'by: 0d, at: "02:30"', "2026-10-25T02:30+02:00"),  # twice: the first one
        ("2026-03-30", 'by: -1d, at: "09:00"', "2026-03-29T09:00+02:00"),
        ("2026-04-05", 'by: -14d, at: "09:00"', "2026-03-22T09:00+01:00"),  # by the clock on the wall, over the change
        ("2026-11-02", 'by: -14d, at: "09:00"', "2026-10-19T09:00+02:00"),
        ("2026-03-29", 'by: -8h, at: "09:00"', "2026-03-29T00:00+01:00"),  # hours are as long as they are
        ("2026-10-25", 'by: -8h, at: "09:00"', "2026-10-25T02:00+02:00"),
    ],
)
def test_the_change_of_clocks_in_madrid(day: str, trigger: str, due: str) -> None:
    flow = f"triggers: [relative: {{to: contact.due, {trigger}}}]\nsteps: {{a: {{say: Now!}}}}"
    chat = Talk(read(SETTINGS, main=MAIN, before=flow), MONDAY - timedelta(days=200), due=date.fromisoformat(day))
    chat.goes("""
        > hello
        < A?
    """)
    assert dates(chat) == [due]


@pytest.mark.parametrize("seed", range(40))
def test_whatever_happens_each_date_comes_once_at_its_moment_if_it_is_the_contacts_then(seed: int) -> None:
    chance = Random(seed)
    trigger = "to: contact.due, " + chance.choice(['by: -2d, at: "09:00"', 'at: "02:30"', 'by: 6h, at: "23:00"'])
    bot = read(SETTINGS, main=MAIN, before=f"triggers: [relative: {{{trigger}}}]\nsteps: {{a: {{say: '{{{{ contact.due }}}}'}}}}")
    (_, start), *_ = bot.dates
    assert start.relative is not None
    chat = Talk(bot, at("2026-03-20T12:00"))
    due: date | None = None
    count = 0
    for _ in range(60):
        if chance.random() < 0.4:
            due = chance.choice([None, *(chat.now.date() + timedelta(days=n) for n in range(-1, 6))])
            chat.count += 1
            chat.happens(OperatorCommand(f"set{chat.count}", chat.now, "set", {"contact.due": due}))
        elif chance.random() < 0.5:
            chat.hears("hello")
            chat.said.clear()
        before = chat.now
        chat.passes(f"{chance.randrange(1, 30)}h")
        moment = moment_of(start.relative, due, MADRID)
        comes_now = moment is not None and before < moment <= chat.now
        assert [line for line in chat.said if line != "< A?"] == [f"< {write(due, 'en')}"] * comes_now
        count += comes_now
        chat.said.clear()
    assert count


# ---------------------------------------------------------------- crons


def of(cron: str, after: str, count: int) -> list[str]:
    found = moments(cron, at(after), MADRID)
    return [next(found).astimezone(MADRID).isoformat(timespec="minutes") for _ in range(count)]


def test_a_cron_keeps_its_time_of_day_over_the_change_of_clocks() -> None:
    assert of("0 9 * * SUN", "2026-03-20T12:00", 2) == ["2026-03-22T09:00+01:00", "2026-03-29T09:00+02:00"]
    assert of("0 9 * * SUN", "2026-10-17T12:00", 2) == ["2026-10-18T09:00+02:00", "2026-10-25T09:00+01:00"]


def test_an_hour_that_is_left_out_comes_as_the_one_in_its_place_and_one_that_comes_twice_comes_once() -> None:
    assert of("30 2 * * *", "2026-03-28T12:00", 2) == ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"]
    assert of("30 2 * * *", "2026-10-24T12:00", 2) == ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]


def test_no_moment_comes_again_where_the_clock_goes_back() -> None:
    twice = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 2:10 for the second time
    assert next(moments("30 2 * * *", twice, MADRID)) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)
    hourly = moments("0 * * * *", datetime(2026, 10, 24, 23, 30, tzinfo=UTC), MADRID)
    assert [next(hourly).hour for _ in range(4)] == [0, 1, 2, 3]


@pytest.mark.parametrize("cron", ["0 9 * * MON", "*/15 8-18 * * 1-5", "0 0 1,15 * *", "0 9 L * *", "30 7 * jan,jul sun", "0 0 29 2 *"])
def test_what_is_a_cron(cron: str) -> None:
    assert cron_fault(cron) is None


@pytest.mark.parametrize(
    ("cron", "told"),
    [
        ("0 25 * * *", '"25" is no hour of a cron'),
        ("60 9 * * *", '"60" is no minute of a cron'),
        ("0 9 * * MONDAY", '"MONDAY" is no weekday of a cron'),
        ("0 9 32 * *", '"32" is no day of the month of a cron'),
        ("0 9 * 13 *", '"13" is no month of a cron'),
        ("0 9 */0 * *", '"*/0" is no day of the month of a cron'),
        ("0 9 * *", "a cron has five fields, and this one has 4 fields"),
        ("0 0 9 * * MON", "a cron has five fields, and this one has 6 fields"),
        ("daily", '"daily" is no cron: it has five fields'),
        ("0 0 31 2 *", "this moment never comes: no such month has that day"),
    ],
)
def test_what_is_no_cron(cron: str, told: str) -> None:
    fault = cron_fault(cron)
    assert fault is not None and fault[0] == told


def test_a_date_timer_is_of_no_entry() -> None:
    assert Timer(0, "relative:before:1a2b:2026-07-10", at("2026-06-26T09:00")).id == "0:relative:before:1a2b:2026-07-10:1782457200000"
