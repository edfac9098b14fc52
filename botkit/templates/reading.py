"""From the file of a template to the template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from botkit.languages import closest
from botkit.messages import limits
from botkit.replies import Fixed, Reading
from botkit.source import Mapping, Node, Scalar
from botkit.templates import approval
from botkit.templates.keys import TEMPLATE
from botkit.templates.wording import CODE_BODY, Button, CardWording, Picture, Template, Wording, named

_NAME = re.compile(r"^[a-z0-9_]{1,512}$")


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
    category = found.get("category", "utility")
    wordings = {}
    own = _wording(found, node, reading, category)
    if own is not None:
        wordings[code] = own
    for key, other in found.get("languages", ()):
        wording = _wording(other if own is None else {**_examples_of(found, own, other), **other}, key, reading, category)
        if wording is not None:
            wordings[whatsapp_code(key.text)] = wording
    if not wordings:
        return None
    first = code if code in wordings else next(iter(wordings))
    for other_code, wording in wordings.items():
        _alike(reading, node, first, wordings[first], other_code, wording)
    pieces: tuple[Fixed, ...] = ()
    if own is not None and closest(code, languages[:1]):
        elsewhere = frozenset(other for other in languages[1:] if closest(other, tuple(wordings)))
        pieces = tuple(Fixed(f"templates.{name}.{key}", piece, elsewhere) for key, piece in _pieces(found))
        reading.fixed.update({piece.key: piece for piece in pieces})
    if category == "authentication" and own is not None:
        approval.authentication(reading, node, own.row)
    elif category != "authentication" and (key := _key_of(found, "expires") or _key_of(found, "warning")) is not None:
        reading.report("template-button", key, f'"{key.text}" is about a one-time password: category authentication', "delete it")
    picture = found["header"] if isinstance(found.get("header"), Picture) else None
    if picture is not None:
        approval.picture(reading, picture)
    return Template(name, node, category, first, wordings, pieces, picture, found.get("expires"), found.get("warning", True))


def _examples_of(found: dict[str, Any], own: Wording, other: dict[str, Any]) -> dict[str, Any]:
    """What another language has for `example` where it says nothing: those of the template's own language, each for the same value."""
    given = _examples(found, (*own.header_names, *own.names))
    heads = len(own.header_names)
    header, body = other.get("header"), other.get("body")
    if len(given) != heads + len(own.names) or not isinstance(body, Scalar):
        return {}
    above = given[:heads] if isinstance(header, Scalar) and named(header.text) else []
    known = dict(zip(own.names, given[heads:], strict=True))
    return {"example": [*above, *(known[name] for name in named(body.text) if name in known)]}


def _key_of(found: dict[str, Any], name: str) -> Scalar | None:
    node = found.get("")
    return node.key(name) if isinstance(node, Mapping) and name in found else None


def _alike(reading: Reading, node: Node, first: str, theirs: Wording, code: str, own: Wording) -> None:
    """Whether a language has the same values, buttons and cards as the first one."""
    if set(own.names) != set(theirs.names):
        told = f"the body in {code} takes {_values(own)} and the one in {first} takes {_values(theirs)}"
        reading.report("template-holes", node, told)
    ours, others = [button.id for button in own.row], [button.id for button in theirs.row]
    if ours != others:
        told = f"the buttons in {code} are {_listed(ours)} and those in {first} are {_listed(others)}"
        reading.report("template-buttons", node, told, "give them the same ids, in the same order")
    elif [button.kind for button in own.row] != [button.kind for button in theirs.row]:
        told = f"the buttons in {code} do something else than those in {first}"
        reading.report("template-buttons", node, told, "only their labels and links may differ")
    if len(own.cards) != len(theirs.cards):
        reading.report("template-cards", node, f"in {code} there are {len(own.cards)} cards, and in {first} {len(theirs.cards)}")


def _values(wording: Wording) -> str:
    return f"{wording.holes} values" if not wording.named else _listed(list(wording.names))


def _listed(ids: list[str]) -> str:
    return ", ".join(ids) or "none"


def _pieces(found: dict[str, Any]) -> Iterator[tuple[str, Scalar]]:
    """What a template says, each under the name that it has in locales/."""
    for key in ("body", "header", "footer", "offer"):
        if isinstance(found.get(key), Scalar):
            yield key, found[key]
    yield from _labels("buttons", found.get("buttons", ()))
    for n, card in enumerate(found.get("cards", ()), 1):
        if "body" in card:
            yield f"cards.{n}.body", card["body"]
        yield from _labels(f"cards.{n}.buttons", card.get("buttons", ()))


def _labels(key: str, buttons: Sequence[tuple[Scalar, Button]]) -> Iterator[tuple[str, Scalar]]:
    for id_, button in buttons:
        if button.said is not None:
            yield f"{key}.{id_.text}", button.said


