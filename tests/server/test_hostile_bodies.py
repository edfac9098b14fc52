"""Bodies that nobody should send, over HTTP: each is answered 200, and whoever writes next is answered as if nothing had been."""

from __future__ import annotations

import asyncio
import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from botkit.testing.webhooks import Person
from tests.engine.talk import read
from tests.providers.test_hostile_webhooks import FOLDER, HOSTILE, places
from tests.server.served import Served

BODIES = (
    "text", "image", "location", "contacts", "button_reply", "form_reply", "template_button", "order", "reaction", "referral",
    "system_number_changed", "status_failed", "standby_message", "echoes", "handover", "user_preferences", "template_status", "batch",
)  # fmt: skip
WHOLE = os.environ.get("BOTKIT_HOSTILE") == "all"  # every place meets every value; else a part of them, a different one at each place
BOT = """
steps:
  menu: {say: How can we help?, options: {book: Book a visit, prices: Prices}}
  place: {say: Where?, ask: {place: location, pictures: image, cart: order, who: contact, form: form, what: text}}
"""


def mutations(body: Any, share: int) -> Iterator[list[Any]]:
    """For each place in *body*, what stands there dropped, wrapped, and replaced by each hostile value."""
    for number, way in enumerate(places(body)):
        wrapped = ([found(body, way)], {"x": found(body, way)})
        yield [changed(body, way, value) for value in (*wrapped, *HOSTILE[number % share :: share])] + [dropped(body, way)]


def found(body: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        body = body[key]
    return body


def changed(body: Any, way: tuple[Any, ...], value: Any) -> Any:
    body = copy.deepcopy(body)
    found(body, way[:-1])[way[-1]] = value
    return body


def dropped(body: Any, way: tuple[Any, ...]) -> Any:
    body = copy.deepcopy(body)
    del found(body, way[:-1])[way[-1]]
    return body


def fresh(body: Any, number: int) -> bytes:
    """*body* as JSON, with ids of its own, so that it is no repeat."""
    return json.dumps(body).replace('"wamid.', f'"wamid.{number}.').encode()


@pytest.mark.parametrize("name", BODIES)
async def test_any_one_value_may_be_nonsense_and_the_next_message_is_answered(name: str, tmp_path: Path) -> None:
    whole = json.loads((FOLDER / f"{name}.json").read_bytes())
    async with Served(tmp_path, read(main=BOT), number="204610000000077") as served:
        count = 0
        for place, bodies in enumerate(mutations(whole, 1 if WHOLE else 12)):
            sent = [fresh(body, count + n) for n, body in enumerate(bodies)]
            count += len(sent)
            assert set(await asyncio.gather(*(served.post(body) for body in sent))) == {200}
            await served.says(Person(f"3461{place:07}", f"ES.{place}", "Bo"), "hello", f"good.{place}")
        await served.quiet_but_for_pace()
        people = {to for to, text in served.sent if text == "How can we help?"}
        assert {f"3461{n:07}" for n in range(place + 1)} <= people


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from([
    "text", "image", "interactive", "button", "order", "system", "contacts", "location", "reaction", "edit", "unsupported", "from", "id",
    "from_user_id", "timestamp", "type", "context", "referral", "errors", "wa_id", "user_id", "status", "recipient_id", "value",
])  # fmt: skip
ITEMS = st.lists(st.dictionaries(NAMES, JSON | st.dictionaries(NAMES, JSON, max_size=4), max_size=8), max_size=4)
FIELDS = st.sampled_from([
    "messages", "standby", "messaging_handovers", "smb_message_echoes", "user_preferences", "user_id_update", "account_update",
    "message_template_status_update", "template_category_update", "history", "account_alerts", "tomorrow",
])  # fmt: skip
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "messages": ITEMS, "statuses": ITEMS, "contacts": ITEMS, "errors": ITEMS, "message_echoes": ITEMS, "user_preferences": ITEMS,
        "user_id_update": ITEMS, "standby": st.dictionaries(st.sampled_from(["messages", "contacts", "message_echoes"]), ITEMS),
        "metadata": JSON, "event": JSON, "sender": JSON, "recipient": JSON, "control_passed": JSON,
    },
)  # fmt: skip
ENVELOPES = st.fixed_dictionaries({
    "entry": st.lists(
        st.fixed_dictionaries({"changes": st.lists(st.fixed_dictionaries({"field": FIELDS | JSON, "value": VALUES | JSON}), max_size=3)}),
        max_size=3,
    )
})  # fmt: skip


def test_any_envelope_is_taken_and_the_next_message_is_answered(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        served = Served(tmp_path, read(main=BOT))
        runner.run(served.__aenter__())
        count = 0

        async def take(body: bytes) -> None:
            nonlocal count
            count += 1
            assert await served.post(body) == 200
            who = f"3462{count:07}"
            await served.says(Person(who, None, "Bo"), "hello", f"good.{count}")
            await served.quiet_but_for_pace()
            assert (who, "How can we help?") in served.sent

        @settings(max_examples=500 if WHOLE else 80, deadline=None, suppress_health_check=list(HealthCheck))
        @given(ENVELOPES | JSON)
        def any_envelope(body: Any) -> None:
            runner.run(take(json.dumps(body).encode()))

        try:
            any_envelope()
        finally:
            runner.run(served.__aexit__(None, None, None))
