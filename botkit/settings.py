"""What botkit.yaml says: what holds for every flow of a bot."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from botkit.commands import COMMANDS, SILENCE, Command, Silence
from botkit.hook import UNDERSTAND, Hook
from botkit.hosts import HOSTS, AllowedHost
from botkit.hours import Hours, read_hours
from botkit.outcomes import NOTHING, OUTCOME, Outcome
from botkit.problems import did_you_mean
from botkit.replies import Reading, Reply
from botkit.shapes import DURATION, Key, Keys, ListOf, Made, MapOf, Of, Plain, Says, duration, one_of
from botkit.source import Mapping, Node, Scalar
from botkit.types import Typed, declared
from botkit.waiting import RESUME, Resume

VERSION = "1"  # of the language


class ChannelSettings(Struct, frozen=True, eq=False):
    """One WhatsApp number. Values that are $NAME stand for the environment and are filled in by the project."""

    key: Scalar
    provider: str = "dialog360"
    api_key: Scalar | None = None
    webhook_auth: Scalar | None = None
    platform_secret: Scalar | None = None
    app_secret: Scalar | None = None
    verify_token: Scalar | None = None
    phone_number_id: Scalar | None = None
    account_id: Scalar | None = None
    base_url: Scalar | None = None
    rate: float = 80.0

    @property
    def name(self) -> str:
        return self.key.text


class Queue(Struct, frozen=True, eq=False):
    """Where a handoff goes. *hours* None: always open; *timeout* in seconds, None: for ever. *to* is the address of a desk, *action* a
    function of the bot's own; without either nobody is told by botkit."""

    key: Scalar
    hours: Hours | None = None
    timeout: int | None = None
    to: Scalar | None = None
    action: Scalar | None = None
    secret: Scalar | None = None

    @property
    def name(self) -> str:
        return self.key.text

    @property
    def leads(self) -> bool:
        """Whether somebody is told by botkit."""
        return self.to is not None or self.action is not None


class Settings(Struct, frozen=True, eq=False):
    node: Mapping
    start: Scalar | None = None
    language: str = "en"
    languages: tuple[str, ...] = ("en",)  # all of them, the one the texts are written in first
    zone: ZoneInfo = ZoneInfo("UTC")
    zoned: bool = False  # the author named the zone
    store: Scalar | None = None
    channels: tuple[ChannelSettings, ...] = ()
    contact: Typed = ()
    commands: tuple[Command, ...] = ()
    silence: tuple[Silence, ...] | None = None
    on_error: Outcome = NOTHING
    not_understood: Reply | None = None
    in_doubt: str = "resend"
    retention: int | None = None  # seconds of silence after which a contact is forgotten; None: never
    queues: tuple[Queue, ...] = ()
    resume: Resume | None = None
    receipts: str = "off"  # what contacts see of the bot reading
    takeover: int = 12 * 3600  # seconds of silence after a person has written in the phone's app
    http: tuple[AllowedHost, ...] = ()
    understand: Hook | None = None


def _zone(node: Scalar, _: Node, reading: Reading) -> ZoneInfo | None:
    name = node.text.strip()
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        from zoneinfo import available_timezones

        zones = available_timezones()
        city = name.replace(" ", "_").casefold()
        named = min((zone for zone in zones if zone.casefold().endswith(f"/{city}")), key=len, default=None)
        hint = f'did you mean "{named}"?' if named else did_you_mean(name, zones) or "name a continent and a city: timezone: Europe/Madrid"
        reading.report("timezone", node, f'there is no time zone "{name[:60]}"', hint)
        return None


def _language(text: str) -> str | None:
    tag = text.replace("_", "-")
    pieces = tag.split("-")
    known = 2 <= len(pieces[0]) <= 3 and all(piece.isalnum() and piece.isascii() and len(piece) <= 8 for piece in pieces)
    return text if known else None


LANGUAGE = Of(
    "the code of a language such as en or pt_BR",
    _language,
    "write its code of two or three letters: en for English, es for Spanish, pt_BR for Portuguese as in Brazil",
    pattern=r"^[A-Za-z0-9]{2,3}([-_][A-Za-z0-9]{1,8})*$",
)

CHANNEL = Keys(
    "a channel",
    {
        "provider": Key(one_of("dialog360", "cloud"), "who hosts the number: dialog360 (the default), or cloud (Meta itself)"),
        "api_key": Key(Plain("$ and the name of a variable"), "the key: $NAME, read from the environment or .env", required=True),
        "webhook_auth": Key(Plain("$ and the name of a variable"), "$NAME of user:password that comes with every webhook as Basic auth"),
        "platform_secret": Key(
            Plain("$ and the name of a variable"), "$NAME of a partner's platform secret: 360dialog signs webhooks with it, and must"
        ),
        "app_secret": Key(
            Plain("$ and the name of a variable"), "with provider cloud: $NAME of the app's secret, by which Meta signs webhooks"
        ),
        "verify_token": Key(
            Plain("$ and the name of a variable"),
            "with provider cloud: $NAME of a long random text that Meta shows when the address is set",
        ),
        "phone_number_id": Key(Plain("a phone number id"), "events of any other number are acknowledged and never answered"),
        "account_id": Key(
            Plain("an account id"), "of the WhatsApp Business account: what botkit templates needs to know with provider cloud"
        ),
        "base_url": Key(Plain("an address"), "where the provider is: https, or loopback for tests"),
        "rate": Key(
            Of(
                "a number of messages a second",
                lambda t: float(t) if t.isdecimal() and len(t) < 9 and int(t) > 0 else None,
                bounds=(1, 99_999_999),
            ),
            "messages a second that WhatsApp allows this number; 80, and 1,000 once WhatsApp has told that it is upgraded",
        ),
    },
)


