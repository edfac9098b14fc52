"""Releases: who waits somewhere waits there still, or is told; nobody is lost without a word."""

from __future__ import annotations

import pytest

from botkit.model import ExternalEvent, OperatorCommand, Started, TimerFired
from tests.engine.talk import MONDAY, Talk, read, talk

BOT = "on_error: {say: We have changed something. Let us begin anew., go: main}"
BEFORE = "steps: {a: {say: A?, ask: {x: text}, options: {one: One, two: Two}}, b: {say: B?, ask: {y: integer}}, c: {say: Done.}}"


def waiting(main: str = BEFORE, settings: str = BOT, **flows: str) -> Talk:
    return talk(settings, main=main, **flows).goes("""
        > hello
        < A? [One, Two]
    """)


def test_texts_checks_timers_and_targets_may_change() -> None:
    chat = waiting()
    chat.bot = read(
        main="""
            silence: [{after: 1h, say: Still?}]
            steps:
              a:
                say: Another A?
                ask: {x: text}
                options: {one: {label: The first, go: c}, two: Two}
                check: {if: x | length > 2, else: Too short.}
              b: {say: New B.}
              c: {say: New C.}
        """
    )
    chat.goes("""
        > x
        < Too short. [The first, Two]
        > [One]
        < New C.
    """)


def test_an_option_may_be_added_and_the_old_buttons_stay_alive() -> None:
    chat = waiting()
    chat.bot = read(main=BEFORE.replace("options: {", "options: {zero: Zero, "))
    chat.goes("""
        > [Two]
        < B?
    """)


@pytest.mark.parametrize(
    "after",
    [
        BEFORE.replace("a: {", "aa: {"),
        BEFORE.replace("x: text", "z: text"),
        BEFORE.replace("x: text", "x: date"),
        BEFORE.replace("one: One, ", ""),
        BEFORE.replace("ask: {x: text}, ", ""),
        "steps: {a: {run: x.y}, b: {say: B.}}",
        "steps: {a: {say: A.}, b: {say: B.}}",
        "steps: {a: {branch: [{say: A.}]}, b: {say: B.}}",
    ],
)
def test_a_question_that_is_not_there_any_more_ends_by_on_error(after: str) -> None:
    chat = waiting()
    chat.bot = read(BOT.replace("go: main", "go: calm"), main=after, calm="steps: {c: {say: Calm?, options: {x: X}}}")
    chat.goes("""
        > hello
        < We have changed something. Let us begin anew.
        < Calm? [X]
        @ calm.c
    """)
    assert any(note.kind == "error" and "main.a" in note.detail for note in chat.turns[-1].notes)


def test_a_flow_that_is_not_there_any_more_too() -> None:
    chat = waiting()
    chat.bot = read("start: other\non_error: {say: Changed., go: other}", other="steps: {o: {say: O?, options: {x: X}}}")
    chat.goes("""
        > hello
        < Changed.
        < O? [X]
        @ other.o
    """)


def test_without_an_on_error_the_bot_has_words_of_its_own() -> None:
    chat = waiting(settings="")
    chat.bot = read(main=BEFORE.replace("a: {", "aa: {"))
    chat.goes("""
        > hello
        < Sorry, something went wrong on our side. Please write again in a while.
        @ nowhere
        > hello
        < A? [One, Two]
    """)


def test_a_caller_is_told_that_what_it_called_has_failed() -> None:
    chat = talk(
        BOT,
        main="steps: {m: {call: sub, errors: {failed: {say: Later., go: n}}}, n: {say: N?, ask: {n: text}}}",
        sub="steps: {a: {say: A?, options: {x: X}}}",
    ).goes("""
        > hello
        < A? [X]
        @ main.m / sub.a
    """)
    chat.bot = read(
        BOT,
        main="steps: {m: {call: sub, errors: {failed: {say: Later., go: n}}}, n: {say: N?, ask: {n: text}}}",
        sub="steps: {b: {say: B?, options: {x: X}}}",
    )
    chat.goes("""
        > x
        < Later.
        < N?
        @ main.n
    """)


def test_a_caller_that_is_gone_takes_what_it_called_with_it() -> None:
    sub = "steps: {a: {say: A?, options: {x: X}}}"
    chat = talk(BOT, main="steps: {m: {call: sub}}", sub=sub).goes("""
        > hello
        < A? [X]
    """)
    chat.bot = read(BOT, main="steps: {n: {say: N?, options: {y: Y}}}", sub=sub)
    chat.goes("""
        > x
        < We have changed something. Let us begin anew.
        < N? [Y]
    """)


