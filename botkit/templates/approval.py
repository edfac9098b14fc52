"""What WhatsApp approves no template with: values in wrong places, texts that are too long, buttons that do not go together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from botkit.messages import files, limits
from botkit.replies import HOLE, Reading
from botkit.source import Node, Scalar
from botkit.templates.wording import VALUE_NAME, Button, Picture

_LIMITS = {"body": limits.TEMPLATE_BODY, "header": limits.TEMPLATE_HEADER, "footer": limits.TEMPLATE_FOOTER, "offer": limits.OFFER_TEXT}

_MOST = {
    "url": (limits.TEMPLATE_LINKS, "buttons with a link"),
    "phone": (1, "button with a number to call"),
    "copy": (1, "button that copies a code"),
    "form": (1, "button that opens a form"),
    "catalog": (1, "button that shows the catalogue"),
    "products": (1, "button that shows products"),
    "password": (1, "button for its password"),
}


def values(reading: Reading, text: Scalar) -> None:
    """The values of a text are numbered from 1 without a gap, or have names; none stands at its edge, nor beside another."""
    names = HOLE.findall(text.text)
    numbers = sorted({int(n) for n in names if n.isdigit()})
    by_name = bool(names) and all(VALUE_NAME.fullmatch(name) for name in names)
    if not by_name and (any(not n.isdigit() for n in names) or numbers != list(range(1, len(numbers) + 1))):
        order = list(dict.fromkeys(names))
        right = HOLE.sub(lambda hole: f"{{{{{order.index(hole[1]) + 1}}}}}", text.text)
        told = "the values of a template are numbered {{1}}, {{2}}, … without a gap, or all have names"
        plain = right if len(right) <= 60 and "\n" not in right else ", ".join(f"{{{{{n}}}}}" for n in range(1, len(order) + 1))
        reading.report("template-holes", text, told, f"write {plain}, and let the template be approved like that")
    stripped = text.text.strip()
    if names and (stripped.startswith("{{") or stripped.endswith("}}")):
        told = "WhatsApp approves no template whose body begins or ends with a value"
        reading.report("template-edge", text, told, "put a word or a full stop there")
    if re.search(r"\}\}\s*\{\{", text.text):
        reading.report("template-edge", text, "WhatsApp approves no template with two values side by side", "put words between them")


def header(reading: Reading, text: Scalar) -> None:
    names = HOLE.findall(text.text)
    if len(names) > 1:
        reading.report("template-header", text, f"a header takes one value; this one takes {len(names)}", "put the others into the body")


def footer(reading: Reading, text: Scalar) -> None:
    if HOLE.search(text.text):
        reading.report("template-header", text, "a footer takes no value", "put it into the body")


def size(reading: Reading, key: str, node: Scalar, limit: int | None = None) -> None:
    """A piece of a template, under its name in locales/, that is longer than WhatsApp allows."""
    last = key.rpartition(".")[2]
    kind = last if last in _LIMITS and "buttons" not in key else "button"
    most = limit or (limits.SLIDE_BODY if key.startswith("cards.") and kind == "body" else _LIMITS.get(kind, limits.TEMPLATE_BUTTON_TITLE))
    found = limits.length(node.text)
    if found > most:
        what = "the text of a card" if key.startswith("cards.") and kind == "body" else f"a template's {kind}"
        code = "title-too-long" if kind == "button" else "text-too-long"
        reading.report(code, node, f"{what} has at most {most} characters; this one has {found}", "shorten it")


def examples(reading: Reading, body: Scalar, names: Sequence[str], given: Sequence[Scalar], above: int = 0) -> None:
    """*above*: how many of the names are the header's."""
    if len(names) != len(given):
        has = f"header and body have {_count(len(names), 'value')}" if above else f"the body has {_count(len(names), 'value')}"
        told = f"{has} and there {'is' if len(given) == 1 else 'are'} {_count(len(given), 'example')}"
        hint = f"example: one value for each {{{{n}}}}, in their order{', the first for the header' if above else ''}"
        reading.report("template-example", given[0] if given else body, told, hint)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def buttons(reading: Reading, row: Sequence[Button], category: str) -> None:
    """The number of each kind, their order, and what each is about."""
    if len(row) > limits.TEMPLATE_BUTTONS and (node := row[limits.TEMPLATE_BUTTONS].node) is not None:
        told = f"a template has at most {limits.TEMPLATE_BUTTONS} buttons; this one has {len(row)}"
        reading.report("too-many-options", node, told)
    for kind, (most, words) in _MOST.items():
        ones = [button for button in row if button.kind == kind]
        if len(ones) > most and (node := ones[most].node) is not None:
            told = f"a template has at most {most} {words}; this one has {len(ones)}"
            reading.report("template-button", node, told, "take the others out")
    replies = [n for n, button in enumerate(row) if button.kind == "reply"]
    if replies and replies[-1] - replies[0] >= len(replies) and (node := row[replies[-1]].node) is not None:
        told = "the quick replies of a template stand together, not between other buttons"
        reading.report("template-button", node, told, "put all buttons with nothing but a label first, or all of them last")
    for button in row:
        _button(reading, button, category)


def _button(reading: Reading, button: Button, category: str) -> None:
    node = button.node
    if node is None:
        return
    match button.kind:
        case "url":
            holes = list(HOLE.finditer(button.to))
            if not files.is_link(button.to) or any(c.isspace() for c in HOLE.sub("", button.to)):
                reading.report("template-button", node, "a link begins with https:// and has no blank in it", "url: https://…")
            elif len(holes) > 1 or (holes and (holes[0].end() != len(button.to) or holes[0][1] != "1")):
                told = "a link takes one value, {{1}}, at its end"
                reading.report("template-button", node, told, "url: https://example.com/orders/{{1}}")
            elif bool(holes) != (button.example is not None):
                told = "WhatsApp wants to see an example of the value" if holes else "this link takes no value, and has an example of it"
                hint = "example: what stands in the place of {{1}}" if holes else 'delete "example"'
                reading.report("template-example", node, told, hint)
        case "phone":
            digits = button.to.lstrip("+").replace(" ", "")
            if not digits.isdecimal() or not button.to.startswith("+") or len(button.to) > limits.TEMPLATE_PHONE:
                told = f'"{button.to[:40]}" is no telephone number with its country'
                reading.report("template-button", node, told, "phone: +34915550001")
        case "copy" if limits.length(button.to) > limits.COUPON:
            told = f"a code to copy has at most {limits.COUPON} characters; this one has {limits.length(button.to)}"
            reading.report("template-button", node, told, "shorten it")
        case "password" if category != "authentication":
            told = "a one-time password is of category authentication"
            reading.report("template-button", node, told, "category: authentication")


def picture(reading: Reading, one: Picture) -> None:
    """A file of the wrong type."""
    if one.file is None or one.kind == "product":
        return
    name = one.file.text
    if files.is_link(name) or files.is_id(name):
        return
    for fault in files.faults(one.kind, files.path_of(name)):
        reading.report("wrong-file", one.file, str(fault), "give it another file")


def authentication(reading: Reading, node: Node, row: Sequence[Button]) -> None:
    if not any(button.kind == "password" for button in row):
        told = "a template of category authentication needs a button for its password"
        reading.report("template-button", node, told, "buttons: {code: {password: copy}}")


__all__ = ["authentication", "buttons", "examples", "footer", "header", "picture", "size", "values"]
