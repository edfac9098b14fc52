"""Silence and timeouts: what happens at a waiting step when nothing happens."""

from __future__ import annotations

from datetime import timedelta

from botkit.model import TimerFired
from tests.engine.talk import MONDAY, talk

BOT = "silence: [{after: 3h, say: The bot misses you.}, {after: 4h, go: quit}]"
TWO = """
silence:
  - {after: 2h, say: "Still there, {{ name or 'friend' }}?", set: {asked: = (asked or 0) + 1}}
  - {after: 7d, say: "Bye. {{ asked }}", go: end}
steps:
  name: {say: Name?, ask: {name: text}}
  age: {say: Age?, ask: {age: integer}}
  done: {say: Done.}
"""


def test_each_entry_of_the_list_goes_off_once() -> None:
    talk(main=TWO).goes("""
        > hello
        < Name?
        + 1h
        + 1h
        < Still there, friend?
        + 1d
        + 7d
        < Bye. 1
        @ nowhere
        + 30d
    """)


def test_after_counts_from_the_contacts_last_message_for_every_entry() -> None:
    talk(main=TWO).goes("""
        > hello
        < Name?
        > Ana
        < Age?
        + 1h
        > soon
        < Sorry, I did not understand that.
        < Age?
        + 1h
        + 1h
        < Still there, Ana?
        > soon
        < Sorry, I did not understand that.
        < Age?
        + 2h
        < Still there, Ana?
        + 166h
        < Bye. 2
    """)


def test_any_message_counts_but_a_reaction() -> None:
    talk(main=TWO.replace("Name?, ask", "Name?, retry: Eh?, ask")).goes("""
        > hello
        < Name?
        + 1h
        > (unsupported)
        < I cannot read that kind of message.
        < Name?
        + 1h
        > (reaction: 👍)
        + 1h
        < Still there, friend?
    """)


def test_after_counts_from_the_steps_entry_when_that_is_later() -> None:
    talk(main="silence: [{after: 2h, say: Still there?}]\nsteps: {a: {run: x.y}, b: {say: B?, ask: {b: text}}}").goes("""
        > hello
        ? x.y {}
        + 1h
        = 1
        < B?
        + 1h
        + 1h
        < Still there?
    """)


def test_an_answer_ends_the_silence_of_its_question() -> None:
    chat = talk(main=TWO).goes("""
        > hello
        < Name?
        > Ana
        < Age?
        > 40
        < Done.
        + 30d
    """)
    assert chat.conversation.timers == ()


def test_a_timer_of_an_entry_that_is_over_changes_nothing() -> None:
    chat = talk(main=TWO).goes("""
        > hello
        < Name?
    """)
    old = chat.conversation.timers[0]
    chat.goes("""
        > Ana
        < Age?
    """)
    turn = chat.happens(TimerFired("late", old.due, old.id))
    assert turn.effects == () and [note.kind for note in turn.notes] == ["ignored"]
    chat.goes("@ main.age")


def test_a_timer_goes_off_once_however_often_it_is_told() -> None:
    chat = talk(main=TWO).goes("""
        > hello
        < Name?
    """)
    first = chat.conversation.timers[0]
    chat.happens(TimerFired("t1", first.due, first.id))
    chat.goes("< Still there, friend?")
    assert chat.happens(TimerFired("t2", first.due, first.id)).effects == ()


def test_a_timer_that_no_entry_ever_had_changes_nothing() -> None:
    chat = talk(main=TWO).goes("""
        > hello
        < Name?
    """)
    for id_ in ("", "1", "1:silence:0:0", "9:silence:0:1", "1:timeout:1", "x:y:z"):
        assert chat.happens(TimerFired(f"t{id_}", MONDAY, id_)).effects == ()


def test_coming_back_from_silence_says_nothing_more() -> None:
    chat = talk(main=TWO).goes("""
        > hello
        < Name?
        + 2h
        < Still there, friend?
        > Ana
        < Age?
    """)
    assert chat.conversation.frames[-1].variables["asked"] == 1


