"""A text with a button that opens a web page (fact sheet §2.7, cta_url)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from botkit.messages import files, limits
from botkit.messages.around import Header, around
from botkit.messages.around import faults as around_faults
from botkit.messages.limits import Fault


def link_faults(what: str, to: str) -> Iterator[Fault]:
    if not files.is_link(to) or any(c.isspace() for c in to) or not to.split("//", 1)[1].strip("/?#"):
        yield Fault("bad-link", what, told=f"{what} begins with https:// and has no blank in it, unlike {to[:80]!r}")
    yield from limits.over("bad-link", what, to, limits.LINK)


class LinkButton(Struct, frozen=True, tag=True):
    body: str
    label: str  # on the button
    to: str  # https://…
    header: Header = None
    footer: str | None = None

    def payload(self) -> dict[str, Any]:
        interactive = around("cta_url", self.header, self.body, self.footer)
        parameters = {"display_text": limits.cut(self.label, limits.LINK_LABEL), "url": self.to}
        interactive["action"] = {"name": "cta_url", "parameters": parameters}
        return {"type": "interactive", "interactive": interactive}

    def faults(self) -> Iterator[Fault]:
        yield from limits.empty("the text above a link", self.body)
        yield from around_faults(self.header, self.body, self.footer)
        yield from limits.empty("the label of a link", self.label)
        yield from limits.over("title-too-long", "the label of a link", self.label, limits.LINK_LABEL)
        yield from link_faults("a link", self.to)

    def shown(self) -> str:
        return self.body
