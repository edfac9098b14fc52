"""What is remembered: a contact, a conversation, its frames and timers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from botkit.wire import Value


class Consent(Struct, frozen=True):
    """The last word on whether a contact wants messages: *given* or taken back, when, how (*source*: a command, a step, WhatsApp's own
    settings), and by which words of the contact's."""

    given: bool
    at: datetime
    source: str
    words: str = ""


class Contact(Struct, frozen=True):
    """A person, by an internal id; the aliases lead to it and may be missing, one or the other."""

    id: str
    wa_id: str | None = None  # WhatsApp's number, opaque text
    bsuid: str | None = None  # business-scoped user id, "US.…"
    profile: str | None = None  # the name that WhatsApp shows; anything may stand in it
    attributes: Mapping[str, Value] = field(default_factory=dict)  # contact.x: name, language, opted_out, opted_in, and the author's own
    consent: Consent | None = None  # None: nobody has said anything of it yet


class Waited(Struct, frozen=True):
    """A waiting entry that is behind us, for `back`: the step, and the variables as they were when it was entered."""

    step: str
    variables: Mapping[str, Value]


class Frame(Struct, frozen=True):
    """A flow under way."""

    flow: str
    step: str
    variables: Mapping[str, Value] = field(default_factory=dict)
    entry: int = 0  # number of the waiting entry it stands at; 0: it does not wait
    entered: datetime | None = None  # when that entry began; UTC
    retries: int = 0  # bad answers to it so far
    visits: Mapping[str, int] = field(default_factory=dict)  # step -> how often entered in this run
    history: tuple[Waited, ...] = ()
    digression: bool = False  # comes back and asks again
    via: str = ""  # key of the outcome that called it; "": a step, or nobody
    call: str | None = None  # id of the action under way
    fingerprint: str = ""  # of the step it waits at, under the release that it was entered in
    choices: tuple[tuple[str, Value], ...] = ()  # computed options as they were shown: (id, record)
    page: int = 0  # of computed options
    background: bool = False  # nobody asked for this flow: until the contact taps on a message of it, it is as if it were not there
    over: bool = False  # what it waits for has come while a digression was under way
    gathered: tuple[str, ...] = ()  # texts of a burst that are not taken as an answer yet
    collected: tuple[tuple[str, Value], ...] = ()  # files of an answer that may have several, so far: (variable, file)
    handed: str = ""  # id of the handoff that a queue was asked to take; "": none was asked
    queue: str = ""  # which queue


class Timer(Struct, frozen=True):
    """Something that is to happen at *due* (UTC) unless the waiting *entry* is over by then. 0: of none, but of a date of the contact's.

    *name* is `silence:<n>`, `timeout`, `wait`, `gather`, or `relative:<flow>:<key>:<date>`.
    """

    entry: int
    name: str
    due: datetime

    @property
    def id(self) -> str:
        return f"{self.entry}:{self.name}:{int(self.due.timestamp() * 1000)}"


class Kept(Struct, frozen=True):
    """A waiting entry that is over and whose buttons stay alive (`stale: follow`), with the run's variables as they were."""

    entry: int
    flow: str
    step: str
    variables: Mapping[str, Value]
    at: datetime
    fingerprint: str = ""  # of the step, when it was left; "": not known


class Later(Struct, frozen=True):
    """A flow that is to begin when the running one has ended, unless that is after *until*."""

    flow: str
    params: Mapping[str, Value]
    until: datetime


class Early(Struct, frozen=True):
    """An event from outside that nobody waited for when it came."""

    name: str
    about: str
    data: Mapping[str, Value]
    at: datetime


class Unclear(Struct, frozen=True):
    """A message that nothing has understood: *call* asks the bot's hook about it."""

    call: str
    entry: int  # number of the waiting entry that it came to; 0: no flow was running
    id: str  # wamid
    text: str


class Held(Struct, frozen=True):
    """Somebody else answers the contact. *by*: "agent" (another program on the same number, Meta's own), "app" (a person, in the phone's
    app). *until*: None: until it is handed back. *said*: what the contact wrote last, which is taken up then. *events*: what else came
    meanwhile, written down, the oldest first."""

    by: str
    since: datetime
    until: datetime | None = None
    said: str = ""
    events: tuple[str, ...] = ()


class Conversation(Struct, frozen=True):
    """All that is kept about one contact on one channel."""

    channel: str
    contact: Contact
    frames: tuple[Frame, ...] = ()  # the last one runs
    timers: tuple[Timer, ...] = ()
    entries: int = 0  # the number of the newest waiting entry
    last_inbound: datetime | None = None  # UTC, by the message's own time; opens the 24-hour window. None: the contact never wrote
    version: int = 0  # grows by one with every turn
    release: str = ""  # the release of the last turn
    kept: tuple[Kept, ...] = ()
    early: tuple[Early, ...] = ()
    later: tuple[Later, ...] = ()
    unsent: int = 0  # messages in a row that could not leave, since the contact wrote last
    unclear: Unclear | None = None  # what the bot's hook is being asked about
    held: Held | None = None  # None: the bot answers
    came: datetime | None = None  # by an advertisement, and nothing was answered yet
    free: datetime | None = None  # until then all messages are free of charge: the contact came by an advertisement
    full: datetime | None = None  # an answer has as many files as it may have; what is left of the same handful comes until then
    became: str = ""  # the contact that this one turned out to be, and whose conversation goes on; "": this one is itself
