"""The built-in http actions and the hook in talks: mocks stand in for both, and nothing leaves this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from botkit.project import Project, read_project
from botkit.testing.bench import Bench
from botkit.testing.reporting import story
from botkit.testing.stillness import StillLoop
from botkit.testing.suite import Suite, Wanted, read_file
from tests.problems.case import write

BOT = """
#: botkit.yaml
botkit: 1
start: main
timezone: Europe/Madrid
http:
  api.example.com: {secrets: [DIARY_KEY]}
  api.other.org: {secrets: [OTHER_KEY]}
understand: model.guess
#: flows/main.yaml
steps:
  menu:
    say: How can we help?
    options: {free: A free slot, book: Book it}
    save: what
  free:
    if: what == 'free'
    run: http.get
    with:
      url: https://api.example.com/slots
      headers: {Authorization: = 'Bearer ' ~ secrets.DIARY_KEY}
    save: found
    retries: 2
    errors:
      http_4xx: {say: There is no diary., go: end}
      timeout: {say: The diary is slow., go: end}
      any: {say: The diary does not answer., go: end}
    then: {say: "Free at {{ found.body.slots | map('at') | join }}, {{ found.headers.x_left }} left.", go: end}
  there:
    set: {there: "https://api.other.org/visits"}
  book:
    run: http.post
    with: {url: = there, json: {what: = what}, headers: {X-Key: = secrets.OTHER_KEY}}
    errors:
      refused: {say: We do not ask that., go: end}
      any: {go: end}
    then: {say: "Done: {{ answer.status }}.", go: end}
#: actions/model.py
from botkit import understand


@understand
async def guess(ctx, heard):
    raise RuntimeError("a test asks nobody")
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    found = read_project(write(BOT.lstrip(), tmp_path))
    assert found.bot is not None and [str(problem) for problem in found.problems] == []
    return found


def play(project: Project, test: str) -> list[str]:
    """What a test file says of itself: nothing where all goes as it says, else its problems or its story."""
    path = project.root / "tests" / "x.test.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(test, "utf-8")
    assert project.bot is not None
    file = read_file(path, project.root, project.bot, project.actions)
    if file.problems:
        return [str(problem) for problem in file.problems]
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        done = runner.run(Suite(project.bot, project.actions, Wanted()).play([file], lambda _: None))
    return [line for one in done for played in one.played for line in story(played, project.bot)]


FREE = "  talk:\n  - user: hello\n  - bot: How*\n  - tap: free\n"


@pytest.mark.parametrize(
    ("mock", "said"),
    [
        ("{return: {status: 200, body: {slots: [{at: '9:00'}, {at: '10:00'}]}, headers: {x_left: '2'}}}", '"Free at 9:00, 10:00, 2 left."'),
        ("{raise: http_404}", "There is no diary."),
        ("{raise: http_4xx}", "There is no diary."),
        ("timeout", "The diary is slow."),
        ("[timeout, {raise: http_503}, {raise: http_404}]", "There is no diary."),  # what may be otherwise next time is tried again
        ("{raise: http_503}", "The diary does not answer."),
        ("{raise: unreachable}", "The diary does not answer."),
    ],
)
def test_mocks_answer_for_hosts(project: Project, mock: str, said: str) -> None:
    assert play(project, f"- test: free\n  mocks:\n    http.get: {mock}\n{FREE}  - bot: {said}\n  - expect: {{state: ended}}\n") == []


def test_what_a_step_does_not_catch_goes_to_any(project: Project) -> None:
    assert play(project, f"- test: free\n  mocks: {{http.get: {{raise: http_302}}}}\n{FREE}  - bot: The diary does not answer.\n") == []


def test_a_test_without_a_mock_asks_no_host(project: Project) -> None:
    told = play(project, f"- test: free\n{FREE}  - bot: x\n")
    assert any("main.free asks http.get, and this test has no mock for it" in line for line in told)


def test_a_name_that_no_exchange_fails_by_is_told(project: Project) -> None:
    (told,) = play(project, f"- test: free\n  mocks: {{http.get: {{raise: http_44}}}}\n{FREE}")
    assert "http.get raises no http_44" in told


def test_what_would_be_refused_is_refused_in_a_test_too(project: Project) -> None:
    talk = "  talk:\n  - user: hello\n  - bot: How*\n  - tap: book\n"
    mocks = "  mocks: {http.post: {return: {status: 201, body: none, headers: {}}}}\n"
    assert play(project, f"- test: book\n{mocks}{talk}  - bot: 'Done: 201.'\n") == []
    other = read_project(write(BOT.lstrip().replace("api.other.org/visits", "api.example.com/visits"), project.root))
    assert play(other, f"- test: book\n{mocks}{talk}  - bot: We do not ask that.\n") == []


# ---------------------------------------------------------------- the hook

HM = "  talk:\n  - user: hello\n  - bot: How*\n  - user: something else\n"


def test_without_a_mock_nothing_is_understood(project: Project) -> None:
    assert play(project, f"- test: hm\n{HM}  - bot: Sorry, I did not*\n  - bot: How*\n") == []


def test_a_mock_says_what_was_meant(project: Project) -> None:
    free = "http.get: {raise: http_404}"
    mocks = f"  mocks: {{understand: {{return: {{option: free}}}}, {free}}}\n"
    assert play(project, f"- test: hm\n{mocks}{HM}  - bot: There is no diary.\n") == []


def test_a_hook_that_is_late_or_fails_holds_up_nobody(project: Project) -> None:
    for answer in ("timeout", "{raise: any}", "{return: {option: nonsense}}"):
        mocks = f"  mocks: {{understand: [{answer}]}}\n"
        assert play(project, f"- test: hm\n{mocks}{HM}  - bot: Sorry*\n  - bot: How*\n") == []


def test_a_list_of_mocks_is_used_up(project: Project) -> None:
    told = play(project, f"- test: hm\n  mocks: {{understand: [timeout, timeout]}}\n{HM}  - bot: Sorry*\n  - bot: How*\n")
    assert any("understand" in line for line in told)


def test_in_python_too(project: Project) -> None:
    bench = Bench(project)
    try:
        bench.hear("hello")
        bench.hear("something else")
        assert bench.texts[-1] == "How can we help?"
        asked: list[str] = []
        bench.mock("understand", lambda heard: asked.append(heard.text) or {"option": "free"})
        bench.mock("http.get", lambda url, headers: {"status": 200, "body": {"slots": []}, "headers": {"x_left": headers["Authorization"]}})
        bench.hear("a free one")
        assert asked == ["a free one"]
        assert bench.texts[-1] == "Free at , Bearer ••• left."
    finally:
        bench.close()
