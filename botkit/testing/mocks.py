"""The mocks of a test at work: they answer for the actions, in order, and tell what was not as the test says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from botkit.actions import Action
from botkit.hook import HOOK
from botkit.signatures import ValueType
from botkit.testing.functions import Stand, silence
from botkit.testing.talks import Answer, Mock
from botkit.testing.values import declared
from botkit.web import MEDIA_SAVE


class Mocked(Exception):
    """What a mocked action raises where the test names no exception of the action's own."""


class Trouble(Struct, frozen=True):
    """An action was asked and no mock had an answer. *mock*: the one that is used up; None: there is none."""

    action: str
    mock: Mock | None


class Mocks:
    """*actions*: those of the bot; each needs a mock where it is asked, none is run."""

    def __init__(self, mocks: Iterable[Mock], actions: Mapping[str, Action]) -> None:
        self.troubles: list[Trouble] = []
        self._mocks = {mock.action.text: mock for mock in mocks}
        self._actions = actions
        self._asked = dict.fromkeys(self._mocks, 0)

    def stands(self, called: Iterable[str] = ()) -> dict[str, Stand]:
        """What stands in for each action; *called* are the names that the bot's flows use, known or not."""
        named = dict.fromkeys((*self._actions, *self._mocks, *called))
        # What contacts send is made up in a simulation, so it can be kept without a mock.
        return {name: self._stand(name) for name in named if name != MEDIA_SAVE or name in self._mocks}

    def _stand(self, name: str) -> Stand:
        async def stand(_arguments: Mapping[str, Any]) -> Any:
            mock = self._mocks.get(name)
            if mock is None and name == HOOK:
                return None  # what nobody answers for is not understood
            answer = self._next(name, mock)
            if answer is None:
                self.troubles.append(Trouble(name, mock))
                raise Mocked("the test has no answer")
            return await self._given(name, answer)

        return stand

    def _next(self, name: str, mock: Mock | None) -> Answer | None:
        if mock is None or not mock.answers:
            return None
        asked = self._asked[name]
        self._asked[name] += 1
        if mock.repeats:
            return mock.answers[0]
        return mock.answers[asked] if asked < len(mock.answers) else None

    async def _given(self, name: str, answer: Answer) -> Any:
        action = self._actions.get(name)
        if answer.kind == "timeout":
            await silence()
        if answer.error is not None:
            raise _raised(answer.error.text, action)
        return declared(answer.value, action.signature.result if action is not None else ValueType()) if answer.value is not None else None

    def left(self) -> list[tuple[Mock, int]]:
        """The lists of which something was never asked for, each with how often it was asked."""
        return [
            (mock, self._asked[name]) for name, mock in self._mocks.items() if not mock.repeats and self._asked[name] < len(mock.answers)
        ]


def _raised(name: str, action: Action | None) -> Exception:
    """An exception of the class that the action declares by this name; made without its arguments, which nobody looks at."""
    declared_ = next((cls for cls in action.raises if cls.__name__ == name), None) if action is not None else None
    return declared_.__new__(declared_) if declared_ is not None else Mocked(name)
