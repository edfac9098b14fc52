"""A talk, line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from botkit.bot import Bot
from botkit.chat.deeds import value_of
from botkit.chat.desk import Desk, Refused
from botkit.chat.mishaps import mishaps
from botkit.chat.screen import Screen
from botkit.chat.session import Session
from botkit.chat.slashes import obey
from botkit.chat.withheld import withheld
from botkit.handoffs import line_of
from botkit.matching import Words
from botkit.problems import did_you_mean
from botkit.project import Project
from botkit.source import Scalar, Source
from botkit.testing.simulation import SOMEBODY, Simulation, Unknown
from botkit.testing.webhooks import Person
from botkit.wire import Value

SHOWN = ("json", "vars", "trace")

_UNTYPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # what a terminal lets through and nobody means
_NUMBER = re.compile(r"\+?[\d ()-]{5,24}")


class Talk:
    """*begun* is aware. *flow*: what a first message starts, "" for what the bot says. *who* is the name or the number of the person that
    talks, *attributes* what is known of that person before; *shown* are words of SHOWN: what follows every turn."""

    def __init__(
        self, project: Project, bot: Bot, begun: datetime, screen: Screen, *, flow: str = "", who: str = "", language: str = "",
        attributes: Mapping[str, Value] | None = None, shown: Sequence[str] = (), secrets: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        own = bot
        if flow and flow != bot.start:
            start = Scalar(Source("", flow), (0, 0, 0, len(flow)), flow, None)
            bot = replace(bot, settings=replace(bot.settings, start=start), triggers=Words())
        known = dict(attributes or {})
        name = known.pop("name", None)
        self._simulation = Simulation(bot, begun.astimezone(UTC), project.actions, secrets=secrets)
        self._simulation.person = _person(who, str(name) if name is not None else None)
        told = {**known, **({"language": language} if language else {})}
        self._simulation.transcript.attributes[self._simulation.person.wa_id or ""] = told
        self._screen = screen
        self._shown = shown
        self.session = Session(self._simulation, begun, language, known)
        if bot is not own:
            self.session.unkept = f"it began with the flow {flow}, which no first message starts"
        self._desk = Desk(self.session, project, own, screen.tell, screen.show)

    async def open(self) -> None:
        await self._simulation.__aenter__()
        self.session.begin()
        name = self._desk.project.root.name
        self._screen.header(f"{name} · {self.session.now():%a %d %b %Y %H:%M} · write as a contact would; /help lists what else you can do")

    async def close(self) -> None:
        await self._simulation.__aexit__()

    async def prepare(self, step: str, variables: Mapping[str, str]) -> None:
        """Begin at *step* ("": the first one) with these variables, as they are written. Raises Refused."""
        if not step and not variables:
            return
        flow = self._simulation.bot.flows[self._simulation.bot.start]
        values = {name: value_of(self._simulation.bot, flow, name, text) for name, text in variables.items()}
        if step and step not in flow.steps:
            near = did_you_mean(step, flow.steps)
            raise Refused(f'the flow {flow.name} has no step "{step}"{f"; {near}" if near else ""}')
        to = f"{flow.name}.{step}" if step else flow.name
        self._screen.show(await self.session.command("goto", {"to": to, "with": values}))
        self.session.unkept = "it began with --step or --set, which a test has no words for"
        self.session.begin()

    async def line(self, line: str) -> bool:
        """Do what was typed; false: the talk is over."""
        line = _UNTYPED.sub("", line)
        if not line.strip():
            return True
        before, moments, told = len(self.session.done), len(self.session.moments()), len(self._simulation.told)
        try:
            if line.startswith("/") and not line.startswith("//"):
                await obey(self._desk, line)
            else:
                self._screen.show(await self.session.say(line[1:] if line.startswith("//") else line))
            for delivery in self._simulation.told[told:]:
                self._screen.tell(f"desk {delivery['queue']}> {line_of(delivery)}")
            if len(self.session.done) > before:
                for lost in await withheld(self._simulation, self.session.moments()[moments:]):
                    self._screen.tell(lost)
                for mishap in mishaps(self.session.moments()[moments:]):
                    self._screen.refuse(mishap)
                if await self.session.gathers():
                    self._screen.tell("(more may come: it waits a few seconds for that; /next)")
                self._well()
                for word in self._shown:
                    await obey(self._desk, f"/{word}")
        except (Refused, Unknown) as error:
            hint = getattr(error, "hint", "")
            self._screen.refuse(f"{error}{f' ({hint})' if hint else ''}")
        return not self._desk.ended

    def _well(self) -> None:
        """Tell what the engine itself could not do, which is a bug."""
        fallen = self._simulation.transcript.fallen
        if fallen:
            self._screen.refuse(f"botkit itself failed: {type(fallen[-1]).__name__}: {fallen[-1]}")
            fallen.clear()


def _person(who: str, name: str | None) -> Person:
    if _NUMBER.fullmatch(who.strip()):
        return Person(wa_id="".join(c for c in who if c.isdigit()), name=name)
    return replace(SOMEBODY, name=name or who.strip() or None)
