"""Options from data: what was shown is what an answer means."""

from __future__ import annotations

from typing import Any

from tests.engine.talk import Talk, labels, talk

SLOTS = """
steps:
  fetch: {run: x.slots, save: slots}
  pick:
    say: Which time?
    options:
      from: = slots
      id: = item.id
      label: "{{ item.who }} at {{ item.at }}"
      match: = item.words
      if: item.free
      save: slot
      say: "{{ item.at }}, then."
      also: {none: {label: None of these, go: none}}
  done: {say: "Booked {{ slot.id }} ({{ answer }}).", go: end}
  none: {say: "Nothing, {{ slot or 'no slot' }}."}
"""


def slots(count: int = 2, **more: Any) -> list[dict[str, Any]]:
    common = {"free": True, "words": [], **more}
    return [{"id": f"s{n}", "at": f"{n + 9}:00", "who": f"Dr {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[n]}", **common} for n in range(count)]


def offered(records: Any, flow: str = SLOTS) -> Talk:
    chat = talk(main=flow).goes("""
        > hello
        ? x.slots {}
    """)
    chat.gives(records)
    return chat


def test_a_record_is_chosen_by_tap_number_id_label_and_word() -> None:
    records = slots(2)
    records[1]["words"] = ["late", "Afternoon"]
    for said in ("[Dr B at 10:00]", "2", "s1", "S1!", "dr b at 10:00", "LATE", "afternoon"):
        offered(records).goes(f"""
            < Which time? [Dr A at 9:00, Dr B at 10:00, None of these]
            > {said}
            < 10:00, then.
            < Booked s1 (Dr B at 10:00).
        """)


def test_the_list_is_an_expression_with_the_sign_or_without() -> None:
    offered(slots(), SLOTS.replace("from: = slots", "from: slots")).goes("""
        < Which time? [Dr A at 9:00, Dr B at 10:00, None of these]
        > 2
        < 10:00, then.
        < Booked s1 (Dr B at 10:00).
    """)


def test_an_option_may_be_called_from() -> None:
    talk(main="steps: {a: {say: Which way?, options: {from: From Madrid, to: To Madrid}}}").goes("""
        > hello
        < Which way? [From Madrid, To Madrid]
    """)


def test_a_fixed_option_stands_behind_them() -> None:
    offered(slots()).goes("""
        < Which time? [Dr A at 9:00, Dr B at 10:00, None of these]
        > 3
        < Nothing, none.
    """)


def test_only_those_are_offered_for_which_if_is_true() -> None:
    offered([*slots(1), {"id": "x", "at": "1:00", "who": "X", "free": False, "words": None}]).goes("""
        < Which time? [Dr A at 9:00, None of these]
        > x
        < Sorry, I did not understand that.
        < Which time? [Dr A at 9:00, None of these]
    """)


def test_what_was_shown_is_kept_even_if_the_data_change() -> None:
    chat = offered(slots()).goes("< Which time? [Dr A at 9:00, Dr B at 10:00, None of these]")
    frame = chat.conversation.frames[-1]
    assert [id_ for id_, _ in frame.choices] == ["s0", "s1"]
    frame.variables["slots"] = slots(1, who="nobody")  # type: ignore[index]  # a dict
    chat.goes("""
        > [Dr B at 10:00]
        < 10:00, then.
        < Booked s1 (Dr B at 10:00).
    """)


def test_more_than_ten_are_paged_and_the_last_page_is_followed_by_the_first() -> None:
    chat = offered(slots(20))
    first = labels(chat.turns[-1])
    assert len(first) == 10 and first[-2:] == ["None of these", "More …"] and first[0] == "Dr A at 9:00"
    pages = [labels(chat.hears(said)) for said in ("[More …]", "10", "more")]
    assert [page[0] for page in pages] == ["Dr I at 17:00", "Dr Q at 25:00", "Dr A at 9:00"]
    assert all(page[-2:] == ["None of these", "More …"] and len(page) <= 10 for page in pages)
    assert chat.conversation.frames[-1].retries == 0


