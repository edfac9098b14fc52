"""Every limit that the made-up gateway knows is found by `botkit check` where an author can break it, and held by the bot where not.

One list holds both together: a limit of the gate without its line here is a failure, and so is a line here without its limit.
"""

from __future__ import annotations

import pytest

from botkit.problems import Problems
from botkit.testing import gate
from tests.checks.found import found
from tests.testing.test_gate import LIMITS, TEMPLATES


def step(say: str, more: str = "") -> str:
    """A bot with one step that says this."""
    return f"steps:\n  one:\n    say: {say}\n{more}"


def options(*labels: str, say: str = "Which?", **keys: str) -> str:
    """A bot with one question; *keys* stand at the first option, or with an `s_` at its message."""
    around = "".join(f", {key[2:]}: {value}" for key, value in keys.items() if key.startswith("s_"))
    first = "".join(f", {key}: {value}" for key, value in keys.items() if not key.startswith("s_"))
    lines = [f"      o{n}: {{label: {label}{'' if n else first}}}\n" for n, label in enumerate(labels)]
    return f"steps:\n  one:\n    say: {{text: {say}{around}}}\n    options:\n{''.join(lines)}"


def cards(count: int, text: str = "A plant") -> str:
    one = f'{{image: "https://example.com/1.jpg", text: "{text}", url: {{label: Buy, to: "https://example.com"}}}}'
    return step(f"{{text: Plants., cards: [{', '.join([one] * count)}]}}")


def tapped(*cards: str, more: str = "") -> str:
    """Cards with options: the ids of each, and the step's own."""
    shown = ", ".join(f'{{image: "https://example.com/1.jpg", options: [{ids}]}}' for ids in cards)
    own = "".join(f"      {id_}: {{label: {id_}}}\n" for ids in cards for id_ in dict.fromkeys(ids.split(", ")))
    return f"steps:\n  one:\n    say: {{text: Plants., cards: [{shown}]}}\n    options:\n{own}{more}"


def visit(say: str, body: str = "Hi {{1}}, see you {{2}} then.", more: str = "", name: str = "visit") -> str:
    return f'#: templates/{name}.yaml\ncategory: utility\nlanguage: en\nbody: "{body}"\n{more}#: flows/main.yaml\n{step(say)}'


SKUS = [str(n) for n in range(31)]
FOUR, ELEVEN = [f"Label {n}" for n in range(4)], [f"Label {n}" for n in range(11)]
TWO = "example: [Ana, soon]\n"

# What an author can write: limit of the gate -> a bot that breaks it, and the code of the problem.
BY_AUTHORS: dict[str, tuple[str, str]] = {
    "text length": (step("x" * 4097), "text-too-long"),
    "text length in UTF-16": (step("😀" * 2049), "text-too-long"),
    "text not empty": (step('""'), "wrong-shape"),
    "media id or link": (step("{image: }"), "empty-say"),
    "media link": (step('{video: "file:///v.mp4"}'), "wrong-file"),
    "caption": (step(f'{{image: "https://example.com/a.jpg", caption: {"c" * 1025}}}'), "text-too-long"),
    "caption of audio": (step('{audio: "https://example.com/a.mp3", caption: A song}'), "message-mix"),
    "filename": (step(f'{{document: "https://example.com/a.pdf", filename: {"f" * 241}}}'), "text-too-long"),
    "filename of an image": (step('{image: "https://example.com/a.jpg", filename: a.jpg}'), "message-mix"),
    "latitude": (step("{location: {lat: 90.1, lon: 0}}"), "bad-place"),
    "longitude": (step("{location: {lat: 0}}"), "missing-key"),
    "place name": (step(f"{{location: {{lat: 0, lon: 0, name: {'n' * 1001}}}}}"), "text-too-long"),
    "number of contacts": (step(f"{{contacts: [{', '.join(['{name: Ana Brook}'] * 258)}]}}"), "bad-cards"),
    "interactive body": (options("A", "B", say="x" * 1025), "body-too-long"),
    "interactive body not empty": (options("A", "B", say='""'), "wrong-shape"),
    "interactive header": (options("A", "B", s_header="h" * 61), "header-too-long"),
    "interactive footer": (options("A", "B", s_footer="f" * 61), "footer-too-long"),
    "button title": (options("t" * 21, "B"), "title-too-long"),
    "button title not empty": (options('""', "B"), "wrong-shape"),
    "button titles differ": (options("A", "A"), "same-label"),
    "list opener": (options(*FOUR, s_button="b" * 21), "opener-too-long"),
    "list rows": (options(*ELEVEN), "too-many-options"),
    "list rows over all sections": (options(*ELEVEN, group="First"), "too-many-options"),
    "section title": (options(*FOUR, group="s" * 25), "group-too-long"),
    "row title": (options("t" * 25, *FOUR), "title-too-long"),
    "row description": (options(*FOUR, description="d" * 73), "description-too-long"),
    "header of a list": (options(*FOUR, s_header='{image: "https://example.com/a.jpg"}'), "never-shown"),
    "link button": (step(f'{{text: Look., url: {{label: {"l" * 21}, to: "https://x.example"}}}}'), "title-too-long"),
    "link of a button": (step("{text: Look., url: {label: Open, to: x.example}}"), "bad-link"),
    "location request": (step("{text: Where?, request: location, footer: f}"), "message-mix"),
    "form label": (step(f'{{text: Fill it., form: {{label: {"b" * 21}, id: "1"}}}}'), "title-too-long"),
    "form label without emoji": (step('{text: Fill it., form: {label: Book 👍, id: "1"}}'), "bad-part"),
    "form id": (step("{text: Fill it., form: {label: Book}}"), "bad-part"),
    "cards": (cards(11), "bad-cards"),
    "at least two cards": (cards(1), "bad-cards"),
    "card button title": (tapped("a", "b, c", more=f"      d: {{label: {'t' * 21}}}\n").replace("[a]", "[a, d]"), "title-too-long"),
    "card button id": (tapped("a" * 21, "b"), "bad-cards"),
    "card buttons": (tapped("a, b, c, d", "e, f, g, h"), "bad-cards"),
    "cards alike": (tapped("a", "b, c"), "bad-cards"),
    "cards with like headers": (tapped("a", "b").replace("image:", "video:", 1).replace("1.jpg", "1.mp4", 1), "bad-cards"),
    "card body": (cards(2, "c" * 161), "body-too-long"),
    "card line breaks": (cards(2, "a\\nb\\nc\\nd"), "body-too-long"),
    "card without a picture": (step('{text: P., cards: [{text: A, url: {label: B, to: "https://example.com"}}, {text: C}]}'), "bad-cards"),
    "products": (
        step(f'{{text: All., header: Ours, products: {{catalog: "1", show: {SKUS}}}}}'),
        "too-many-products",
    ),
    "template name": (visit("Hello.", "Your visit.", name="visitSoon"), "template-name"),
    "template exists": (step("{text: Hello., template: vist}"), "no-such-template"),
    "number of parameters": (visit("{text: Hi., template: {name: visit, with: [Ana]}}", more=TWO), "template-values"),
    "line break in a parameter": (visit('{text: Hi., template: {name: visit, with: [Ana, "so\\non"]}}', more=TWO), "template-line-break"),
    "filled template": (visit("Hello.", "x" * 1025), "text-too-long"),
}

