"""A template of the files as a provider is asked to approve it (fact sheet §2.13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from botkit.replies import HOLE
from botkit.templates import Button, CardWording, Picture, Template, Wording

_OTP = {"copy": "COPY_CODE", "one_tap": "ONE_TAP", "zero_tap": "ZERO_TAP"}


def wish(template: Template, language: str, handles: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The body of the request that asks for *template* in *language*, one of those it has. *handles*: what stands for a file of media/ or
    a link where a provider wants to be shown it; itself if left out."""
    wording = template.wordings[language]
    return {
        "name": template.name,
        "language": language,
        "category": template.category.upper(),
        "parameter_format": "NAMED" if wording.named else "POSITIONAL",
        "components": list(_components(template, wording, handles or {})),
    }


def pictures(template: Template, language: str) -> list[str]:
    """The files and links that a provider wants to be shown."""
    wording = template.wordings[language]
    shown = [template.picture, *(card.picture for card in wording.cards)]
    return [one.file.text for one in shown if one is not None and one.kind in ("image", "video", "document") and one.file is not None]


def _components(template: Template, wording: Wording, handles: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    if template.category == "authentication":
        yield {"type": "BODY", "add_security_recommendation": template.warning}
        if template.expires is not None:
            yield {"type": "FOOTER", "code_expiration_minutes": template.expires}
        yield _buttons(wording.row)
        return
    heads = len(wording.header_names)
    if template.picture is not None:
        yield _picture(template.picture, handles)
    elif wording.header is not None:
        header: dict[str, Any] = {"type": "HEADER", "format": "TEXT", "text": _tight(wording.header)}
        yield _shown(header, "header_text", wording.header_names, wording.examples[:heads], wording.named)
    body = {"type": "BODY", "text": _tight(wording.body)}
    yield _shown(body, "body_text", wording.names, wording.examples[heads:], wording.named)
    if wording.offer:
        yield {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": wording.offer, "has_expiration": True}}
    if wording.footer is not None:
        yield {"type": "FOOTER", "text": wording.footer}
    if wording.row:
        yield _buttons(wording.row)
    if wording.cards:
        yield {"type": "CAROUSEL", "cards": [{"components": list(_card(card, handles))} for card in wording.cards]}


def _card(card: CardWording, handles: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    yield _picture(card.picture, handles)
    if card.body:
        named = any(not name.isdigit() for name in card.names)
        yield _shown({"type": "BODY", "text": _tight(card.body)}, "body_text", card.names, card.examples, named)
    if card.row:
        yield _buttons(card.row)


def _tight(text: str) -> str:
    """Values as WhatsApp writes them, without blanks: {{1}}; and nothing around the text, which a block of YAML ends with a line break."""
    return HOLE.sub(r"{{\1}}", text).strip()


def _shown(component: dict[str, Any], key: str, names: Sequence[str], examples: Sequence[str], named: bool) -> dict[str, Any]:
    """*component* with an example for each of its values."""
    if names and named:
        shown: dict[str, Any] = {f"{key}_named_params": [{"param_name": n, "example": e} for n, e in zip(names, examples, strict=False)]}
    elif names:
        shown = {key: [list(examples)] if key == "body_text" else list(examples)}
    else:
        return component
    return {**component, "example": shown}


def _picture(picture: Picture, handles: Mapping[str, str]) -> dict[str, Any]:
    component: dict[str, Any] = {"type": "HEADER", "format": picture.kind.upper()}
    if picture.kind in ("image", "video", "document") and picture.file is not None:
        component["example"] = {"header_handle": [handles.get(picture.file.text, picture.file.text)]}
    return component


def _buttons(row: Sequence[Button]) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": [_button(button) for button in row]}


def _button(button: Button) -> dict[str, Any]:
    match button.kind:
        case "url":
            link: dict[str, Any] = {"type": "URL", "text": button.label, "url": _tight(button.to)}
            if button.takes and button.example is not None:
                given = button.example.text
                link["example"] = [given if given.startswith(("https://", "http://")) else HOLE.sub(lambda _: given, button.to)]
            return link
        case "phone":
            return {"type": "PHONE_NUMBER", "text": button.label, "phone_number": button.to.lstrip("+").replace(" ", "")}
        case "copy":
            return {"type": "COPY_CODE", "example": button.to}
        case "form":
            form = {"type": "FLOW", "text": button.label, "flow_id": button.to, "flow_action": "navigate"}
            return form | ({"navigate_screen": button.screen} if button.screen else {})
        case "catalog":
            return {"type": "CATALOG", "text": button.label}
        case "products":
            return {"type": "MPM", "text": button.label}
        case "password":
            return {"type": "OTP", "otp_type": _OTP[button.to], "text": button.label}
        case _:
            return {"type": "QUICK_REPLY", "text": button.label}
