"""Files of tests: what they may hold, and what is said of what they may not."""

from __future__ import annotations

from datetime import datetime, time
from textwrap import dedent

import pytest

from botkit.problems import Problems
from botkit.replies import Reading
from botkit.source import decode, read
from botkit.testing import talks
from botkit.testing.talks import Expects, HandsBack, Happens, Says, Taps, Test, Told, Until, Uses, Waits, Writes, read_tests


def found(text: str) -> tuple[list[Test], Problems]:
    problems = Problems()
    source = decode("tests/x.test.yaml", dedent(text).encode(), problems)
    node = read(source, problems) if source is not None else None
    return (read_tests(node, Reading(problems)) if node is not None else []), problems


def read_all(text: str) -> list[Test]:
    read_, problems = found(text)
    assert not len(problems), [str(problem) for problem in problems]
    return read_


def entry(line: str) -> talks.Entry:
    (test,) = read_all(f"- test: one\n  talk:\n    - {line}\n")
    (one,) = test.talk
    return one


def told(text: str) -> list[str]:
    return [f"{problem.place.line}: {problem.message} ({problem.hint})" for problem in found(text)[1]]


def of_entry(line: str) -> list[str]:
    return [message.partition(": ")[2] for message in told(f"- test: one\n  talk:\n    - {line}\n")]


# ---------------------------------------------------------------- what can be written


def test_a_test_has_a_name_a_time_a_contact_and_a_talk():
    (test,) = read_all("""
        - test: books a visit
          now: 2026-06-22T09:00
          lang: es
          channel: main
          contact: {name: Ana, city: Madrid}
          mocks:
            clinic.book: [{raise: SlotTaken}, {return: {ref: V7}}, timeout]
            clinic.days: {return: [mon, tue]}
          talk:
            - user: hello
    """)
    assert (test.title, test.now, test.language, test.channel.text) == ("books a visit", datetime(2026, 6, 22, 9), "es", "main")
    assert [(key.text, value.text) for key, value in test.contact] == [("name", "Ana"), ("city", "Madrid")]
    book, days = test.mocks
    assert (book.action.text, book.repeats, [answer.kind for answer in book.answers]) == (
        "clinic.book",
        False,
        ["raise", "return", "timeout"],
    )
    assert (days.action.text, days.repeats, [answer.kind for answer in days.answers]) == ("clinic.days", True, ["return"])


def test_what_a_contact_writes_is_a_text_whatever_it_looks_like():
    for written in ("yes", "4", "24/06", "9:30", "007", '"nothing"', "nothing", "~"):
        one = entry(f"user: {written}")
        assert isinstance(one, Writes) and (one.kind, one.text) == ("text", written.strip('"'))


@pytest.mark.parametrize(
    ("line", "kind", "told"),
    [
        ("user: {image: a.jpg, caption: My cat}", "image", {"image": "a.jpg", "caption": "My cat"}),
        ("user: {audio: note.ogg}", "audio", {"audio": "note.ogg"}),
        ("user: {document: a.pdf, filename: b.pdf}", "document", {"document": "a.pdf", "filename": "b.pdf"}),
        ('user: {location: "40.42, -3.7"}', "location", {"location": {"lat": 40.42, "lon": -3.7}}),
        ("user: {location: {lat: 1, lon: 2, name: Here}}", "location", {"location": {"lat": 1.0, "lon": 2.0, "name": "Here"}}),
        ("user: {contact: Joe}", "contact", {"contact": {"name": "Joe"}}),
        ("user: {contact: {name: Joe, phone: +44 20}}", "contact", {"contact": {"name": "Joe", "phone": "+44 20"}}),
        ("user: {reaction: 👍}", "reaction", {"reaction": "👍"}),
        ("user: {form: {guests: 4, name: Ana}}", "form", {"form": {"guests": 4, "name": "Ana"}}),
        ("user: {unsupported: poll}", "unsupported", {"unsupported": "poll"}),
    ],
)
def test_a_contact_can_send_anything_that_whatsapp_knows(line, kind, told):
    one = entry(line)
    assert isinstance(one, Writes) and (one.kind, one.told) == (kind, told)


def test_the_bot_says_a_text_with_options_or_nothing():
    one = entry("bot: How can we help?\n      options: [Book, Prices]")
    assert isinstance(one, Says) and one.text.text == "How can we help?" and [o.text for o in one.options.labels] == ["Book", "Prices"]
    quiet, word = entry("bot: nothing"), entry('bot: "nothing"')
    assert isinstance(quiet, Says) and quiet.text is None
    assert isinstance(word, Says) and word.text.text == "nothing"


def test_a_template_has_a_name_and_values():
    one = entry("template: {name: visit_booked, with: [V7, 9]}")
    assert isinstance(one, Uses) and (one.name.text, [value.text for value in one.values]) == ("visit_booked", ["V7", "9"])
    lone = entry("template: visit_booked")
    assert isinstance(lone, Uses) and lone.values is None


def test_time_passes():
    assert entry("after: 2h").seconds == 7200
    assert entry("at: 10:30").moment == time(10, 30)
    assert entry("at: 2026-06-22T10:30").moment == datetime(2026, 6, 22, 10, 30)
    assert isinstance(entry("after: 30s"), Waits) and isinstance(entry("at: 2026-06-22 10:30"), Until)


