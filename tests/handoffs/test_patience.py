"""How long a queue that cannot be reached is told the same again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import Struct

from botkit.actions.context import Person
from botkit.environment import Desk as Place
from botkit.handoffs import Declined, Queues
from botkit.handoffs.failures import GivenUp, Unreachable
from botkit.handoffs.signature import genuine, signed
from tests.handoffs.desk import SECRET
from tests.testing.bots import read

NOON = datetime(2026, 6, 22, 12, tzinfo=UTC)
BOT = read("queues: {desk: {to: $URL, secret: $SECRET}}", main="steps: {a: {handoff: desk, errors: {closed: {go: end}}}}")


class At(Struct):
    """What an attempt is given, as far as a queue looks at it."""

    now: datetime
    contact: Person = Person("c1")


async def nothing(_channel: str, _contact: str, _until: datetime) -> list[dict[str, Any]]:
    return []


def told(event: str, id_: str = "t1") -> dict[str, Any]:
    return {"id": id_, "handoff": "t1", "event": event, "queue": "desk", "channel": "main", "at": NOON.isoformat()}


@pytest.fixture
async def queues():
    made = Queues({"desk": Place("http://127.0.0.1:9/hook", SECRET)}, nothing)
    yield made
    await made.close()


async def attempt(queues: Queues, what: dict[str, Any], after: timedelta) -> None:
    await queues.actions(BOT.settings.queues, {})["queue:desk"].function(At(NOON + after), told=what)


@pytest.mark.parametrize(("event", "most"), [("opened", timedelta(minutes=10)), ("message", timedelta(hours=24))])
async def test_a_queue_is_told_again_for_so_long_and_then_given_up(queues: Queues, event: str, most: timedelta):
    for after in (timedelta(), most / 2, most):
        with pytest.raises(Unreachable, match="cannot be reached"):
            await attempt(queues, told(event), after)
    with pytest.raises(GivenUp, match="cannot be reached"):
        await attempt(queues, told(event), most + timedelta(seconds=1))
    (reason,) = queues.reasons(NOON + most)
    assert reason.startswith(f"queue desk cannot be told what happens, for {int(most.total_seconds()) // 60} min: its desk cannot")


async def test_what_follows_a_conversation_that_was_not_taken_is_not_told(queues: Queues):
    with pytest.raises(Unreachable):
        await attempt(queues, told("opened"), timedelta())
    with pytest.raises(GivenUp):
        await attempt(queues, told("opened"), timedelta(minutes=11))
    with pytest.raises(Declined):
        await attempt(queues, told("message", "t2"), timedelta(minutes=11))


def test_a_signature_is_that_of_standard_webhooks():
    # The example of the specification's own libraries.
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    headers = signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert genuine(secret, headers, body) and not genuine(secret, headers, body + b" ") and not genuine("another secret", headers, body)
    assert genuine(secret, {**headers, "webhook-signature": f"v1,abc= v1a,x {headers['webhook-signature']}"}, body)
    assert not genuine(secret, {}, body)