@pytest.mark.parametrize("quiet", ["~ sent", "~ read", "~ failed 131026", "~ failed 131047", "> (reaction: 👍)", "> (system)"])
def test_what_nobody_expects_an_answer_to_does_not_strand_anybody(quiet: str) -> None:
    """A status comes at any time: it must neither write to the contact nor lose where the contact is."""
    chat = talk(BOT, main="steps: {m: {call: sub}}", sub="steps: {a: {say: A?, ask: {x: integer}, timeout: 5d}}").goes("""
        > hello
        < A?
    """)
    frames, timers = chat.conversation.frames, chat.conversation.timers
    chat.bot = read(BOT, main="steps: {m: {call: sub}}", sub="steps: {b: {say: B?, options: {x: X}}}")
    chat.goes(quiet)
    assert (chat.conversation.frames, chat.conversation.timers) == (frames, timers)
    chat.goes("""
        > 4
        < We have changed something. Let us begin anew.
        < B? [X]
    """)


def test_a_timer_and_a_flow_from_outside_are_events_like_any_other() -> None:
    for event in (TimerFired("t", MONDAY, "1:silence:0:0"), Started("s", MONDAY, "main")):
        chat = waiting()
        chat.bot = read(BOT, main="steps: {n: {say: N?, options: {y: Y}}}")
        chat.happens(event)
        chat.goes("""
            < We have changed something. Let us begin anew.
            < N? [Y]
        """)


def test_an_answer_of_an_action_under_a_release_that_does_not_run_it_any_more() -> None:
    chat = talk(BOT, main="steps: {a: {run: x.y}, b: {say: B.}}").goes("""
        > hello
        ? x.y {}
    """)
    chat.bot = read(BOT, main="steps: {a: {run: x.z}, b: {say: B?, ask: {b: text}}}")
    chat.goes("""
        = 1
        < We have changed something. Let us begin anew.
        ? x.z {}
    """)


def test_an_action_that_is_called_otherwise_now_still_answers() -> None:
    chat = talk(main="steps: {a: {run: x.y, with: {n: = 1}, timeout: 5s}, b: {say: B.}}").goes("""
        > hello
        ? x.y {"n":1}
    """)
    chat.bot = read(main="steps: {a: {run: x.y, with: {m: = 2}, save: got, errors: {any: {say: Oh.}}}, b: {say: 'B {{ got }}.'}}")
    chat.goes("""
        = 7
        < B 7.
    """)


def test_the_window_is_open_for_what_is_said_to_the_stranded() -> None:
    chat = waiting()
    chat.goes("+ 30h")
    chat.bot = read(BOT, main="steps: {n: {say: N?, options: {y: Y}}}")
    chat.hears("hello")
    assert chat.conversation.last_inbound == chat.now


def test_a_digression_under_way_whose_command_is_gone_comes_back() -> None:
    main = "steps: {a: {say: A?, ask: {x: text}}}"
    chat = talk("commands: {help: {match: help, call: help}}", main=main, help="steps: {h: {say: H?, options: {x: X}}}").goes("""
        > hello
        < A?
        > help
        < H? [X]
    """)
    chat.bot = read(main=main, help="steps: {h: {say: H?, options: {x: X}}}")
    chat.goes("""
        > x
        < A?
        @ main.a
    """)


def test_the_release_of_the_last_turn_is_on_record() -> None:
    chat = waiting()
    assert chat.conversation.release == chat.bot.release
    chat.bot = read(BOT, main=BEFORE.replace("Done", "All done"))
    chat.hears("x")
    assert chat.conversation.release == chat.bot.release


def test_people_who_waited_at_a_step_that_was_renamed_wait_at_its_new_name_and_nothing_is_sent() -> None:
    chat = waiting()
    chat.bot = read(BOT, main="moved: {a: first}\n" + BEFORE.replace("a: {", "first: {", 1))
    chat.goes("""
        > [Two]
        < That menu is from earlier.
        < A? [One, Two]
        > one
        < B?
    """)


def test_people_who_waited_at_a_step_that_is_gone_are_told_and_led_on() -> None:
    chat = waiting()
    moved = "moved: {a: {say: We have changed this form., go: b}}"
    chat.bot = read(BOT, main=f"{moved}\nsteps: {{b: {{say: B?, ask: {{y: integer}}}}, c: {{say: Done.}}}}")
    chat.goes("""
        > one
        < We have changed this form.
        < B?
        > 4
        < Done.
    """)
    assert "moved" in [note.kind for turn in chat.turns for note in turn.notes]


def test_a_move_reaches_frames_below_too() -> None:
    outer = "steps: {a: {call: sub, save: x}, b: {say: Back.}}"
    sub = "steps: {q: {say: Q?, ask: {x: text}}}"
    chat = talk(BOT, main=outer, sub=sub).goes("""
        > hello
        < Q?
    """)
    chat.bot = read(BOT, main="moved: {a: aa}\n" + outer.replace("a: {call", "aa: {call"), sub=sub)
    chat.goes("""
        > anything
        < Back.
    """)