def test_what_else_happens():
    failed, seen = entry("status: failed 131047"), entry("status: read")
    assert isinstance(failed, Told) and (failed.word, failed.code) == ("failed", 131047) and seen.code is None
    event = entry("event: {name: paid, key: A1, data: {sum: 12.50, by: Ana}}")
    assert isinstance(event, Happens) and (event.name, event.about, dict(event.data)["by"]) == ("paid", "A1", "Ana")
    assert isinstance(entry("event: paid"), Happens)
    assert isinstance(entry("handback"), HandsBack) and isinstance(entry("handback: true"), HandsBack)
    assert entry("handback: {by: Ana}").data == {"by": "Ana"}
    assert isinstance(entry("tap: yes"), Taps) and entry("tap: yes").what.text == "yes"


def test_how_things_stand():
    one = entry("expect: {state: booking.menu, sent: 2, day: 2026-06-24, contact: {city: Madrid}}")
    assert isinstance(one, Expects)
    assert (one.state.text, one.sent) == ("booking.menu", 2)
    assert [(key.text, value.text) for key, value in (*one.variables, *one.contact)] == [("day", "2026-06-24"), ("city", "Madrid")]


# ---------------------------------------------------------------- tables


TABLE = """
    - test: dates
      each:
        - {answer: 24/06, then: Fine., shown: [Yes, No]}
        - {answer: 20/06, then: That day is over., shown: [Again]}
      contact: {city: "{{ answer }}"}
      talk:
        - user: "{{ answer }}"
        - bot: "You said {{ answer }}: {{ then }}"
          options: "{{ shown }}"
"""


def test_each_row_of_a_table_is_a_test():
    first, second = read_all(TABLE)
    assert (first.title, second.title) == ("dates [24/06, Fine.]", "dates [20/06, That day is over.]")
    assert (first.row, second.row) == (1, 2)
    assert first.talk[0].text == "24/06" and first.contact[0][1].text == "24/06"
    assert second.talk[1].text.text == "You said 20/06: That day is over."
    assert [[label.text for label in test.talk[1].options.labels] for test in (first, second)] == [["Yes", "No"], ["Again"]]


def test_a_filled_text_keeps_its_place():
    first, _ = read_all(TABLE)
    assert first.talk[1].text.line == 9


def test_without_a_table_braces_are_what_they_are():
    assert entry('bot: "{{ answer }}"').text.text == "{{ answer }}"


def test_rows_that_read_alike_have_names_of_their_own():
    titles = [test.title for test in read_all("- test: a\n  each: [{x: 1}, {x: 1}]\n  talk: [{user: '{{ x }}'}]\n")]
    assert len(set(titles)) == 2


def test_a_name_that_no_row_has():
    assert told("- test: a\n  each: [{answer: x}]\n  talk:\n    - user: '{{ anser }}'\n") == [
        '4: the rows of "each" have no "anser" (did you mean "answer"?)'
    ]


def test_a_list_cannot_stand_inside_a_text():
    assert told("- test: a\n  each: [{x: [1, 2]}]\n  talk:\n    - user: 'a {{ x }}'\n") == [
        '4: "x" is a list, and cannot stand inside a text (let it stand alone)'
    ]


# ---------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("usr: hello", 'an entry of a talk has no "usr" (did you mean "user"?)'),
        ("hello", 'an entry such as - user: hello must stand here, not "hello" (- user: …, or - bot: …)'),
        ("{user: a, bot: b}", 'user and bot are two entries (begin a new line with "- bot:")'),
        ("options: [a]", "this entry says neither who speaks nor what happens (- user: …, or - bot: …)"),
        ("{user: a, options: [b]}", "options stand beside what the bot says (move it to bot: or template:)"),
        ("after: soon", 'a time such as 30s, 10m, 2h or 7d must stand here, not "soon" (write a number and one of s, m, h, d, w: 2h)'),
        ("at: noon", 'a time such as 10:00, or a day with a time must stand here, not "noon" (at: 2026-06-22T10:00)'),
        ("status: red", '"red" is no status of a message (did you mean "read"?)'),
        ("status: failed", "a message fails with a code of WhatsApp (status: failed 131026)"),
        ("status: read 5", '"read" has nothing behind it (status: read)'),
        (
            "user: {image: a, audio: b}",
            "the contact sends one thing at a time, not image and audio (make two entries of it, or write a text)",
        ),
        ("user: {imge: a}", 'what the contact sends has no "imge" (did you mean "image"?)'),
        ("event: {nme: paid}", 'an event has no "nme" (did you mean "name"?)'),
        ("expect: {sent: few}", 'a whole number from 0 to 10000 must stand here, not "few" (None)'),
    ],
)
def test_an_entry_that_is_none(line, message):
    assert message in of_entry(line)


def test_a_file_is_a_list_of_tests():
    (message,) = told("test: one\ntalk: []\n")
    assert message.startswith("1: a list of tests must stand here, not keys with values")


def test_a_name_that_is_taken():
    text = "- test: one\n  talk: [{user: a}]\n- test: one\n  talk: [{user: b}]\n"
    assert told(text) == ['3: "one" is the name of the test in line 1, too (give one of them another name)']


@pytest.mark.parametrize(
    ("mock", "message"),
    [
        ("{retrun: 1}", 'the mock of an action has no "retrun" (did you mean "return"?)'),
        ("nix", '{return: …}, {raise: …} or timeout must stand here, not "nix" (clinic.book: {return: {ref: V7}})'),
        ("{return: 1, raise: A}", "an action returns something or raises something ({return: …}, or {raise: …}, or timeout)"),
    ],
)
def test_a_mock_that_is_none(mock, message):
    assert told(f"- test: one\n  mocks:\n    a.b: {mock}\n  talk: [{{user: a}}]\n") == [f"3: {message}"]


def test_a_test_needs_a_name_and_a_talk():
    assert told("- lang: en\n") == ['1: a test needs "test" (add "test:" (what it is about))']
    assert told("- test: one\n") == ['1: a test needs "talk" (add "talk:" (what is said and done, in order))']
