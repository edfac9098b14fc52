"""A simulation for tests in Python: its work is done at once, without `await`, and an action that nobody answers for is a failure."""

from __future__ import annotations

import asyncio
import functools
import inspect
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

from msgspec.structs import replace

from botkit.hook import HOOK
from botkit.project import ACTIONS_PACKAGE, Project
from botkit.testing.exchange import Exchange
from botkit.testing.player import START
from botkit.testing.said import Said
from botkit.testing.simulation import Simulation
from botkit.testing.stillness import StillLoop
from botkit.web import MEDIA_SAVE
from botkit.wire import Value


class Bench:
    """A bot to talk with. What a Simulation can do this can do, too: `hear`, `tap`, `pass_`, `status`, `event`, `handback`, `begin`, …

    *project* must have a bot. It begins on a Monday at nine, in the bot's zone. Every action needs an answer: `mock`, or `real`.
    """

    def __init__(self, project: Project) -> None:
        if project.bot is None:
            raise ValueError("a project without a bot cannot be tested")
        self._actions = project.actions
        self.world = Simulation(project.bot, START.replace(tzinfo=project.bot.settings.zone).astimezone(UTC), project.actions)
        self._unanswered: list[str] = []
        self._runner = asyncio.Runner(loop_factory=StillLoop)
        for name in project.actions:
            if name != MEDIA_SAVE:  # what contacts send is made up here
                self.world.stand_in(name, self._nobody(name))
        self._run(self.world.open())

    def close(self) -> None:
        self._runner.run(self.world.__aexit__())
        self._runner.close()

    def mock(self, action: str, answer: Any = None) -> None:
        """What *action* does from now on: it gives *answer*; raises it, where that is an exception; or calls it with its arguments, where
        it is a function. Raises TypeError for an exception that the action declares, from a second import of its file."""
        self._is_the_declared(action, answer)

        async def stand(arguments: Mapping[str, Any]) -> Any:
            if isinstance(answer, BaseException) or (isinstance(answer, type) and issubclass(answer, BaseException)):
                raise answer
            given = answer(**arguments) if callable(answer) else answer
            return await given if inspect.isawaitable(given) else given

        self.world.stand_in(action, stand)

    def real(self, *actions: str) -> None:
        """Run the functions of these actions themselves."""
        for action in actions:
            self.world.stand_in(action, None)

    @property
    def actions(self) -> ModuleType:
        """The files of actions/ as the bot has them: `bot.actions.clinic` is actions/clinic.py. Another import makes other classes."""
        modules = (action.function.__module__ for action in self._actions.values())
        package = next((name.rpartition(".")[0] for name in modules if name.startswith(ACTIONS_PACKAGE)), None)
        if package is None:
            raise LookupError("this bot has no actions of its own")
        return sys.modules[package]

    @property
    def texts(self) -> list[str]:
        """All that the bot has said, as the contact reads it."""
        return [said.text for said in self.world.said]

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.world, name)
        if not inspect.iscoroutinefunction(found):
            return found

        @functools.wraps(found)
        def at_once(*args: Any, **named: Any) -> Any:
            return self._run(found(*args, **named))

        return at_once

    def _run(self, work: Any) -> Any:
        try:
            found = self._runner.run(work)
        except RuntimeError:
            if inspect.iscoroutine(work) and inspect.getcoroutinestate(work) == inspect.CORO_CREATED:
                work.close()
                raise RuntimeError("a bot is tested in a plain function: def test_…, not async def test_…") from None
            raise
        if self._unanswered:
            action, self._unanswered = self._unanswered[0], []
            raise AssertionError(f'nobody answers for the action {action}: bot.mock("{action}", …), or bot.real("{action}")')
        return found

    def _is_the_declared(self, action: str, answer: Any) -> None:
        raised = answer if isinstance(answer, type) else type(answer)
        known = self._actions.get(action)
        if known is None or not issubclass(raised, BaseException) or any(issubclass(raised, one) for one in known.raises):
            return
        if raised.__name__ in {one.__name__ for one in known.raises}:
            file = action.partition(".")[0]
            told = f"{raised.__name__} of another import is not the one that the bot knows"
            raise TypeError(f"{told}: take bot.actions.{file}.{raised.__name__}")

    def _nobody(self, action: str) -> Callable[[Mapping[str, Any]], Any]:
        async def stand(_: Mapping[str, Any]) -> Any:
            if action == HOOK:
                return None  # what nobody answers for is not understood
            self._unanswered.append(action)
            raise LookupError(action)

        return stand


class BenchClock:
    """The clock of a bench."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    @property
    def now(self) -> datetime:
        """In the bot's zone."""
        return self._bench.world.now.astimezone(self._bench.world.bot.settings.zone)

    def pass_(self, **span: float) -> list[Said]:
        """Time passes, as in `clock.pass_(hours=25)`; what comes out of it."""
        found: list[Said] = self._bench.pass_(timedelta(**span).total_seconds())
        return found

    def until(self, moment: datetime) -> list[Said]:
        """It becomes *moment*; naive, in the bot's zone."""
        zone = self._bench.world.bot.settings.zone
        found: list[Said] = self._bench.until(moment if moment.tzinfo else moment.replace(tzinfo=zone))
        return found


class BenchContact:
    """Who talks with the bot. What is set before the first message is known from the beginning; `contact["city"]` is an attribute."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    @property
    def wa_id(self) -> str | None:
        return self._bench.world.person.wa_id

    @wa_id.setter
    def wa_id(self, wa_id: str) -> None:
        known = self._known()
        self._bench.world.person = replace(self._bench.world.person, wa_id=wa_id)
        self._bench.world.transcript.attributes[wa_id] = known

    @property
    def name(self) -> str | None:
        """The name that WhatsApp shows."""
        return self._bench.world.person.name

    @name.setter
    def name(self, name: str) -> None:
        self._bench.world.person = replace(self._bench.world.person, name=name)

    def __getitem__(self, attribute: str) -> Value:
        """As it stands now; None: it is not set."""
        conversation = self._bench.conversation()
        return conversation.contact.attributes.get(attribute) if conversation is not None else self._known().get(attribute)

    def __setitem__(self, attribute: str, value: Value) -> None:
        if self._bench.contact() is not None:
            raise RuntimeError("the contact has written already: set what is known before the first message")
        self._known()[attribute] = value

    def _known(self) -> dict[str, Value]:
        attributes = self._bench.world.transcript.attributes
        found = dict(attributes.get(self.wa_id or "", {}))
        attributes[self.wa_id or ""] = found
        return found


def exchange_of(bench: Bench) -> Exchange:
    """The 360dialog that a bench speaks to: what it got stands in `requests`; `refuse`, `fail` and `lose` make it fail."""
    return bench.world.line.exchanges[bench.world.channel]
