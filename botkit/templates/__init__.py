"""A message template as its file describes it: what WhatsApp was asked to approve."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from botkit.languages import closest
from botkit.messages import TemplateMessage, limits
from botkit.messages.template import parameter
from botkit.replies import HOLE, Fixed, Reading
from botkit.shapes import ANY_TEXT, Key, Keys, ListOf, MapOf, Plain, one_of
from botkit.source import Mapping, Node, Scalar

_LIMITS = {"body": limits.TEMPLATE_BODY, "header": limits.TEMPLATE_HEADER, "footer": limits.TEMPLATE_FOOTER}
_NAME = re.compile(r"^[a-z0-9_]{1,512}$")

_TEXTS = {
    "body": Key(Plain(), "the text, with {{1}}, {{2}}, … for what changes"),
    "header": Key(Plain(), "a line above it"),
    "footer": Key(Plain(), "a small line below it"),
    "buttons": Key(MapOf(Plain()), "up to ten quick replies: id → label"),
    "example": Key(ListOf(Plain()), "a value for each {{n}}, which WhatsApp wants to see"),
}
TEMPLATE = Keys(
    "a template",
    {
        "category": Key(one_of("utility", "marketing", "authentication"), "what WhatsApp charges it as", required=True),
        "language": Key(ANY_TEXT, "the language of its body, as WhatsApp writes it: en, en_US, pt_BR"),
        **_TEXTS,
        "languages": Key(MapOf(Keys("a language of a template", _TEXTS)), "the same in other languages: code → body, header, …"),
    },
)


class Wording(Struct, frozen=True):
    """A template in one language; *holes* is how many parameters its body takes."""

    body: str
    header: str | None = None
    footer: str | None = None
    buttons: tuple[tuple[str, str], ...] = ()  # (id, label)
    holes: int = 0


class Template(Struct, frozen=True, eq=False):
    name: str
    node: Node
    category: str
    language: str
    wordings: dict[str, Wording] = field(default_factory=dict)  # by language, as WhatsApp writes it
    pieces: tuple[Fixed, ...] = ()  # what it says in its own language, where that is the bot's: locales/ may have it in others

    @property
    def holes(self) -> int:
        return self.wordings[self.language].holes

    @property
    def buttons(self) -> tuple[tuple[str, str], ...]:
        return self.wordings[self.language].buttons

    def fill(self, language: str, values: list[str], payloads: dict[str, str]) -> TemplateMessage:
        """The template in *language*, or the nearest to it, else in its own, with *values* in its holes; *payloads* by button id."""
        code = closest(language, tuple(self.wordings)) or self.language
        wording = self.wordings[code]
        texts = [parameter(value) for value in values]
        replies = tuple((n, payloads[id_]) for n, (id_, _) in enumerate(wording.buttons) if id_ in payloads)
        return TemplateMessage(
            name=self.name,
            language=code,
            parameters=tuple(texts),
            body=HOLE.sub(
                lambda hole: texts[int(hole[1]) - 1] if hole[1].isdigit() and 0 < int(hole[1]) <= len(texts) else hole[0], wording.body
            ),
            header=wording.header,
            footer=wording.footer,
            buttons=tuple(label for _, label in wording.buttons),
            replies=replies,
        )


def whatsapp_code(code: str) -> str:
    """The code of a language as WhatsApp writes it: pt_BR for "pt-br"."""
    own, _, region = code.replace("-", "_").partition("_")
    return f"{own.lower()}_{region.upper() if len(region) <= 3 else region}" if region else own.lower()


def read_template(name: str, node: Node, reading: Reading, languages: tuple[str, ...]) -> Template | None:
    """The template of a file; *languages* are the bot's, its own first: that of a template that names none."""
    if not _NAME.match(name):
        reading.report(
            "template-name", node, f'"{name}" cannot be the name of a template', "use small letters, digits and _ in the file's name"
        )
    found = TEMPLATE.read(node, reading)
    if found is None:
        return None
    code = whatsapp_code(found.get("language", languages[0]))
    wordings = {}
    own = _wording(found, node, reading)
    if own is not None:
        wordings[code] = own
    for key, other in found.get("languages", ()):
        wording = _wording(other, key, reading)
        if wording is not None:
            wordings[whatsapp_code(key.text)] = wording
    if not wordings:
        return None
    first = code if code in wordings else next(iter(wordings))
    for other_code, wording in wordings.items():
        if wording.holes != wordings[first].holes:
            reading.report(
                "template-holes",
                node,
                f"the body in {other_code} takes {wording.holes} values and the one in {first} takes {wordings[first].holes}",
            )
        ours, theirs = [id_ for id_, _ in wordings[first].buttons], [id_ for id_, _ in wording.buttons]
        if ours != theirs:
            told = f"the buttons in {other_code} are {_listed(theirs)} and those in {first} are {_listed(ours)}"
            reading.report("template-buttons", node, told, "give them the same ids, in the same order")
    pieces: tuple[Fixed, ...] = ()
    if own is not None and closest(code, languages[:1]):
        elsewhere = frozenset(other for other in languages[1:] if closest(other, tuple(wordings)))
        pieces = tuple(Fixed(f"templates.{name}.{key}", piece, elsewhere) for key, piece in _pieces(found))
        reading.fixed.update({piece.key: piece for piece in pieces})
    return Template(name, node, found.get("category", "utility"), first, wordings, pieces)


