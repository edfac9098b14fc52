"""The names that a bot has, for an editor to offer: its steps, flows, actions, templates, queues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from zoneinfo import available_timezones

from msgspec import Struct, field

from botkit.answers import ANSWERS
from botkit.flow import Flow
from botkit.settings import Settings
from botkit.signatures import Signature
from botkit.source import Mapping as Keys
from botkit.web import MEDIA_SAVE, METHODS

Named = Mapping[str, str]  # name -> a line about it, which may be empty
RESERVED = {
    "end": "this flow returns",
    "quit": "every flow ends",
    "again": "this step is entered anew",
    "back": "to the question before this one",
}


class Names(Struct, frozen=True):
    """What there is of each kind. None: not known, so that any name will do. *steps* are those of the flow that is written, *foreign* those
    of each flow."""

    flows: Named | None = None
    steps: Named | None = None
    foreign: Mapping[str, Named] = field(default_factory=dict)
    actions: Named | None = None
    templates: Named | None = None
    queues: Named | None = None
    channels: Named | None = None
    replies: Named | None = None

    def of(self, kind: str) -> Named | None:
        """The names that *kind* means; None where any name will do."""
        match kind:
            case "flow" | "action" | "template" | "queue" | "channel" | "step":
                found: Named | None = getattr(self, f"{kind}s")
                return found or None
            case "reply":
                return self.replies or None
            case "zone":
                return dict.fromkeys(sorted(available_timezones()), "")
            case "type":
                return {word: (type_.__doc__ or "").strip().split("\n")[0] for word, type_ in ANSWERS.items()}
        return None


def steps_of(flow: Flow) -> dict[str, str]:
    """The steps that the file of *flow* names, those with mistakes too, each with what it says first."""
    written = flow.node.get("steps") if isinstance(flow.node, Keys) else None
    names = [key.text for key, _ in written] if isinstance(written, Keys) else list(flow.steps)
    return {name: _first_words(flow, name) for name in names}


def _first_words(flow: Flow, name: str) -> str:
    step = flow.steps.get(name)
    text = next((say.text for say in step.say if say.text is not None), None) if step is not None else None
    return " ".join(text.node.text.split())[:80] if text is not None else ""


def names_of(
    files: Iterable[str],
    flows: Mapping[str, Flow],
    settings: Settings | None,
    signatures: Mapping[str, Signature] | None,
    templates: Mapping[str, str],
) -> Names:
    """The names of a bot, as far as it can be read.

    *files*: paths of its files below its folder, so that what cannot be read has a name all the same. *signatures*: of its actions, None
    where some of them could not be loaded. *templates*: name -> its text.
    """
    found = [file.partition("/") for file in files]
    stems = {folder: [_stem(name) for where, _, name in found if where == folder] for folder in ("flows", "templates")}
    texts = [name for folder, _, name in found if folder == "templates" and name.endswith(".j2")]
    return Names(
        flows={name: _about(flows[name]) if name in flows else "" for name in stems["flows"]},
        foreign={name: steps_of(flow) for name, flow in flows.items()},
        actions=None if signatures is None else {**_built_in(settings), **{name: one.summary for name, one in signatures.items()}},
        templates={name: templates.get(name, "") for name in stems["templates"] if f"{name}.j2" not in texts},
        queues=None if settings is None else {queue.name: "" for queue in settings.queues},
        channels=None if settings is None else {channel.name: "" for channel in settings.channels},
        replies=dict.fromkeys(texts, ""),
    )


def _built_in(settings: Settings | None) -> dict[str, str]:
    """The actions that every bot has; those of http where it names hosts."""
    asking = {f"http.{method}": "" for method in METHODS} if settings is None or settings.http else {}
    return {**asking, MEDIA_SAVE: "keeps what a contact sent in media/in"}


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _about(flow: Flow) -> str:
    words = ", ".join(word.text for word in flow.triggers)
    return f"begins at {words}" if words else f"{len(flow.steps)} steps"
