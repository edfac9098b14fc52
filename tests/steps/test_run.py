"""run: an action is asked, its answer or its failure comes back as an event."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from botkit.engine import advance
from botkit.model import ActionFinished, Call
from botkit.wire import Veiled
from tests.engine.talk import MONDAY, Talk, talk

BOOK = """
steps:
  size: {say: For how many?, ask: {size: integer}}
  book:
    run: clinic.book
    with: {size: = size, when: soon}
    save: visit
    timeout: 20s
    retries: 2
    errors:
      SlotTaken: {say: Just taken., go: size}
      timeout: {set: {late: "yes"}, say: That took too long.}
      any: {say: "It failed.", go: lost}
  done: {say: "Booked: {{ visit.ref if visit else 'no visit' }} {{ '(late)' if late else 'in time' }}", go: end}
  lost: {say: Lost.}
"""


def under_way() -> Talk:
    return talk(main=BOOK).goes("""
        > hello
        < For how many?
        > 4
        ? clinic.book {"size":4,"when":"soon"}
        @ main.book
    """)


def test_what_an_action_gives_is_saved_and_the_flow_goes_on() -> None:
    under_way().goes("""
        = {ref: V7}
        < Booked: V7 in time
        @ nowhere
    """)


def test_an_error_by_its_name() -> None:
    under_way().goes("""
        ! SlotTaken
        < Just taken.
        < For how many?
        > 3
        ? clinic.book {"size":3,"when":"soon"}
        = {ref: V8}
        < Booked: V8 in time
    """)


def test_an_error_without_go_goes_on_to_the_next_step() -> None:
    under_way().goes("""
        ! timeout
        < That took too long.
        < Booked: no visit (late)
    """)


@pytest.mark.parametrize("error", ["ValueError", "any", "Slot", "slottaken", ""])
def test_any_other_error(error: str) -> None:
    chat = under_way()
    chat.raises(error)
    chat.goes("""
        < It failed.
        < Lost.
    """)


def test_a_call_says_how_long_how_often_and_by_whom() -> None:
    effect = under_way().turns[-1].effects[-1]
    assert isinstance(effect, Call)
    assert (effect.timeout, effect.retries, effect.origin) == (20.0, 2, "main.book")


def test_the_key_of_a_call_is_the_same_at_every_repetition_of_its_event() -> None:
    chat = talk(main=BOOK).goes("""
        > hello
        < For how many?
    """)
    before = chat.conversation
    one = chat.hears("4").effects[-1]
    chat.conversation, chat.count = before, chat.count - 1
    two = chat.hears("4").effects[-1]
    chat.conversation = before
    other = chat.hears("4").effects[-1]
    assert isinstance(one, Call) and isinstance(two, Call) and isinstance(other, Call)
    assert one.id == two.id != other.id


def test_an_answer_that_nobody_waits_for_any_more_changes_nothing() -> None:
    chat = under_way()
    late = chat.call
    chat.goes("""
        ! SlotTaken
        < Just taken.
        < For how many?
    """)
    turn = chat.happens(ActionFinished("late", MONDAY, late, {"ref": "V1"}))
    assert turn.effects == () and [note.kind for note in turn.notes] == ["ignored"]
    chat.goes("@ main.size")


def test_an_answer_to_a_call_of_somebody_else_changes_nothing() -> None:
    chat = under_way()
    turn = chat.happens(ActionFinished("x", MONDAY, "0" * 32, {"ref": "V1"}))
    assert turn.effects == ()
    chat.goes("""
        @ main.book
        = {ref: V7}
        < Booked: V7 in time
    """)


def test_an_action_without_errors_that_fails_ends_the_run_with_words() -> None:
    talk(main="steps: {a: {run: x.y}, b: {say: Never.}}").goes("""
        > hello
        ? x.y {}
        ! Boom
        < Sorry, something went wrong on our side. Please write again in a while.
        @ nowhere
    """)


def test_then_is_for_success_alone() -> None:
    chat = """
        steps:
          a:
            say: Looking.
            run: x.y
            save: n
            then: {say: "Found {{ n }}.", set: {n: = n + 1}}
            errors: {Empty: {say: Nothing.}}
          b: {say: "n is {{ n or '-' }}."}
    """
    talk(main=chat).goes("""
        > hello
        < Looking.
        ? x.y {}
        = 4
        < Found 5.
        < n is 5.
        > hello
        < Looking.
        ? x.y {}
        ! Empty
        < Nothing.
        < n is -.
    """)


def test_the_answer_is_given_where_nothing_saves_it() -> None:
    talk(main="steps: {a: {run: x.y, then: {say: 'It is {{ answer }}.'}}}").goes("""
        > hello
        ? x.y {}
        = 4
        < It is 4.
    """)


def test_a_result_may_be_saved_with_the_contact_in_its_declared_type() -> None:
    chat = talk(settings="contact: {age: integer}", main="steps: {a: {run: x.y, save: contact.age}, b: {say: '{{ contact.age }}'}}")
    chat.goes("""
        > hello
        ? x.y {}
        = "41"
        < 41
    """)
    assert chat.conversation.contact.attributes == {"age": 41}
    chat.goes("""
        > hello
        ? x.y {}
        = many
        < Sorry, something went wrong on our side. Please write again in a while.
    """)
    assert chat.conversation.contact.attributes == {"age": 41}


def test_a_result_of_the_wrong_type_is_an_error_of_the_step() -> None:
    talk(
        main="""
            returns: {n: integer}
            steps: {a: {run: x.y, save: n, errors: {any: {say: No number., go: end}}}, b: {say: Never.}}
        """
    ).goes("""
        > hello
        ? x.y {}
        = none at all
        < No number.
        @ nowhere
    """)


def test_an_argument_that_cannot_be_worked_out_is_an_error_of_the_step() -> None:
    talk(main="steps: {a: {run: x.y, with: {n: = 1 / nothing}, errors: {any: {say: 'Not asked.'}}}}").goes("""
        > hello
        < Not asked.
        @ nowhere
    """)


def test_several_actions_follow_one_another() -> None:
    talk(main="steps: {a: {run: x.y, save: one}, b: {run: x.z, with: {one: = one}, save: two}, c: {say: '{{ one }}{{ two }}'}}").goes("""
        > hello
        ? x.y {}
        = 1
        ? x.z {"one":1}
        = 2
        < 12
    """)


def test_again_asks_the_action_once_more_with_another_key() -> None:
    chat = talk(main="steps: {a: {run: x.y, errors: {Busy: {say: Wait., go: again}}}, b: {say: Done.}}").goes("""
        > hello
        ? x.y {}
    """)
    first = chat.call
    chat.goes("""
        ! Busy
        < Wait.
        ? x.y {}
    """)
    assert chat.call != first
    chat.goes("""
        = 1
        < Done.
    """)


def test_an_error_may_call_a_flow_and_goes_on_behind_it() -> None:
    talk(
        main="steps: {a: {run: x.y, errors: {Full: {call: sorry}}}, b: {say: Next.}}",
        sorry="steps: {a: {say: All full. Shall we write?, options: {y: Please}}}",
    ).goes("""
        > hello
        ? x.y {}
        ! Full
        < All full. Shall we write? [Please]
        @ main.a / sorry.a
        > y
        < Next.
    """)


def test_a_turn_is_the_same_however_often_it_is_worked_off() -> None:
    chat = under_way()
    event = ActionFinished("e", MONDAY, chat.call, {"ref": "V7"})
    one, two = advance(chat.bot, chat.conversation, event), advance(chat.bot, chat.conversation, event)
    assert one == two
    assert replace(one.conversation, frames=()) == one.conversation


def test_records_and_lists_stand_in_arguments_with_expressions_in_them() -> None:
    talk(main="""
        steps:
          size: {say: For how many?, ask: {size: integer}}
          book:
            run: clinic.book
            with:
              place: {name: Anna's, tags: [a, = size, {deep: = size + 1}], X-Odd: "yes", empty: {}, none: []}
              count: = 2
    """).goes("""
        > hello
        < For how many?
        > 4
        ? clinic.book {"place":{"name":"Anna's","tags":["a",4,{"deep":5}],"X-Odd":"yes","empty":{},"none":[]},"count":2}
        = null
    """)  # fmt: skip


def test_a_secret_is_named_and_not_told() -> None:
    chat = talk(main="""
        steps:
          book:
            run: clinic.book
            with:
              key: = secrets.CLINIC_KEY
              headers: {Authorization: "= 'Bearer ' ~ secrets.CLINIC_KEY ~ '/' ~ secrets.OTHER ~ 4", X: "= secrets['CLINIC_KEY']"}
    """)  # fmt: skip
    chat.hears("hello")
    (call,) = chat.turns[-1].effects
    assert isinstance(call, Call)
    key, headers = call.arguments["key"], call.arguments["headers"]
    assert key == Veiled(("", "CLINIC_KEY", "")) == headers["X"]
    assert headers["Authorization"] == Veiled(("Bearer ", "CLINIC_KEY", "/", "OTHER", "4"))
    assert headers["Authorization"].filled(str.lower) == "Bearer clinic_key/other4"
    assert str(headers["Authorization"]) == "Bearer •••/•••4"


@pytest.mark.parametrize(
    "written",
    [
        "secrets.KEY | upper", "secrets.KEY + 'x'", "secrets.KEY[0]", "secrets.KEY.name", "[secrets.KEY] | join", "secrets.KEY < 4",
        "secrets.KEY | length",
    ],
)  # fmt: skip
def test_nothing_else_can_be_done_with_one(written: str) -> None:
    talk(main=f"steps: {{book: {{run: clinic.book, with: {{key: \"= {written}\"}}, errors: {{any: {{say: No., go: end}}}}}}}}").goes("""
        > hello
        < No.
    """)


def test_a_secret_is_nowhere_but_in_arguments() -> None:
    chat = talk(main="""
        on_error: {say: No., go: quit}
        steps:
          ask: {run: clinic.book, with: {key: = secrets.KEY}}
          keep: {set: {key: = secrets.KEY}}
    """)  # fmt: skip
    chat.goes("""
        > hello
        ? clinic.book {"key":{"$veiled":["","KEY",""]}}
        = null
        < No.
        @ nowhere
    """)


def test_a_status_is_caught_by_its_number_or_by_its_family() -> None:
    bot = """
        steps:
          look:
            run: http.get
            with: {url: "https://api.example.com/"}
            errors:
              http_404: {say: Nobody is there., go: end}
              http_4xx: {say: They refuse., go: end}
              any: {say: They are closed., go: end}
    """
    for error, said in (("http_404", "Nobody is there."), ("http_409", "They refuse."), ("http_503", "They are closed.")):
        chat = talk(main=bot)
        chat.hears("hello")
        chat.said.clear()
        chat.raises(error)
        assert chat.said == [f"< {said}"]
