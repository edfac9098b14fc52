"""From files to a bot: one release, named by its content, whole however much is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from botkit.problems import Problems
from botkit.release import read_bot
from tests.engine.talk import files, talk

ROOT = Path(__file__).parent.parent
MAIN = "steps: {a: {say: Hello.}}"


def problems_of(contents: dict[str, bytes]) -> list[str]:
    problems = Problems()
    read_bot(contents, problems)
    return [str(problem) for problem in problems]


def release(contents: dict[str, bytes]) -> str:
    bot = read_bot(contents, Problems())
    assert bot is not None
    return bot.release


def test_the_bot_of_this_repository_is_one() -> None:
    contents = {str(path.relative_to(ROOT)): path.read_bytes() for path in (ROOT / "flows").glob("*.yaml")}
    contents |= {str(path.relative_to(ROOT)): path.read_bytes() for path in (ROOT / "templates").glob("*.yaml")}
    problems = Problems()
    bot = read_bot({**contents, "botkit.yaml": (ROOT / "botkit.yaml").read_bytes()}, problems)
    assert not problems.errors and bot is not None
    assert bot.start in bot.flows and all(flow.machine.models == [] for flow in bot.flows.values())


def test_a_release_is_named_by_its_content_whatever_the_order() -> None:
    one = files(main=MAIN, other="steps: {b: {say: B.}}")
    assert release(one) == release(dict(reversed(one.items()))) == release({name: bytes(text) for name, text in one.items()})
    assert len(release(one)) == 12


@pytest.mark.parametrize(
    "more",
    [
        {"flows/main.yaml": b"steps: {a: {say: Hello!}}"},
        {"flows/main.yaml": MAIN.encode() + b"\n"},
        {"flows/new.yaml": MAIN.encode()},
        {"templates/t.yaml": b"category: utility\nbody: Hello.\n"},
        {"data/weeks.yaml": b"- one\n"},
        {"actions/clinic.py": b"async def book(ctx): ...\n"},
    ],
)
def test_any_change_is_another_release(more: dict[str, bytes]) -> None:
    assert release(files(main=MAIN) | more) != release(files(main=MAIN))


def test_a_change_of_one_file_into_two_is_another_release() -> None:
    """The names and lengths of files belong to the content."""
    one, two = {"a": b"bc", "botkit.yaml": b"botkit: 1\nstart: m\n"}, {"ab": b"c", "botkit.yaml": b"botkit: 1\nstart: m\n"}
    assert release(one) != release(two)


def test_without_settings_there_is_no_bot() -> None:
    assert read_bot({}, Problems()) is None
    assert problems_of({"flows/main.yaml": MAIN.encode()}) == ["botkit.yaml:1:1: error[no-settings] there is no botkit.yaml"]
    assert read_bot({"botkit.yaml": b""}, Problems()) is None
    assert read_bot({"botkit.yaml": b"- a\n- list\n"}, Problems()) is None


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"# nothing\n", b"steps:\n", b"steps: {}\n", b"steps: 5\n", b"- x\n", b"x", b"\xff\xfe", b"\x00", b"[" * 5000, b"a: [b"],
)
def test_a_flow_that_cannot_be_read_is_reported_and_costs_no_other(content: bytes) -> None:
    contents = files(main=MAIN) | {"flows/bad.yaml": content}
    problems = Problems()
    bot = read_bot(contents, problems)
    assert bot is not None and set(bot.flows) == {"main"}
    assert problems.errors and all(problem.place.file == "flows/bad.yaml" for problem in problems.errors)


def test_each_folder_has_its_kind_of_file_and_the_rest_is_not_read() -> None:
    contents = files(main=MAIN) | {
        "flows/deep/er.yaml": b"nonsense: [",
        "flows/readme.md": b"nonsense: [",
        "other/main.yaml": b"nonsense: [",
        "data/weeks.yaml": b"- {n: 1}\n- {n: 2}\n",
        "templates/receipt.j2": b"Sum: {{ 1 + 1 }}\n",
        "templates/hello.yml": b"category: utility\nbody: Hello.\n",
    }
    problems = Problems()
    bot = read_bot(contents, problems)
    assert bot is not None and not problems.errors
    assert (set(bot.flows), set(bot.templates), set(bot.files), bot.data) == (
        {"main"}, {"hello"}, {"receipt.j2"}, {"weeks": [{"n": 1}, {"n": 2}]},
    )  # fmt: skip


@pytest.mark.parametrize("name", ["flows/1st.yaml", "flows/my flow.yaml", "flows/a.b.yaml", "flows/é-a.yaml"])
def test_a_file_whose_name_cannot_be_one_is_told_so(name: str) -> None:
    found = problems_of(files(main=MAIN) | {name: MAIN.encode()})
    assert len(found) == 1 and "bad-name" in found[0]


def test_a_reply_and_data_of_their_own_files_are_said() -> None:
    talk(
        more={
            "templates/receipt.j2": "Sum: {{ total }}\nThank you.\n",
            "data/menu.yaml": "- {name: Soup, price: 4}\n- {name: Stew, price: 9}\n",
        },
        main="""
            steps:
              a: {set: {total: "= data.menu[1].price"}, say: {file: receipt.j2}}
              b: {say: {each: = data.menu, as: dish, text: "{{ dish.name }}: {{ dish.price }}"}}
        """,
    ).goes("""
        > hello
        < Sum: 9\\nThank you.
        < Soup: 4
        < Stew: 9
    """)


def test_two_commands_of_the_same_word_leave_the_first() -> None:
    talk("commands: {a: {match: x, say: First.}, b: {match: [X!, y], say: Second.}}", main=MAIN).goes("""
        > x
        < First.
        > y
        < Second.
    """)
