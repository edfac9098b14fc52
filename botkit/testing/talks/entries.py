"""The lines of a talk: what the contact does, what the bot has to say, and what else happens."""

from __future__ import annotations

from collections.abc import Mapping as Table
from datetime import datetime, time
from typing import Any

from msgspec import Struct, field

from botkit.source import Node, Scalar
from botkit.wire import Value


class Writes(Struct, frozen=True, eq=False):
    """The contact sends a *text*, or something else: its *kind* and what there is to tell of it."""

    node: Node
    text: str = ""
    kind: str = "text"
    told: Table[str, Any] = field(default_factory=dict)


class Taps(Struct, frozen=True, eq=False):
    """The contact taps on a button: its id, its label or its payload."""

    node: Node
    what: Scalar


class Says(Struct, frozen=True, eq=False):
    """The bot says *text*, `*` stands for anything; None: it says nothing. *options*: their labels, *file*: its picture, film, sound or
    document, *link*: where its button leads; None: they are not looked at."""

    node: Node
    text: Scalar | None
    options: Choices | None = None
    file: Scalar | None = None
    link: Scalar | None = None


class Uses(Struct, frozen=True, eq=False):
    """The bot sends a template. *values*: its parameters, None: they are not looked at."""

    node: Node
    name: Scalar
    values: tuple[Scalar, ...] | None = None
    options: Choices | None = None


class Choices(Struct, frozen=True, eq=False):
    """The labels under a message, in their order."""

    node: Node
    labels: tuple[Scalar, ...]


class Waits(Struct, frozen=True, eq=False):
    """Time passes, in seconds."""

    node: Node
    seconds: int


class Until(Struct, frozen=True, eq=False):
    """It becomes *moment*; naive, in the bot's zone. A time alone is the next such time."""

    node: Node
    moment: datetime | time


class Told(Struct, frozen=True, eq=False):
    """WhatsApp tells what became of the bot's last message."""

    node: Node
    word: str
    code: int | None = None


class Happens(Struct, frozen=True, eq=False):
    """Something happens outside; *about* is what its key says."""

    node: Node
    name: str
    about: str = ""
    data: Table[str, Value] = field(default_factory=dict)


class HandsBack(Struct, frozen=True, eq=False):
    """People are done with the conversation."""

    node: Node
    data: Table[str, Value] = field(default_factory=dict)


class Hears(Struct, frozen=True, eq=False):
    """The queue that has the conversation is told *text*, `*` stands for anything; None: nothing more."""

    node: Node
    text: Scalar | None


class Answers(Struct, frozen=True, eq=False):
    """Who has the conversation writes to the contact."""

    node: Node
    text: str


class Phones(Struct, frozen=True, eq=False):
    """Somebody of the business writes to the contact from the phone's app."""

    node: Node
    text: str


class HandsOver(Struct, frozen=True, eq=False):
    """Meta's own agent answers from now on (*to* meta), or the bot again (bot)."""

    node: Node
    to: str


class Moves(Struct, frozen=True, eq=False):
    """The contact has another number; *number* is in digits."""

    node: Node
    number: str


class Expects(Struct, frozen=True, eq=False):
    """How things stand. *state*: "ended", a step, or flow.step; *sent*: how many messages left in this talk."""

    node: Node
    state: Scalar | None = None
    contact: tuple[tuple[Scalar, Node], ...] = ()
    sent: int | None = None
    variables: tuple[tuple[Scalar, Node], ...] = ()


Entry = (
    Writes | Taps | Says | Uses | Waits | Until | Told | Happens | HandsBack | Hears | Answers | Phones | HandsOver | Moves | Expects
)
