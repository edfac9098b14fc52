"""Somebody else answers: a person in the phone's app, or another program on the same number. The bot is silent, and goes on after it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from botkit.model import ActionFinished, ExternalEvent, MessageReceived, OperatorCommand, Scheduled, Send, Started, Tell, TimerFired
from tests.engine.talk import MONDAY, Talk, talk

MAIN = """
silence: [{after: 2h, say: Still there?}]
steps:
  size: {say: Which size?, ask: {size: text}}
  done: {say: "Size {{ size }}.", go: end}
"""


class Held(Talk):
    """A talk in which others speak, too."""

    def command(self, command: str, **data: Any) -> None:
        self.happens(OperatorCommand(f"{command}:{len(self.turns)}", self.now, command, data))

    def writes(self, text: str, standby: bool = False) -> None:
        key = f"x:{len(self.turns)}"
        self.happens(MessageReceived(key, self.now, key, "text", text, standby=standby))

    def again(self) -> None:
        """What was told to this conversation comes."""
        for effect in self.turns[-1].effects:
            if isinstance(effect, Tell):
                self.happens(effect.event)

    @property
    def noted(self) -> list[tuple[str, str]]:
        return [(note.kind, note.detail) for note in self.turns[-1].notes]

    def quiet(self) -> None:
        assert not [effect for effect in self.turns[-1].effects if isinstance(effect, Send)]


def held(settings: str = "", by: str = "app") -> Held:
    it = Held(talk(settings, main=MAIN).bot)
    it.goes("> hello\n< Which size?")
    it.command("taken", by=by)
    return it


def test_a_person_in_the_app_silences_the_bot_and_that_is_on_record() -> None:
    it = held()
    assert ("taken", "app") in it.noted
    it.writes("L")
    it.quiet()
    assert ("held", "text: app answers") in it.noted
    assert it.conversation.frames[-1].step == "size"  # nothing was taken as an answer
    assert it.conversation.last_inbound == it.now  # the window is open all the same


def test_handed_back_the_bot_asks_again() -> None:
    it = held()
    it.writes("L")
    it.command("handback")
    assert it.said[-1:] == ["< Which size?"]
    assert ("given", "app") in it.noted
    it.said.clear()
    it.goes("> M\n< Size M.")


def test_after_half_a_day_without_a_word_of_the_person_the_bot_answers_again() -> None:
    it = held()
    it.now += timedelta(hours=11)
    it.command("taken", by="app")  # one more message from the phone
    it.now += timedelta(hours=11)
    it.writes("L")
    it.quiet()
    it.now += timedelta(hours=1)
    it.writes("XL")
    assert it.said[-1:] == ["< Size XL."]


def test_how_long_is_the_authors_to_say() -> None:
    it = held("takeover: 30m")
    assert it.conversation.held is not None
    assert it.conversation.held.until == it.now + timedelta(minutes=30)


def test_the_alarm_of_a_person_who_wrote_again_changes_nothing() -> None:
    it = held("takeover: 30m")
    (alarm,) = [timer for timer in it.conversation.timers if not timer.entry]
    it.now += timedelta(minutes=20)
    it.command("taken", by="app")
    it.now += timedelta(minutes=10)
    it.happens(TimerFired("t1", it.now, alarm.id))
    assert it.conversation.held is not None and it.conversation.held.events == ()
    (alarm,) = [timer for timer in it.conversation.timers if not timer.entry]
    it.now += timedelta(minutes=20)
    it.happens(TimerFired("t2", it.now, alarm.id))
    assert it.conversation.held is None


def test_what_comes_meanwhile_comes_once_more_when_it_is_handed_back() -> None:
    it = Held(talk(main="steps: {a: {wait: {event: paid, key: = 'b1'}}, b: {say: Paid.}}").bot)
    it.writes("hello")
    it.command("taken", by="app")
    it.happens(ExternalEvent("e1", it.now, "paid", {}, "b1"))
    it.quiet()
    it.command("handback")
    (told,) = [effect for effect in it.turns[-1].effects if isinstance(effect, Tell)]
    assert (told.contact, told.event.key) == ("c1", "again:e1")
    it.happens(told.event)
    assert it.said[-1:] == ["< Paid."]


def test_a_wait_is_no_question_that_is_asked_again() -> None:
    main = "steps: {{a: {{say: Wait., wait: 1h{}, then: {{say: Over.}}}}}}"
    for options, said in (("", []), (", options: {now: Now}", ["< Wait. [Now]"])):
        it = Held(talk(main=main.format(options)).bot)
        it.goes(f"> hello\n< Wait.{' [Now]' if options else ''}")
        it.command("taken", by="app")
        it.said.clear()
        it.command("handback")
        assert it.said == said


def test_the_answer_of_an_action_waits_too() -> None:
    it = Held(talk(main="steps: {a: {run: shop.look, save: n}, b: {say: 'There are {{ n }}.'}}").bot)
    it.writes("hello")
    (call,) = it.turns[-1].effects
    it.command("taken", by="agent")
    it.happens(ActionFinished("f1", it.now, call.id, 4))  # type: ignore[union-attr]  # a Call
    it.quiet()
    it.command("given")
    it.again()
    assert it.said[-1:] == ["< There are 4."]


def test_a_silence_that_came_meanwhile_is_over_since_the_question_is_asked_again() -> None:
    it = held()
    (timer,) = [timer for timer in it.conversation.timers if timer.entry]
    it.now += timedelta(hours=2)
    it.happens(TimerFired("t1", it.now, timer.id))
    it.quiet()
    it.command("handback")
    it.again()
    assert it.said[-1:] == ["< Which size?"]
    assert ("ignored", "a timer that is over") in it.noted


def test_of_a_schedule_only_the_last_waits_and_none_that_is_old() -> None:
    bot = "triggers: [{every: {cron: '0 9 * * *', to: true}}]\nsteps: {a: {say: Good morning.}}"
    it = Held(talk(main=MAIN, daily=bot).bot)
    it.writes("hello")
    it.command("taken", by="agent")
    for day in range(30):
        it.now += timedelta(days=1)
        it.happens(Scheduled(f"s{day}", it.now, "daily", "0 9 * * *", it.now))
    assert it.conversation.held is not None and len(it.conversation.held.events) == 1
    it.now += timedelta(days=4)
    it.command("given")
    it.again()
    assert "< Good morning." not in it.said
    assert ("skipped", "daily: too late") in it.noted


def test_a_flow_that_is_started_from_outside_waits() -> None:
    it = Held(talk(main=MAIN, news="steps: {a: {say: News!}}").bot)
    it.writes("hello")
    it.command("taken", by="agent")
    it.happens(Started("n1", it.now, "news"))
    it.quiet()
    it.command("given")
    it.again()
    assert "< News!" in it.said


def test_no_more_than_twenty_things_wait() -> None:
    it = held(by="agent")
    for n in range(30):
        it.happens(ExternalEvent(f"e{n}", it.now, "paid"))
    assert it.conversation.held is not None and len(it.conversation.held.events) == 20


def test_messages_of_standby_are_recorded_and_nothing_is_said() -> None:
    it = Held(talk(main=MAIN).bot)
    it.writes("I want a human", standby=True)
    it.quiet()
    assert it.conversation.frames == ()
    assert it.conversation.last_inbound == it.now, "so that the bot can answer once it is handed over"
    assert it.conversation.held is not None and it.conversation.held.by == "agent"


def test_what_was_said_to_the_other_is_taken_up_when_it_hands_over() -> None:
    it = Held(talk(main=MAIN, human="triggers: [I want a human]\nsteps: {a: {say: One moment., ask: {what: text}}}").bot)
    it.writes("hi", standby=True)
    it.writes("I want a human", standby=True)
    it.command("given")
    assert it.said[-1:] == ["< One moment."]


def test_a_message_that_comes_to_us_is_ours_to_answer() -> None:
    it = Held(talk(main=MAIN).bot)
    it.writes("hi", standby=True)
    it.now += timedelta(minutes=1)
    it.writes("hello")
    assert it.said[-1:] == ["< Which size?"]
    assert it.conversation.held is None


def test_a_message_from_before_the_other_took_over_is_not_answered() -> None:
    it = held(by="agent")
    it.now -= timedelta(minutes=1)
    it.writes("L")
    it.quiet()


def test_stop_is_heard_whoever_answers_and_nothing_is_said() -> None:
    for standby in (False, True):
        it = held(by="agent" if standby else "app")
        it.writes("STOP", standby=standby)
        it.quiet()
        assert it.conversation.contact.attributes["opted_out"] is True
        assert it.conversation.frames  # what was under way is not touched


def test_a_handoff_is_handed_back_with_it() -> None:
    it = Held(talk("queues: {desk: {}}", main="steps: {a: {handoff: desk}, b: {say: Back again.}}").bot)
    it.writes("hello")
    it.command("taken", by="app")
    it.command("handback")
    assert it.said[-1:] == ["< Back again."]
    assert it.conversation.held is None


def test_given_back_though_nobody_had_it_is_nothing() -> None:
    it = Held(talk(main=MAIN).bot)
    it.goes("> hello\n< Which size?")
    it.command("given")
    it.quiet()
    assert ("ignored", "nobody else answers") in it.noted
    assert it.now >= MONDAY
