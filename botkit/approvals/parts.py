"""The parts of a template as lines that a person can compare: header, body, footer, buttons, offer, cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from botkit.approvals.registered import records
from botkit.replies import HOLE


def parts(components: Iterable[Any], password: bool = False) -> dict[str, str]:
    """What *components* (fact sheet §2.13) say, without examples, by the author's word for each part. *password*: the category is
    authentication, whose texts are WhatsApp's own."""
    found: dict[str, str] = {}
    for component in components:
        if isinstance(component, Mapping):
            _part(component, found, password)
    return found


def _part(one: Mapping[str, Any], found: dict[str, str], password: bool) -> None:
    match str(one.get("type", "")).upper():
        case "HEADER":
            form = str(one.get("format", "TEXT")).upper()
            found["header"] = _text(one) if form == "TEXT" else f"({form.lower()})"
        case "BODY" if password:
            found["warning"] = "true" if one.get("add_security_recommendation") else "false"
        case "BODY":
            found["body"] = _text(one)
        case "FOOTER" if password:
            found["expires"] = str(one.get("code_expiration_minutes", ""))
        case "FOOTER":
            found["footer"] = _text(one)
        case "BUTTONS":
            # the provider may write the button of a password as a link of its own
            found["buttons"] = "(password)" if password else " ".join(_button(button) for button in records(one.get("buttons")))
        case "LIMITED_TIME_OFFER":
            offer = one.get("limited_time_offer")
            found["offer"] = _text(offer) if isinstance(offer, Mapping) else ""
        case "CAROUSEL":
            for n, card in enumerate(records(one.get("cards")), 1):
                found |= {f"card {n}, {name}": said for name, said in parts(records(card.get("components"))).items()}


def _text(one: Mapping[str, Any]) -> str:
    return _tight(one.get("text")).replace("\r\n", "\n").strip()


def _tight(text: Any) -> str:
    return HOLE.sub(r"{{\1}}", str(text or ""))


def _button(button: Mapping[str, Any]) -> str:
    """A button in brackets, with what it does."""
    label = str(button.get("text") or "")
    match str(button.get("type", "")).upper():
        case "QUICK_REPLY":
            return f"[{label}]"
        case "URL":
            return f"[{label} → {_tight(button.get('url'))}]"
        case "PHONE_NUMBER":
            digits = str(button.get("phone_number") or "").lstrip("+").replace(" ", "")
            return f"[{label} → +{digits}]"
        case "FLOW":
            return f"[{label} → form {button.get('flow_id') or button.get('flow_name') or ''}]"
        case "COPY_CODE":
            return "[copy code]"
        case kind:
            return f"[{label} → {kind.lower()}]"


def values(components: Iterable[Any]) -> dict[str, int]:
    """How many values each part takes that takes any: what a message with other numbers is refused for."""
    found = {}
    for name, said in parts(components).items():
        holes = set(HOLE.findall(said))
        if holes:
            found[name] = len(holes)
    return found
