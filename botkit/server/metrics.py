"""Numbers for those who watch a bot, as Prometheus reads them: GET /metrics. Nobody is named in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from aiohttp import web
from msgspec import Struct, field
from multidict import CIMultiDict

from botkit.server import answers
from botkit.server.server import Endpoint

# What can be told: name -> what kind of number it is, and what it means.
METRICS: Mapping[str, tuple[str, str]] = {
    "botkit_channel_running": ("gauge", "1 as long as messages leave on the channel, 0 while it is stopped"),
    "botkit_messages_waiting": ("gauge", "messages that did not leave yet: queued, held until the contact writes, in doubt"),
    "botkit_rate": ("gauge", "messages a second that the channel sends at most"),
    "botkit_alerts": ("gauge", "kinds of trouble of the last day that somebody has to look after"),
    "botkit_answers_total": ("counter", "answers to sends, by what they mean"),
    "botkit_statuses_total": ("counter", "statuses of messages, by WhatsApp's word"),
    "botkit_refusals_total": ("counter", "refusals at once or later, by WhatsApp's code"),
    "botkit_service_messages": ("gauge", "service messages that arrived this month (UTC)"),
    "botkit_service_messages_free": ("gauge", "service messages a month that are not charged"),
    "botkit_news_total": ("counter", "what WhatsApp told of templates, the number and the account, by kind and state"),
    "botkit_messaging_limit": ("gauge", "people a day whom the business may write to first, where WhatsApp has told a number"),
    "botkit_unknown_total": ("counter", "elements of webhooks with a type or a key that this version does not know; they are kept"),
    "botkit_webhook_quiet_seconds": ("gauge", "seconds since the provider called the webhook of the channel, or since the start"),
    "botkit_events_waiting": ("gauge", "events that are stored and not worked on yet"),
}


class Sample(Struct, frozen=True):
    """One number. *name* is one of METRICS."""

    name: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


def page(samples: Iterable[Sample]) -> str:
    """*samples* in the text format, those of one name together."""
    lines: dict[str, list[str]] = {}
    for sample in samples:
        labels = ",".join(f'{name}="{_quoted(value)}"' for name, value in sample.labels.items())
        lines.setdefault(sample.name, []).append(f"{sample.name}{f'{{{labels}}}' if labels else ''} {sample.value:.10g}")
    told = []
    for name, found in lines.items():
        kind, meaning = METRICS[name]
        told += [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}", *found]
    return "\n".join(told) + "\n"


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def endpoint(samples: Callable[[], Iterable[Sample]]) -> Endpoint:
    async def metrics(request: web.BaseRequest) -> web.StreamResponse:
        if request.method not in ("GET", "HEAD"):
            return answers.not_allowed("GET", "HEAD")
        headers = CIMultiDict({"Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Server": "botkit"})
        return web.Response(body=page(samples()).encode(), headers=headers)

    return metrics
