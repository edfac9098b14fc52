"""What can be done in a talk beside writing, and what is said to what makes no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from botkit.chat.slashes import SLASHES
from botkit.project import Project
from tests.chat.talks import project_of, typed, written

SETTINGS = "contact: {city: text, due: datetime}\nqueues: {desk: {}}\nlanguages: [en, es]\nlanguage: en\n"
FLOW = """
triggers: [hello]
silence: [{after: 2h, say: Still there?}]
steps:
  menu:
    say: {header: The shop, text: "Hello {{ contact.city or contact.name or 'you' }}.", footer: Be quick.}
    options:
      buy: {label: Buy, go: many}
      human: {label: A person, go: human}
      paid: {label: Wait, go: paid}
  many: {say: How many?, ask: {n: integer}, options: {none: {label: None of it, go: menu}}}
  more: {say: "{{ n }} it is. Which day?", ask: {day: date}}
  done: {say: "On {{ day }}.", go: end}
  human: {handoff: desk, say: One moment.}
  back_again: {say: Back., go: menu}
  paid: {say: Pay., wait: {event: paid, key: A1}, save: bill}
  thanks: {say: "{{ bill.sum }} came.", go: end}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return project_of(written(tmp_path_factory.mktemp("shop"), settings=SETTINGS, main=FLOW))


def test_numbers_are_taps_on_what_was_shown_last(shop: Project) -> None:
    shown = typed(shop, "hello", "1", "2", "/json")
    assert "[1] Buy" in shown[0] and shown[1].startswith("bot> How many?")
    assert shown[1].endswith("[1] None of it"), "which is one option, so that 2 is an answer"
    assert shown[2] == "bot> 2 it is. Which day?"
    # at the next question nothing is shown to choose from: a number is an answer
    assert "Sorry" in typed(shop, "hello", "1", "7", "1")[3]


def test_a_message_as_it_is_shown(shop: Project) -> None:
    (shown,) = typed(shop, "hello", who="Ana")
    assert shown.split("\n") == ["bot> The shop", "     Hello Ana.", "     Be quick.", "     [1] Buy", "     [2] A person", "     [3] Wait"]


def test_time(shop: Project) -> None:
    shown = typed(shop, "hello", "/jump 1h", "/next", "/next", "/at 10:00", "/at 2026-07-01T08:30", "/at 2026-06-23T09:00")
    assert shown[1] == "     (the bot says nothing)\n     Mon 22 Jun 2026 10:00 · window open 22 h 55"
    assert shown[2] == "bot> Still there?\n     Mon 22 Jun 2026 11:00 · window open 21 h 55"
    assert shown[3].strip() == "nothing is due"
    assert "Tue 23 Jun 2026 10:00 · window closed: templates only" in shown[4]
    assert "Wed 01 Jul 2026 08:30" in shown[5]
    assert shown[6].strip() == "it is Wed 01 Jul 2026 08:30 already; the clock goes forward only (/back undoes)"


def test_what_a_step_saves_is_a_variable_too(shop: Project) -> None:
    shown = typed(shop, "hello", "/set bill=A17", "/set bil=x", "/vars")
    assert shown[1].strip() == "bill = A17" and 'bill = "A17"' in shown[3]
    assert shown[2].strip() == 'there is no variable "bil" here; did you mean "bill"?'


def test_back_and_restart(shop: Project) -> None:
    shown = typed(shop, "hello", "1", "3", "/back", "4", "/restart", "/back", "/vars", "hello")
    assert shown[3].strip() == "one turn back" and shown[4] == "bot> 4 it is. Which day?"
    assert "from the beginning" in shown[5] and shown[6].strip() == "this is the beginning"
    assert shown[7].strip() == "nothing is known yet" and "Hello you." in shown[8]


def test_what_did_not_happen_is_not_undone(shop: Project) -> None:
    shown = typed(shop, "hello", "1", "/fail", "/react", "/handback", "/back", "/vars")
    assert typed(shop, "/fail 131047", "/dup", "/react", "/event paid", "/back")[-1].strip() == "this is the beginning"
    assert shown[5].strip() == "one turn back"


def test_variables(shop: Project) -> None:
    lines = ("hello", "1", "/set n=7", "/set contact.city=Madrid", "/set n=seven", "/set m=7", "/set contact.town=x", "/set n", "/vars")
    shown = typed(shop, *lines)
    assert [line.strip() for line in shown[2:8]] == [
        "n = 7",
        "contact.city = Madrid",
        '"seven" is no integer',
        'there is no variable "m" here',
        'there is no variable "contact.town" here',
        "what? /set day=2026-06-24, or /set contact.city=Madrid",
    ]
    assert [line.strip() for line in shown[8].split("\n")] == ["main.many", "n = 7", 'contact.city = "Madrid"']
    assert "say something first" in typed(shop, "/set n=1")[0]


