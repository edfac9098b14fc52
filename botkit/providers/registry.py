"""How each provider is asked about message templates: what it has, one more, another wording, one less (fact sheet §1.1, §1.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from botkit import wire
from botkit.channels import Channel
from botkit.providers import clean, faults
from botkit.providers.answers import struck
from botkit.providers.base import Request

PAGE = 50  # templates asked for at once
_FIELDS = "name,language,status,category,parameter_format,components,id,quality_score,rejected_reason"


class Desk(Protocol):
    """One per channel; like a Provider it touches no socket."""

    edits: bool  # whether a template can be changed; else it has to be another one, under another name
    shows_links: bool  # whether the picture of a header may be shown to WhatsApp by its link
    by_language: bool  # whether a template can be deleted in one language alone

    def page(self, after: str) -> Request:
        """Asks for the templates from *after* on, which `read` told; "": from the beginning."""
        ...

    def read(self, body: bytes, after: str) -> tuple[Sequence[Any], str | None]:
        """What a page holds, and where the next one begins; None: this was the last. Raises ValueError for no page."""
        ...

    def create(self, wish: Mapping[str, Any]) -> Request: ...

    def edit(self, id_: str, wish: Mapping[str, Any]) -> Request: ...

    def delete(self, name: str, id_: str) -> Request: ...


class Dialog360Desk:
    """360dialog: no edits but for its partners."""

    edits = False
    shows_links = True
    by_language = False

    def __init__(self, channel: Channel) -> None:
        self._headers = {"D360-API-KEY": channel.api_key, "Content-Type": "application/json"}

    def page(self, after: str) -> Request:
        return Request("GET", f"/v1/configs/templates?limit={PAGE}&offset={after or '0'}", self._headers, b"")

    def read(self, body: bytes, after: str) -> tuple[Sequence[Any], str | None]:
        parsed, found = _page(body)
        reached, total = int(after or 0) + len(found), clean.integer(parsed.get("total"))
        more = bool(found) and (reached < total if total is not None else len(found) >= PAGE)
        return found, str(reached) if more else None

    def create(self, wish: Mapping[str, Any]) -> Request:
        return Request("POST", "/v1/configs/templates", self._headers, wire.dumps(dict(wish)))

    def edit(self, id_: str, wish: Mapping[str, Any]) -> Request:
        raise ValueError("360dialog changes no template")

    def delete(self, name: str, id_: str) -> Request:
        return Request("DELETE", f"/v1/configs/templates/{_quoted(name)}", self._headers, b"")


class CloudDesk:
    """Meta itself. Raises ValueError for a channel without account_id: the path needs it."""

    edits = True
    shows_links = False
    by_language = True

    def __init__(self, channel: Channel) -> None:
        if not channel.account_id or not channel.account_id.isdecimal():
            raise ValueError(
                f"channel {channel.name} speaks to Meta, and its templates belong to an account: add account_id: and its number"
            )
        self._headers = {"Authorization": f"Bearer {channel.api_key}", "Content-Type": "application/json"}
        self._path = f"/{channel.account_id}/message_templates"

    def page(self, after: str) -> Request:
        following = f"&after={_quoted(after)}" if after else ""
        return Request("GET", f"{self._path}?fields={_FIELDS}&limit={PAGE}{following}", self._headers, b"")

    def read(self, body: bytes, after: str) -> tuple[Sequence[Any], str | None]:
        parsed, found = _page(body)
        paging = parsed.get("paging")
        cursors = paging.get("cursors") if isinstance(paging, dict) and paging.get("next") else None
        following = clean.text(cursors.get("after")) if isinstance(cursors, dict) else ""  # never its address: the key goes nowhere else
        return found, following if found and following and following != after else None

    def create(self, wish: Mapping[str, Any]) -> Request:
        return Request("POST", self._path, self._headers, wire.dumps(dict(wish)))

    def edit(self, id_: str, wish: Mapping[str, Any]) -> Request:
        changed = {key: wish[key] for key in ("category", "components") if key in wish}
        return Request("POST", f"/{_quoted(id_)}", self._headers, wire.dumps(changed))

    def delete(self, name: str, id_: str) -> Request:
        one = f"&hsm_id={_quoted(id_)}" if id_ else ""
        return Request("DELETE", f"{self._path}?name={_quoted(name)}{one}", self._headers, b"")


DESKS: dict[str, type[Dialog360Desk] | type[CloudDesk]] = {"dialog360": Dialog360Desk, "cloud": CloudDesk}


def _quoted(text: str) -> str:
    """*text* as a piece of an address."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "_-.~") else "".join(f"%{b:02X}" for b in c.encode()) for c in text)


def _page(body: bytes) -> tuple[dict[str, Any], list[Any]]:
    """Both providers' lists: under `waba_templates` or `data`, whoever answers (fact sheet §1.1)."""
    parsed = wire.plain(body)
    for key in ("waba_templates", "data"):
        if isinstance(parsed, dict) and isinstance(parsed.get(key), list):
            return parsed, parsed[key]
    raise ValueError("the answer holds no list of templates")


def created(body: bytes) -> tuple[str, str]:
    """Status and category that the answer to a creation tells; "" where it does not."""
    try:
        parsed = wire.plain(body)
    except ValueError:
        parsed = None
    told = parsed if isinstance(parsed, dict) else {}
    return clean.line(told.get("status"), 40).lower(), clean.line(told.get("category"), 40).lower()


def refused(status: int, body: bytes, key: str) -> str:
    """Why a request about templates was refused, in one line without *key*."""
    said, fault = _for_people(body), faults.read(body)
    told = said or fault.text
    if fault.text and said and said not in fault.text:
        told = f"{said} ({fault.text})"
    number = f" [{fault.subcode}]" if fault.subcode is not None else ""
    return struck(f"HTTP {status}: {told}{number}" if told else f"HTTP {status}", key)


def _for_people(body: bytes) -> str:
    """Meta's words for those who wrote the template, which say more than its message."""
    try:
        parsed = wire.plain(body)
    except ValueError:
        return ""
    error = parsed.get("error") if isinstance(parsed, dict) else None
    return clean.line(error.get("error_user_msg"), 300) if isinstance(error, dict) else ""
