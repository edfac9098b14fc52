"""One cause, one report: what follows from a mistake is not told beside it."""

from __future__ import annotations

import pytest

from botkit.signatures import Signature
from tests.checks.found import codes

CASES = {
    "a variable that is read everywhere and set nowhere": (
        """
steps:
  one: {say: "{{ total }}", set: {_x: = total}}
  two: {if: total > 3, say: "{{ total }}"}
""",
        ["unknown-variable"],
    ),
    "a key in another language, in the place of one that is needed": (
        """
steps:
  one: {say: Which?, options: {a: {etiqueta: A, go: end}, b: {label: B}}}
""",
        ["unknown-key"],
    ),
    "all steps under a key in another language": (
        """
#: flows/main.yaml
pasos:
  one: {say: Hello.}
""",
        ["unknown-key"],
    ),
    "a flow that is called, whose steps cannot be read": (
        """
#: flows/main.yaml
steps:
  one: {call: address}
#: flows/address.yaml
steps:
  two: [say]
""",
        ["wrong-shape"],
    ),
    "the translations of a step that was given another name": (
        """
#: botkit.yaml
botkit: 1
start: main
languages: [en, es]
#: flows/main.yaml
steps:
  now: {say: Which?, options: {a: {label: A}, b: {label: B}}}
#: locales/es.yaml
main.before.say: ¿Cuál?
main.before.options.a.label: A
main.before.options.b.label: B
main.now.say: ¿Cuál?
main.now.options.a.label: A
main.now.options.b.label: B
""",
        ["unknown-text"],
    ),
    "an attribute that is not declared": (
        """
steps:
  one: {say: Where?, ask: {contact.town: text}}
  two: {say: "{{ contact.town }} {{ contact.town }}", set: {contact.town: Madrid}}
""",
        ["unknown-attribute"],
    ),
    "the step that a misspelt target was meant to lead to": (
        """
steps:
  menu: {say: Hello., options: {a: {label: A, go: bok}, b: {label: B, go: end}}}
  book: {say: Booked.}
""",
        ["no-such-step"],
    ),
    "the flow that a misspelt call was meant to call": (
        """
#: flows/main.yaml
steps:
  menu: {call: adress}
#: flows/address.yaml
steps:
  tell: {say: Here.}
""",
        ["no-such-flow"],
    ),
    "the start of the bot": (
        """
#: botkit.yaml
botkit: 1
start: mian
#: flows/main.yaml
steps:
  tell: {say: Here.}
""",
        ["no-such-flow"],
    ),
    "the variable that a misspelt name was meant to read": (
        """
steps:
  ask: {say: Name?, ask: {name: text}}
  tell: {say: "Hello {{ nmae }}."}
""",
        ["unknown-variable"],
    ),
    "the variable that a misspelt return was meant to give": (
        """
#: flows/main.yaml
steps:
  ask: {call: address, save: place}
  tell: {say: "{{ place.street }}"}
#: flows/address.yaml
returns: {street: text}
steps:
  ask: {say: Street?, ask: {stret: text}}
""",
        ["unset-return"],
    ),
    "an argument that is misspelt is not also missing": (
        """
#: flows/main.yaml
steps:
  ask: {call: address, with: {contry: ES}}
#: flows/address.yaml
params: {country: text}
steps:
  ask: {say: "{{ country }}"}
""",
        ["unknown-argument"],
    ),
    "a step that could not be read": (
        """
steps:
  menu: {say: Hello., go: ask}
  ask: {sya: Name?, ask: {name: text}, go: tell}
  end_step: {say: Hi., options: {a: 5, b: []}}
  tell: {say: "{{ name }}"}
""",
        ["unknown-key", "wrong-shape"],
    ),
    "a text that could not be read is neither a missing prompt nor a variable that nobody reads": (
        """
steps:
  name: {say: Name?, ask: {name: text}}
  menu:
    say: "Hello {{ name | uper }}"
    options: {a: A}
""",
        ["unknown-filter"],
    ),
    "a flow that could not be read is there all the same": (
        """
#: flows/main.yaml
steps:
  one: {call: other, save: place, errors: {cancelled: {go: end}}}
  two: {say: "{{ place.street }}", go: other}
#: flows/other.yaml
steps: 5
""",
        ["wrong-shape"],
    ),
    "lost steps that lead to one another": (
        """
steps:
  one: {say: One., go: end}
  two: {say: Two.}
  three: {say: Three.}
  four: {say: Four., go: two}
""",
        ["unreachable-step", "endless-loop"],
    ),
    "a circle of calls is told once": (
        """
#: flows/main.yaml
steps:
  one: {call: main}
""",
        ["endless-calls"],
    ),
    "an option all of whose words are taken": (
        """
steps:
  ask: {say: Well?, options: {yes: "Yes", "YES": "yes"}}
""",
        ["never-chosen"],
    ),
    "types go on beside a step that could not be read": (
        """
steps:
  age: {say: How old?, ask: {age: integer}}
  hello: {sya: Hello.}
  sum: {say: "{{ age + 'a' }}"}
""",
        ["unknown-key", "wrong-type"],
    ),
    "what a step that could not be read fills may be of any type": (
        """
steps:
  age: {say: How old?, ask: {age: integr}}
  tea: {say: Which tea?, options: {green: {label: Green, og: end}, black: Black, 5: Five}, save: tea}
  tell: {if: tea == 'five', say: "{{ age + 1 }} {{ age.days }}"}
""",
        ["unknown-type", "unknown-key", "bad-name"],
    ),
    "a variable of a step that stands there twice": (
        """
steps:
  one: {say: Hello.}
  one: {say: Name?, ask: {name: text}, set: {kind: new}}
  tell: {say: "{{ name }} {{ kind }}"}
""",
        ["duplicate-key"],
    ),
    "what a misspelt save was meant to keep": (
        """
steps:
  menu: {say: Which one?, options: {a: A, b: B}, sav: letter}
  tell: {say: "{{ letter }}"}
""",
        ["unknown-key"],
    ),
    "what a flow that could not be read whole returns": (
        """
#: flows/main.yaml
steps:
  one: {call: other, save: place}
  two: {say: "{{ place.street }} {{ place.city }}"}
#: flows/other.yaml
returns: {street: txt, city: text}
steps:
  ask: {say: City?, ask: {city: text}}
""",
        ["unknown-type"],
    ),
    "what options that could not be read would have shown, and led out of a circle": (
        """
steps:
  menu:
    say: {text: What?, header: Menu, footer: Choose., button: Open}
    optoins: {a: {label: A, go: hours}, b: B, c: C, d: D}
    go: hours
  hours: {say: From 9 to 17., go: menu}
""",
        ["unknown-key"],
    ),
    "an entry of a branch whose condition could not be read": (
        """
steps:
  sort:
    branch:
      - {if: "contact.name ==", go: end}
      - {if: not contact.name, say: Hello.}
      - {go: end}
""",
        ["expression"],
    ),
    "what an action is, when there is none": (
        """
steps:
  one: {run: clinic.book, with: {day: x}, save: visit, errors: {Full: {go: end}}}
  two: {say: "{{ visit.ref }}"}
""",
        ["no-such-action"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_one_report(text: str, expected: list[str]) -> None:
    assert sorted(codes(text.lstrip(), {"shop.pay": Signature("shop.pay")})) == sorted(expected)


def test_without_signatures_nothing_is_said_about_actions() -> None:
    text = "steps:\n  one: {run: clinic.book, with: {day: x}, errors: {Full: {go: end}}}\n"
    assert codes(text, None) == []
    assert codes(text, {}) == ["no-such-action"]
