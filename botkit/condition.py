"""How a bot's sending stands, in words for operators and in numbers for who watches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from botkit.channels import Channel
from botkit.sender import ChannelState
from botkit.sender.counts import FREE, WARNED, Counts
from botkit.server.metrics import Sample


def reasons(states: Mapping[str, ChannelState], counts: Mapping[str, Counts], now: datetime) -> Iterator[str]:
    """What does not go as it should, channel by channel."""
    for name, state in states.items():
        if not state.running:
            yield f"channel {name} is stopped: {state.reason}"
        if state.rate:
            yield f"channel {name} sends {state.rate:.3g} messages a second at most, for WhatsApp found it too fast"
        yield from (f"channel {name}: {alert}" for alert in state.alerts)
        used = counts[name].service.of(now)
        if used >= WARNED:
            yield f"channel {name} has used {used:,} of the {FREE:,} free service messages of this month"


def samples(
    states: Mapping[str, ChannelState], counts: Mapping[str, Counts], channels: Mapping[str, Channel], waiting: int,
    quiet: Mapping[str, float], now: datetime,
) -> Iterator[Sample]:  # fmt: skip
    """The same in numbers; *waiting*: events that are not worked on yet; *quiet*: seconds since the last webhook of each channel."""
    yield Sample("botkit_events_waiting", waiting)
    yield Sample("botkit_service_messages_free", FREE)
    for name, state in states.items():
        channel, count = {"channel": name}, counts[name]
        yield Sample("botkit_channel_running", state.running, channel)
        yield Sample("botkit_messages_waiting", state.queued - state.doubt, {**channel, "state": "queued"})
        yield Sample("botkit_messages_waiting", state.held, {**channel, "state": "held"})
        yield Sample("botkit_messages_waiting", state.doubt, {**channel, "state": "doubt"})
        yield Sample("botkit_rate", state.rate or state.upgraded or channels[name].rate, channel)
        yield Sample("botkit_alerts", len(state.alerts), channel)
        yield Sample("botkit_webhook_quiet_seconds", quiet[name], channel)
        yield Sample("botkit_service_messages", count.service.of(now), channel)
        yield from (Sample("botkit_answers_total", n, {**channel, "meaning": word}) for word, n in count.answers.items())
        yield from (Sample("botkit_statuses_total", n, {**channel, "status": word}) for word, n in count.statuses.items())
        yield from (Sample("botkit_refusals_total", n, {**channel, "code": str(code)}) for code, n in count.codes.items())