def test_a_tap_on_an_earlier_page_of_the_same_question_counts() -> None:
    chat = offered(slots(20))
    chat.hears("more")
    chat.said.clear()
    chat.goes("""
        > [Dr A at 9:00]
        < 9:00, then.
        < Booked s0 (Dr A at 9:00).
    """)


def test_a_number_counts_on_the_page_that_is_shown() -> None:
    chat = offered(slots(20))
    chat.hears("more")
    chat.said.clear()
    chat.goes("""
        > 1
        < 17:00, then.
        < Booked s8 (Dr I at 17:00).
    """)


def test_numbers_are_off_where_a_label_begins_with_one() -> None:
    flow = SLOTS.replace("{{ item.who }} at {{ item.at }}", "{{ item.at }} with {{ item.who }}")
    offered(slots(2), flow).goes("""
        < Which time? [9:00 with Dr A, 10:00 with Dr B, None of these]
        > 1
        < Sorry, I did not understand that.
        < Which time? [9:00 with Dr A, 10:00 with Dr B, None of these]
    """)


def test_a_place_is_no_name_on_another_page() -> None:
    chat = offered(slots(20), SLOTS.replace("      id: = item.id\n", ""))
    chat.hears("more")
    chat.said.clear()
    chat.goes("""
        > 1
        < 17:00, then.
        < Booked s8 (Dr I at 17:00).
    """)


def test_equal_labels_are_told_apart_and_both_can_be_chosen() -> None:
    flow = SLOTS.replace('label: "{{ item.who }} at {{ item.at }}"', "label: Dr Who")
    for said, id_ in (("Dr Who", "s0"), ("[Dr Who (2)]", "s1"), ("2", "s1"), ("dr who (2)", "s1")):
        chat = offered(slots(2), flow).goes("< Which time? [Dr Who, Dr Who (2), None of these]")
        chat.hears(said)
        assert chat.said[-1] == f"< Booked {id_} (Dr Who)."
        chat.said.clear()


def test_without_an_id_a_record_has_its_place() -> None:
    offered(slots(3), SLOTS.replace("      id: = item.id\n", "")).goes("""
        < Which time? [Dr A at 9:00, Dr B at 10:00, Dr C at 11:00, None of these]
        > [Dr C at 11:00]
        < 11:00, then.
        < Booked s2 (Dr C at 11:00).
    """)


def test_a_list_may_hold_plain_values() -> None:
    flow = """
        steps:
          fetch: {run: x.slots, save: all}
          pick: {say: Which?, options: {from: = all, label: "{{ item }}", save: one}}
          done: {say: "{{ one }}"}
    """
    offered(["red", "green"], flow).goes("""
        < Which? [red, green]
        > GREEN
        < green
    """)


def test_nothing_to_choose_from_is_a_failure_unless_something_else_can_be_answered() -> None:
    alone = SLOTS.replace("      also: {none: {label: None of these, go: none}}\n", "")
    for empty in ([], None):
        offered(empty).goes("< Which time? [None of these]")
        offered(empty, alone).goes("< Sorry, something went wrong on our side. Please write again in a while.")
        offered(empty, alone.replace("say: Which time?", "say: Which time?\n    ask: {other: text}")).goes("< Which time?")


def test_what_is_no_list_is_a_failure() -> None:
    for value in (5, "text", {"a": 1}, True):
        offered(value).goes("< Sorry, something went wrong on our side. Please write again in a while.")


def test_records_that_lack_what_the_label_wants_are_a_failure_and_no_crash() -> None:
    for records in ([{"id": 1, "free": True}], [None], [5], [[]], [{"free": True, "id": None, "at": 1, "who": None}]):
        chat = offered(records)
        assert chat.said


def test_ids_may_be_anything_and_still_be_tapped() -> None:
    records = [{"id": id_, "at": at, "who": "X", "free": True, "words": None} for id_, at in ((7, "a"), ("a:b:c", "b"), ("é" * 200, "c"))]
    for n, label in enumerate(("X at a", "X at b", "X at c")):
        chat = offered(records)
        chat.hears(f"[{label}]")
        assert chat.said[-1].startswith("< Booked "), (n, chat.said)