def _channel(found: dict[str, Any], _node: Node, _reading: Reading) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key}


QUEUE = Keys(
    "a queue",
    {
        "hours": Key(
            Of("opening hours", read_hours, 'hours: "Mon-Fri 9-17, Sat 10-13:30"'), "when it takes conversations; always if left out"
        ),
        "timeout": Key(DURATION, "how long a conversation may stay there; for ever if left out"),
        "to": Key(Plain("an address"), "the address of a desk that is told what happens: https://desk.example.com/hook, or $NAME"),
        "secret": Key(Plain("$ and the name of a variable"), "with to: $NAME of the secret that signs what the desk is told"),
        "action": Key(Plain("the name of an action", names="action"), "in place of to: a function of actions/ that is told"),
    },
)


# Events are kept for 30 days, so that a repeat is known; who was forgotten earlier would have left some.
_RETENTION = Of(
    "a time of 30 days or more such as 180d",
    lambda text: span if (span := duration(text)) is not None and span >= 30 * 86400 else None,
    "write a number and d, of 30 days or more: retention: 180d",
)

SETTINGS = Keys(
    "botkit.yaml",
    {
        "botkit": Key(
            Of("the version of the language, 1,", lambda t: t if t == VERSION else None, "botkit: 1", words=(VERSION,)),
            "version of the language: 1",
            True,
        ),
        "start": Key(Plain("the name of a flow", names="flow"), "the flow that a first message starts", required=True),
        "language": Key(LANGUAGE, "the language that the texts are written in; en"),
        "languages": Key(ListOf(LANGUAGE, "a list of languages"), "all languages of the bot"),
        "timezone": Key(Made(Plain("a time zone", names="zone"), _zone), "where today and 9:00 are meant: Europe/Madrid"),
        "store": Key(Plain("an address of a store"), "sqlite:///data/botkit.db (the default), or memory:"),
        "channels": Key(MapOf(Made(CHANNEL, _channel), "channels by name"), "one for each WhatsApp number"),
        "contact": declared("attributes of a contact that outlive a conversation, with their types"),
        "commands": Key(COMMANDS, "what is understood at every waiting step"),
        "silence": Key(SILENCE, "what silence leads to at every waiting step"),
        "on_error": Key(OUTCOME, "what follows any failure that no step handles"),
        "not_understood": Key(Says(), "the words for an answer not understood"),
        "resume": Key(RESUME, "an older prompt is said again before a free text is taken as its answer"),
        "takeover": Key(DURATION, "how long the bot is silent after a person has written to the contact in the phone's app; 12h"),
        "receipts": Key(one_of("off", "read", "typing"), "what contacts see of the bot reading: off (if left out), read, or typing too"),
        "queues": Key(MapOf(QUEUE, "queues by name"), "where a handoff goes"),
        "http": Key(HOSTS, "hosts that http.get and its kin may ask, and the secrets that each may be sent"),
        "understand": Key(UNDERSTAND, "a function of actions/ that is asked what a message means which nothing else has understood"),
        "in_doubt": Key(one_of("resend", "hold"), "what to do with a message whose answer was lost"),
        "retention": Key(_RETENTION, "after so much silence a contact is forgotten, with all answers and files: 180d; never if left out"),
    },
)


def read_settings(node: Node, reading: Reading) -> Settings | None:
    """The settings of *node*; None when it is no mapping (then the problems say so)."""
    found = SETTINGS.read(node, reading)
    if found is None or not isinstance(node, Mapping):
        return None
    language = found.get("language", "en")
    languages = tuple(dict.fromkeys((language, *found.get("languages", ()))))
    channels = tuple(ChannelSettings(key, **fields) for key, fields in found.get("channels", ()))
    queues = tuple(Queue(key, **{name: value for name, value in fields.items() if name}) for key, fields in found.get("queues", ()))
    plain = (
        "start", "store", "contact", "commands", "silence", "on_error", "not_understood", "in_doubt", "resume", "http", "understand",
        "takeover", "receipts", "retention",
    )  # fmt: skip
    given = {name: found[name] for name in plain if name in found}
    return Settings(
        node=node,
        language=language,
        languages=languages,
        zone=found.get("timezone", ZoneInfo("UTC")),
        zoned="timezone" in found,
        channels=channels,
        queues=queues,
        **given,
    )
