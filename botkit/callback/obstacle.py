"""What keeps a provider from reaching the bot, by what happens to somebody who goes the same way."""

from __future__ import annotations

import ssl
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct

from botkit.callback import words

Stage = Literal["dns", "connection", "tls", "proxy", "path", "secret", "store", "time"]
# In the order in which they are passed.
STAGES: tuple[Stage, ...] = ("dns", "connection", "tls", "proxy", "path", "secret", "store", "time")


class Obstacle(Struct, frozen=True):
    """*stage* is at fault: what is wrong there, and what to do."""

    stage: Stage
    told: str
    remedy: str


_MADE = "have one made by an authority that browsers know, such as Let's Encrypt; Caddy does so by itself"
_CHAIN = "let the proxy send the whole chain: fullchain.pem, not cert.pem; the authority must be one that browsers know"
_NAMED = "have one made for this name, or write the name that it is for"
# By OpenSSL's numbers for what is wrong with a certificate.
_CERTIFICATES: dict[int, tuple[str, str]] = {
    9: ("is not valid yet", "look at the clock of the server, or wait"),
    10: ("has expired", "have it renewed, and look why that did not happen by itself"),
    18: ("is self-signed: nobody vouches for it", _MADE),
    19: ("comes from an authority that nobody knows", _MADE),
    20: ("comes without the one that vouches for it", _CHAIN),
    21: ("comes without the one that vouches for it", _CHAIN),
    62: ("is for another name", _NAMED),
    64: ("is for another name", _NAMED),
}
_OLD = ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS", "UNSAFE_LEGACY", "DH_KEY_TOO_SMALL", "HANDSHAKE_FAILURE")
_NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER", "PACKET_LENGTH")


def nameless(host: str, later: bool) -> Obstacle:
    """The name leads nowhere. *later*: nobody could be asked."""
    if later:
        return Obstacle("dns", f"nobody could be asked where {host} is", "look whether this machine is online, and try again")
    remedy = f"add an A record for {host} at your DNS provider; a new one takes some minutes"
    return Obstacle("dns", f"the name {host} leads nowhere", remedy)


def unconnected(url: str, why: str) -> Obstacle:
    """Nobody listens there, or nothing comes through."""
    parts = urlsplit(url)
    where = f"{parts.hostname}, port {parts.port or (443 if parts.scheme == 'https' else 80)}"
    remedy = "start the reverse proxy there, and let its port through the firewall"
    return Obstacle("connection", f"no connection to {where}: {why}", remedy)


def untrusted(host: str, error: ssl.SSLError) -> Obstacle:
    """The two sides do not agree on how to talk in secret."""
    if isinstance(error, ssl.SSLCertVerificationError):
        known = _CERTIFICATES.get(error.verify_code)
        told, remedy = known or (f"is not trusted: {error.verify_message}", "have one made by an authority that browsers know")
        return Obstacle("tls", f"the certificate of {host} {told}", remedy)
    reason = (error.reason or str(error)).upper().replace(" ", "_")
    if any(word in reason for word in _OLD):
        return Obstacle("tls", f"{host} speaks only versions of TLS that are too old", "let the proxy speak TLS 1.2 and 1.3")
    if any(word in reason for word in _NO_TLS):
        return Obstacle("tls", f"what listens at {host} does not speak TLS", "let the proxy serve https at this port, with a certificate")
    return Obstacle("tls", f"no agreement with {host} on TLS: {reason.lower()[:100]}", "look into the log of the reverse proxy")


def disagreed(host: str) -> Obstacle:
    """The other side has hung up in the middle of agreeing on it."""
    told = f"{host} hangs up while TLS is agreed on"
    return Obstacle("tls", told, "let the proxy speak TLS 1.2 and 1.3 for this name, and look into its log")


def late(seconds: float) -> Obstacle:
    told = f"no answer within {seconds:g} s, when a provider gives up and comes again"
    return Obstacle("time", told, "look whether botkit serve hangs, its disk is slow, or the proxy keeps requests waiting")


def cut(why: str) -> Obstacle:
    return Obstacle("proxy", f"the connection was cut before the answer: {why}", "look into the log of the reverse proxy")


def answered(status: int, content_type: str, location: str, body: str) -> Obstacle | None:
    """What an answer to the example tells; None: the bot has taken it."""
    said = body.strip()
    if status == 200 and said == words.STORED:
        return None
    if said == words.NO_PASSWORD or said == words.NO_SIGNATURE:
        what = "password" if said == words.NO_PASSWORD else "signature"
        told = f"the bot that runs there does not take this {what} ({status}): it was started with another one than stands here"
        return Obstacle("secret", told, "start botkit serve anew, with the same .env as here")
    if status == 404 and said == words.NOWHERE:
        told = "the bot that runs there has no channel at this path (404)"
        return Obstacle("path", told, "the path is /webhook/ and the channel's name in botkit.yaml; a proxy must not change it")
    if status == 503 and said in words.BUSY:
        return Obstacle("store", f"the bot cannot store what comes: {said}", "look into its log, and whether the disk is full")
    return _strange(status, "html" in content_type, location)


def _strange(status: int, page: bool, location: str) -> Obstacle:
    """What somebody else than the bot has answered."""
    if 300 <= status < 400:
        to = f" to {location}" if location else ""
        remedy = "set the address that it leads to, or take the redirect away"
        return Obstacle("proxy", f"it redirects{to} ({status}), and no provider follows", remedy)
    if status == 404:
        return Obstacle("path", "the proxy knows no such path (404)", "let it pass on /webhook/ to botkit serve")
    if status in (401, 407):
        return Obstacle("proxy", f"the proxy itself wants a password ({status})", "let it pass on /webhook/ without one")
    if status in (403, 406, 429):
        remedy = "let /webhook/ pass: a firewall or a shield against robots stands before it"
        return Obstacle("proxy", f"the proxy turns it away ({status})", remedy)
    if status >= 500:
        return Obstacle("proxy", f"the proxy does not reach the bot ({status})", "start botkit serve, and pass on to its port")
    if status == 200:
        what = "a page" if page else "something else"
        return Obstacle("proxy", f"{what} is answered there, and not by the bot", "let the proxy pass on /webhook/ to botkit serve")
    return Obstacle("proxy", f"it answers {status}, and only 200 counts", "let the proxy pass on /webhook/ to botkit serve as it comes")
