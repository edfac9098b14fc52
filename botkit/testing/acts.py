"""What a test has the contact be, send and wait for, in terms of a simulation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from botkit.testing import contents
from botkit.testing.contents import Content
from botkit.testing.fitting import attribute_type, normal
from botkit.testing.simulation import SOMEBODY, Simulation
from botkit.testing.talks import Test, Until, Writes
from botkit.testing.webhooks import Person
from botkit.wire import Value

_UNITS = ((604_800, "week"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def introduced(test: Test, language: str, world: Simulation) -> None:
    """Make the contact of *world* who the test says it is. *language* "": the bot's own."""
    told: dict[str, Value] = {}
    person = SOMEBODY
    for key, node in test.contact:
        text = getattr(node, "text", "")
        if key.text == "wa_id":
            person = Person(wa_id=text, name=person.name)
        elif key.text == "name":
            person = Person(wa_id=person.wa_id, name=text)
        else:
            type_ = attribute_type(world.bot, key.text)
            told[key.text] = normal(world.bot, type_, text) if type_ is not None else text
    if language:
        told["language"] = language
    world.person = person
    world.transcript.attributes[person.wa_id or ""] = told
    if test.channel is not None:
        world.channel = test.channel.text


def content_of(entry: Writes, world: Simulation) -> str | Content:
    """What the contact sends. Raises Unknown for a reaction where the bot has not said anything."""
    told = entry.told
    match entry.kind:
        case "text":
            return contents.referred(entry.text, told["referral"]) if "referral" in told else entry.text
        case "location":
            place = told["location"]
            return contents.location(place["lat"], place["lon"], place.get("name", ""), place.get("address", ""))
        case "contact":
            return contents.contact(told["contact"]["name"], told["contact"].get("phone", ""))
        case "reaction":
            return contents.reaction(told["reaction"], world.last().wamid)
        case "form":
            return contents.form(told["form"])
        case "unsupported":
            return contents.unsupported(told["unsupported"])
    return contents.media(entry.kind, told[entry.kind], told.get("caption", ""), told.get("filename", ""))


def utc(moment: datetime, zone: tzinfo) -> datetime:
    """*moment*, of *zone* where it is naive."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def moment_of(entry: Until, world: Simulation) -> datetime:
    """The moment that it becomes; a time alone is the next one."""
    zone = world.bot.settings.zone
    if isinstance(entry.moment, datetime):
        return utc(entry.moment, zone)
    local = world.now.astimezone(zone)
    day = local.date() if entry.moment > local.time().replace(tzinfo=None) else local.date() + timedelta(days=1)
    return datetime.combine(day, entry.moment, zone).astimezone(UTC)


def you(entry: Writes) -> str:
    return f"you: {entry.text}" if entry.kind == "text" else f"you: ({entry.kind})"


def later(seconds: int) -> str:
    """As in "2 hours later"."""
    for size, unit in _UNITS:
        if seconds and seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'} later"
    return "at once"
