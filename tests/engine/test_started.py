"""Flows that begin from outside."""

from __future__ import annotations

from typing import Any

import pytest

from botkit.model import Started
from tests.engine.talk import Talk, talk

NEWS = "params: {n: integer}\nsteps: {a: {say: 'News {{ n }}. More?', options: {x: X}}}"


def start(chat: Talk, flow: str, **params: Any) -> None:
    chat.count += 1
    chat.happens(Started(f"s{chat.count}", chat.now, flow, params))


def test_where_nothing_is_under_way() -> None:
    chat = talk(main="steps: {a: {say: A?, ask: {x: text}}}", news=NEWS)
    start(chat, "news", n="5")
    chat.goes("""
        < News 5. More? [X]
        @ news.a
        > x
        @ nowhere
    """)


def test_in_the_middle_of_another_flow_it_comes_back_there() -> None:
    chat = talk(main="steps: {a: {say: A?, ask: {x: text}}, b: {say: '{{ x }}'}}", news=NEWS).goes("""
        > hello
        < A?
    """)
    start(chat, "news", n=7)
    chat.goes("""
        < News 7. More? [X]
        > x
        < A?
        > y
        < y
    """)


@pytest.mark.parametrize(("flow", "params"), [("missing", {}), ("", {}), ("news", {"n": "many"}), ("news", {"n": [1]})])
def test_one_that_cannot_begin_is_on_record_and_disturbs_nobody(flow: str, params: dict[str, Any]) -> None:
    chat = talk("on_error: {say: Never.}", main="steps: {a: {say: A?, ask: {x: text}, errors: {any: {say: Never.}}}}", news=NEWS)
    start(chat, flow, **params)
    assert chat.notes == ["error"]
    chat.goes("""
        @ nowhere
        > hello
        < A?
    """)
    start(chat, flow, **params)
    chat.goes("""
        @ main.a
        > x
        @ nowhere
    """)
