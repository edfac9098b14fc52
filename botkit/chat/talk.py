"""A talk, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from botkit.bot import Bot
from botkit.chat.screen import Screen
from botkit.chat.session import Session
from botkit.chat.slashes import Desk, Refused, obey
from botkit.data import written
from botkit.project import Project
from botkit.testing.simulation import Simulation, Unknown
from botkit.testing.webhooks import Person
from botkit.wire import Value

YOU = Person(wa_id="34600111222")


class Talk:
    """*begun* is aware. *who* is the name or the number of the person that talks; *shown* are slash words that follow every turn."""

    def __init__(
        self, project: Project, bot: Bot, begun: datetime, screen: Screen, who: str | None = None, language: str | None = None,
        shown: Sequence[str] = (), secrets: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._simulation = Simulation(bot, begun, project.actions, secrets=secrets)
        if who:
            number = "".join(c for c in who if c.isdigit())
            self._simulation.person = Person(wa_id=number) if number else replace(YOU, name=who)
        else:
            self._simulation.person = YOU
        if language:
            self._simulation.transcript.attributes[self._simulation.person.wa_id or ""] = {"language": language}
        self._screen = screen
        self._shown = shown
        self.session = Session(self._simulation, begun)
        self._desk = Desk(self.session, project, screen.tell, screen.show)

    async def open(self) -> None:
        await self._simulation.__aenter__()
        name = self._desk.project.root.name
        window = await self.session.window()
        self._screen.header(f"{name} · {self.session.now():%a %d %b %Y %H:%M} · {window} · /help")

    async def close(self) -> None:
        await self._simulation.__aexit__()

    async def prepare(self, step: str | None, sets: Sequence[tuple[str, str]]) -> None:
        """Begin with these variables, at *step*. Raises Refused."""
        if step is not None or sets:
            await self.session.say("hello")
        if sets:
            values: dict[str, Value] = {name: written(value) for name, value in sets}
            await self.session.command("set", values)
        if step is not None:
            await obey(self._desk, f"/goto {step}")

    async def line(self, line: str) -> bool:
        """Do what was typed; false: the talk is over."""
        if not line.strip():
            return True
        try:
            if line.startswith("/") and not line.startswith("//"):
                await obey(self._desk, line)
            else:
                self._screen.show(await self.session.say(line[1:] if line.startswith("//") else line))
                for word in self._shown:
                    await obey(self._desk, word)
        except (Refused, Unknown) as error:
            self._screen.refuse(str(error))
        return not self._desk.ended
