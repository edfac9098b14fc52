"""WhatsApp's refusals: one table for codes, one for 360dialog's texts, one for HTTP statuses, each row with what is done about it.

The codes are those of fact sheet §6.1, the texts those of §6.2. What cannot be known from a code (whether the message left) is in doubt
when it is said at once, and certain when a later status says it: such a message did not arrive.
"""

from __future__ import annotations

from msgspec import Struct

from botkit.providers.base import Verdict

MINUTE, HOUR = 60.0, 3600.0


class Error(Struct, frozen=True):
    """A row. *codes* are one, several, or a whole family; empty where a text or a status speaks."""

    said: str  # what it means
    verdict: Verdict
    codes: tuple[int, ...] | range = ()
    late: Verdict | None = None  # what it means in a later status "failed"; None: the same
    least: float = 0.0  # seconds that are waited at least: of a pause, or before a stopped channel is probed
    slow: bool = False  # too many were sent: the number goes on at half its rate
    alert: bool = False  # the operator is told in /health/ready, and not only in the log; always so of what stops a channel


def _row(codes: int | tuple[int, ...] | range, verdict: Verdict, said: str, **more: object) -> Error:
    return Error(said, verdict, (codes,) if isinstance(codes, int) else codes, **more)  # type: ignore[arg-type]  # fields of Error


# In the order of the fact sheet. A row of one code goes before the family that it belongs to.
ERRORS: tuple[Error, ...] = (
    _row(0, "stopped", "the key or token is not accepted"),
    _row(1, "doubt", "something went wrong inside WhatsApp", late="again"),
    _row(2, "doubt", "WhatsApp is down or overloaded for a while", late="again"),
    _row(3, "stopped", "the account lacks a capability or a permission"),
    _row(4, "later", "too many calls of the app", least=MINUTE, slow=True),
    _row((10, *range(200, 300)), "stopped", "a permission is missing or was taken away"),
    _row(33, "stopped", "the number is gone, or its id is wrong"),
    _row(100, "refused", "a parameter is not valid"),
    _row(190, "stopped", "the access token has expired"),
    _row(368, "stopped", "blocked for a while, for breaking a policy"),
    _row(470, "window", "the 24-hour window is closed (old code)"),
    _row((1013, 1026), "refused", "nobody to deliver to (old codes)"),
    _row(80007, "later", "too many calls for the account", least=MINUTE, slow=True),
    _row(130429, "later", "the number sends faster than it may", slow=True),
    _row(130472, "refused", "WhatsApp keeps marketing from this contact, for an experiment"),
    _row(130497, "refused", "the account may not write to this country", alert=True),
    _row(131000, "doubt", "something went wrong inside WhatsApp", late="again"),
    _row(131005, "stopped", "access is denied"),
    _row((131008, 131009), "refused", "a parameter is missing or not valid"),
    _row(131016, "doubt", "WhatsApp is not available", late="again"),
    _row(131021, "refused", "the number would write to itself"),
    _row(131026, "refused", "not deliverable: not on WhatsApp, too old an app, or blocked"),
    _row(131030, "refused", "a test number may write only to the numbers on its list", alert=True),
    _row(131031, "stopped", "the account is locked or restricted"),
    _row(131035, "refused", "not delivered for too long", alert=True),
    _row(131036, "refused", "gone before it reached a phone"),
    _row(131037, "stopped", "the display name is not approved"),
    _row((131041, 131044), "refused", "about calls and their payment"),
    _row(131042, "stopped", "not paid: no payment method, or the credit is used up"),
    _row(131045, "stopped", "the number is not registered as it should be"),
    _row(131047, "window", "the 24-hour window is closed"),
    _row(131048, "stopped", "too many people block or report this number", least=HOUR),
    _row(131049, "capped", "this contact gets too much marketing already"),
    _row(131050, "optout", "this contact wants no marketing"),
    _row(131051, "refused", "a kind of message that is not supported"),
    _row(131052, "refused", "a file of the contact could not be had"),
    _row(131053, "refused", "a file of ours could not be had or uploaded"),
    _row(131055, "refused", "this way of sending is not allowed", alert=True),
    _row(131056, "pair", "too many messages to this contact in a short time"),
    _row(131057, "later", "the account is being worked on, for a minute", least=MINUTE),
    _row(131059, "refused", "about permissions", alert=True),
    _row(131062, "refused", "this message needs the contact's number"),
    _row(131063, "refused", "marketing templates are switched off for this account", alert=True),
    _row(131064, "stopped", "the limit for templates of the wrong category is reached", least=HOUR),
    _row(131208, "later", "too many messages to groups", slow=True),
    _row(132000, "refused", "the template has another number of values"),
    _row(132001, "refused", "the template does not exist in this language, or is not approved", alert=True),
    _row(132005, "refused", "the template is too long once filled in"),
    _row(132007, "refused", "the template breaks a policy", alert=True),
    _row((132008, 132012), "refused", "a value of the template is not what it should be"),
    _row(132015, "template", "the template is paused", least=3 * HOUR, alert=True),
    _row(132016, "template", "the template is disabled", least=24 * HOUR, alert=True),
    _row(132018, "refused", "a line break, a tab or too many blanks in a value of the template"),
    _row((132068, 132069), "refused", "the form is blocked, or was sent too often", alert=True),
    _row(133004, "later", "registration is down for a while", least=MINUTE),
    _row(133016, "later", "too many tries to register the number", least=MINUTE, alert=True),
    _row(range(133000, 133017), "stopped", "the number is not registered, or its PIN is wrong"),
    _row(134011, "refused", "the terms of payments are not accepted", alert=True),
    _row(range(134100, 134104), "refused", "about the marketing API", alert=True),
    _row(135000, "once", "something that cannot be combined, or nothing that is told"),
    _row(137000, "refused", "the contact's identity has changed"),
    _row(range(138000, 139000), "refused", "about calls"),
    _row(range(139000, 139200), "refused", "about forms, or the block list", alert=True),
    _row(range(141000, 142000), "refused", "about the health of the account", alert=True),
    _row(range(2388000, 2389000), "refused", "about making a template"),
    _row(2494100, "later", "the account is being worked on", least=MINUTE),
    _row(2593109, "refused", "the history is not shared"),
)

