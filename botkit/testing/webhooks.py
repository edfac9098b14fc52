"""Webhooks as 360dialog posts them: who and which number they speak of, their bodies, and how they are sent."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from botkit import wire

if TYPE_CHECKING:
    import aiohttp  # only who posts waits for it

    from botkit.providers.signature import Signature


class Person(Struct, frozen=True):
    """Somebody on WhatsApp; either id may be missing, as it is for people who hide their number (fact sheet §4.12)."""

    wa_id: str | None = None
    bsuid: str | None = None
    name: str | None = None

    def contact(self) -> dict[str, Any]:
        """The record of `contacts[]`."""
        record: dict[str, Any] = {"profile": {"name": self.name}} if self.name else {}
        if self.wa_id:
            record["wa_id"] = self.wa_id
        if self.bsuid:
            record["user_id"] = self.bsuid
        return record


class Number(Struct, frozen=True):
    """A business number, as webhooks name it."""

    phone_number_id: str = "106540352000001"
    display: str = "15550001111"
    account: str = "102290129000001"


Change = dict[str, Any]


def body(number: Number, changes: Iterable[Change]) -> bytes:
    """One POST with these changes (fact sheet §4.1)."""
    return wire.dumps({"object": "whatsapp_business_account", "entry": [{"id": number.account, "changes": list(changes)}]})


def _change(number: Number, **value: Any) -> Change:
    metadata = {"display_phone_number": number.display, "phone_number_id": number.phone_number_id}
    return {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}


def message(number: Number, sender: Person, content: Mapping[str, Any], wamid: str, at: datetime, standby: bool = False) -> Change:
    """*content* is an element of `messages[]` without sender, id and time (fact sheet §4.2 to §4.6); *standby*: somebody else answers it
    (fact sheet §4.11)."""
    by: dict[str, Any] = {}
    if sender.wa_id:
        by["from"] = sender.wa_id
    if sender.bsuid:
        by["from_user_id"] = sender.bsuid
    said = {**by, "id": wamid, "timestamp": str(int(at.timestamp())), **content}
    told: dict[str, Any] = {"contacts": [sender.contact()], "messages": [said]}
    return {**_change(number, standby=told), "field": "standby"} if standby else _change(number, **told)


def echo(number: Number, to: Person, text: str, wamid: str, at: datetime) -> Change:
    """Somebody of the business wrote from the phone's app (fact sheet §4.9)."""
    whom = {"to": to.wa_id} if to.wa_id else {"to_user_id": to.bsuid}
    said = {"from": number.display, **whom, "id": wamid, "timestamp": str(int(at.timestamp())), "type": "text", "text": {"body": text}}
    return {**_change(number, message_echoes=[said]), "field": "smb_message_echoes"}


def handover(number: Number, person: Person, to_meta: bool, at: datetime) -> Change:
    """Meta's own agent answers *person* from now on, or hands over to the bot (fact sheet §4.11)."""
    roles = ("escalation", "meta_business_agent") if to_meta else ("meta_business_agent", "escalation")
    told = _change(number)["value"]
    told["recipient"] = told.pop("metadata")
    told["sender"] = {"phone_number": person.wa_id} if person.wa_id else {"user_id": person.bsuid}
    told |= {"timestamp": str(int(at.timestamp())), "type": "control_passed"}
    told["control_passed"] = {"metadata": "", "previous_owner_app_role": roles[0], "new_owner_role": roles[1]}
    return {"field": "messaging_handovers", "value": told}


def new_number(number: Number, before: Person, after: str, wamid: str, at: datetime) -> Change:
    """*before* has the number *after* from now on (fact sheet §4.6)."""
    told = {"body": f"User changed from {before.wa_id} to {after}", "type": "user_changed_number", "wa_id": after}
    by = {"from": before.wa_id} if before.wa_id else {"from_user_id": before.bsuid}
    said = {**by, "id": wamid, "timestamp": str(int(at.timestamp())), "type": "system", "system": told}
    return _change(number, messages=[said])


def status(
    number: Number, to: Person, wamid: str, word: str, at: datetime, opaque: str | None = None, error: tuple[int, str] | None = None,
    category: str = "service",
) -> Change:  # fmt: skip
    """A status (fact sheet §4.7); *error* is code and explanation of a "failed", *category* what the message is priced in."""
    told: dict[str, Any] = {"id": wamid, "status": word, "timestamp": str(int(at.timestamp()))}
    if to.wa_id:
        told["recipient_id"] = to.wa_id
    if to.bsuid:
        told["recipient_user_id"] = to.bsuid
    if opaque is not None:
        told["biz_opaque_callback_data"] = opaque
    if word in ("sent", "delivered"):
        told["pricing"] = {"billable": category != "service", "pricing_model": "PMP", "type": "regular", "category": category}
    if error is not None:
        code, details = error
        told["errors"] = [{"code": code, "title": details, "message": details, "error_data": {"details": details}}]
        return _change(number, statuses=[told])
    return _change(number, contacts=[to.contact()], statuses=[told])


def preference(number: Number, by: Person, value: str, at: datetime) -> Change:
    """Somebody wants marketing no more, or again (fact sheet §4.10); *value* is stop or resume."""
    told: dict[str, Any] = {"category": "marketing_messages", "value": value, "timestamp": int(at.timestamp())}
    if by.wa_id:
        told["wa_id"] = by.wa_id
    if by.bsuid:
        told["user_id"] = by.bsuid
    return _change(number, contacts=[by.contact()], user_preferences=[told])


def basic(auth: bytes) -> str:
    """The Authorization header for `user:password`."""
    return "Basic " + base64.b64encode(auth).decode()


class WebhookSender:
    """Posts webhooks to one address and tells the status of each answer; 0 where there was none. Close it, or use it as `async with`."""

    def __init__(
        self, url: str, auth: bytes = b"", headers: Mapping[str, str] | None = None, timeout: float = 5.0,
        signature: Signature | None = None,
    ) -> None:  # fmt: skip
        self.url = url
        self.sent_along = dict(headers or {})
        self._signature = signature
        self._headers = {"Content-Type": "application/json", **({"Authorization": basic(auth)} if auth else {}), **(headers or {})}
        self._timeout = timeout  # fact sheet §5.9: 360dialog gives up after 5 s
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> WebhookSender:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def post(self, data: bytes) -> int:
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout))
        headers = self._headers
        if self._signature is not None:
            headers = {**headers, self._signature.name: self._signature.of(data)}
        try:
            async with self._session.post(self.url, data=data, headers=headers, allow_redirects=False) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
