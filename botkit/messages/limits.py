"""WhatsApp's limits on what can be said, counted as WhatsApp is safest counted: in UTF-16 units (an emoji counts two or more)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

# Source of every number: the limits table of the Cloud API fact sheet (§3).
TEXT_BODY = 4096
CAPTION = 1024
FILE_NAME = 240
INTERACTIVE_BODY = 1024
HEADER = 60
FOOTER = 60
BUTTONS = 3
BUTTON_TITLE = 20
BUTTON_ID = 256
LIST_OPENER = 20
LIST_ROWS = 10
SECTION_TITLE = 24
ROW_TITLE = 24
ROW_DESCRIPTION = 72
ROW_ID = 200
LINK_LABEL = 20
LINK = 2000
FORM_LABEL = 20
PLACE = 1000
CARDS = 257
SLIDES = 10
LEAST_SLIDES = 2
SLIDE_BODY = 160
SLIDE_ID = 20  # of a button on one: the safer one of two numbers
SLIDE_LINES = 2  # line breaks in the text of one
PRODUCTS = 30
PRODUCT_SECTIONS = 10
TEMPLATE_NAME = 512
TEMPLATE_BODY = 1024
OFFER_BODY = 600  # of a template with a limited-time offer
OFFER_TEXT = 16
TEMPLATE_BUTTONS = 10
TEMPLATE_LINKS = 2
TEMPLATE_BUTTON_TITLE = 25
TEMPLATE_PHONE = 20
TEMPLATE_HEADER = 60
TEMPLATE_FOOTER = 60
COUPON = 15  # the safer one of two numbers
PASSWORD = 15


class Fault(Struct, frozen=True):
    """A limit that a message breaks: *code* names it, *what* is the author's word for the part, *found* and *limit* are numbers of what
    *unit* says. *told*: the whole sentence, where it is not about a number."""

    code: str
    what: str
    found: int = 0
    limit: int = 0
    unit: str = "characters"
    told: str = ""

    def __str__(self) -> str:
        return self.told or f"{self.what} has at most {self.limit} {self.unit}; this one has {self.found}"


# What a message cuts by itself when it is written for the API: too long a label is shown with "…", and is no reason for silence.
_CUT = frozenset({"title-too-long", "description-too-long", "group-too-long", "opener-too-long"})


def fatal(faults: Iterable[Fault]) -> Fault | None:
    """The first of *faults* for which WhatsApp would refuse the message."""
    return next((fault for fault in faults if fault.code not in _CUT), None)


def length(text: str) -> int:
    """How long WhatsApp may find *text*: UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """*text*, ended with "…" where it is longer than *limit*; never half a character."""
    if length(text) <= limit:
        return text
    kept = text
    while length(kept) > limit - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def over(code: str, what: str, text: str, limit: int) -> Iterator[Fault]:
    """The fault of a *text* that is longer than *limit*, if it is."""
    found = length(text)
    if found > limit:
        yield Fault(code, what, found, limit)


def empty(what: str, text: str) -> Iterator[Fault]:
    """The fault of a *text* that has to say something and does not."""
    if not text.strip():
        yield Fault("empty-say", what, told=f"{what} is empty")
