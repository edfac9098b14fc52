"""Whom a message is for, as people and tables write it: a number in any usual form, or WhatsApp's own id of a person."""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

_BSUID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9._-]{1,150}")
_LABEL = re.compile(r"^(?:tel|whatsapp|wa|phone|mobile)\s*:\s*|^(?:https?://)?(?:wa\.me/|api\.whatsapp\.com/send\?phone=)", re.IGNORECASE)
_ROUNDED = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s().\-/_\u2010-\u2015\u2212]+")
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_LONGEST = 200


class Address(Struct, frozen=True):
    """One of the two is set, or *why* tells what is wrong."""

    wa_id: str | None = None
    bsuid: str | None = None
    why: str = ""

    @property
    def alias(self) -> str:
        """What the store knows somebody by; "": it is none."""
        return self.bsuid or self.wa_id or ""


def address(written: str) -> Address:
    """What *written* names: +34 600-111-222, 0034600111222, 34600111222, tel:…, wa.me/…, or a BSUID. A number has its country's prefix."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", written[:_LONGEST])).strip().strip("'\"= ").strip()
    if _BSUID.fullmatch(text):
        return Address(bsuid=text)
    if _ROUNDED.fullmatch(text):
        return Address(why="a spreadsheet has rounded this number; make its column text")
    text = _LABEL.sub("", text)
    text = re.sub(r"^(\d+)\.0+$", r"\1", text)  # a number that went through a table of decimal numbers
    international = text.startswith(("+", "00"))
    bare = _BETWEEN.sub("", text.replace("(0)", "") if international else text)
    bare = bare[1:] if bare.startswith("+") else bare[2:] if bare.startswith("00") else bare
    if not bare:
        return Address(why="there is no number")
    if not (bare.isascii() and bare.isdigit()):
        decimal = "".join(str(unicodedata.decimal(c, "")) or c for c in bare)  # of another script
        if not (decimal.isascii() and decimal.isdigit()):
            return Address(why="this is no number")
        bare = decimal
    if bare.startswith("0"):
        return Address(why="this number lacks its country's prefix: write it like +34 600 111 222")
    if not 7 <= len(bare) <= 15:
        return Address(why=f"a number has 7 to 15 digits with its country's prefix, and this one has {len(bare)}")
    return Address(wa_id=bare)


def forms(wa_id: str) -> tuple[str, ...]:
    """*wa_id*, and what else WhatsApp may know the same telephone by: numbers of Mexico, Argentina and Brazil have lost or won a digit."""
    length = len(wa_id)
    if wa_id.startswith("521") and length == 13:
        return wa_id, f"52{wa_id[3:]}"
    if wa_id.startswith("52") and length == 12:
        return wa_id, f"521{wa_id[2:]}"
    if wa_id.startswith("549") and length == 13:
        return wa_id, f"54{wa_id[3:]}"
    if wa_id.startswith("54") and length == 12:
        return wa_id, f"549{wa_id[2:]}"
    if wa_id.startswith("55") and length == 13 and wa_id[4] == "9":
        return wa_id, wa_id[:4] + wa_id[5:]
    if wa_id.startswith("55") and length == 12 and wa_id[4] in "6789":
        return wa_id, f"{wa_id[:4]}9{wa_id[4:]}"
    return (wa_id,)


def masked(alias: str) -> str:
    """As it may be shown to whoever looks over a shoulder: +34 ••• ••22."""
    if alias.isdigit() and len(alias) >= 6:
        return f"+{alias[:2]} ••• ••{alias[-2:]}"
    return f"{alias[:3]}•••{alias[-2:]}" if len(alias) > 5 else "•••"
