"""The hook that is asked what nothing else has understood: what it is told, what it may name, and the bot that goes on without it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from botkit.actions import Heard, understand
from botkit.actions.functions import Unfit
from botkit.actions.understanding import hooks
from botkit.model import ActionFinished, Call, MessageReceived, OperatorCommand, Unclear
from tests.engine.talk import Talk, read, talk

SETTINGS = """
    understand: model.guess
    commands:
      stop: {match: [stop, unsubscribe], set: {contact.opted_out: true}, say: No more messages., go: quit}
      help: {match: help, call: help}
"""
MAIN = """
    triggers: [visit]
    commands:
      prices: {match: [prices], say: A check-up is €40.}
    steps:
      menu:
        say: "Hi {{ contact.name or 'there' }}, how can we help?"
        options:
          book: {label: Book a visit, description: A date of yours}
          kids: {label: For a child, if: contact.child}
          human: {label: Talk to us, say: One moment., go: end}
        save: what
        retry: {max: 2, say: Please choose one., go: end}
      day:
        say: Which day?
        ask: {day: date(future), size: "choice(small, large)"}
        check:
          - {if: day.weekday() < 5, else: "We are closed on {{ day | date('EEEE') }}. You wrote: {{ msg.text }}"}
        retry: {say: A day please.}
      done:
        say: "Booked: {{ day | date('d MMMM') }}{{ size or '' }}."
        go: end
