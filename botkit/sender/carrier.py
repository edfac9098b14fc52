"""The way of one message: window, intent, request, and what its answer means."""

from __future__ import annotations

import asyncio
import logging
from typing import Literal

from msgspec.structs import replace

from botkit import window
from botkit.media.placing import Unplaced
from botkit.model import Identity
from botkit.ports import Ports
from botkit.providers.base import Outcome
from botkit.sender import rows
from botkit.sender.answer import Answer
from botkit.sender.caps import Caps
from botkit.sender.client import Asking
from botkit.sender.ledger import Ledger
from botkit.sender.line import IN_DOUBT, Line
from botkit.sender.placement import Placement, is_stale, shows_a_file
from botkit.sender.probes import Probes
from botkit.sender.queues import Queues
from botkit.sender.reach import UNDELIVERABLE, Reach
from botkit.stores.base import OPEN, Outgoing
from botkit.window import Choice

log = logging.getLogger("botkit.sender")

_CLOSED = "the 24-hour window is closed"
_OPTED_OUT = "the contact wants no templates"
_NOBODY = Outcome("refused", detail="the contact has neither a number nor a BSUID to write to")


class Carrier:
    """*in_doubt*: as for the Sender."""

    def __init__(
        self, ledger: Ledger, ports: Ports, client: Asking, queues: Queues, probes: Probes, caps: Caps, reach: Reach,
        placement: Placement, in_doubt: Literal["resend", "hold"],
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._ports = ports
        self._client = client
        self._queues = queues
        self._probes = probes
        self._caps = caps
        self._reach = reach
        self._placement = placement
        self._in_doubt = in_doubt

    async def carry(self, line: Line, intended: bool) -> None:
        """Take the current message of *line*, and what follows it at once, to WhatsApp, and give the line back. *intended*: that a request
        leaves is written down already."""
        try:
            while line.current is not None:
                line.current = await self._carry(line, line.current, intended)
                intended = True
        except Exception:
            log.exception("channel %s: sending failed; the message is in doubt", line.outlet.name)
            if line.current is not None:
                line.rows.appendleft(replace(line.current, state="doubt", at=self._ports.now()))
        finally:
            self._queues.landed(line)

    async def _carry(self, line: Line, row: Outgoing, intended: bool) -> Outgoing | None:
        """The message that follows, taken and intended; None: there is none, or it has to wait."""
        if not intended and row.state in IN_DOUBT:
            self._queues.give_back(line)
            await self._grace_is_over(line, row)
            return None
        if not line.known:
            self._queues.know(line, await self._ledger.conversation(row, line.main))
        choice = line.choose(row, self._ports.now())
        payload = row.payload if choice == "message" else row.template if choice == "template" else None
        if payload is None:
            self._queues.give_back(line)
            await self._stays(line, row, choice, Outcome("window", detail=_CLOSED))
            return None
        if choice == "template" and (barred := await self._barred(line, row)) is not None:
            self._queues.give_back(line)
            if barred.verdict == "template":
                await self._stays(line, row, row.closed, barred)
            else:
                await self._ledger.unsent(row, barred)
            return None
        to = line.identity
        if to is None:
            to = line.identity = await self._ledger.identity(row)
        if to is None or not (to.wa_id or to.bsuid):
            self._queues.give_back(line)
            await self._ledger.unsent(row, _NOBODY)
            return None
        placed = await self._placement.place(line.outlet, payload)
        if isinstance(placed, Unplaced):
            await self._unplaced(line, row, placed)
            return None
        if not intended and not (line.known and line.choose(row, self._ports.now()) == choice):
            # The contact has opted out meanwhile, or written, or turned out to be another one, or the window has shut.
            self._queues.give_back(line)
            line.rows.appendleft(row)
            return None
        if not intended:
            row = line.current = await self._ledger.intend(row)
            if line.told:
                self._queues.give_back(line)
                return None
        outcome = await self._ask(line, to, placed.payload, row)
        if placed.known and outcome.verdict == "refused" and is_stale(outcome):
            anew = await self._placement.place(line.outlet, payload, anew=True)
            if isinstance(anew, Unplaced):
                await self._unplaced(line, row, anew)
                return None
            outcome = await self._ask(line, to, anew.payload, row)
        if outcome.verdict == "accepted" and not line.told and shows_a_file(payload):
            line.shows(row.id, self._ports.monotonic())
        return await self._answered(line, row, outcome)

    async def _ask(self, line: Line, to: Identity, payload: bytes, row: Outgoing) -> Outcome:
        request = line.outlet.provider.send(to, payload, row.id)
        answer = await self._client.ask(line.outlet.base, request)
        if isinstance(answer, Answer):
            return line.outlet.provider.outcome(answer.status, answer.headers, answer.body)
        return Outcome("doubt" if answer.left else "again", detail=answer.detail)

    async def _unplaced(self, line: Line, row: Outgoing, why: Unplaced) -> None:
        """WhatsApp has not what *row* shows, and nothing of it has left."""
        self._queues.give_back(line)
        if why.outcome.verdict == "refused":
            await self._ledger.unsent(row, why.outcome)
            return
        if why.outcome.verdict == "stopped":
            self._probes.heed(line.outlet, why.outcome, row.id)
        line.not_before = max(line.not_before, self._ports.monotonic() + why.wait)
        log.info("channel %s: message %s waits for its file: %s", line.outlet.name, row.id, why.outcome.detail)
        await self._back(line, replace(row, state="queued", code=why.outcome.code, detail=why.outcome.detail or None))

    async def _barred(self, line: Line, row: Outgoing) -> Outcome | None:
        """Why the template of *row* is not even tried; None: it is."""
        now = self._ports.now()
        if line.outlet.resting and row.template is not None and (why := line.outlet.resting.why(row.template, now)) is not None:
            return why
        if (why := self._reach.why(row)) is not None:
            return why
        return await self._caps.why(row, now)

    # ---- what the answer means

    async def _answered(self, line: Line, row: Outgoing, outcome: Outcome) -> Outgoing | None:
        self._probes.heed(line.outlet, outcome, row.id)
        if outcome.verdict == "accepted":
            line.pairs = 0
            return await self._accepted(line, rows.sent(row, outcome.id))
        told = replace(row, code=outcome.code, detail=outcome.detail or None)
        match outcome.verdict:
            case "later" | "again" | "stopped":
                await self._back(line, replace(told, state="queued"))
            case "pair":
                line.refused_pair(self._ports.monotonic())
                await self._back(line, replace(told, state="queued"))
            case "doubt":
                await self._back(line, replace(told, state="doubt"))
            case "once" if row.code != outcome.code:  # that is the first time
                line.refused_again(self._ports.monotonic(), 1)
                await self._back(line, replace(told, state="queued"))
            case "window":
                await self.window_closed(line, row, outcome, late=False)
            case "optout":
                await self._ledger.unsent(row, outcome)
                await self._ledger.settle(replace(told, state="dropped"))
            case "once" | "refused" | "template" | "capped":
                await self._cannot(line, row, outcome)
        return None

    async def _cannot(self, line: Line, row: Outgoing, outcome: Outcome) -> None:
        """*row* can never leave as it is: where its template is what rests, what the author said for a closed window is done."""
        if outcome.verdict == "template" and row.template is not None:
            line.outlet.resting.add(row.template, outcome, self._ports.now())
            await self._stays(line, row, row.closed, outcome)
            return
        if outcome.verdict == "capped":
            await self._caps.refused(row, self._ports.now())
        if outcome.code in UNDELIVERABLE:
            self._reach.missed(row)
        await self._ledger.unsent(row, outcome)

    async def _accepted(self, line: Line, row: Outgoing) -> Outgoing | None:
        told = line.told
        following = self._queues.following(line)
        if following is None:
            await self._sent(line, row, told)
            return None
        # Both are written down at once: one fsync less between two messages of a turn.
        _, following = await asyncio.gather(self._sent(line, row, told), self._ledger.intend(following))
        if line.told:
            self._queues.give_back(line)
            return None
        return following

    async def _sent(self, line: Line, row: Outgoing, told: bool) -> None:
        """*told*: a status said meanwhile what became of it."""
        row = await self._ledger.settle(row)
        if line.was_told(row.id) and not row.status:
            row = await self._ledger.settle(row)  # a status came as that was written down
        if row.status == "failed":  # so said a status that came before the answer
            outcome = line.outlet.provider.failure(row.code, row.detail)
            if line.goes_another_way(row):
                await self.failed(line, row, outcome)
            elif not told:  # it named only the wamid: nobody heard of it yet
                await self._ledger.unsent(row, outcome)

    async def _back(self, line: Line, row: Outgoing) -> None:
        """It stays the first of its line, unless a status said meanwhile that it is over."""
        row = await self._ledger.settle(row)
        if line.was_told(row.id) and row.state in OPEN and not row.status:
            row = await self._ledger.settle(row)  # a status came as that was written down
        if row.state in OPEN and not line.has(row.id):
            line.rows.appendleft(row)
        elif line.goes_another_way(row):
            await self.failed(line, row, line.outlet.provider.failure(row.code, row.detail))

    async def failed(self, line: Line, row: Outgoing, outcome: Outcome) -> None:
        """A status said that *row*, which WhatsApp had accepted, failed, and it `goes_another_way`."""
        steady = self._ports.monotonic()
        back = replace(row, state="queued", code=outcome.code, detail=outcome.detail or None, returned=row.returned + 1)
        match outcome.verdict:
            case "window":
                await self.window_closed(line, row, outcome, late=True)
                return
            case "template":
                if row.template is not None:
                    line.outlet.resting.add(row.template, outcome, self._ports.now())
                await self._stays(line, replace(back, state=row.state), row.closed, outcome)
                return
            case "pair":
                line.refused_pair(steady)
            case "again" | "once":
                line.refused_again(steady, back.returned)
            case "refused":  # it could not have a file: one more upload, and one more try
                await self._placement.forget(row)
        log.info("channel %s: message %s failed after it was accepted and is sent again: %s", line.outlet.name, row.id, outcome.detail)
        await self._back(line, back)

    async def _grace_is_over(self, line: Line, row: Outgoing) -> None:
        """No status came of a message in doubt: it is sent once more, or given up."""
        if line.told:
            return
        if row.resent or self._in_doubt == "hold":
            await self._ledger.unsent(row, Outcome("refused", detail=f"in doubt: {row.detail or 'no answer, and no status came'}"))
        else:
            await self._back(line, replace(row, state="queued", resent=True))

    async def window_closed(self, line: Line, row: Outgoing, outcome: Outcome, late: bool) -> None:
        """WhatsApp said that the window is closed: the template goes, or what the author said for a closed window is done; once.

        *late*: a status "failed" said so, which is itself told to the bot.
        """
        if row.refused or row.payload is None:
            if not late:
                await self._ledger.unsent(row, outcome)
            return
        choice = window.choose(False, True, row.template is not None, row.closed, line.opted_out)
        refused = replace(row, refused=True, code=outcome.code, detail=outcome.detail or None)
        if choice == "template":
            await self._back(line, replace(refused, state="queued"))
        elif not (late and choice == "fail"):
            await self._stays(line, refused, choice, outcome)

    async def _stays(self, line: Line, row: Outgoing, choice: Choice, outcome: Outcome) -> None:
        """A message that may not leave now is held, dropped or given up."""
        if choice == "hold":
            heard = line.last_inbound
            held = row if row.state == "held" else await self._ledger.settle(replace(row, state="held", detail=outcome.detail))
            line.held.append(held)
            if line.last_inbound != heard and line.is_open(self._ports.now()):  # the contact wrote while we wrote that down
                line.release()
        elif choice == "drop":
            await self._ledger.settle(
                replace(row, state="dropped", detail=_OPTED_OUT if line.opted_out and row.template else outcome.detail)
            )
        else:
            await self._ledger.unsent(row, outcome)
