"""What a host sets: environment variables, over the project's .env; secrets come from nowhere else."""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct, field

from botkit.channels import DIALOG360_URL, Channel
from botkit.settings import ChannelSettings, Queue, Settings
from botkit.source import Scalar

CLOUD_URL = "https://graph.facebook.com/v25.0"  # fact sheet §1.2
DEFAULT_STORE = "sqlite:///data/botkit.db"
SHORTEST = 16  # characters of a secret that signs
_SECRET = ("KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "CREDENTIALS", "AUTH")  # how names of such end
REFERENCE = re.compile(r"^\$([A-Za-z_][A-Za-z0-9_]*)$")


class Environment:
    """Variables by name; NAME_FILE names a file that holds the value of NAME."""

    def __init__(self, root: Path | None, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._dotenv: dict[str, str] = {}
        self.faults: list[str] = []  # what cannot be read of .env, in lines for the operator
        if root is not None and (root / ".env").is_file():
            self._read(root / ".env")

    def _read(self, path: Path) -> None:
        """Take what .env sets; $ in a value stands for itself, as in a password."""
        from dotenv.parser import parse_stream

        try:
            with path.open(encoding="utf-8-sig") as opened:  # some editors begin a file with a mark of their own
                for found in parse_stream(opened):
                    if found.error:
                        self.faults.append(f".env, line {found.original.line}: this is no NAME=value, and is not read")
                    elif found.key is not None and found.value is not None:
                        self._dotenv[found.key] = found.value
        except UnicodeDecodeError:
            self.faults.append(".env is not written in UTF-8, and is not read")
        except OSError as error:
            self.faults.append(f".env cannot be read: {error.strerror or error}")

    def get(self, name: str) -> str | None:
        """Its value; None where it is not set, or blank: a secret of spaces would keep nobody out."""
        return self.found(name)[0]

    def found(self, name: str) -> tuple[str | None, str]:
        """Its value, and where it comes from."""
        for origin, variables in (("environment", self._variables), (".env", self._dotenv)):
            if variables.get(name, "").strip():
                return variables[name], origin
            path = variables.get(f"{name}_FILE")
            if path:
                try:
                    return Path(path).read_text(encoding="utf-8").strip() or None, f"file {path}"
                except (OSError, UnicodeDecodeError) as error:
                    return None, f"file {path}, which cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}"
        return None, ""

    def secrets(self) -> Iterator[str]:
        """What .env holds, but for botkit's own settings: nobody puts there what everybody may see. And what is called a secret, wherever
        it stands: actions read it."""
        yield from (value for name, value in self._dotenv.items() if not name.startswith("BOTKIT_"))
        for name in self.all():
            named = name.upper().removesuffix("_FILE").endswith(_SECRET)
            value = self.get(name[: -len("_FILE")] if name.upper().endswith("_FILE") else name) if named else None
            if value:
                yield value

    def all(self) -> dict[str, str]:
        """Every variable that .env holds or the environment sets: what actions may read as secrets."""
        return {**self._dotenv, **self._variables}


class Desk(Struct, frozen=True):
    """Where a queue leads, and the secret that signs what it is told."""

    url: str
    secret: str

    def __repr__(self) -> str:  # the secret stays out of every log
        return f"Desk({self.url!r})"


class Resolved(Struct):
    """Settings with their secrets. *lacking* are lines for the operator, each with what to do; then the bot cannot serve."""

    channels: dict[str, Channel] = field(default_factory=dict)
    store: str = DEFAULT_STORE
    lacking: list[str] = field(default_factory=list)
    desks: dict[str, Desk] = field(default_factory=dict)  # by queue
    bound: dict[str, str] = field(default_factory=dict)  # secrets that hosts may be sent, by name

    def secrets(self) -> Iterator[str]:
        """What must never be shown."""
        for channel in self.channels.values():
            yield channel.api_key
            yield channel.webhook_auth.decode("utf-8", "replace").partition(":")[2]
            yield base64.b64encode(channel.webhook_auth).decode()
            for secret in (channel.platform_secret, channel.app_secret, channel.verify_token):
                yield secret.decode("utf-8", "replace")
        yield from (desk.secret for desk in self.desks.values() if desk.secret)
        yield from self.bound.values()


def resolve(settings: Settings, environment: Environment, *, open_webhook: bool = False) -> Resolved:
    """The channels and the store as they are to be used. *open_webhook*: webhooks come without credentials (only on this machine)."""
    resolved = Resolved()
    resolved.store = environment.get("BOTKIT_STORE") or _text(settings.store, environment, resolved, "store") or DEFAULT_STORE
    for channel in settings.channels:
        _channel(channel, environment, resolved, open_webhook)
    for queue in settings.queues:
        if queue.to is not None:
            resolved.desks[queue.name] = _desk(queue, environment, resolved)
    for allowed in settings.http:
        for name in allowed.secrets:
            what = f"a secret that {allowed.host} is to be sent"
            resolved.bound[name.text] = _variable(name.text, environment, resolved, what) or ""
    if not settings.channels:
        resolved.lacking.append("botkit.yaml has no channels: add channels: with one for each WhatsApp number")
    return resolved


def _channel(settings: ChannelSettings, environment: Environment, resolved: Resolved, open_webhook: bool) -> None:
    name = settings.name
    key = _text(settings.api_key, environment, resolved, f"the key of channel {name}") or ""
    if not (key.isascii() and key.isprintable()) or " " in key:
        resolved.lacking.append(f"the key of channel {name} holds a space, a line's end or another alphabet: copy it anew")
    door = {} if open_webhook else (_signed if settings.provider == "cloud" else _password)(settings, environment, resolved)
    url = _text(settings.base_url, environment, resolved, f"the address of channel {name}") if settings.base_url is not None else None
    url = (url or (CLOUD_URL if settings.provider == "cloud" else DIALOG360_URL)).rstrip("/")
    if not safe_url(url):
        resolved.lacking.append(f"the base_url of channel {name} must begin with https:// (http:// only on this machine)")
    number, account = _id(settings.phone_number_id, environment), _id(settings.account_id, environment)
    if settings.provider == "cloud" and not number:
        resolved.lacking.append(f"channel {name} speaks to Meta itself and needs its phone_number_id")
    resolved.channels[name] = Channel(
        name, settings.provider, key, phone_number_id=number, base_url=url, rate=settings.rate, account_id=account, **door
    )


def _desk(queue: Queue, environment: Environment, resolved: Resolved) -> Desk:
    url = _text(queue.to, environment, resolved, f"the address of queue {queue.name}") or ""
    if url and not safe_url(url):
        resolved.lacking.append(f"the address of queue {queue.name} must begin with https:// (http:// only on this machine)")
    secret = _text(queue.secret, environment, resolved, f"the secret that signs what queue {queue.name} is told") or ""
    if queue.secret is None:
        resolved.lacking.append(f"queue {queue.name} has no secret: add secret: $DESK_SECRET")
    elif secret and len(secret) < SHORTEST:
        resolved.lacking.append(f"{queue.secret.text} signs what queue {queue.name} is told: make it {SHORTEST} characters or more")
    return Desk(url, secret)


def _id(scalar: Scalar | None, environment: Environment) -> str | None:
    """A number's or an account's id, as it stands or from a variable; it is no secret, and may be missing."""
    if scalar is None:
        return None
    reference = REFERENCE.match(scalar.text)
    return environment.get(reference[1]) if reference else scalar.text


def _signed(settings: ChannelSettings, environment: Environment, resolved: Resolved) -> dict[str, bytes]:
    """What keeps strangers from a webhook of Meta's: it is always signed (fact sheet §1.2)."""
    name = settings.name
    found = {}
    for key, variable, what in (
        ("app_secret", "META_APP_SECRET", f"the secret that signs the webhooks of channel {name}"),
        ("verify_token", "META_VERIFY_TOKEN", f"what Meta shows when the address of channel {name} is set"),
    ):
        scalar: Scalar | None = getattr(settings, key)
        if scalar is None:
            resolved.lacking.append(f"channel {name} has no {key}: add {key}: ${variable}")
        found[key] = (_text(scalar, environment, resolved, what) or "").encode()
    return found


def _password(settings: ChannelSettings, environment: Environment, resolved: Resolved) -> dict[str, bytes]:
    """What keeps strangers from a webhook of 360dialog's: a password that comes with it; of a partner's, a signature (fact sheet §1.4)."""
    name = settings.name
    if settings.webhook_auth is None and settings.platform_secret is None:
        resolved.lacking.append(f"channel {name} has no webhook_auth: add webhook_auth: $BOTKIT_WEBHOOK_AUTH")
    auth = (_text(settings.webhook_auth, environment, resolved, f"the password of channel {name}'s webhook") or "").encode()
    user, _, password = auth.partition(b":")
    if settings.webhook_auth is not None and auth and not (user.strip() and password.strip()):
        resolved.lacking.append(f"{settings.webhook_auth.text} of channel {name} must be user:password, as 360dialog sends it back")
    secret = _text(settings.platform_secret, environment, resolved, f"the platform secret, which signs the webhooks of channel {name}")
    return {"webhook_auth": auth, "platform_secret": (secret or "").encode()}


def _text(scalar: Scalar | None, environment: Environment, resolved: Resolved, what: str) -> str | None:
    """The text that *scalar* is, or that the variable it names holds."""
    if scalar is None:
        return None
    reference = REFERENCE.match(scalar.text.strip())
    if reference is None:
        return scalar.text
    return _variable(reference[1], environment, resolved, what)


def _variable(name: str, environment: Environment, resolved: Resolved, what: str) -> str | None:
    """The value of the variable *name*; where it is not set, that is lacking."""
    value, origin = environment.found(name)
    if value is None:
        remedy = f"put it into the environment, or write {name}=… into .env"
        line = f"{name} is not set ({what}): {f'it is to come from {origin}' if origin else remedy}"
        if line not in resolved.lacking:
            resolved.lacking.append(line)
    return value


def safe_url(url: str) -> bool:
    """Whether a key may be sent there: https, or this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return True
    if parts.scheme != "http" or not parts.hostname:
        return False
    try:
        return parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return False
