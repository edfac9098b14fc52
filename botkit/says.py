"""What an author lets the bot say: one message, as it stands in the file."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from botkit.model import Closed
from botkit.replies import Formula, Given, Reading, Reply
from botkit.shapes import NAME, SWITCH, Either, Expr, GivenValue, Key, Keys, ListOf, Made, Of, Plain, Says, one_of
from botkit.source import Mapping, Node, Scalar


class TemplateUse(Struct, frozen=True, eq=False):
    node: Scalar
    values: tuple[Given, ...] = ()

    @property
    def name(self) -> str:
        return self.node.text


class Say(Struct, frozen=True, eq=False):
    """One message. The step's options go with the last one that has a text."""

    node: Node
    text: Reply | None = None
    template: TemplateUse | None = None
    closed: Closed | None = None  # None: the author did not say
    preview: bool = False
    reply: bool = False  # quotes the contact's message
    merge: bool = False  # joined with the message before it
    header: Reply | None = None
    footer: Reply | None = None
    button: Reply | None = None  # what opens a list
    file: Scalar | None = None  # a Jinja reply of templates/, in place of the text
    each: Formula | None = None  # said once for every element of this list …
    name: str = "item"  # … which the text knows by this name

    @property
    def speaks(self) -> bool:
        """Whether it has a text of its own."""
        return self.text is not None or self.file is not None


_TAKEN = frozenset({"contact", "msg", "visits", "answer", "channel", "data", "event", "loop"})  # what texts know by these names already


def _template(found: dict[str, Any], _node: Node, _reading: Reading) -> TemplateUse | None:
    return TemplateUse(found["name"], tuple(found.get("with", ()))) if "name" in found else None


_TEMPLATE_KEYS = Keys(
    "the use of a template",
    {
        "name": Key(Plain(names="template"), "name of a file of templates/", required=True),
        "with": Key(ListOf(GivenValue(), "a list of values"), "a value for each {{n}} of its body"),
    },
    lone="name",
)
TEMPLATE_USE = Made(_TEMPLATE_KEYS, _template)


def _say(found: dict[str, Any], node: Node, reading: Reading) -> Say | None:
    fields = {key: value for key, value in found.items() if key and key != "as"}
    if "as" in found:
        fields["name"] = found["as"]
    if "file" in fields and "text" in fields:
        reading.report("two-texts", fields["file"], "a message has a text or a file, not both", "delete one of them")
    if ("each" in fields) != ("as" in found):
        told = '"each" and "as" stand together: each: = a list, as: the name of one element'
        reading.report("each-as", fields["each"].node if "each" in fields else node, told, "add the other one")
    if not fields.keys() & {"text", "template", "file"}:
        if not isinstance(node, Mapping) or len(node.entries) == len(found) - 1:  # else a key of it was refused
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
        "merge": Key(SWITCH, "join it with the message before, so that one leaves instead of two"),
        "file": Key(Plain("the name of a .j2 file", names="reply"), "a Jinja reply of templates/ in place of the text"),
        "each": Key(Expr(), "a list: the message is said once for each of its elements"),
        "as": Key(
            Of("a name", lambda text: text if NAME.match(text) and text not in _TAKEN else None, pattern=NAME.pattern),
            "the name of one element in the text",
        ),
        "reply": Key(SWITCH, "quote the contact's message"),
        "header": Key(Says(), "a line above options"),
        "footer": Key(Says(), "a small line below options"),
        "button": Key(Says(), "what opens the list of options"),
    },
    lone="text",
    later=frozenset(
        {"image", "video", "audio", "document", "sticker", "caption", "filename", "location", "contacts", "url", "request", "form", "react"}
        | {"products"}
    ),
)
MESSAGE = Made(MESSAGE_KEYS, _say)
SAY = Made(
    Either("a text, a message, or a list of them", MESSAGE, ListOf(MESSAGE), MESSAGE),
    lambda value, _node, _reading: tuple(value) if isinstance(value, list) else (value,),
)