def test_the_bad_answers_are_counted_on_over_silence() -> None:
    talk(
        main="""
            silence: [{after: 2h, say: Hm?}]
            steps:
              a: {say: A?, ask: {a: integer}, retry: {max: 2, say: No., go: b}}
              b: {say: B.}
        """
    ).goes("""
        > hello
        < A?
        > x
        < No.
        + 2h
        < Hm?
        > x
        < B.
    """)


def test_the_step_before_the_flow_before_the_caller_before_the_bot() -> None:
    def chat(step: str = "", flow: str = "", caller: str = "", bot: str = "", said: str = "") -> None:
        talk(
            bot,
            main=f"{caller}\nsteps: {{m: {{call: sub}}, z: {{say: Z.}}}}",
            sub=f"{flow}\nsteps: {{q: {{say: Q?, ask: {{q: text}}{step}}}}}",
        ).goes(f"""
            > hello
            < Q?
            + 9h
            {said}
        """)

    step, flow = ", silence: [{after: 1h, say: Step.}]", "silence: [{after: 2h, say: Flow.}]"
    caller, bot = "silence: [{after: 3h, say: Caller.}]", "silence: [{after: 4h, say: Bot.}]"
    chat(step, flow, caller, bot, "< Step.")
    chat("", flow, caller, bot, "< Flow.")
    chat("", "", caller, bot, "< Caller.")
    chat("", "", "", bot, "< Bot.")
    chat("", "", "", "", "")
    chat(", silence: off", flow, caller, bot, "")
    chat("", "silence: off", caller, bot, "")
    chat("", "", "silence: off", bot, "")


def test_silence_of_a_step_that_does_not_ask_is_not_there() -> None:
    talk(BOT, main="steps: {a: {run: x.y}, b: {say: B.}}").goes("""
        > hello
        ? x.y {}
        + 9h
        = 1
        < B.
    """)


def test_the_callers_silence_speaks_of_its_own_and_leaves_what_it_called() -> None:
    talk(
        main="""
            silence:
              - {after: 1h, say: "{{ x }}, {{ y or 'no y' }}"}
              - {after: 2h, set: {x: two}, go: late}
            steps: {m: {set: {x: one}}, n: {call: sub}, late: {say: "Late {{ x }}.", options: {o: O}}}
        """,
        sub="steps: {q: {set: {y: inner}, say: Q?, ask: {q: text}}}",
    ).goes("""
        > hello
        < Q?
        @ main.n / sub.q
        + 1h
        < one, no y
        @ main.n / sub.q
        + 1h
        < Late two. [O]
        @ main.late
    """)


def test_silence_may_tell_the_caller() -> None:
    talk(
        main="steps: {m: {call: sub, errors: {expired: {say: No answer.}}}, n: {say: N.}}",
        sub="silence: [{after: 1h, go: fail expired}]\nsteps: {q: {say: Q?, ask: {q: text}}}",
    ).goes("""
        > hello
        < Q?
        + 1h
        < No answer.
        < N.
    """)


def test_targets_mean_in_a_silence_what_they_mean_anywhere() -> None:
    for target, rest in (
        ("again", "< Q?\n@ main.m / sub.q"),
        ("back", "< P?\n@ main.m / sub.p"),
        ("end", "< N.\n@ nowhere"),
        ("quit", "@ nowhere"),
        ("other", "< O.\n< N."),
        ("p", "< P?\n@ main.m / sub.p"),
    ):
        talk(
            main="steps: {m: {call: sub}, n: {say: N.}}",
            sub=f"""
                silence: [{{after: 1h, go: {target}}}]
                steps: {{p: {{say: P?, ask: {{p: text}}, silence: off}}, q: {{say: Q?, ask: {{q: text}}}}}}
            """,
            other="steps: {o: {say: O.}}",
        ).goes(f"""
            > hello
            < P?
            > x
            < Q?
            + 1h
            {rest}
        """)


def test_the_bots_silence_again_begins_anew() -> None:
    talk("silence: [{after: 3h, go: again}]", main="steps: {a: {say: A?, ask: {a: text}}}").goes("""
        > hello
        < A?
        + 3h
        < A?
        + 3h
        < A?
    """)