# What no author writes: limit of the gate -> what holds it.
BY_THE_BOT: dict[str, str] = {
    "a JSON object": "the envelope is written by the provider",
    "messaging_product": "the envelope",
    "recipient_type": "the envelope",
    "a recipient": "the envelope: a contact without a number has a BSUID",
    "a number in to": "the envelope: numbers come from WhatsApp",
    "a BSUID in recipient": "the envelope: a BSUID is one by its form",
    "not to oneself": "nobody writes to the bot from its own number",
    "a type": "every message has its type",
    "a known type": "every message has its type",
    "opaque data": "ids of the outbox have 36 characters",
    "a quote": "quoted is what came in",
    "text is a text": "a reply gives a text",
    "media id and link": "a file has one way to it",
    "name of a contact": "a card is given its parts by its name",
    "target of a reaction": "what is reacted to is what came in",
    "interactive type": "every message has its type",
    "a button": "a question without options is a text",
    "button id": "ids of taps are ours",
    "button id without blanks around": "ids of taps are ours",
    "button ids differ": "ids of taps are ours",
    "a list row": "a question without options is a text",
    "section title of many": "a row without a group goes to one that has a name",
    "row id": "ids of taps are ours",
    "row ids differ": "ids of taps are ours",
    "card button ids": "ids of taps are ours, and check finds an option on two cards",
    "number of buttons": "from four options on they are a list",
    "file above options": "files of the bot are uploaded before the message leaves",
    "call label": "not a message of the language",
    "call minutes": "not a message of the language",
    "header of products": "the header is given where the author left it out",
    "template language": "a language that is not approved is none of the bot's",
    "template paused": "known when WhatsApp says so",
    "template disabled": "known when WhatsApp says so",
    "tab in a parameter": "values are made one line when they are filled in",
    "blanks in a parameter": "values are made one line when they are filled in",
    "parameter not empty": "an empty value is given a dash",
    "named parameter": "parameters have their names from the template",
    "one-time password to a BSUID": "known when the message leaves",
}


def test_no_limit_is_forgotten() -> None:
    assert set(BY_AUTHORS) | set(BY_THE_BOT) == set(LIMITS)
    assert not set(BY_AUTHORS) & set(BY_THE_BOT)
    assert len(LIMITS) >= 30 and len(BY_AUTHORS) >= 30


@pytest.mark.parametrize("name", BY_AUTHORS)
def test_a_limit_is_refused_by_the_gateway_and_found_by_check(name: str) -> None:
    passes, refused, code = LIMITS[name]
    bot, problem = BY_AUTHORS[name]
    assert gate.refusal(passes, TEMPLATES) is None
    refusal = gate.refusal(refused, TEMPLATES)
    assert refusal is not None and refusal.code == code
    problems: Problems = found(bot)
    assert problem in [one.code for one in problems], [str(one.message) for one in problems]