def _listed(ids: list[str]) -> str:
    return ", ".join(ids) or "none"


def _pieces(found: dict[str, Any]) -> Iterator[tuple[str, Scalar]]:
    """What a template says, each under the name that it has in locales/."""
    for key in ("body", "header", "footer"):
        if key in found:
            yield key, found[key]
    for id_, label in found.get("buttons", ()):
        yield f"buttons.{id_.text}", label


def translated(template: Template, languages: tuple[str, ...], reading: Reading) -> None:
    """Give *template* the languages that locales/ has of it: those in which it is whole, for WhatsApp has approved it as a whole."""
    for code in languages[1:]:
        texts = {piece.key.split(".", 2)[2]: piece.others.get(code) or piece.node for piece in template.pieces}
        there = [piece for piece in template.pieces if code in piece.others]
        if not there or any(code not in piece.others and any(c.isalpha() for c in piece.node.text) for piece in template.pieces):
            continue
        body = texts["body"]
        _body(reading, body)
        for key, text in texts.items():
            _piece_limit(reading, key, text)
        template.wordings[whatsapp_code(code)] = Wording(
            body=body.text,
            header=texts["header"].text if "header" in texts else None,
            footer=texts["footer"].text if "footer" in texts else None,
            buttons=tuple((id_, texts[f"buttons.{id_}"].text) for id_, _ in template.buttons),
            holes=template.holes,
        )


def _wording(found: dict[str, Any], node: Node, reading: Reading) -> Wording | None:
    body: Scalar | None = found.get("body")
    if body is None:
        inner = node if isinstance(node, Mapping) else found[""]
        if not (isinstance(inner, Mapping) and (inner.get("body") is not None or inner.get("languages") is not None)):
            reading.report("missing-key", node, 'a template needs "body"', "add body: the text that WhatsApp approved")
        return None
    numbers = _body(reading, body)
    examples: list[Scalar] = found.get("example", [])
    if len(numbers) != len(examples):
        where: Node = examples[0] if examples else body
        reading.report(
            "template-example",
            where,
            f"the body has {len(numbers)} values and there are {len(examples)} examples",
            "example: one value for each {{n}}, in their order",
        )
    buttons: list[tuple[Scalar, Scalar]] = found.get("buttons", [])
    if len(buttons) > limits.TEMPLATE_BUTTONS:
        reading.report(
            "too-many-options",
            buttons[limits.TEMPLATE_BUTTONS][0],
            f"a template has at most {limits.TEMPLATE_BUTTONS} buttons; this one has {len(buttons)}",
        )
    for key, piece in _pieces(found):
        _piece_limit(reading, key, piece)
    return Wording(
        body=body.text,
        header=found["header"].text if "header" in found else None,
        footer=found["footer"].text if "footer" in found else None,
        buttons=tuple((key.text, label.text) for key, label in buttons),
        holes=len(numbers),
    )


def _body(reading: Reading, body: Scalar) -> list[int]:
    """The numbers of the values in a body; what WhatsApp does not approve about them is reported."""
    names = HOLE.findall(body.text)
    numbers = sorted({int(n) for n in names if n.isdigit()})
    if any(not n.isdigit() for n in names) or numbers != list(range(1, len(numbers) + 1)):
        order = list(dict.fromkeys(names))
        right = HOLE.sub(lambda hole: f"{{{{{order.index(hole[1]) + 1}}}}}", body.text)
        told = "the values of a template are numbered {{1}}, {{2}}, … without a gap"
        plain = right if len(right) <= 60 and "\n" not in right else ", ".join(f"{{{{{n}}}}}" for n in range(1, len(order) + 1))
        reading.report("template-holes", body, told, f'write "{plain}", and let the template be approved like that')
    stripped = body.text.strip()
    if names and (stripped.startswith("{{") or stripped.endswith("}}")):
        reading.report(
            "template-edge", body, "WhatsApp approves no template whose body begins or ends with a value", "put a word or a full stop there"
        )
    if re.search(r"\}\}\s*\{\{", body.text):
        reading.report("template-edge", body, "WhatsApp approves no template with two values side by side", "put words between them")
    return numbers


def _piece_limit(reading: Reading, key: str, node: Scalar) -> None:
    """A piece of a template, under its name of `_pieces`, that is longer than WhatsApp allows."""
    limit = _LIMITS.get(key, limits.TEMPLATE_BUTTON_TITLE)
    found = limits.length(node.text)
    if found > limit:
        what = f"a template's {key if key in _LIMITS else 'button'}"
        code = "text-too-long" if key in _LIMITS else "title-too-long"
        reading.report(code, node, f"{what} has at most {limit} characters; this one has {found}", "shorten it")