def test_a_timeout_is_restarted_by_nothing() -> None:
    talk(
        "commands: {told: {match: told, say: Told.}, help: {match: help, call: help}, again: {match: again, go: again}}",
        main="""
            steps:
              a:
                say: A?
                ask: {a: integer}
                options: {once: {label: Once more, go: again}}
                timeout: 10h
                errors: {timeout: {say: Too late., go: b}}
              b: {say: B.}
        """,
        help="steps: {h: {say: Help?, options: {x: X}}}",
    ).goes("""
        > hello
        < A? [Once more]
        + 2h
        > what
        < Sorry, I did not understand that.
        < A? [Once more]
        + 2h
        > told
        < Told.
        < A? [Once more]
        + 2h
        > once more
        < A? [Once more]
        + 1h
        > again
        < A? [Once more]
        + 1h
        > help
        < Help? [X]
        + 1h
        > x
        < A? [Once more]
        + 59m
        + 1m
        < Too late.
        < B.
    """)


def test_a_step_that_is_come_to_again_by_another_way_has_its_whole_time() -> None:
    talk(
        main="""
            steps:
              a: {say: A?, ask: {a: integer}, timeout: 10h, errors: {timeout: {say: Late., go: end}}, options: {b: {label: B, go: b}}}
              b: {say: B?, ask: {b: text}, go: a}
        """
    ).goes("""
        > hello
        < A? [B]
        + 9h
        > b
        < B?
        + 9h
        > x
        < A? [B]
        + 9h
        + 1h
        < Late.
    """)


def test_the_time_of_a_step_that_is_skipped_this_time_is_not_that_of_the_next_one() -> None:
    talk(
        main="""
            steps:
              a:
                if: not done
                say: A?
                options: {skip: {label: Skip, set: {done: "yes"}, go: again}}
                timeout: 1h
                errors: {timeout: {say: Never., go: end}}
              b: {say: B?, ask: {b: text}, timeout: 10h, errors: {timeout: {say: Late., go: end}}}
        """
    ).goes("""
        > hello
        < A? [Skip]
        + 30m
        > skip
        < B?
        + 9h
        + 1h
        < Late.
    """)


def test_a_timeout_without_an_outcome_is_a_failure_and_not_silent() -> None:
    talk(main="steps: {a: {say: A?, ask: {a: integer}, timeout: 1h}}").goes("""
        > hello
        < A?
        + 1h
        < Sorry, something went wrong on our side. Please write again in a while.
        @ nowhere
    """)


def test_a_timeout_whose_outcome_goes_nowhere_goes_on() -> None:
    talk(main="steps: {a: {say: A?, ask: {a: integer}, timeout: 1h, errors: {timeout: {say: Never mind.}}}, b: {say: B.}}").goes("""
        > hello
        < A?
        + 1h
        < Never mind.
        < B.
    """)


def test_timers_go_off_in_the_order_in_which_they_are_due() -> None:
    talk(
        main="silence: [{after: 1h, say: One.}, {after: 2h, say: Two.}]\nsteps: {a: {say: A?, ask: {a: text}, timeout: 3h}, b: {say: B.}}"
    ).goes("""
        > hello
        < A?
        + 1d
        < One.
        < Two.
        < Sorry, something went wrong on our side. Please write again in a while.
    """)


def test_what_was_due_while_nothing_ran_goes_off_late_and_whole() -> None:
    """All of it comes at once then, with the time of now."""
    chat = talk(
        main="silence: [{after: 1h, call: nudge}, {after: 2h, say: Bye., go: end}]\nsteps: {a: {say: A?, ask: {a: text}}}",
        nudge="steps: {n: {say: Psst.}}",
    ).goes("""
        > hello
        < A?
    """)
    first, second = chat.conversation.timers
    now = MONDAY + timedelta(days=3)
    chat.happens(TimerFired("t1", now, first.id))
    chat.goes("""
        < Psst.
        < A?
    """)
    chat.happens(TimerFired("t2", now, second.id))
    chat.goes("""
        < Bye.
        @ nowhere
    """)