def translated(template: Template, languages: tuple[str, ...], reading: Reading) -> None:
    """Give *template* the languages that locales/ has of it: those in which it is whole, for WhatsApp has approved it as a whole."""
    for code in languages[1:]:
        texts = {piece.key.split(".", 2)[2]: piece.others.get(code) or piece.node for piece in template.pieces}
        there = [piece for piece in template.pieces if code in piece.others]
        if not there or any(code not in piece.others and any(c.isalpha() for c in piece.node.text) for piece in template.pieces):
            continue
        for key, text in texts.items():
            if key.endswith("body"):
                approval.values(reading, text)
            approval.size(reading, key, text)
        own = template.own

        def said(key: str, before: str, texts: dict[str, Scalar] = texts) -> str:
            return texts[key].text if key in texts else before

        template.wordings[whatsapp_code(code)] = replace(
            own,
            body=said("body", own.body),
            header=said("header", own.header) if own.header is not None else None,
            footer=said("footer", own.footer) if own.footer is not None else None,
            offer=said("offer", own.offer),
            row=tuple(replace(one, label=said(f"buttons.{one.id}", one.label)) for one in own.row),
            cards=tuple(
                replace(
                    card,
                    body=said(f"cards.{n}.body", card.body),
                    row=tuple(replace(one, label=said(f"cards.{n}.buttons.{one.id}", one.label)) for one in card.row),
                )
                for n, card in enumerate(own.cards, 1)
            ),
        )


def _wording(found: dict[str, Any], node: Node, reading: Reading, category: str) -> Wording | None:
    body: Scalar | None = found.get("body")
    password = category == "authentication"
    if body is None and not password:
        inner = node if isinstance(node, Mapping) else found[""]
        if not (isinstance(inner, Mapping) and (inner.get("body") is not None or inner.get("languages") is not None)):
            reading.report("missing-key", node, 'a template needs "body"', "add body: the text that WhatsApp approved")
        return None
    row = _row(found.get("buttons", ()))
    approval.buttons(reading, row, category)
    for key, piece in _pieces(found):
        approval.size(reading, key, piece, limits.OFFER_BODY if key == "body" and "offer" in found else None)
    header = found["header"] if isinstance(found.get("header"), Scalar) else None
    if header is not None:
        approval.header(reading, header)
    if "footer" in found:
        approval.footer(reading, found["footer"])
    names = named(body.text) if body is not None else ("1",)
    header_names = named(header.text) if header is not None else ()
    given = _examples(found, (*header_names, *names))
    if body is not None and not password:
        approval.values(reading, body)
        if _whole(node, found):
            approval.examples(reading, body, (*header_names, *names), given, len(header_names))
    return Wording(
        body=body.text if body is not None else CODE_BODY,
        header=header.text if header is not None else None,
        footer=found["footer"].text if "footer" in found else None,
        row=row,
        names=names,
        header_names=header_names,
        examples=tuple(one.text for one in given),
        cards=_cards(reading, node, found["cards"], category) if "cards" in found else (),
        offer=found["offer"].text if "offer" in found else "",
    )


def _examples(found: dict[str, Any], names: Sequence[str]) -> list[Scalar]:
    """A value for each of *names*, in their order; where they have names, examples may be given by them."""
    given = found.get("example", [])
    if given and isinstance(given[0], tuple):
        known = {key.text: value for key, value in given}
        return [known[name] for name in names if name in known] if set(known) <= set(names) else list(known.values())
    return list(given)


def _whole(node: Node, found: dict[str, Any]) -> bool:
    """Whether nothing of its examples was refused: what was is told already."""
    written = node.get("example") if isinstance(node, Mapping) else None
    parts = getattr(written, "items", None) or getattr(written, "entries", None)
    return parts is None or len(parts) == len(found.get("example", ()))


def _row(buttons: Sequence[tuple[Scalar, Button]]) -> tuple[Button, ...]:
    return tuple(replace(button, id=key.text) for key, button in buttons)


def _cards(reading: Reading, node: Node, found: Sequence[dict[str, Any]], category: str) -> tuple[CardWording, ...]:
    cards = []
    for one in found:
        if "header" not in one:
            continue
        body: Scalar | None = one.get("body")
        row = _row(one.get("buttons", ()))
        names = named(body.text) if body is not None else ()
        given = _examples(one, names)
        approval.buttons(reading, row, category)
        approval.picture(reading, one["header"])
        if body is not None:
            approval.values(reading, body)
            approval.examples(reading, body, names, given)
        cards.append(CardWording(one["header"], body.text if body is not None else "", row, names, tuple(e.text for e in given)))
    if len(cards) == len(found) and not limits.LEAST_SLIDES <= len(cards) <= limits.SLIDES:
        told = f"a template has {limits.LEAST_SLIDES} to {limits.SLIDES} cards; this one has {len(cards)}"
        reading.report("template-cards", node, told)
    for card, one in zip(cards[1:], found[1:], strict=False):
        first = cards[0]
        if card.picture.kind not in ("image", "video", "product"):
            reading.report("template-cards", card.picture.node, "a card has a picture, a film or a product", "header: {image: room.jpg}")
            continue
        same = [(button.id, button.kind) for button in card.row] == [(button.id, button.kind) for button in first.row]
        if card.picture.kind != first.picture.kind or bool(card.body) != bool(first.body) or not same:
            told = "the cards of a template are all alike: the same kind of header, a text or none, the same buttons"
            reading.report("template-cards", one[""], told, "make this card like the first one")
    return tuple(cards)


__all__ = ["read_template", "translated", "whatsapp_code"]
