"""The messages that wait for one contact, in order."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from botkit import window
from botkit.model import Conversation, Identity
from botkit.pace import CONTACT, FULL, seconds
from botkit.ports import Alarm
from botkit.sender.outlet import Outlet
from botkit.sender.placement import LOST, has_files
from botkit.stores.base import Outgoing
from botkit.window import Choice

IN_DOUBT = ("trying", "doubt")
RETURNS = 3  # times that a message which failed later, for no reason of its own, is sent again
_AGAIN = 5.0  # seconds before the first of them; four times as many before the next
_SETTLING = 1.0  # seconds that a file takes to be on its way (fact sheet §5.8)
_LONGEST = 4  # the exponent at which waits of a pair end: 256 s

# Where a line is:
#   idle     nowhere; it has nothing to send, or it is about to be placed
#   ready    in its outlet's queue
#   waiting  for a moment: its pace, the grace of a doubt
#   busy     one of its messages is on the way
Place = Literal["idle", "ready", "waiting", "busy"]


class Line(Struct, eq=False):
    outlet: Outlet
    contact: str
    rows: deque[Outgoing] = field(default_factory=deque)
    held: list[Outgoing] = field(default_factory=list)  # set aside until the contact writes
    place: Place = "idle"
    alarm: Alarm | None = None  # for the moment it waits for
    current: Outgoing | None = None  # on the way
    pins: int = 0  # who works on it without its being busy
    told: bool = False  # a status said meanwhile that the current one is over
    begun: str = ""  # id of the row that `begin` promised, while its commit is under way
    known: bool = False  # the two below are as the conversation says
    last_inbound: datetime | None = None
    opted_out: bool = False
    main: str = ""  # the contact that this one turned out to be: what that one wishes counts
    identity: Identity | None = None
    full: float = FULL  # the bucket of this contact's pace
    not_before: float = 0.0  # seconds of the steady clock: 131056
    pairs: int = 0  # how often in a row it was told 131056
    medium: str = ""  # id of the last message with a file, as long as nothing is known of it; it would be overtaken …
    settled: float = 0.0  # … by what leaves before this moment of the steady clock

    def know(self, conversation: Conversation | None) -> None:
        """What the conversation says, or the one of the contact that this one turned out to be; None: there is none that can be read, so
        nobody knows whether templates are wanted."""
        self.known = True
        if conversation is None:
            self.opted_out = True
            return
        if conversation.contact.id != self.contact:
            self.main = conversation.contact.id
        self.opted_out = conversation.contact.attributes.get("opted_out") is True
        self.heard(conversation.last_inbound)

    def said(self, last_inbound: datetime | None, opted_out: bool) -> None:
        """What a turn of the contact left."""
        if not self.main:
            self.known, self.opted_out = True, opted_out
        self.heard(last_inbound)

    def heard(self, at: datetime | None) -> None:
        """The contact's last message is of *at*, or an earlier one was."""
        if at is not None and (self.last_inbound is None or at > self.last_inbound):
            self.last_inbound = at

    def is_open(self, now: datetime) -> bool:
        return window.is_open(self.last_inbound, now)

    def choose(self, row: Outgoing, now: datetime) -> Choice:
        opened = self.is_open(now)
        if opened and row.refused and row.state == "held" and row.at is not None and self.last_inbound is not None:
            opened = self.last_inbound > row.at  # WhatsApp said that this window is closed, whatever we think: the next one counts
        return window.choose(opened, row.payload is not None, row.template is not None, row.closed, self.opted_out, row.refused)

    def has(self, id_: str) -> bool:
        return any(row.id == id_ for row in (*self.rows, *self.held))

    def was_told(self, id_: str) -> bool:
        """Whether a status said that the message *id_*, which is on the way, is over."""
        return self.told and self.current is not None and self.current.id == id_

    def goes_another_way(self, row: Outgoing) -> bool:
        """Whether a message that failed, as a late status says, is not done with yet: its template goes, it is sent again, or what its
        author said for a closed window is done."""
        if row.status != "failed":
            return False
        match self.outlet.provider.failure(row.code, row.detail).verdict:
            case "window":
                return not row.refused and row.payload is not None and (row.template is not None or row.closed != "fail")
            case "template":
                return row.closed != "fail"
            case "stopped":
                return True
            case "again" | "later" | "pair":
                return row.returned < RETURNS
            case "once":
                return row.returned == 0
            case "refused":
                return row.code == LOST and row.returned == 0 and has_files(row)
        return False

    def release(self) -> None:
        """What is held stands in front again."""
        self.rows.extendleft(replace(row, state="queued") for row in reversed(self.held))
        self.held.clear()

    def leave(self) -> None:
        """Be idle, wherever it was."""
        self.place = "idle"
        if self.alarm is not None:
            self.alarm.cancel()
            self.alarm = None

    def pace(self, steady: float) -> float:
        """Seconds until WhatsApp lets this contact have one more message."""
        return max(seconds(max(self.not_before, self.settled) - steady), CONTACT.wait(self.full, steady))

    def wait(self, now: datetime, steady: float, grace: timedelta) -> float:
        """Seconds until its first row may be taken; a doubt waits out its grace."""
        head = self.rows[0]
        if head.state in IN_DOUBT:
            return max(0.0, (head.at + grace - now).total_seconds()) if head.at is not None else 0.0
        return self.pace(steady)

    def shows(self, id_: str, steady: float) -> None:
        """WhatsApp has accepted the message *id_* and has yet to fetch the file in it: what follows it waits."""
        self.medium, self.settled = id_, steady + _SETTLING

    def refused_pair(self, steady: float) -> None:
        """131056: nothing for 1, 4, 16, 64, 256 s."""
        self.not_before = steady + 4.0**self.pairs
        self.pairs = min(self.pairs + 1, _LONGEST)

    def refused_again(self, steady: float, times: int) -> None:
        """It failed inside WhatsApp, for the *times*th time: a while is waited."""
        self.not_before = max(self.not_before, steady + _AGAIN * 4.0 ** (times - 1))

    def unused(self, steady: float) -> bool:
        """Whether nothing would be lost with it."""
        over = max(self.full, self.not_before, self.settled)
        return self.place == "idle" and not (self.rows or self.held or self.pins) and over <= steady