"""
HELP = "steps: {all: {say: 'I book visits.'}}"
OTHER = "{triggers: [diary, my visits], steps: {list: {say: 'You have none.'}}}"


def clinic() -> Talk:
    return talk(SETTINGS, main=MAIN, help=HELP, other=OTHER)


def told(chat: Talk) -> Any:
    (call,) = [effect for effect in chat.turns[-1].effects if isinstance(effect, Call)]
    assert (call.action, call.timeout, call.retries) == ("understand", 5, 0)
    return call.arguments["heard"]


def at_menu() -> Talk:
    return clinic().goes("""
        > visit
        < Hi there, how can we help? [Book a visit, Talk to us]
    """)


def test_it_is_told_all_that_could_be_meant_and_nothing_else() -> None:
    chat = at_menu()
    chat.goes("""
        > I have a toothache
        ? understand I have a toothache
    """)
    assert told(chat) == {
        "text": "I have a toothache",
        "language": "en",
        "question": "Hi there, how can we help?",
        "options": [
            {"id": "book", "label": "Book a visit", "description": "A date of yours"},
            {"id": "human", "label": "Talk to us", "description": ""},
        ],
        "slots": [],
        "commands": [
            {"name": "prices", "words": ["prices"]},
            {"name": "stop", "words": ["stop", "unsubscribe"]},
            {"name": "help", "words": ["help"]},
        ],
        "flows": [],
    }


def test_an_option_is_taken_as_if_it_had_been_tapped() -> None:
    chat = at_menu().goes("""
        > I have a toothache
        ? understand I have a toothache
        = {option: book}
        < Which day?
        @ main.day
    """)
    assert chat.variable("what") == "book"
    assert "understood" in chat.notes and "option" in chat.notes


def test_a_variable_is_read_and_checked_as_if_it_had_been_written() -> None:
    chat = at_menu().goes("""
        > [Book a visit]
        < Which day?
        > as soon as you can
        ? understand as soon as you can
        = {slot: day, value: 2026-06-27}
        < We are closed on Saturday. You wrote: as soon as you can
        > the day after that, but one
        ? understand the day after that, but one
        = {slot: day, value: tomorrow}
        < Booked: 23 June.
        @ nowhere
    """)
    assert chat.notes.count("understood") == 1


def test_slots_are_told_with_their_types_and_choices() -> None:
    chat = at_menu().goes("""
        > [Book a visit]
        < Which day?
        > hm
        ? understand hm
    """)
    assert told(chat)["slots"] == [
        {"name": "day", "type": "date(future)", "choices": []},
        {"name": "size", "type": "choice(small, large)", "choices": ["small", "large"]},
    ]


@pytest.mark.parametrize(
    "named",
    [
        "null", "{}", "{option: nope}", "{option: kids}", "{option: [book]}", "{slot: day}", "{slot: day, value: 2026-06-24}",
        "{command: nope}", "{flow: other}", "{flow: main}", "{say: hello}", "book", "[book]", "4", "{option: null}",
    ],
)  # fmt: skip
def test_what_was_not_offered_is_nothing(named: str) -> None:
    at_menu().goes(f"""
        > hm
        ? understand hm
        = {named}
        < Please choose one. [Book a visit, Talk to us]
        @ main.menu
    """)


@pytest.mark.parametrize("value", ["maybe", "4", "[1]", "{a: 1}", "null", "true", "''"])
def test_a_value_that_does_not_fit_is_nothing(value: str) -> None:
    at_menu().goes(f"""
        > [Book a visit]
        < Which day?
        > hm
        ? understand hm
        = {{slot: day, value: {value}}}
        < A day please.
    """)


@pytest.mark.parametrize("failure", ["timeout", "any: boom", "SlotTaken"])
def test_the_bot_goes_on_without_it_when_it_fails_or_is_late(failure: str) -> None:
    chat = at_menu().goes(f"""
        > hm
        ? understand hm
        ! {failure}
        < Please choose one. [Book a visit, Talk to us]
    """)
    assert chat.notes[:1] == ["misunderstood"]
    chat.goes("""
        > hm again
        ? understand hm again
        = null
        @ nowhere
    """)  # the second bad answer is the last one, whoever was asked about it


def test_a_command_digresses_or_leaves_as_its_words_do() -> None:
    at_menu().goes("""
        > what does it cost?
        ? understand what does it cost?
        = {command: prices}
        < A check-up is €40.
        < Hi there, how can we help? [Book a visit, Talk to us]
        > what can you do
        ? understand what can you do
        = {command: help}
        < I book visits.
        < Hi there, how can we help? [Book a visit, Talk to us]
        > leave me alone
        ? understand leave me alone
        = {command: stop}
        < No more messages.
        @ nowhere
    """)


def test_where_no_flow_is_running_it_may_name_one() -> None:
    chat = clinic().goes("""
        > do I have anything booked?
        ? understand do I have anything booked?
    """)
    assert told(chat)["flows"] == [{"name": "main", "words": ["visit"]}, {"name": "other", "words": ["diary", "my visits"]}]
    assert [one["name"] for one in told(chat)["commands"]] == ["stop", "help"]
    assert told(chat)["question"] == "" and told(chat)["options"] == [] and told(chat)["slots"] == []
    chat.goes("""
        = {flow: other}
        < You have none.
        @ nowhere
    """)


@pytest.mark.parametrize("named", ["null", "{flow: help}", "{flow: nope}", "{option: book}"])
def test_else_the_flow_of_first_messages_starts(named: str) -> None:
    clinic().goes(f"""
        > hello
        ? understand hello
        = {named}
        < Hi there, how can we help? [Book a visit, Talk to us]
    """)


def test_it_is_not_asked_what_something_else_has_understood() -> None:
    at_menu().goes("""
        > 1
        < Which day?
        > (sticker)
        < A day please.
        > (image: hm)
        < A day please.
        > tomorrow
        < Booked: 23 June.
    """)


def test_a_bot_without_a_hook_asks_nobody() -> None:
    talk(main=MAIN).goes("""
        > hello
        < Hi there, how can we help? [Book a visit, Talk to us]
        > hm
        < Please choose one. [Book a visit, Talk to us]
    """)


def test_computed_options_are_told_with_their_labels() -> None:
    chat = talk("understand: model.guess", main="""
        params: {slots: list}
        steps:
          pick:
            set: {slots: "= [{'id': 'a', 'at': '9:00'}, {'id': 'b', 'at': '10:00'}]"}
            say: When?
            options: {from: = slots, id: = item.id, label: = item.at, save: slot}
          done: {say: "At {{ slot.at }}."}
    """)  # fmt: skip
    chat.goes("""
        > hello
        < When? [9:00, 10:00]
        > the later one
        ? understand the later one
    """)
    assert [(one["id"], one["label"]) for one in told(chat)["options"]] == [("a", "9:00"), ("b", "10:00")]
    chat.goes("""
        = {option: b}
        < At 10:00.
    """)


def test_a_burst_is_asked_about_as_a_whole() -> None:
    talk("understand: model.guess", main="""
        steps:
          day: {say: Which day?, ask: {day: date}, gather: 5s}
          done: {say: "{{ day | date('d MMMM') }}."}
    """).goes("""
        > hello
        < Which day?
        > hm
        + 5s
        ? understand hm
        = {slot: day, value: 2026-06-25}
        < 25 June.
    """)  # fmt: skip


def test_what_comes_meanwhile_waits_and_does_nothing() -> None:
    chat = at_menu()
    chat.hears("hm")
    before = chat.conversation
    chat.said.clear()
    chat.hears("1")
    assert replace(chat.conversation, version=0) == replace(before, version=0) and chat.said == []


def test_an_answer_to_a_question_that_is_over_is_passed_over() -> None:
    chat = at_menu()
    chat.hears("hm")
    unclear = chat.conversation.unclear
    assert unclear == Unclear(unclear.call if unclear else "", chat.conversation.frames[-1].entry, "wamid.2", "hm")
    chat.said.clear()
    chat.happens(OperatorCommand("o1", chat.now, "goto", {"to": "main.day"}))
    assert chat.said.pop() == "< Which day?"
    chat.goes("= {option: book}")
    assert chat.conversation.unclear is None and chat.stands == "main.day"


def test_an_answer_that_nobody_waits_for_changes_nothing() -> None:
    chat = at_menu()
    chat.happens(ActionFinished("x", chat.now, "no-such-call", {"option": "book"}))
    assert chat.said == [] and chat.stands == "main.menu"


def test_the_message_is_quoted_and_named_as_if_it_had_just_come() -> None:
    chat = talk("understand: model.guess", main="""
        steps:
          ask: {say: Which?, options: {a: {label: One, say: {text: "You wrote {{ msg.text }}.", reply: true}}}}
    """)  # fmt: skip
    chat.goes("""
        > hello
        < Which? [One]
        > the first
        ? understand the first
        = {option: a}
        < You wrote the first.
    """)
    (send,) = chat.turns[-1].effects
    assert getattr(send, "reply_to", None) == "wamid.2"


def test_it_hears_the_opt_out_where_commands_are_off() -> None:
    chat = talk(SETTINGS, help=HELP, main="{steps: {ask: {say: Which day?, ask: {day: date}, commands: 'off'}}}")
    chat.goes("""
        > hello
        ? understand hello
        = null
        < Which day?
        > enough
        ? understand enough
    """)
    assert [one["name"] for one in told(chat)["commands"]] == ["stop"]
    chat.goes("""
        = {command: help}
        < Sorry, I did not understand that.
        < Which day?
        > enough
        ? understand enough
        = {command: stop}
        < No more messages.
    """)


def test_a_time_limit_of_the_authors_own() -> None:
    bot = read("understand: {run: model.guess, timeout: 2s}", main=MAIN)
    chat = Talk(bot)
    chat.hears("visit")
    chat.hears("hm")
    (call,) = chat.turns[-1].effects
    assert isinstance(call, Call) and call.timeout == 2


def test_a_long_message_is_told_in_part_and_kept_whole() -> None:
    chat = at_menu()
    chat.happens(MessageReceived("k", chat.now, "wamid.9", "text", "x" * 10_000))
    assert len(told(chat)["text"]) == 4_096
    assert chat.conversation.unclear is not None and len(chat.conversation.unclear.text) == 10_000


# ---------------------------------------------------------------- the function


@understand
async def guess(ctx: Any, heard: Heard) -> dict[str, Any] | None:
    """What a message means."""
    return {"option": heard.options[0].id} if heard.options else None


@understand
def lone(heard):  # type: ignore[no-untyped-def]
    return None


@understand
def strange(text: str) -> None:
    return None


def test_the_marked_functions_of_a_file_are_found() -> None:
    import sys

    unfit: list[Unfit] = []
    found = hooks("model", sys.modules[__name__], unfit)
    assert sorted(found) == ["model.guess", "model.lone"]
    assert all(action.signature.hook for action in found.values())
    assert found["model.guess"].takes_ctx and not found["model.lone"].takes_ctx
    assert [str(one) for one in unfit] == [
        "strange is marked by @understand, and such a function takes heard, or ctx and heard: def strange(ctx, heard)"
    ]
    chat = at_menu()
    chat.hears("hm")
    heard = found["model.guess"].arguments({"heard": told(chat)}, chat.bot.settings.zone)["heard"]
    assert isinstance(heard, Heard) and heard.options[0].label == "Book a visit" and heard.commands[1].words == ["stop", "unsubscribe"]


def test_only_functions_are_marked() -> None:
    with pytest.raises(TypeError, match="over a function"):
        understand(int)
