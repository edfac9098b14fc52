"""A chat with a bot, in a simulated world: what people do, what the bot answers, and how things stand then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from botkit.bot import Bot
from botkit.model import Conversation, Event, ExternalEvent, Inbound, OperatorCommand, Started, dump_event
from botkit.problems import did_you_mean
from botkit.stores.base import Outgoing
from botkit.testing import contents, webhooks
from botkit.testing.clock import Endless
from botkit.testing.contents import Content
from botkit.testing.exchange import Exchange
from botkit.testing.said import Moment, Said, Shown
from botkit.testing.webhooks import Person
from botkit.testing.world import Snapshot, World
from botkit.wire import Value
from botkit.wishes import BadWish, read_wish, verdict

SOMEBODY = Person(wa_id="34600111222")


class Unknown(LookupError):
    """What was asked for is not there; *hint* says what is."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Simulation(World):
    """Whatever is done ends when all that follows from it is done, and gives what has come out since."""

    def __init__(self, bot: Bot, *args: Any, **more: Any) -> None:
        super().__init__(bot, *args, **more)
        self.person = SOMEBODY  # who writes, where nobody else is named
        self.channel = next(iter(self.channels))  # which that person writes to, where no other is named
        self._formerly: tuple[str, ...] = ()  # numbers that this person had before
        self._with_meta: frozenset[str] = frozenset()  # channels where Meta's own agent answers this person
        self._events = 0
        self._heard: tuple[Exchange, Person, Content, str] | None = None  # what came last by webhook: where, from whom, what, its id

    # ---- what happens

    async def hear(self, message: str | Content, *, by: Person | None = None, channel: str | None = None) -> list[Said]:
        """A contact writes a text, or sends something else; what has come out since."""
        before = len(self.said)
        content = contents.text(message) if isinstance(message, str) else message
        self.mail.arrive()
        exchange, person = self._exchange(channel), by or self.person
        standby = by is None and (channel or self.channel) in self._with_meta
        self._heard = exchange, person, content, exchange.inbound(person, content, standby=standby)
        await self.settle()
        return self.said[before:]

    async def again(self) -> list[Said]:
        """The last message of a contact is delivered once more. Raises Unknown when there is none."""
        if self._heard is None:
            raise Unknown("nobody has written yet", "begin with what the contact writes")
        before = len(self.said)
        exchange, person, content, wamid = self._heard
        self.mail.arrive()
        exchange.inbound(person, content, wamid=wamid)
        await self.settle()
        return self.said[before:]

    async def tap(self, what: str, *, by: Person | None = None, channel: str | None = None) -> list[Said]:
        """A contact taps on a button: the newest with *what* for its id, label or payload. Raises Unknown when there is none."""
        found, button = self._button(what, by or self.person)
        wamid, number = found.wamid, self._exchange(channel).number.display
        content = contents.answering(contents.tap(found.kind, button.payload, button.label), wamid, number)
        return await self.hear(content, by=by, channel=channel or found.channel)

    async def status(self, word: str, code: int | None = None, *, by: Person | None = None) -> list[Said]:
        """WhatsApp tells what became of the last message to a contact. Raises Unknown when there is none."""
        before = len(self.said)
        last = self.last(by or self.person)
        if word == "failed":
            self.mail.lose(last.wamid)
        self.mail.arrive()
        exchange = self._exchange(last.channel)
        error = (code, "told by the test") if code is not None else None
        opaque = last.body.get("biz_opaque_callback_data")
        change = webhooks.status(exchange.number, by or self.person, last.wamid, word, self.now, opaque, error)
        self.mail.post(last.channel, change)
        await self.settle()
        return self.said[before:]

    async def event(
        self, name: str, about: str = "", data: Mapping[str, Value] | None = None, *, by: Person | None = None, channel: str | None = None
    ) -> list[Said]:
        """Something happens outside."""
        return await self._inside("event", by, channel, lambda key: ExternalEvent(key, self.now, name, data or {}, about))

    async def handback(
        self, data: Mapping[str, Value] | None = None, *, by: Person | None = None, channel: str | None = None
    ) -> list[Said]:
        """People are done with the conversation."""
        return await self.operate("handback", data, by=by, channel=channel)

    async def agent(self, text: str, *, by: Person | None = None, channel: str | None = None) -> list[Said]:
        """Who has the conversation writes to the contact, by /send. Raises Unknown where that is refused."""
        conversation = await self.conversation(by, channel)
        if conversation is None:
            raise Unknown("nobody has written yet", "begin with what the contact writes")
        try:
            wish = read_wish(self.bot, {"text": text}, conversation, self.now)
        except BadWish as error:
            raise Unknown(f"an agent cannot write this: {error}") from None
        found = verdict(self.bot, conversation, wish, self.now)
        if found.reason:
            raise Unknown(f"an agent cannot write now: {found.told}")
        data = next(event.data for event in wish.events("agent", self.now) if isinstance(event, OperatorCommand))
        return await self.operate("say", data, by=by, channel=channel)

    async def phone(self, text: str, *, by: Person | None = None, channel: str | None = None) -> list[Said]:
        """Somebody of the business writes to the contact from the phone's app: the bot is silent from now on."""
        return await self._outside(lambda: self._exchange(channel).echo(by or self.person, text))

    async def handover(self, to: str, *, channel: str | None = None) -> list[Said]:
        """Who answers from now on: "meta", Meta's own agent, so that what the contact writes comes on standby; or "bot"."""
        here = {channel or self.channel}
        self._with_meta = self._with_meta | here if to == "meta" else self._with_meta - here
        return await self._outside(lambda: self._exchange(channel).hand_over(self.person, to == "meta"))

    async def new_number(self, wa_id: str) -> list[Said]:
        """The contact has another number from now on, *wa_id*. Raises Unknown where nobody has written yet."""
        before = self.person
        if await self.contact() is None:
            raise Unknown("nobody has written yet", "begin with what the contact writes")
        after = Person(wa_id=wa_id, bsuid=before.bsuid, name=before.name)

        def told() -> None:
            for channel in self.channels:
                self._exchange(channel).moved(before, after)

        self.person = after
        self._formerly += (before.wa_id,) if before.wa_id else ()
        return await self._outside(told)

    async def _outside(self, work: Callable[[], None]) -> list[Said]:
        """What WhatsApp tells beside what the contact writes."""
        before = len(self.said)
        self.mail.arrive()
        work()
        await self.settle()
        return self.said[before:]

    async def operate(
        self, command: str, data: Mapping[str, Value] | None = None, *, by: Person | None = None, channel: str | None = None
    ) -> list[Said]:
        """An operator does something to the conversation: handback, set or goto."""
        return await self._inside("command", by, channel, lambda key: OperatorCommand(key, self.now, command, data or {}))

    async def begin(self, flow: str, params: Mapping[str, Value] | None = None, *, by: Person | None = None) -> list[Said]:
        """A flow is begun from outside."""
        return await self._inside("start", by, None, lambda key: Started(key, self.now, flow, params or {}))

    async def _inside(self, kind: str, by: Person | None, channel: str | None, make: Callable[[str], Event]) -> list[Said]:
        before = len(self.said)
        channel = channel or self.channel
        contact = await self.contact(by, channel)
        if contact is None:
            raise Unknown("nobody has written yet", "begin with what the contact writes")
        self._events += 1
        self.mail.arrive()
        event = make(f"{kind}:{self._events}")
        await self._receive([Inbound(channel, event.key, self.now, dump_event(event), event, contact=contact, kind="event")])
        await self.settle()
        return self.said[before:]

    # ---- back

    def snapshot(self) -> Snapshot:
        return replace(super().snapshot(), person=self.person, formerly=self._formerly, with_meta=self._with_meta)

    async def back(self, snapshot: Snapshot) -> None:
        self.person, self._formerly, self._with_meta = snapshot.person or self.person, snapshot.formerly, snapshot.with_meta
        await super().back(snapshot)

    # ---- what stands

    async def contact(self, by: Person | None = None, channel: str | None = None) -> str | None:
        """The internal id of somebody; None: the bot does not know them yet."""
        person = by or self.person
        return await self.store.find(channel or self.channel, person.bsuid or person.wa_id or "")

    async def conversation(self, by: Person | None = None, channel: str | None = None) -> Conversation | None:
        contact = await self.contact(by, channel)
        return await self.store.load(channel or self.channel, contact) if contact is not None else None

    async def outgoing(self, moment: Moment) -> list[Outgoing]:
        """What became of all that a turn said."""
        found = [await self.store.send(id_) for id_, _ in moment.sends]
        return [row for row in found if row is not None]

    def last(self, by: Person | None = None) -> Said:
        """The last message that somebody got. Raises Unknown when there is none."""
        found = next((one for one in reversed(self.said) if one.wamid and one.to in self._aliases(by or self.person)), None)
        if found is None:
            raise Unknown("the bot has not said anything yet")
        return found

    def _button(self, what: str, by: Person) -> tuple[Said, Shown]:
        known: list[str] = []
        for one in reversed(self.said):
            if one.wamid and one.to in self._aliases(by):
                for word in ("payload", "id", "label"):
                    button = next((button for button in one.options if getattr(button, word) == what), None)
                    if button is not None:
                        return one, button
                known += [word for button in one.options for word in (button.id, button.label) if word not in known]
        raise Unknown(f'there is no button "{what}"', did_you_mean(what, known) or (f"there are {', '.join(known)}" if known else ""))

    def _exchange(self, channel: str | None) -> Exchange:
        return self.line.exchanges[channel or self.channel]

    def _aliases(self, person: Person) -> tuple[str | None, ...]:
        return (person.wa_id, person.bsuid, *(self._formerly if person is self.person else ()))


__all__ = ["SOMEBODY", "Endless", "Simulation", "Snapshot", "Unknown"]
