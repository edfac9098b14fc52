"""How a conversation stands, against what a test expects of it."""

from __future__ import annotations

from collections.abc import Mapping

from botkit.bot import Bot
from botkit.model import Contact, Conversation
from botkit.source import Node, Scalar
from botkit.testing.simulation import Simulation
from botkit.testing.talks import Expects
from botkit.testing.values import declared, same, shown
from botkit.wire import Value

Unmet = tuple[str, str, str]  # what it is about, what was expected, what there is


async def unmet(entry: Expects, world: Simulation) -> list[Unmet]:
    """What *entry* expects and is not so."""
    conversation = await world.conversation()
    found = []
    if entry.state is not None and not _at(entry.state.text, conversation):
        found.append(("state", entry.state.text, place_of(conversation)))
    if entry.sent is not None:
        sent = sum(1 for said in world.said if said.wamid)
        if sent != entry.sent:
            found.append(("sent", str(entry.sent), str(sent)))
    frame = conversation.frames[-1] if conversation is not None and conversation.frames else None
    for key, node in entry.variables:
        if frame is None:
            found.append((key.text, _written(node), "no flow is running"))
        elif not same(node, frame.variables.get(key.text)):
            found.append((key.text, _written(node), shown(frame.variables.get(key.text))))
    person = _person(world.bot, conversation.contact) if conversation is not None else {}
    for key, node in entry.contact:
        if not same(node, person.get(key.text)):
            found.append((f"contact.{key.text}", _written(node), shown(person.get(key.text))))
    return found


def place_of(conversation: Conversation | None) -> str:
    """The step that a conversation stands at; "ended" where no flow is running."""
    if conversation is None or not conversation.frames:
        return "ended"
    frame = conversation.frames[-1]
    return f"{frame.flow}.{frame.step}"


def _at(expected: str, conversation: Conversation | None) -> bool:
    place = place_of(conversation)
    return expected == place or (place != "ended" and expected == place.partition(".")[2])


def _person(bot: Bot, contact: Contact) -> Mapping[str, Value]:
    """`contact` as flows see it."""
    attributes = contact.attributes
    return {
        **attributes,
        "wa_id": contact.wa_id,
        "name": attributes.get("name") or contact.profile,
        "language": attributes.get("language") or bot.settings.language,
        "opted_out": attributes.get("opted_out") is True,
    }


def _written(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else shown(declared(node))