def test_goto(shop: Project) -> None:
    shown = typed(shop, "/goto more", "/goto main.many", "/goto mani", "/goto", "/back", "/vars")
    assert shown[0].startswith("bot> ") and shown[1].startswith("bot> How many?")
    assert shown[2].strip() == 'there is no step "mani"; did you mean "many"?' and "where to?" in shown[3]


def test_what_happens_outside(shop: Project) -> None:
    shown = typed(shop, "hello", "3", "/event paid B2 sum=1", "/event paid A1 sum=5", "/event", "/event paid A1 =", "/event a b c")
    assert "(the bot says nothing)" in shown[2] and shown[3] == "bot> 5 came."
    assert [line.strip()[:8] for line in shown[4:]] == ["what hap", "what is ", "what is "]


def test_people_hand_back(shop: Project) -> None:
    shown = typed(shop, "hello", "2", "still there?", "/handback")
    assert "(the bot says nothing)" in shown[2]
    assert shown[3].startswith("     the conversation is handed back to the bot\nbot> Back.")


def test_twice_is_answered_once(shop: Project) -> None:
    shown = typed(shop, "hello", "/dup", "1", "/dup", "5")
    assert shown[1].strip() == "the last webhook came twice, and is not answered again" == shown[3].strip()
    assert shown[4] == "bot> 5 it is. Which day?"


def test_what_whatsapp_tells(shop: Project) -> None:
    shown = typed(shop, "hello", "/read", "/fail 131026", "/fail x", "/fail 123456789")
    assert [line.strip() for line in shown[1:]] == [
        "the last message was read",
        "WhatsApp tells that the last message failed: 131026\n     (the bot says nothing)",
        "with which code? /fail 131047",
        "with which code? /fail 131047",
    ]


@pytest.mark.parametrize("line", ["/location 40.42,-3.7", "/attach cat.jpg", "/attach bill.pdf", "/audio", "/contact Ana Ruiz +34 600"])
def test_anything_can_be_sent(shop: Project, line: str) -> None:
    shown = typed(shop, "hello", line)
    assert "[1] Buy" in shown[1], "it is not understood, and the question is asked again"


@pytest.mark.parametrize(
    "line", ["/location", "/location a,b", "/location 91,0", "/location 1,2,3", "/contact", "/jump", "/jump 3", "/at 25:00", "/at x"]
)
def test_what_makes_no_sense_is_told(shop: Project, line: str) -> None:
    shown = typed(shop, "hello", line, "/back")
    assert "? /" in shown[1] and "\n" not in shown[1] and shown[2].strip() == "one turn back"


def test_unknown_words_name_the_nearest(shop: Project) -> None:
    shown = typed(shop, "/jmp 3h", "/xyzzy", "/", "//jump", "/help")
    assert [line.strip() for line in shown[:3]] == [
        'there is no /jmp; did you mean "/jump"?',
        "there is no /xyzzy; /help lists what there is",
        "there is no /; /help lists what there is",
    ]
    assert shown[3].startswith("bot> The shop"), "it is a text, and the first one"
    assert all(any(row.split()[0] == word for row in shown[4].split("\n")) for word in SLASHES)


def test_trace_and_json(shop: Project) -> None:
    shown = typed(shop, "/trace", "/json", "hello", "1", "/trace", "/json")
    assert shown[0].strip() == "nothing has happened yet" and "not said anything" in shown[1]
    assert [row.split()[:2] for row in shown[4].split("\n")] == [["MessageReceived", "at"], ["option", "main.menu"], ["enter", "main.many"]]
    assert '"text": "How many?"' in shown[5]


def test_control_characters_do_not_reach_the_terminal(shop: Project) -> None:
    shown = typed(shop, "/goto more", "x\x1b[31my\x00")
    assert "\x1b" not in "".join(shown)


def test_a_flow_that_never_ends_is_stopped(tmp_path: Path) -> None:
    flow = (
        "steps: {a: {say: {text: Yes?, closed: drop}, ask: {x: text}}, b: {wait: 1s, set: {n: = 1}},"
        " c: {branch: [{if: n, go: b}, {go: a}]}}"
    )
    project = project_of(written(tmp_path, main=flow))
    shown = typed(project, "hello", "/vars", "go", "/jump 1d", "/vars", "/back", "/vars")
    assert "timers fire without end" in shown[3] and "main.b" in shown[4]
    assert "one turn back" in shown[5] and shown[6] == shown[1]


TEA = """
steps:
  menu: {say: Which tea?, options: {green: Green tea, black: Black tea}, save: tea}
  noted: {say: "Noted, {{ tea }}.", wait: {until: "= at(today() + days(2), '09:13')"}}
  ready: {say: {text: "Your {{ tea }} tea is ready.", template: {name: ready, with: [= tea]}}}
  gone: {say: {text: Thank you., closed: hold}, go: end}
"""


