"""What an author lets the bot say: one message, as it stands in the file."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from botkit.messages.files import article
from botkit.model import Closed
from botkit.replies import Formula, Reading, Reply
from botkit.says.base import filled
from botkit.says.buttons import FORM, LINK, PRODUCTS, FormButton, Link, Wares
from botkit.says.cards import CARDS, ELEMENT, Cards
from botkit.says.places import CONTACTS, LOCATION, REACT, REQUEST, People, React, Spot, Wish
from botkit.says.shown import CAPTIONED, HEADER, KINDS, MEDIA_KEYS, Shown, shown
from botkit.says.uses import TEMPLATE_USE, TemplateUse
from botkit.shapes import SWITCH, Either, Expr, Key, Keys, ListOf, Made, Plain, Says, one_of
from botkit.source import Mapping, Node, Scalar


class Say(Struct, frozen=True, eq=False):
    """One message. The step's options go with the last one that has a text."""

    node: Node
    text: Reply | None = None
    template: TemplateUse | None = None
    closed: Closed | None = None  # None: the author did not say
    preview: bool = False
    reply: bool = False  # quotes the contact's message
    merge: bool = False  # joined with the message before it
    header: Reply | Shown | None = None
    footer: Reply | None = None
    button: Reply | None = None  # what opens a list
    file: Scalar | None = None  # a Jinja reply of templates/, in place of the text
    each: Formula | None = None  # said once for every element of this list …
    name: str = "item"  # … which the text knows by this name
    content: Shown | Spot | People | React | Link | Wish | FormButton | Wares | Cards | None = None  # besides a text, or in place of one

    @property
    def worded(self) -> bool:
        """Whether it has a text of its own."""
        return self.text is not None or self.file is not None

    @property
    def offers(self) -> bool:
        """Whether its cards show the options of the step."""
        return isinstance(self.content, Cards) and self.content.offers

    @property
    def speaks(self) -> bool:
        """Whether it has a text, and room for options below it."""
        return self.worded and self.content is None


_CONTENTS = (*KINDS, "location", "contacts", "react", "url", "request", "form", "products", "cards")
_DETAILS = ("caption", "filename", "voice")


def _say(found: dict[str, Any], node: Node, reading: Reading) -> Say | None:
    kinds = [key for key in _CONTENTS if key in found]
    fields = {key: value for key, value in found.items() if key and key not in ("as", *_DETAILS, *_CONTENTS)}
    if "as" in found:
        fields["name"] = found["as"]
    if "file" in fields and "text" in fields:
        reading.report("two-texts", fields["file"], "a message has a text or a file, not both", "delete one of them")
    if ("each" in fields) != ("as" in found):
        told = '"each" and "as" stand together: each: = a list, as: the name of one element'
        reading.report("each-as", fields["each"].node if "each" in fields else node, told, "add the other one")
    whole = not isinstance(node, Mapping) or len(node.entries) == len(found) - 1  # else a key of it was refused
    if kinds:
        fields["content"] = content = _content(found, node, kinds[0])
        if not _go_together(found, node, kinds, content, reading, whole):
            return None
    elif whole and any(key in found for key in _DETAILS) and isinstance(node, Mapping):
        detail = next(key for key in _DETAILS if key in found)
        told = f'"{detail}" belongs to a file, and this message has none'
        hint = "{image: room.jpg, caption: …}" if detail == "caption" else "delete it"
        reading.report("message-mix", node.key(detail) or node, told, hint)
        return None
    if not fields.keys() & {"text", "template", "file", "content"}:
        if whole:
            reading.report("empty-say", node, "this message says nothing", "give it a text or a template")
        return None
    return Say(node, **fields)


def _content(found: dict[str, Any], node: Node, kind: str) -> Any:
    return shown(found, node, kind) if kind in KINDS else found[kind]


