"""A refusal as the gateways write it: one of the error bodies of fact sheet §2.11 and §6.2."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct, field

#   meta      Meta's own: {"error": {"code": …}}
#   embedded  Meta's, as text inside 360dialog's developer_message
#   dialog    360dialog's: {"meta": {"developer_message": …}}
#   plain     {"error": "text"}
#   old       the on-premise API's: {"errors": [{"code": …}]}
#   html      a proxy's page
#   empty     nothing
Shape = Literal["meta", "embedded", "dialog", "plain", "old", "html", "empty"]
TRACE = "fake-trace-0001"


class Refusal(Struct, frozen=True):
    """*code* is WhatsApp's; None where the gateway speaks for itself. *accepted*: it says no, but the message leaves all the same."""

    code: int | None = None
    text: str = "refused"
    http: int = 400
    shape: Shape = "meta"
    accepted: bool = False
    subcode: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        return "text/html" if self.shape in ("html", "empty") else "application/json"

    def body(self) -> bytes:
        match self.shape:
            case "empty":
                return b""
            case "html":
                return f"<html><head><title>{self.http}</title></head><body><h1>{self.text}</h1></body></html>".encode()
            case "meta":
                return json.dumps(self._meta()).encode()
            case "embedded":
                return json.dumps(self._dialog(f"Invalid payload ({json.dumps(self._meta())})")).encode()
            case "dialog":
                return json.dumps(self._dialog(self.text)).encode()
            case "plain":
                return json.dumps({"error": self.text}).encode()
            case "old":
                error: dict[str, Any] = {"title": "Error", "details": self.text}
                if self.code is not None:
                    error["code"] = self.code
                return json.dumps({"errors": [error], "meta": {"360dialog_trace_id": TRACE}}).encode()

    def _meta(self) -> dict[str, Any]:
        error: dict[str, Any] = {"message": f"(#{self.code}) {self.text}", "type": "OAuthException", "fbtrace_id": TRACE}
        if self.code is not None:
            error["code"] = self.code
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        error["error_data"] = {"messaging_product": "whatsapp", "details": self.text}
        return {"error": error}

    def _dialog(self, text: str) -> dict[str, Any]:
        return {"meta": {"success": False, "http_code": self.http, "developer_message": text, "360dialog_trace_id": TRACE}}


INVALID_KEY = Refusal(text="Invalid API key", http=401, shape="dialog")
UNPAID = Refusal(text="could not send message due to lack of payment", shape="dialog")
RATE = Refusal(text="exceeded the endpoint rate limit", shape="dialog")
DISABLED = Refusal(text="API has been disabled", shape="dialog")
UNAVAILABLE = Refusal(text="WhatsApp API not available", http=502, shape="dialog")
CLOSED = Refusal(131047, "More than 24 hours have passed since the recipient last replied to the sender number.")