@pytest.fixture(scope="module")
def tea(tmp_path_factory: pytest.TempPathFactory) -> Project:
    settings = "commands: {stop: {match: stop, set: {contact.opted_out: true}, say: No more messages.}}"
    template = 'category: utility\nlanguage: en\nbody: "Your {{1}} tea is ready."\nexample: [green]\n'
    return project_of(written(tmp_path_factory.mktemp("tea"), settings=settings, main=TEA, template_ready=template))


def test_what_is_not_sent_is_told_with_its_reason(tea: Project) -> None:
    shown = typed(tea, "hello", "1", "stop", "/jump 3d", "/trace")
    assert shown[3].split("\n") == [
        "     (the bot says nothing)",
        "     Thu 25 Jun 2026 09:00 · window closed: nothing is sent, as the contact has opted out",
        "     not sent, as the contact has opted out, and gets no template: Your green tea is ready.",
        "     held until the contact writes: Thank you.",
    ]
    assert "unsent" not in shown[4], "who wants no templates is no failure"


def test_the_next_timer_is_a_moment_where_a_span_would_be_unreadable(tea: Project) -> None:
    shown = typed(tea, "hello", "1", "/next", "/save the tea")
    assert shown[2].startswith("bot> template ready (en): Your green tea is ready.")
    (kept,) = (tea.root / "tests").glob("*.test.yaml")
    assert "- at: 2026-06-24T09:13" in kept.read_text()
    kept.unlink()


def test_a_step_that_is_not_there_is_answered_with_those_that_are(tea: Project) -> None:
    shown = typed(tea, "hello", "/goto nowhere", "/goto mnu")
    assert shown[1].strip() == 'there is no step "nowhere"; main has menu, noted, ready, gone'
    assert shown[2].strip() == 'there is no step "mnu"; did you mean "menu"?'


def test_somebody_else_answers(shop: Project) -> None:
    """From the phone's app, or Meta's own agent: the bot is silent, and goes on where it is given back."""
    did = ("hello", "/phone I am on it", "Thanks", "/handback", "/handover meta", "1", "/handover bot", "/phone", "/handover me")
    shown = typed(shop, *did)
    assert shown[1].strip() == "the contact got this from the phone's app; the bot is silent until Mon 22 Jun 21:00, or until /handback"
    assert shown[2].strip() == "(the bot says nothing)"
    assert "bot> The shop" in shown[3]
    assert shown[4].strip() == "Meta's own agent answers; the bot is silent until it is handed back: /handover bot"
    assert shown[5].strip() == "(the bot says nothing)"
    assert "bot> The shop" in shown[6]
    assert shown[7].strip() == "what does somebody of the business write? /phone I will look into it"
    assert shown[8].strip() == "who answers from now on? /handover meta, or /handover bot"


def test_another_number(shop: Project) -> None:
    """The talk goes on: what was tapped on before it changed still works; and it can be undone."""
    shown = typed(shop, "/number +34 600 999 888", "hello", "/number abc", "/number +34 600 999 888", "1", "/back", "/back", "1", "2")
    assert shown[0].strip() == "nobody has written yet (begin with what the contact writes)"
    assert shown[2].strip() == "which number has the contact from now on? /number +34600999888"
    assert shown[3].strip() == "the contact has the number 34600999888 from now on"
    assert "How many?" in shown[4] and "How many?" in shown[7] and "2 it is" in shown[8]


def test_a_day_with_a_time_is_set_in_the_bots_zone(shop: Project) -> None:
    shown = typed(shop, "hello", "/set contact.due=2026-06-24T12:00", "/vars", "/set contact.due=soon")
    assert "contact.due = 2026-06-24T12:00+02:00" in shown[2]
    assert shown[3].strip() == '"soon" is no datetime'


def test_what_goes_wrong_is_told(tmp_path: Path) -> None:
    """What no author expects: an expression that fails, data that do not fit. What `errors` catch is no news."""
    flow = """
        steps:
          a: {say: N?, ask: {n: integer}}
          b: {call: sub, with: {n: = n}, errors: {small: {say: Too small., go: a}}}
    """
    sub = "params: {n: integer}\nsteps: {a: {branch: [{if: n < 5, go: fail small}, {say: '{{ 10 // (n - 5) }}', go: end}]}}"
    order = "params: {id: integer}\ntriggers: [event: order]\nsteps: {a: {say: {text: 'Order {{ id }}.', closed: hold}}}"
    bot = project_of(written(tmp_path, settings="on_error: {say: Sorry., go: quit}", main=flow, sub=sub, order=order))
    shown = typed(bot, "hi", "4", "5", "hi", "/event order id=x")
    assert shown[1] == "bot> Too small.\nbot> N?"
    assert shown[2] == "bot> Sorry.\n     failed at sub.a: a number is divided by 0"
    assert shown[4].split("\n")[-1] == '     failed at main.a: order: "id" is an integer, and this value is not: x'