def _go_together(found: dict[str, Any], node: Node, kinds: list[str], content: Any, reading: Reading, whole: bool) -> bool:
    """Whether what a message holds can stand in one message; that it cannot is reported."""

    def key(name: str) -> Node:
        return (node.key(name) if isinstance(node, Mapping) else None) or node

    def mixed(name: str, told: str, hint: str) -> bool:
        reading.report("message-mix", key(name), told, hint)
        return False

    kind, worded = kinds[0], "text" in found or "file" in found
    apart = "say them in two messages: say: [{…}, {…}]"
    if len(kinds) > 1:
        return mixed(kinds[1], f"one message cannot have both {kind} and {kinds[1]}", apart)
    if not content.takes_text and worded:
        if kind in CAPTIONED and "text" in found:
            return mixed("text", f"what stands below {article(kind)} is its caption", "write caption in place of text")
        return mixed("text" if "text" in found else "file", f"a message with {kind} has no text", apart)
    if content.takes_text and not worded and whole and not (isinstance(content, Wares) and content.single):
        return mixed(kind, f"a message with {kind} needs a text above it", "add text: to it")
    for name, owners in (("caption", CAPTIONED), ("filename", ("document",)), ("voice", ("audio",))):
        if name in found and kind not in owners:
            return mixed(name, f'"{name}" does not go with {kind}', "delete it")
    bare = kind in ("location", "contacts", "react", *KINDS, "cards") or getattr(content, "what", "") in ("location", "phone")
    for name in ("header", "footer"):
        if name in found and (bare or (name == "header" and kind == "products" and content.show is None)):
            return mixed(name, f'"{name}" does not go with {kind}', "say it in the text, or delete it")
    for name in ("button", "preview", "merge"):
        if name in found:
            return mixed(name, f'"{name}" does not go with {kind}', "delete it")
    if "header" in found and isinstance(found["header"], Shown) and kind in ("products", "request"):
        return mixed("header", f"the header of a message with {kind} is a text", "header: For you")
    if kind == "cards" and "each" in found and any(card.each is not None for card in content.cards):
        return mixed("each", "each stands at the message, or at a card: not at both", "delete one of them")
    return True


MESSAGE_KEYS = Keys(
    "a message",
    {
        "text": Key(Says(), "what is said"),
        "template": Key(TEMPLATE_USE, "goes out instead when the 24-hour window is closed"),
        "closed": Key(one_of("hold", "drop", "fail"), "what to do when the window is closed and there is no template, or it is paused"),
        "preview": Key(SWITCH, "show a preview of the first link"),
        "merge": Key(SWITCH, "join it with the message before, so that one leaves instead of two"),
        "file": Key(Plain("the name of a .j2 file", names="reply"), "a Jinja reply of templates/ in place of the text"),
        "each": Key(Expr(), "a list: the message is said once for each of its elements"),
        "as": Key(ELEMENT, "the name of one element in the message"),
        "reply": Key(SWITCH, "quote the contact's message"),
        "header": Key(HEADER, "a line above options or a button; or {image}, {video}, {document}"),
        "footer": Key(Says(), "a small line below them"),
        "button": Key(Says(), "what opens the list of options"),
        **MEDIA_KEYS,
        "caption": Key(Says(), "what stands below a picture, a film or a document"),
        "filename": Key(filled(), "the name that a document is shown with"),
        "voice": Key(SWITCH, "show a sound as a voice note"),
        "location": Key(LOCATION, "a place: {lat, lon, name, address}, or an expression"),
        "contacts": Key(CONTACTS, "cards of people: {name, phone, …}, a list of them, or an expression"),
        "react": Key(REACT, "an emoji on what the contact wrote"),
        "url": Key(LINK, "a button that opens a web page: {label, to}"),
        "request": Key(REQUEST, "a button that asks for something: location, phone, address"),
        "form": Key(FORM, "a button that opens a form (WhatsApp Flow): {id, label, …}"),
        "products": Key(PRODUCTS, "things of the catalogue: all, or {catalog, show}"),
        "cards": Key(CARDS, "2 to 10 cards side by side"),
    },
    lone="text",
)
MESSAGE = Made(MESSAGE_KEYS, _say)
SAY = Made(
    Either("a text, a message, or a list of them", MESSAGE, ListOf(MESSAGE), MESSAGE),
    lambda value, _node, _reading: tuple(value) if isinstance(value, list) else (value,),
)
