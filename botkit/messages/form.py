"""A form inside WhatsApp, which WhatsApp calls a Flow (fact sheet §2.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from botkit.messages import limits
from botkit.messages.around import Header, around
from botkit.messages.around import faults as around_faults
from botkit.messages.limits import Fault
from botkit.messages.reaction import has_emoji


def plain(value: Any) -> Any:
    """*value* as JSON has it: a number that is whole as such, a day or time as ISO writes it."""
    match value:
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date() | time():
            return value.isoformat()
    return value


class Form(Struct, frozen=True, tag=True):
    """*id* is WhatsApp's, or *name* in its place. *screen* is the first one, with *data* for its fields; None: the form asks its own server
    where to begin. *token* comes back with the answer; "botkit" stands for one that is empty. *draft*: not published yet."""

    body: str
    label: str  # on the button that opens it
    id: str | None = None
    name: str | None = None
    screen: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    token: str = ""
    draft: bool = False
    header: Header = None
    footer: str | None = None

    def payload(self) -> dict[str, Any]:
        interactive = around("flow", self.header, self.body, self.footer)
        parameters: dict[str, Any] = {"flow_message_version": "3"}
        parameters |= {"flow_id": self.id} if self.id is not None else {"flow_name": self.name}
        parameters |= {"flow_token": self.token or "botkit", "flow_cta": limits.cut(self.label, limits.FORM_LABEL)}
        parameters["mode"] = "draft" if self.draft else "published"
        parameters["flow_action"] = "data_exchange" if self.screen is None else "navigate"
        if self.screen is not None:
            parameters["flow_action_payload"] = {"screen": self.screen, **({"data": plain(self.data)} if self.data else {})}
        interactive["action"] = {"name": "flow", "parameters": parameters}
        return {"type": "interactive", "interactive": interactive}

    def faults(self) -> Iterator[Fault]:
        yield from limits.empty("the text above a form", self.body)
        yield from around_faults(self.header, self.body, self.footer)
        yield from limits.empty("the label of a form", self.label)
        yield from limits.over("title-too-long", "the label of a form", self.label, limits.FORM_LABEL)
        if has_emoji(self.label):
            yield Fault("bad-part", "the label of a form", told="the label of a form has no emoji")
        if bool(self.id) == bool(self.name):
            yield Fault("bad-part", "a form", told="a form is named by its id, or by its name: one of them")

    def shown(self) -> str:
        return self.body