def test_where_options_were_added_a_word_is_not_taken_before_they_were_seen() -> None:
    chat = waiting()
    chat.bot = read(main=BEFORE.replace("options: {", "options: {zero: Zero, "))
    chat.goes("""
        > 2
        < A? [Zero, One, Two]
        > 2
        < B?
    """)


def test_whoever_is_moved_to_a_step_of_another_kind_enters_it() -> None:
    """What waits for a time needs its timer, and what was chosen from data has to be worked out."""
    for after in (
        "b: {wait: 1h, say: One moment.}",
        "b: {run: x.y, say: One moment.}",
        "b: {say: One moment., options: {from: '= [1, 2, 3]', label: = item}}",
    ):
        chat = waiting()
        chat.bot = read(BOT, main=f"moved: {{a: b}}\nsteps: {{{after}, c: {{say: Done.}}}}")
        chat.hears("one")
        assert chat.said[0].startswith("< One moment.")
        assert chat.stands == "main.b" and (chat.conversation.timers or chat.conversation.frames[-1].call or chat.shown[-1])


def test_a_status_moves_nobody() -> None:
    chat = waiting()
    chat.bot = read(BOT, main="moved: {a: {say: We have changed this form., go: b}}\nsteps: {b: {say: B?, ask: {y: integer}}}")
    chat.goes("""
        ~ read
        > (reaction: 👍)
        > hello
        < We have changed this form.
        < B?
    """)


def test_the_window_is_open_for_what_is_said_to_the_moved() -> None:
    chat = waiting().goes("+ 30h")
    chat.bot = read(BOT, main="moved: {a: {say: We have changed this form., go: b}}\nsteps: {b: {say: B?, ask: {y: integer}}}")
    chat.hears("hello")
    assert chat.conversation.last_inbound == chat.now


def test_what_happens_outside_meanwhile_is_kept_for_the_step_that_waits_for_it() -> None:
    pay = "steps: {a: {say: A?, options: {x: X}}}"
    chat = talk(BOT, main=pay).goes("""
        > hello
        < A? [X]
    """)
    chat.bot = read(BOT, main="moved: {a: {say: We have changed this form., go: b}}\nsteps: {b: {wait: {event: paid}}, c: {say: Paid.}}")
    chat.happens(ExternalEvent("e", MONDAY, "paid"))
    chat.goes("""
        < We have changed this form.
        < Paid.
    """)


def test_a_flow_in_the_background_that_is_gone_takes_nobody_with_it() -> None:
    sent = "triggers: [event: sent]\nsteps: {s: {say: Sent. Is it well?, options: {yes: 'Yes'}, silence: [{after: 1h, say: Well?}]}}"
    main = "steps: {a: {say: A?, ask: {x: text}}, b: {say: 'x is {{ x }}.'}}"
    chat = talk(BOT, main=main, sent=sent).goes("""
        > hello
        < A?
    """)
    chat.happens(ExternalEvent("e", MONDAY, "sent"))
    chat.goes("< Sent. Is it well? [Yes]")
    chat.bot = read(BOT, main=main)
    chat.goes("""
        + 1h
        > [Yes]
        < That menu is from earlier.
        < A?
        > fine
        < x is fine.
    """)
    assert "the release has no sent.s" in " ".join(note.detail for turn in chat.turns for note in turn.notes if note.kind == "error")


def test_a_flow_in_the_background_goes_on_though_what_is_under_way_is_gone() -> None:
    later = "triggers: [event: sent]\nsteps: {s: {wait: 1h}, t: {say: Is it well?, options: {yes: 'Yes'}}}"
    chat = talk(BOT, main="steps: {a: {say: A?, ask: {x: text}}}", later=later).goes("""
        > hello
        < A?
    """)
    chat.happens(ExternalEvent("e", MONDAY, "sent"))
    chat.bot = read(BOT, main="steps: {n: {say: N?, options: {y: Y}}}", later=later)
    chat.goes("""
        + 1h
        < Is it well? [Yes]
        > hello
        < We have changed something. Let us begin anew.
        < N? [Y]
    """)


def test_people_hand_back_what_was_handed_to_them_in_the_background() -> None:
    flow = "triggers: [event: sent]\nsteps: {s: {handoff: desk}, t: {say: People have looked at it.}}"
    chat = talk(BOT + "\nqueues: {desk: {}}", main="steps: {a: {say: A?, ask: {x: text}}}", sent=flow).goes("""
        > hello
        < A?
    """)
    chat.happens(ExternalEvent("e", MONDAY, "sent"))
    chat.happens(OperatorCommand("o", MONDAY, "handback"))
    chat.goes("""
        < People have looked at it.
        @ main.a
    """)
