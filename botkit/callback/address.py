"""What a public address must be like for a provider to take it (fact sheet §1.4, §1.2)."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

_LONGEST = 200  # characters that Meta takes of an address


def address_of(given: str, channel: str) -> str:
    """The whole address for *given*, which may leave the path out: then it is the one that `botkit serve` listens at."""
    url = given.strip()
    parts = urlsplit(url if "://" in url else f"https://{url}")
    path = parts.path if parts.path.strip("/") else f"/webhook/{channel}"
    return parts._replace(path=path).geturl()


def unfit(url: str, provider: str, here: bool = False) -> list[tuple[str, str]]:
    """What is wrong with *url*, each with its remedy; nothing: it may be set. *here*: the provider is on this machine, for trying, and
    takes any address of it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return [("this is no address", "write it like https://bot.example.com/webhook/main")]
    host = parts.hostname or ""
    if not host or " " in url or not url.isprintable():
        return [("this is no address", "write it like https://bot.example.com/webhook/main")]
    if here and is_here(host):
        return []
    found = []
    if parts.scheme != "https":
        told = f"it begins with {parts.scheme}://, and only https:// is taken"
        found.append((told, "have a reverse proxy with a certificate before the bot"))
    if port is not None:
        found.append((f"it names a port, {port}, which is not taken", "have the reverse proxy listen at 443, and leave the port out"))
    if "_" in host:
        found.append(("there is an underscore in the name of the host, which is not taken", "choose a name with a hyphen in its place"))
    if "." not in host.strip(".") or is_here(host) or _number(host):
        found.append((f"{host} is no name that the internet knows", "have a domain lead to this server, as in bot.example.com"))
    if parts.username is not None or parts.password is not None:
        found.append(("a password stands in it", "leave it out: it goes in a header, from webhook_auth"))
    if parts.fragment:
        found.append(("what stands behind # never leaves a browser", "leave it out"))
    if provider == "cloud" and len(url) > _LONGEST:
        found.append((f"it has {len(url)} characters; Meta takes {_LONGEST}", "choose a shorter one"))
    return found


def is_here(host: str) -> bool:
    """Whether *host* is this machine itself, by its loopback."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