# A code that nobody has told us of: in a direct answer the HTTP status decides, in a later status the message is given up.
UNKNOWN = Error("a code that is new to botkit", "refused", alert=True)

# Subcodes that say more than their code, which is often a mere 100.
SUBCODES = (33, 2494100)

# What 360dialog says without a code, with HTTP 4xx, compared in lower case; the first that stands in it counts.
TEXTS: tuple[tuple[str, Error], ...] = (
    ("rate limit", Error("too many requests", "later", slow=True)),
    ("payment", Error("not paid", "stopped")),
    ("disabled", Error("the API was switched off for this number", "stopped")),
    ("invalid api key", Error("somebody has made a new key", "stopped")),
)

# What an HTTP status alone means. A family is told by its first number.
STATUSES: dict[int, Error] = {
    401: Error("the key is not accepted", "stopped"),
    403: Error("not allowed, or blocked", "stopped"),
    408: Error("the request came too slowly", "doubt"),
    425: Error("too early", "later"),
    429: Error("too many requests", "later", slow=True),
    503: Error("not available", "later"),
    300: Error("a redirect: the address of the gateway is wrong", "stopped"),
    400: Error("refused", "refused", alert=True),
    500: Error("trouble inside the gateway", "doubt"),
}

_BY_CODE: dict[int, Error] = {code: row for row in reversed(ERRORS) for code in row.codes}


def by_code(code: int | None, subcode: int | None = None) -> Error | None:
    """The row of WhatsApp's code; None: there is none."""
    if subcode in SUBCODES:
        return _BY_CODE[subcode]
    return None if code is None else _BY_CODE.get(code)


def by_text(text: str) -> Error | None:
    """The row of what 360dialog says in words."""
    said = text.lower()
    return next((row for words, row in TEXTS if words in said), None)


def by_status(status: int) -> Error:
    """The row of an HTTP status that is no 2xx."""
    return STATUSES.get(status) or STATUSES.get(status // 100 * 100) or STATUSES[500]


__all__ = ["ERRORS", "STATUSES", "SUBCODES", "TEXTS", "UNKNOWN", "Error", "by_code", "by_status", "by_text"]
