"""Opt-out words before any flow, opting in again, and the record of the last word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from botkit.consent import START_IN, STOP_IN, asks_to_start, asks_to_stop
from botkit.engine import advance
from botkit.languages import language
from botkit.model import Consent, OperatorCommand, StatusChanged, Tell
from tests.engine.talk import MONDAY, Talk, talk

MAIN = """
steps:
  size: {say: Which size?, ask: {size: text}}
  done: {say: "Size {{ size }}.", go: end}
"""
SAY = "You will get no more messages from us. Write START to get them again."


def wishes(it: Talk, command: str, minutes: int = 0, source: str = "WhatsApp's settings") -> None:
    at = MONDAY + timedelta(minutes=minutes)
    it.happens(OperatorCommand(f"{command}:{minutes}", at, command, {"source": source}))


def out(it: Talk) -> bool:
    return it.conversation.contact.attributes["opted_out"] is True


def test_stop_is_heard_before_any_question() -> None:
    it = talk(main=MAIN)
    it.goes(f"""
        > hello
        < Which size?
        > STOP!
        < {SAY}
        @ nowhere
    """)
    assert it.conversation.contact.attributes["opted_out"] is True
    assert it.conversation.contact.consent == Consent(False, it.turns[-1].conversation.last_inbound or MONDAY, "main.size", "STOP!")


def test_a_first_message_may_be_stop() -> None:
    talk(main=MAIN).goes(f"""
        > stop
        < {SAY}
        @ nowhere
        > hello
        < Which size?
    """)


def test_stop_within_a_sentence_is_no_stop() -> None:
    talk(main=MAIN).goes("""
        > hello
        < Which size?
        > stop at large
        < Size stop at large.
    """)


def test_start_brings_messages_back_and_says_so() -> None:
    it = talk(main=MAIN)
    it.goes(f"""
        > stop
        < {SAY}
        > Start
        < You will get our messages again.
        @ nowhere
    """)
    assert it.conversation.contact.attributes["opted_out"] is False
    consent = it.conversation.contact.consent
    assert consent is not None and consent.given and consent.words == "Start"


def test_start_means_nothing_to_who_never_stopped() -> None:
    talk(main=MAIN).goes("""
        > start
        < Which size?
        > start
        < Size start.
    """)


def test_words_of_the_bots_languages_count_and_others_do_not() -> None:
    spanish = talk("language: es", main=MAIN)
    spanish.goes("""
        > hola
        < Which size?
        > Baja.
        < No recibirá más mensajes nuestros. Escriba START para volver a recibirlos.
    """)
    talk(main=MAIN).goes("""
        > hello
        < Which size?
        > Baja
        < Size Baja.
    """)


def test_the_words_of_the_author_are_said_where_there_are_some() -> None:
    settings = "commands: {bye: {match: [enough], set: {contact.opted_out: true}, say: Good bye., go: quit}}"
    it = talk(settings, main=MAIN)
    it.goes("""
        > hello
        < Which size?
        > unsubscribe
        < Good bye.
        @ nowhere
    """)
    assert it.conversation.contact.attributes["opted_out"] is True


def test_a_command_of_the_bot_with_that_word_goes_before() -> None:
    it = talk("commands: {stop: {match: [stop], say: The bus stops here.}}", main=MAIN)
    it.goes("""
        > hello
        < Which size?
        > stop
        < The bus stops here.
        < Which size?
    """)
    assert it.conversation.contact.attributes.get("opted_out") is None


def test_an_option_that_is_shown_goes_before() -> None:
    it = talk(main="steps: {a: {say: And now?, options: {stop: {label: Stop, say: Stopped., go: end}}}}")
    it.goes("""
        > hello
        < And now? [Stop]
        > stop
        < Stopped.
    """)
    assert it.conversation.contact.attributes.get("opted_out") is None


def test_a_word_that_starts_a_flow_goes_before_while_none_is_running() -> None:
    it = talk(main=MAIN, leave="triggers: [unsubscribe]\nsteps: {a: {set: {contact.opted_out: true}, say: Gone.}}")
    it.goes("""
        > unsubscribe
        < Gone.
        > hello
        < Which size?
    """)
    assert it.conversation.contact.consent is not None
    assert it.conversation.contact.consent.source == "leave.a"


def test_it_is_heard_during_a_handoff() -> None:
    it = talk("queues: {desk: {}}", main="steps: {a: {handoff: desk}}")
    it.goes(f"""
        > hello
        > stop
        < {SAY}
        @ nowhere
    """)


def test_what_whatsapp_tells_of_marketing_counts_and_says_nothing() -> None:
    it = talk(main=MAIN)
    it.goes("> hello\n< Which size?")
    wishes(it, "opt_out", 5)
    assert out(it)
    wishes(it, "opt_in", 3)  # older, and comes late
    assert out(it)
    wishes(it, "opt_in", 9)
    assert not out(it)
    assert it.conversation.contact.consent == Consent(True, MONDAY + timedelta(minutes=9), "WhatsApp's settings")
    it.goes("> L\n< Size L.")  # the question under way is not touched


def test_131050_marks_the_contact() -> None:
    for status in ("failed", "unsent"):
        it = talk(main=MAIN)
        it.goes("> hello\n< Which size?")
        it.happens(StatusChanged("s1", MONDAY, "wamid.1", status, "out1", 131050, "User stopped marketing"))
        assert it.conversation.contact.attributes["opted_out"] is True
        assert it.conversation.contact.consent == Consent(False, MONDAY, "WhatsApp (131050)")


def test_a_consent_is_put_on_record_with_where_it_comes_from() -> None:
    it = talk(main="""
        steps:
          ask: {say: May we write to you?, options: {yes: {label: "Yes", set: {contact.opted_in: the till form}, go: told}, no: "No"}}
          told: {say: "{{ contact.opted_in.source }}, {{ contact.opted_in.words }}, {{ contact.opted_in.at | date }}.", go: end}
    """)
    it.goes("""
        > hello
        < May we write to you? [Yes, No]
        > yes
        < the till form, yes, 22 June 2026.
    """)
    assert it.conversation.contact.consent == Consent(True, it.turns[-1].conversation.last_inbound or MONDAY, "the till form", "yes")


def test_naming_a_source_does_not_undo_an_opt_out() -> None:
    it = talk(main="steps: {a: {set: {contact.opted_in: the till}, say: \"{{ contact.opted_in or 'none' }}\"}}")
    it.goes(f"""
        > stop
        < {SAY}
        > hello
        < none
    """)
    assert it.conversation.contact.attributes["opted_out"] is True


@pytest.mark.parametrize(("word", "known"), [("stop", {"opted_out": True}), ("hello", {})])
def test_who_turned_out_to_be_another_has_no_more_than_the_opt_out(word: str, known: dict[str, bool]) -> None:
    it = talk(main=MAIN)
    it.hears(word)
    left = OperatorCommand("left:1", MONDAY + timedelta(minutes=1), "left", {"main": "c1"})
    turn = advance(it.bot, it.conversation, left)
    assert turn.conversation.contact.attributes == known, "a template that waits for a moment must not go after all"
    assert turn.conversation.became == "c1" and turn.conversation.frames == ()


@pytest.mark.parametrize("status", ["failed", "unsent"])
@pytest.mark.parametrize("word", ["stop", "hello"])
def test_131050_of_who_turned_out_to_be_another_is_told_there(word: str, status: str) -> None:
    it = talk(main=MAIN)
    it.hears(word)
    left = OperatorCommand("left:1", MONDAY + timedelta(minutes=1), "left", {"main": "c1"})
    other = advance(it.bot, it.conversation, left).conversation
    refused = StatusChanged("s1", MONDAY + timedelta(minutes=2), "wamid.1", status, "out1", 131050, "User stopped marketing")
    turn = advance(it.bot, other, refused)
    told = OperatorCommand("again:s1", refused.at, "opt_out", {"source": "WhatsApp (131050)"})
    assert turn.effects == (Tell("c1", told),)
    assert turn.conversation.contact.attributes == {"opted_out": True}
    main = talk(main=MAIN)
    main.goes("> hello\n< Which size?")
    main.happens(told)
    assert main.conversation.contact.consent == Consent(False, refused.at, "WhatsApp (131050)")


@pytest.mark.parametrize("code", sorted(STOP_IN.keys() | START_IN.keys()))
def test_no_word_says_both_and_none_is_a_yes_or_a_no(code: str) -> None:
    known = language(code)
    for word in STOP_IN[code]:
        assert asks_to_stop(f"{word}!", (code,)) and not asks_to_start(word, (code,))
        assert word not in (*known.yes, *known.no)
    for word in START_IN[code]:
        assert asks_to_start(f" {word}! ", (code,)) and not asks_to_stop(word, (code,))
