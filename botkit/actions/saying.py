"""What an action says: `ctx.say(...)`. It leaves with the action's answer, in the same turn, so that nothing is said twice."""

from __future__ import annotations

from typing import get_args

from botkit.messages import Message, TemplateMessage, Text
from botkit.messages.limits import fatal
from botkit.model import Closed, Send

MOST = 20  # messages of one call

_MESSAGES: tuple[type, ...] = get_args(Message)


class Mouth:
    """Collects what one attempt says. *silent*: why it may say nothing; "": it may."""

    __slots__ = ("_over", "_silent", "said")

    def __init__(self, silent: str = "") -> None:
        self.said: list[Send] = []
        self._silent = silent
        self._over = False

    def __call__(
        self, message: str | Message, *, template: TemplateMessage | None = None, closed: Closed = "fail", reply_to: str | None = None
    ) -> None:
        """Say *message*, a text or one of botkit.messages, once the action has answered and before its step goes on.

        With the window closed *template* goes out instead, or else what *closed* says is done: hold, drop or fail. *reply_to*: the id of a
        message of the contact's (`msg.id`) that is quoted. An action that fails says nothing.

        Raises TypeError for what is no message, ValueError for one that WhatsApp would refuse or that is one too many, RuntimeError when
        the action has answered already.
        """
        if self._over or self._silent:
            raise RuntimeError(self._silent or "the action has answered already: what is said now would come too late")
        said = Text(message) if isinstance(message, str) else message
        if not isinstance(said, _MESSAGES):
            raise TypeError(f"ctx.say takes a text or a message of botkit.messages, not {type(message).__name__}")
        if template is not None and not isinstance(template, TemplateMessage):
            raise TypeError(f"template is a TemplateMessage of botkit.messages, not {type(template).__name__}")
        if closed not in get_args(Closed):
            raise ValueError("closed is one of hold, drop, fail")
        if isinstance(said, Text) and not said.body.strip():
            raise ValueError("this message says nothing")
        for one in (said, template):
            if one is not None and (fault := fatal(one.faults())) is not None:
                raise ValueError(f"WhatsApp would refuse this message: {fault}")
        if len(self.said) == MOST:
            raise ValueError(f"an action says at most {MOST} messages")
        if isinstance(said, TemplateMessage):
            self.said.append(Send(None, said, closed))
        else:
            self.said.append(Send(said, template, closed, reply_to or None))

    def close(self) -> tuple[Send, ...]:
        """What was said; from now on nothing is."""
        self._over = True
        return tuple(self.said)

    def __repr__(self) -> str:
        return f"<ctx.say: {len(self.said)} messages>"


__all__ = ["Mouth"]
