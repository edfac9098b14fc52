"""One channel's way out: how much may be on the way, what pauses it, and what stops it."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from botkit.channels import UPGRADED_RATE, USUAL_RATE, Channel
from botkit.pace import FULL, of_channel, seconds
from botkit.ports import Alarm
from botkit.providers.base import Provider
from botkit.sender.alerts import Alerts, Resting
from botkit.sender.counts import Counts

if TYPE_CHECKING:
    from botkit.sender.line import Line

AT_ONCE = 64  # requests on the way
_LONGEST_PAUSE = 60.0  # seconds
_LONGEST_WAIT = 3600.0  # of a pause that we were told to make, or that has a least length
_DOUBTS = 5  # lost answers in a row after which the gateway is taken to be ill
_FIRST_PROBE = 30.0  # seconds after a stop
_FIRST_PROBE_OF_ILL = 2.0
_LONGEST_SPAN = 300.0  # between two probes
_SLOWEST = 1.0  # messages a second, below which no refusal brings a number
_RECOVERY = 10.0  # seconds without a refusal that give back a tenth of the rate


class ChannelState(Struct, frozen=True):
    """How a channel's sending stands, for those who operate it."""

    running: bool  # false: nothing leaves until a probe says that it may
    reason: str = ""  # why it does not run
    since: datetime | None = None
    queued: int = 0  # messages that wait or are on the way
    held: int = 0  # that wait for their contact to write
    doubt: int = 0  # of those queued: whose answer was lost
    rate: float = 0.0  # messages a second, as long as WhatsApp found the number too fast; 0: as fast as it may
    alerts: tuple[str, ...] = ()  # what somebody has to look after, of the last day
    upgraded: float = 0.0  # messages a second that the number may send since WhatsApp upgraded it; 0: as the channel says


