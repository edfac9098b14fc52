"""One channel's way out: how much may be on the way, what pauses it, and what stops it."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from botkit.channels import Channel
from botkit.pace import FULL, of_channel, seconds
from botkit.ports import Alarm
from botkit.providers.base import Provider

if TYPE_CHECKING:
    from botkit.sender.line import Line

AT_ONCE = 64  # requests on the way
_LONGEST_PAUSE = 60.0  # seconds
_LONGEST_RETRY_AFTER = 3600.0
_DOUBTS = 5  # lost answers in a row after which the gateway is taken to be ill
_FIRST_PROBE = 30.0  # seconds after a stop
_FIRST_PROBE_OF_ILL = 2.0
_LONGEST_SPAN = 300.0  # between two probes


class ChannelState(Struct, frozen=True):
    """How a channel's sending stands, for those who operate it."""

    running: bool  # false: nothing leaves until a probe says that it may
    reason: str = ""  # why it does not run
    since: datetime | None = None
    queued: int = 0  # messages that wait or are on the way
    held: int = 0  # that wait for their contact to write
    doubt: int = 0  # of those queued: whose answer was lost


class Outlet:
    def __init__(self, channel: Channel, provider: Provider) -> None:
        self.name = channel.name
        self.base = channel.base_url
        self.provider = provider
        self.ready: deque[Line] = deque()  # lines whose first message waits for nothing but us
        self.flying = 0  # requests on the way
        self.alarm: Alarm | None = None  # for the next look at `ready`
        self.probed = False  # a probe is under way or set for later
        self.reason = ""  # why nothing leaves until a probe succeeds; "": it runs
        self.since: datetime | None = None
        self.pace = of_channel(channel.rate)
        self.full = FULL
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
        if self.reason or self.flying - landing >= (1 if self._trial else AT_ONCE):
            return None
        return max(seconds(self._until - now), self.pace.wait(self.full, now))

    def take(self, now: float) -> None:
        self.full = self.pace.taken(self.full, now)

    def give_back(self) -> None:
        self.full = self.pace.returned(self.full)

    # ---- what answers say of it

    def well(self) -> None:
        """WhatsApp answered for a single message, well or not."""
        self._pauses = self._doubts = 0
        self._trial = False
        self._span = 0.0

    def pause(self, now: float, chance: float, retry_after: float | None) -> None:
        """Everybody waits: as long as it was told, else with growing pauses and full jitter; then one message goes first."""
        if retry_after is not None:
            pause = min(retry_after, _LONGEST_RETRY_AFTER)
        elif now < self._until:
            return  # several answers about one trouble
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

    def stop(self, now: datetime, detail: str) -> bool:
        """The gateway lets nothing of this channel through. Whether that is news."""
        if self.reason and not self._ill:
            return False
        self._close(detail, now, _FIRST_PROBE)
        self._ill = False
        return True

    def _close(self, reason: str, now: datetime, first: float) -> None:
        self.reason = reason
        self.since = self.since or now
        self._span = max(self._span, first)

    def until_probe(self, chance: float) -> float:
        """Seconds to the next probe; more each time."""
        span = self._span
        self._span = min(_LONGEST_SPAN, span * 2)
        return span * (0.75 + chance / 2)

    def go_on(self) -> None:
        """A probe succeeded: one message goes first."""
        self.reason, self.since, self._ill = "", None, False
        self._doubts = 0
        self._trial = True
