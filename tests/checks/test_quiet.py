"""What is right is not reported: bots and steps that look odd and mean what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from botkit.problems import render_all
from botkit.project import read_project
from tests.checks.found import said

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("folder", [ROOT, *sorted(path.parent for path in ROOT.glob("examples/*/botkit.yaml"))], ids=lambda path: path.name)
def test_the_bots_of_this_repository_are_clean(folder: Path) -> None:
    project = read_project(folder)
    assert not list(project.problems), render_all(project.problems, project.texts)


QUIET = {
    "options from data, a wait for an event, a handoff": """
#: botkit.yaml
botkit: 1
start: main
timezone: Europe/Madrid
contact: {age: integer}
queues: {desk: {hours: "Mon-Fri 9-17"}}
commands:
  stop: {match: [stop], set: {contact.opted_out: true}, say: Bye., go: quit}
  back: {match: [back], go: back}
#: flows/main.yaml
triggers: [book, cita]
steps:
  find:
    run: shop.slots
    save: slots
  pick_slot:
    say: Which time?
    options:
      from: = slots
      id: = item.id
      label: = item.start | time
      group: = item.start | date('EEEE')
      if: item.free
      save: slot
      also: {none: {label: None of these, go: human}}
  where:
    say: "You chose {{ slot.start }}. Send your location, or type your post code."
    ask: {place: location, code: text}
    options: {skip: {label: Skip, go: end}, back: {label: Back, go: back}}
  age:
    if: not contact.age
    say: "How old are you? {{ place.lat if place else code }}"
    ask: {contact.age: integer}
    check:
      - {if: 10 <= contact.age <= 100, else: "Are you sure you are {{ answer }}?"}
  split:
    branch:
      - {if: "bucket('welcome', 2) == 0", go: short}
      - go: long
  short: {say: Short., go: pay}
  long:
    say:
      - text: "Your orders:"
      - {each: = slots, as: one, text: "{{ one.id }} {% for part in one.parts %}{{ loop.index }}{{ part }}{% endfor %}"}
  pay:
    run: shop.pay
    save: order
    with: {slot: = slot}
    errors: {any: {say: That failed., go: human}}
    then: {say: "Pay here {{ order.url }}"}
  paid:
    wait: {event: payment.settled, key: = order.id}
    timeout: 20m
    save: receipt
    errors:
      timeout: {say: We did not see your payment., go: where}
  tomorrow:
    wait:
      until: "= at(today() + days(1), '09:00')"
    then:
      say: {text: "Today is your visit. {{ receipt.amount }} {{ event.name }}", template: {name: visit_today, with: [= today() | date]}}
  nudge:
    say: {text: "Any questions left?", closed: hold}
    go: end
  human:
    say: One moment.
    handoff: desk
    note: = slot.id
    errors:
      closed: {say: We are back on Monday., go: main.find}
#: templates/visit_today.yaml
category: utility
language: en
body: "Your visit is today, {{1}}. See you."
example: [24 June]
""",
    "a menu that comes back": """
steps:
  menu:
    say: What would you like to know?
    options:
      hours: {label: Opening hours, say: From 9 to 17., go: menu}
      done: {label: Nothing else}
""",
    "a question that is skipped in a circle": """
steps:
  name:
    if: not name
    say: Your name?
    ask: {name: text}
  sure:
    branch:
      - {if: name == 'x', set: {name: = none}, go: name}
  done:
    say: "Hello {{ name }}."
""",
    "a called flow that asks, in a circle": """
#: flows/main.yaml
steps:
  ask: {call: question}
  anew: {go: ask}
#: flows/question.yaml
steps:
  ask:
    say: Yes?
    options: {a: "Yes", stop: {label: Stop, go: quit}}
""",
    "what a called flow fails with is caught further up": """
#: flows/main.yaml
steps:
  one: {call: middle, errors: {cancelled: {say: As you like.}}}
#: flows/middle.yaml
steps:
  two: {call: inner}
#: flows/inner.yaml
steps:
  ask:
    say: Which one?
    options: {a: A, b: {label: Cancel, go: fail cancelled}}
""",
    "a flow that ends in the place of another one": """
#: flows/main.yaml
steps:
  one: {call: middle, errors: {cancelled: {say: As you like.}}}
#: flows/middle.yaml
steps:
  two: {say: On., go: inner}
#: flows/inner.yaml
steps:
  ask: {say: Sure?, options: {a: A, b: {label: Cancel, go: fail cancelled}}}
""",
    "labels that are equal, but never shown together": """
steps:
  menu:
    say: What next?
    options:
      a: {label: "Go on, {{ contact.name }}", if: contact.name}
      b: {label: Go on, if: not contact.name}
      c: Stop
""",
    "numbers for numbers, and a date where one is taken": """
#: flows/main.yaml
steps:
  ask: {say: How many?, ask: {size: integer}}
  call: {call: inner, with: {count: = size, day: = today(), kind: small, note: "= 'n' ~ size"}}
#: flows/inner.yaml
params: {count: number, day: date, kind: "choice(small, large)", note: text}
steps:
  tell: {say: "{{ count }} {{ day }} {{ kind }} {{ note }}"}
""",
    "an outcome for every silence of a day": """
steps:
  ask:
    say: Well?
    ask: {_word: text}
    silence:
      - {after: 2h, say: Still there?}
      - {after: 20h, say: One more time.}
      - {after: 30h, go: end}
""",
    "a command of the same word further in": """
#: botkit.yaml
botkit: 1
start: main
commands: {help: {match: help, say: Write yes.}}
#: flows/main.yaml
commands: {help: {match: help, say: Write a number.}}
steps:
  ask: {say: Well?, ask: {_n: integer}}
""",
    "long texts that may be short": """
steps:
  tell: {say: "{% if contact.name %}%s{% endif %}Hello."}
""".replace("%s", "many words " * 500),
    "a text with something in common with keys": """
steps:
  tell: {say: "Our token system is easy: https://example.com/a:b is the address, tel:+34 600 000 000 the number."}
""",
}


@pytest.mark.parametrize("text", QUIET.values(), ids=QUIET.keys())
def test_nothing_is_said_of(text: str) -> None:
    assert said(text.lstrip()) == ""
