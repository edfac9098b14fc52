"""What an author lets the bot say: one message, as it stands in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botkit.model import Closed
from botkit.replies import Given, Reading, Reply
from botkit.shapes import SWITCH, Either, GivenValue, Key, Keys, ListOf, Made, Plain, Says, one_of
from botkit.source import Node, Scalar


@dataclass(frozen=True, slots=True, eq=False)
class TemplateUse:
    node: Scalar
    values: tuple[Given, ...] = ()

    @property
    def name(self) -> str:
        return self.node.text


@dataclass(frozen=True, slots=True, eq=False)
class Say:
    """One message. The step's options go with the last one that has a text."""

    node: Node
    text: Reply | None = None
    template: TemplateUse | None = None
    closed: Closed | None = None  # None: the author did not say
    preview: bool = False
    reply: bool = False  # quotes the contact's message
    header: Reply | None = None
    footer: Reply | None = None
    button: Reply | None = None  # what opens a list


def _template(found: dict[str, Any], _node: Node, _reading: Reading) -> TemplateUse | None:
    return TemplateUse(found["name"], tuple(found.get("with", ()))) if "name" in found else None


_TEMPLATE_KEYS = Keys(
    "the use of a template",
    {
        "name": Key(Plain(), "name of a file of templates/", required=True),
        "with": Key(ListOf(GivenValue(), "a list of values"), "a value for each {{n}} of its body"),
    },
    lone="name",
)
TEMPLATE_USE = Made(_TEMPLATE_KEYS, _template)


def _say(found: dict[str, Any], node: Node, reading: Reading) -> Say | None:
    fields = {key: value for key, value in found.items() if key}
    if "text" not in fields and "template" not in fields:
        reading.report("empty-say", node, "this message says nothing", "give it a text or a template")
        return None
    return Say(node, **fields)


MESSAGE_KEYS = Keys(
    "a message",
    {
        "text": Key(Says(), "what is said"),
        "template": Key(TEMPLATE_USE, "goes out instead when the 24-hour window is closed"),
        "closed": Key(one_of("hold", "drop", "fail"), "what to do when the window is closed and there is no template"),
        "preview": Key(SWITCH, "show a preview of the first link"),
        "reply": Key(SWITCH, "quote the contact's message"),
        "header": Key(Says(), "a line above options"),
        "footer": Key(Says(), "a small line below options"),
        "button": Key(Says(), "what opens the list of options"),
    },
    lone="text",
    later=frozenset(
        {"image", "video", "audio", "document", "sticker", "caption", "filename", "location", "contacts", "url", "request", "form", "react"}
        | {"products", "each", "as", "file", "merge"}
    ),
)
MESSAGE = Made(MESSAGE_KEYS, _say)
SAY = Made(
    Either("a text, a message, or a list of them", MESSAGE, ListOf(MESSAGE), MESSAGE),
    lambda value, _node, _reading: tuple(value) if isinstance(value, list) else (value,),
)
