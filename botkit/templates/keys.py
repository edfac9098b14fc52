"""How the file of a template is written: its keys, and what may stand behind each."""

from __future__ import annotations

from typing import Any

from botkit.replies import Reading
from botkit.shapes import ANY_TEXT, SWITCH, Either, Key, Keys, ListOf, Made, MapOf, Of, Plain, one_of, whole
from botkit.source import Mapping, Node, Scalar
from botkit.templates.wording import Button, Picture

_DEGREES = Of("a number of degrees", lambda text: float(text) if text.lstrip("+-").replace(".", "", 1).isdecimal() else None)
PLACE = Keys(
    "a location",
    {
        "lat": Key(_DEGREES, "latitude", required=True),
        "lon": Key(_DEGREES, "longitude", required=True),
        "name": Key(Plain(), "what it is called"),
        "address": Key(Plain(), "where it is, in words"),
    },
)

_KINDS = ("image", "video", "document", "location", "product")
_PICTURE = Keys(
    "the header of a template",
    {
        "image": Key(Plain("a file of media/, or a link", names="media"), "a picture: a file of media/, or a link"),
        "video": Key(Plain("a file of media/, or a link", names="media"), "a film: a file of media/, or a link"),
        "document": Key(Plain("a file of media/, or a link", names="media"), "a document: a file of media/, or a link"),
        "filename": Key(Plain(), "the name that the document is shown with"),
        "location": Key(PLACE, "a place on the map"),
        "product": Key(Plain(), "a product: its id in the catalogue"),
        "catalog": Key(Plain(), "the id of that catalogue"),
    },
)


def _picture(found: dict[str, Any], node: Node, reading: Reading) -> Picture | None:
    kinds = [kind for kind in _KINDS if kind in found]
    if len(kinds) != 1:
        if isinstance(node, Mapping) and len(node.entries) == len(found) - 1:
            told = "a header is one of image, video, document, location and product"
            reading.report("template-header", node, told, "header: {image: room.jpg}")
        return None
    kind = kinds[0]
    if kind == "product" and "catalog" not in found:
        reading.report("missing-key", node, 'a header with a product needs "catalog"', 'add "catalog:" (the id of that catalogue)')
        return None
    value = found[kind]
    place = {key: getattr(one, "text", one) for key, one in value.items() if key} if kind == "location" else None
    file = value if isinstance(value, Scalar) else None
    return Picture(kind, node, file, _text(found, "filename"), place, _text(found, "catalog"))


def _text(found: dict[str, Any], key: str) -> str:
    node = found.get(key)
    return node.text if isinstance(node, Scalar) else ""


HEADER = Either("a text, or {image: …}, {video: …}, {document: …}, {location: …}", Plain(), None, Made(_PICTURE, _picture))

_OWN_LABELS = {"copy": "Copy offer code", "password": "Copy code", "catalog": "View catalog", "products": "View items"}
_BUTTON = Keys(
    "a button of a template",
    {
        "label": Key(Plain(), "what stands on it"),
        "url": Key(Plain("a link"), "the web page that it opens; {{1}} at its end for what changes"),
        "example": Key(Plain(), "what stands in the place of {{1}}, which WhatsApp wants to see"),
        "phone": Key(Plain("a telephone number"), "the number that it calls"),
        "copy": Key(Plain("a code"), "it copies a code: an example of one"),
        "form": Key(Plain("the id of a form"), "the form (WhatsApp Flow) that it opens: its id"),
        "screen": Key(Plain(), "the first screen of that form"),
        "show": Key(one_of("catalog", "products"), "it shows the catalogue, or some products of it"),
        "password": Key(one_of("copy", "one_tap", "zero_tap"), "it copies the one-time password, or fills it in"),
    },
    lone="label",
)


def _button(found: dict[str, Any], node: Node, reading: Reading) -> Button | None:
    kinds = [kind for kind in ("url", "phone", "copy", "form", "show", "password") if kind in found]
    if len(kinds) > 1:
        told = f"a button does one thing, not {' and '.join(kinds)}"
        reading.report("template-button", found[kinds[1]] if isinstance(found[kinds[1]], Scalar) else node, told, "make two buttons of it")
        return None
    kind: str = kinds[0] if kinds else "reply"
    to = found.get(kind)
    if kind == "show":
        kind = found["show"]
    label = found.get("label")
    if label is None and kind not in _OWN_LABELS:
        if isinstance(node, Mapping) and len(node.entries) == len(found) - 1:
            reading.report("missing-key", node, 'a button of a template needs "label"', 'add "label:" (what stands on it)')
        return None
    words = label.text if label is not None else _OWN_LABELS[kind]
    shown = to.text if isinstance(to, Scalar) else str(to or "")
    return Button("", words, kind, label, to if isinstance(to, Scalar) else node, shown, found.get("example"), _text(found, "screen"))


BUTTONS = MapOf(Made(_BUTTON, _button), sample="Yes")
EXAMPLES = Either(
    "a list of values, or names with values",
    ListOf(Plain(), lone=True), ListOf(Plain(), "a list of values"), MapOf(Plain(), "names with values"),
)  # fmt: skip
_CARD = Keys(
    "a card of a template",
    {
        "header": Key(Made(_PICTURE, _picture), "its picture, film or product", required=True),
        "body": Key(Plain(), "its text, with {{1}}, {{2}}, … for what changes"),
        "example": Key(EXAMPLES, "a value for each {{n}}, which WhatsApp wants to see"),
        "buttons": Key(BUTTONS, "its buttons, the same on each card: id → label, or {label, url}"),
    },
)
_TEXTS = {
    "body": Key(Plain(), "the text, with {{1}}, {{2}}, … or {{name}} for what changes"),
    "header": Key(HEADER, "a line above it, or a picture, film, document or place"),
    "footer": Key(Plain(), "a small line below it"),
    "buttons": Key(BUTTONS, "up to ten: id → label of a quick reply, or {label, url}, {label, phone}, …"),
    "offer": Key(Plain(), "a limited-time offer: the line about it"),
    "cards": Key(ListOf(_CARD, "a list of cards"), "2 to 10 cards side by side, all alike"),
    "example": Key(EXAMPLES, "a value for each {{n}} or {{name}}, which WhatsApp wants to see"),
}
TEMPLATE = Keys(
    "a template",
    {
        "category": Key(one_of("utility", "marketing", "authentication"), "what WhatsApp charges it as", required=True),
        "language": Key(ANY_TEXT, "the language of its body, as WhatsApp writes it: en, en_US, pt_BR"),
        **_TEXTS,
        "expires": Key(whole(1, 90), "for how many minutes a one-time password is good"),
        "warning": Key(SWITCH, "whether a one-time password comes with the advice to tell nobody; true if left out"),
        "languages": Key(MapOf(Keys("a language of a template", _TEXTS)), "the same in other languages: code → body, header, …"),
    },
)
