"""Asking for something that the contact's phone knows: where it is, its number, an address (fact sheet §2.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from botkit.messages import limits
from botkit.messages.around import around
from botkit.messages.around import faults as around_faults
from botkit.messages.limits import Fault


class LocationRequest(Struct, frozen=True, tag=True):
    """The answer comes as a location."""

    body: str

    def payload(self) -> dict[str, Any]:
        interactive = around("location_request_message", None, self.body, None)
        interactive["action"] = {"name": "send_location"}
        return {"type": "interactive", "interactive": interactive}

    def faults(self) -> Iterator[Fault]:
        yield from limits.empty("the text above a request", self.body)
        yield from around_faults(None, self.body, None)

    def shown(self) -> str:
        return self.body


class PhoneRequest(Struct, frozen=True, tag=True):
    """For contacts who show a name instead of a number. The answer comes as a contact card."""

    body: str

    def payload(self) -> dict[str, Any]:
        interactive = around("request_contact_info", None, self.body, None)
        interactive["action"] = {"name": "request_contact_info"}
        return {"type": "interactive", "interactive": interactive}

    def faults(self) -> Iterator[Fault]:
        yield from limits.empty("the text above a request", self.body)
        yield from around_faults(None, self.body, None)

    def shown(self) -> str:
        return self.body


ADDRESS_COUNTRIES = ("IN",)  # where WhatsApp has this form
ADDRESS_FIELDS = frozenset(
    {"name", "phone_number", "in_pin_code", "house_number", "floor_number", "tower_number", "building_name", "address", "landmark_area"}
    | {"city", "state"}
)


class AddressRequest(Struct, frozen=True, tag=True):
    """A form for an address, in India only. *values* stand in it already, *wrong* says what is wrong with one of them. The answer comes as
    a form."""

    body: str
    country: str = "IN"
    values: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    header: str | None = None
    footer: str | None = None

    def payload(self) -> dict[str, Any]:
        interactive = around("address_message", self.header, self.body, self.footer)
        parameters: dict[str, Any] = {"country": self.country}
        if self.values:
            parameters["values"] = dict(self.values)
        if self.wrong:
            parameters["validation_errors"] = dict(self.wrong)
        interactive["action"] = {"name": "address_message", "parameters": parameters}
        return {"type": "interactive", "interactive": interactive}

    def faults(self) -> Iterator[Fault]:
        yield from limits.empty("the text above a request", self.body)
        yield from around_faults(self.header, self.body, self.footer)
        if self.country not in ADDRESS_COUNTRIES:
            told = f"WhatsApp asks for addresses in India only (IN), not in {self.country[:20]!r}"
            yield Fault("bad-part", "a request", told=told)
        for name in (*self.values, *self.wrong):
            if name not in ADDRESS_FIELDS:
                yield Fault("bad-part", "a request", told=f"an address has no {name[:40]!r}: {', '.join(sorted(ADDRESS_FIELDS))}")

    def shown(self) -> str:
        return self.body
