"""A message template as its file describes it: what WhatsApp was asked to approve."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from botkit.messages import TemplateMessage, limits
from botkit.messages.template import parameter
from botkit.replies import Reading
from botkit.shapes import ANY_TEXT, Key, Keys, ListOf, MapOf, Plain, one_of
from botkit.source import Mapping, Node, Scalar

_HOLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
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


@dataclass(frozen=True, slots=True)
class Wording:
    """A template in one language; *holes* is how many parameters its body takes."""

    body: str
    header: str | None = None
    footer: str | None = None
    buttons: tuple[tuple[str, str], ...] = ()  # (id, label)
    holes: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    name: str
    node: Node
    category: str
    language: str
    wordings: dict[str, Wording] = field(default_factory=dict)

    @property
    def holes(self) -> int:
        return self.wordings[self.language].holes

    @property
    def buttons(self) -> tuple[tuple[str, str], ...]:
        return self.wordings[self.language].buttons

    def fill(self, language: str, values: list[str], payloads: dict[str, str]) -> TemplateMessage:
        """The template in *language* (else its own), with *values* in its holes; *payloads* by button id."""
        code = language if language in self.wordings else self.language
        wording = self.wordings[code]
        texts = [parameter(value) for value in values]
        replies = tuple((n, payloads[id_]) for n, (id_, _) in enumerate(wording.buttons) if id_ in payloads)
        return TemplateMessage(
            name=self.name,
            language=code,
            parameters=tuple(texts),
            body=_HOLE.sub(
                lambda hole: texts[int(hole[1]) - 1] if hole[1].isdigit() and 0 < int(hole[1]) <= len(texts) else hole[0], wording.body
            ),
            header=wording.header,
            footer=wording.footer,
            buttons=tuple(label for _, label in wording.buttons),
            replies=replies,
        )


def read_template(name: str, node: Node, reading: Reading, language: str) -> Template | None:
    """The template of a file; *language* is the bot's, for a template that names none."""
    if not _NAME.match(name):
        reading.report(
            "template-name", node, f'"{name}" cannot be the name of a template', "use small letters, digits and _ in the file's name"
        )
    found = TEMPLATE.read(node, reading)
    if found is None:
        return None
    code = found.get("language", language)
    wordings = {}
    own = _wording(found, node, reading)
    if own is not None:
        wordings[code] = own
    for key, other in found.get("languages", ()):
        wording = _wording(other, key, reading)
        if wording is not None:
            wordings[key.text] = wording
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
    return Template(name, node, found.get("category", "utility"), first, wordings)


def _wording(found: dict[str, Any], node: Node, reading: Reading) -> Wording | None:
    body: Scalar | None = found.get("body")
    if body is None:
        inner = node if isinstance(node, Mapping) else found[""]
        if not (isinstance(inner, Mapping) and (inner.get("body") is not None or inner.get("languages") is not None)):
            reading.report("missing-key", node, 'a template needs "body"', "add body: the text that WhatsApp approved")
        return None
    names = _HOLE.findall(body.text)
    numbers = sorted({int(n) for n in names if n.isdigit()})
    if any(not n.isdigit() for n in names) or numbers != list(range(1, len(numbers) + 1)):
        reading.report("template-holes", body, "the values of a template are numbered {{1}}, {{2}}, … without a gap")
    stripped = body.text.strip()
    if names and (stripped.startswith("{{") or stripped.endswith("}}")):
        reading.report(
            "template-edge", body, "WhatsApp approves no template whose body begins or ends with a value", "put a word or a full stop there"
        )
    if re.search(r"\}\}\s*\{\{", body.text):
        reading.report("template-edge", body, "WhatsApp approves no template with two values side by side", "put words between them")
    examples: list[Scalar] = found.get("example", [])
    if len(numbers) != len(examples):
        where: Node = examples[0] if examples else body
        reading.report(
            "template-example",
            where,
            f"the body has {len(numbers)} values and there are {len(examples)} examples",
            "example: one value for each {{n}}, in their order",
        )
    _limit(reading, body, body.text, limits.TEMPLATE_BODY, "a template's body")
    for key, limit in (("header", limits.TEMPLATE_HEADER), ("footer", limits.TEMPLATE_FOOTER)):
        if key in found:
            _limit(reading, found[key], found[key].text, limit, f"a template's {key}")
    buttons: list[tuple[Scalar, Scalar]] = found.get("buttons", [])
    if len(buttons) > limits.TEMPLATE_BUTTONS:
        reading.report(
            "too-many-options",
            buttons[limits.TEMPLATE_BUTTONS][0],
            f"a template has at most {limits.TEMPLATE_BUTTONS} buttons; this one has {len(buttons)}",
        )
    for _, label in buttons:
        _limit(reading, label, label.text, limits.TEMPLATE_BUTTON_TITLE, "a template's button", "title-too-long")
    return Wording(
        body=body.text,
        header=found["header"].text if "header" in found else None,
        footer=found["footer"].text if "footer" in found else None,
        buttons=tuple((key.text, label.text) for key, label in buttons),
        holes=len(numbers),
    )


def _limit(reading: Reading, node: Node, text: str, limit: int, what: str, code: str = "text-too-long") -> None:
    found = limits.length(text)
    if found > limit:
        reading.report(code, node, f"{what} has at most {limit} characters; this one has {found}", "shorten it")