class Outlet:
    def __init__(self, channel: Channel, provider: Provider) -> None:
        self.name = channel.name
        self.base = channel.base_url
        self.provider = provider
        self.ready: deque[Line] = deque()  # lines whose first message waits for nothing but us
        self.flying = 0  # requests on the way
        self.alarm: Alarm | None = None  # for the next look at `ready`
        self.probed = False  # a probe is under way or set for later
        self.noted = False  # that it is stopped is on record, for a later process
        self.reason = ""  # why nothing leaves until a probe succeeds; "": it runs
        self.since: datetime | None = None
        self.rate = channel.rate  # messages a second, as of now
        self.pace = of_channel(channel.rate)
        self.full = FULL
        self.alerts = Alerts()
        self.counts = Counts()
        self.resting = Resting()
        self.late = False  # what stopped it was told by a status: only a status tells that it may go on
        self.awaited = ""  # id of the message whose status decides whether the others follow
        self._most = channel.rate
        self.raised = 0.0  # messages a second, once WhatsApp has upgraded the number
        self._steady = 0.0  # since when the rate is what it is
        self._slowed = 0.0
        self._arrived = ""  # id of the message whose status came last
        self._longest = _LONGEST_SPAN
        self._until = 0.0  # paused until this moment of the steady clock
        self._pauses = 0  # in a row
        self._doubts = 0  # in a row
        self._trial = False  # one message goes alone, to see how it fares
        self._ill = False  # of the two reasons the lighter one
        self._span = 0.0  # to the next probe

    # ---- may something leave?

    def wait(self, now: float, landing: int = 0) -> float | None:
        """Seconds until one more may leave; None: not before something else happens, which will ask again. *landing*: how many of those on
        the way are just over."""
        if self.reason or self.awaited or self.flying - landing >= (1 if self._trial else AT_ONCE):
            return None
        if self.rate < self._most:
            self._recover(now)
        return max(seconds(self._until - now), self.pace.wait(self.full, now))

    def take(self, now: float) -> None:
        self.full = self.pace.taken(self.full, now)

    def give_back(self) -> None:
        self.full = self.pace.returned(self.full)

    # ---- what answers say of it

    def well(self) -> None:
        """WhatsApp answered for a single message, well or not."""
        self._pauses = self._doubts = 0
        if not self.late:
            self._trial = False
            self._span = 0.0

    def accepted(self, id_: str) -> bool:
        """WhatsApp took a message. Whether the others wait for its status, since the last ones were accepted, too, and failed."""
        if self.late and not self.reason and self._trial:
            if self._arrived != id_:
                self.awaited = id_
                return True
            self.late = False
        self.well()
        return False

    def arrived(self, id_: str) -> bool:
        """A status says that a message left, or that it failed for a reason of its own. Whether the others waited for that."""
        self._arrived = id_
        if not id_ or self.awaited != id_:
            return False
        self.awaited, self.late = "", False
        self.well()
        return True

    def slower(self, now: float) -> bool:
        """Too many were sent: from now on half as many. Whether that is news."""
        if self.rate < self._most:
            if now - self._slowed < 1.0:
                return False  # several answers about one trouble
            self._recover(now)
        self.rate = max(min(_SLOWEST, self._most), self.rate / 2)
        self._steady = self._slowed = now
        self.pace = of_channel(self.rate)
        return True

    def _recover(self, now: float) -> None:
        """Go faster again, slowly."""
        steps = int((now - self._steady) / _RECOVERY)
        if steps > 0:
            self._steady += steps * _RECOVERY
            self.rate = min(self._most, self.rate + steps * self._most / 10)
            self.pace = of_channel(self.rate)

    def upgraded(self) -> None:
        """The number may send as fast as any, unless its author said otherwise."""
        if self._most == USUAL_RATE:
            slow = self.rate < self._most
            self._most = self.raised = UPGRADED_RATE
            if not slow:
                self.rate, self.pace = self._most, of_channel(self._most)

    def slowed(self, now: float) -> float:
        """Messages a second, where that is fewer than the number may send; else 0.0."""
        if self.rate < self._most:
            self._recover(now)
        return self.rate if self.rate < self._most else 0.0

    def pause(self, now: float, chance: float, retry_after: float | None, least: float = 0.0) -> None:
        """Everybody waits: as long as it was told, else with growing pauses and full jitter; then one message goes first."""
        if retry_after is not None:
            pause = min(retry_after, _LONGEST_WAIT)
        elif now < self._until:
            return  # several answers about one trouble
        elif least > 0:
            pause = min(_LONGEST_WAIT, least * 2.0**self._pauses) * (1 + chance / 4)
        else:
            pause = max(0.1, chance * min(_LONGEST_PAUSE, 2.0**self._pauses))
        self._pauses = min(self._pauses + 1, 10)
        self._until = max(self._until, now + pause)
        self._trial = True

    def doubted(self, now: datetime, detail: str) -> bool:
        """An answer was lost. Whether that is once too often: then no more messages are risked until a probe succeeds. As long as the
        probes alone succeed, one message is risked each time, and the times grow longer."""
        self._doubts += 1
        if self.reason or not (self._trial or self._doubts >= _DOUBTS):
            return False
        self._close(f"no usable answers: {detail}", now, _FIRST_PROBE_OF_ILL)
        self._ill = True
        return True

    def stop(self, now: datetime, detail: str, least: float = 0.0, late: bool = False) -> bool:
        """The gateway lets nothing of this channel through. Whether that is news. *least*: seconds to the first probe, where half a minute
        is too soon. *late*: a status said so."""
        self.late = self.late or late
        self.awaited = ""
        if self.reason and not self._ill:
            return False
        self._longest = max(_LONGEST_SPAN, 4 * least)
        self._close(detail, now, least or _FIRST_PROBE)
        self._ill = False
        return True

    def _close(self, reason: str, now: datetime, first: float) -> None:
        self.reason = reason
        self.since = self.since or now
        self._span = max(self._span, first)

    def until_probe(self, chance: float) -> float:
        """Seconds to the next probe; more each time."""
        span = self._span
        self._span = min(self._longest, span * 2)
        return span * (0.75 + chance / 2)

    def restore(self, reason: str, since: datetime, least: float, late: bool) -> None:
        """Be stopped, as an earlier process was."""
        self.reason, self.since, self.late = reason, since, late
        self._longest = max(_LONGEST_SPAN, 4 * least)
        self._span = least or _FIRST_PROBE

    def go_on(self) -> None:
        """A probe succeeded: one message goes first."""
        self.reason, self.since, self._ill = "", None, False
        self._doubts = 0
        self._trial = True
