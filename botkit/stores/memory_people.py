"""The contacts of a store in memory: which aliases lead to whom, which did before, and two that turned out to be one."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from botkit.model import Identity, Inbound, StatusChanged
from botkit.stores.settling import left_behind

_Alias = tuple[str, str, str]  # channel, "wa_id" or "bsuid", alias


def _aliases(channel: str, identity: Identity | None) -> list[_Alias]:
    """The BSUID first."""
    if identity is None:
        return []
    return [(channel, kind, alias) for kind, alias in (("bsuid", identity.bsuid), ("wa_id", identity.wa_id)) if alias is not None]


class People:
    def __init__(self) -> None:
        self._count = 0
        self._led: dict[_Alias, str] = {}  # to the contact; the newest of a kind comes last
        self._former: dict[_Alias, tuple[str, datetime]] = {}  # the contact, and until when it was known by it
        self._joined: dict[tuple[str, str], str] = {}  # channel and contact -> the contact that it turned out to be

    def __copy__(self) -> People:
        other = People()
        other._count, other._led, other._former, other._joined = self._count, dict(self._led), dict(self._former), dict(self._joined)
        return other

    def whose(self, channel: str, identity: Identity | None) -> str:
        """The contact that the aliases lead to; "" when they lead to none."""
        return next((self._led[alias] for alias in _aliases(channel, identity) if alias in self._led), "")

    def formerly(self, channel: str, identity: Identity | None, at: datetime) -> str:
        """The contact that one of them led to at the time *at*, though it does no more; "": none."""
        found = (self._former.get(alias) for alias in _aliases(channel, identity))
        return next((contact for contact, until in filter(None, found) if until >= at), "")

    def new(self) -> str:
        self._count += 1
        return f"c{self._count}"

    def learn(self, inbound: Inbound, contact: str) -> None:
        """Add the aliases of *inbound* that are new to its contact; one that it has left behind is not taken up by what was on its way."""
        for alias in _aliases(inbound.channel, inbound.identity) if contact else ():
            whose, until = self._former.get(alias, ("", inbound.at))
            if whose != contact or not (isinstance(inbound.event, StatusChanged) or until >= inbound.at):
                self._led.setdefault(alias, self._joined.get((inbound.channel, contact), contact))

    def current(self, inbound: Inbound, contact: str) -> Inbound:
        """*inbound*, which came by an alias of earlier, as if it came by the one of now."""
        now = self.identity(inbound.channel, contact)
        profile = inbound.identity.profile if inbound.identity is not None else None
        return replace(inbound, identity=replace(now, profile=profile) if now is not None else None)

    def move(self, inbound: Inbound) -> tuple[str, Inbound | None]:
        """As the contract of `receive` says: the contact, and the event that ends the other conversation of somebody who had two."""
        channel, after = inbound.channel, inbound.moved
        contact = self.whose(channel, inbound.identity) or self.formerly(channel, inbound.identity, inbound.at)
        there, newer = self.whose(channel, after), self.formerly(channel, after, inbound.at)
        other = there or newer
        contact = contact or other or self.new()
        changed = {kind for _, kind, _ in _aliases(channel, after)}
        for alias in _aliases(channel, inbound.identity):
            if alias[1] in changed:
                if self._led.get(alias) == contact:
                    del self._led[alias]
                _, until = self._former.get(alias, (contact, inbound.at))
                self._former[alias] = contact, max(until, inbound.at)
            else:
                self._led.setdefault(alias, contact)
        left: Inbound | None = None
        if other and other != contact:
            self._led = {alias: contact if whose == other and alias[0] == channel else whose for alias, whose in self._led.items()}
            self._former = {a: (contact if w == other and a[0] == channel else w, until) for a, (w, until) in self._former.items()}
            self._joined = {key: contact if main == other and key[0] == channel else main for key, main in self._joined.items()}
            self._joined[channel, other] = contact
            left = left_behind(inbound, other, contact)
        if not newer:
            for alias in _aliases(channel, after):
                self._led.pop(alias, None)
                self._led[alias] = contact
        return contact, left

    def identity(self, channel: str, contact: str) -> Identity | None:
        for whose in (contact, self._joined.get((channel, contact))):
            known = {kind: alias for (of, kind, alias), one in self._led.items() if one == whose and of == channel}
            if known:
                return Identity(known.get("wa_id"), known.get("bsuid"))
        return None

    def find(self, channel: str, alias: str) -> str | None:
        found = self._led.get((channel, "bsuid", alias)) or self._led.get((channel, "wa_id", alias))
        if found is not None:
            return found
        former = self._former.get((channel, "bsuid", alias)) or self._former.get((channel, "wa_id", alias))
        return former[0] if former is not None else None

    def forget(self, channel: str, contact: str) -> None:
        """Nothing leads to this contact any more."""
        self._led = {alias: led for alias, led in self._led.items() if (alias[0], led) != (channel, contact)}
        self._former = {alias: was for alias, was in self._former.items() if (alias[0], was[0]) != (channel, contact)}
        self._joined = {
            other: main for other, main in self._joined.items() if other != (channel, contact) and (other[0], main) != (channel, contact)
        }


__all__ = ["People"]
