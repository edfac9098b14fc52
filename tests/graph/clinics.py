"""Bots to be drawn: a small clinic that has one of everything, and one full of mistakes and odd labels."""

from __future__ import annotations

from collections.abc import Mapping

from botkit.bot import Bot
from botkit.checks import check
from botkit.graph import Picture, draw
from botkit.problems import Problems
from botkit.release import read_bot

CLINIC = {
    "botkit.yaml": """
        botkit: 1
        start: booking
        languages: [en, es]
        timezone: Europe/Madrid
        queues: {desk: {hours: "Mon-Fri 9-17"}}
        """,
    "flows/booking.yaml": """
        triggers: [book, cita]
        silence:
          - {after: 2h, say: Still there?}
          - {after: 7d, go: quit}
        commands:
          back: {match: [back], go: back}
        steps:
          menu:
            say: How can we help?
            options:
              book: {label: Book a visit, go: day}
              prices: {label: Prices, say: €40., go: menu}
              hours: {label: Opening hours, call: hours}
              people: {label: Talk to us, go: desk}
          day:
            if: not day
            say: Which day?
            ask: {day: date}
            retry: {max: 3, say: Like 24/06., go: desk}
          book:
            run: clinic.book
            with: {day: = day}
            errors:
              Full: {say: That day is full., go: day}
              any: {go: desk}
          reminder:
            wait: {until: = day}
          remind:
            say: {text: It is today., template: {name: visit_today}}
            options: {yes: I will come, move: {label: Another day, go: split}}
            timeout: 20h
            errors: {timeout: {go: end}}
          done: {say: See you., go: end}
          split:
            branch:
              - {if: contact.name == "Ana", go: day}
              - {go: hours.tell}
          desk:
            handoff: desk
            errors: {closed: {say: We are closed., go: fail closed}}
        """,
    "flows/hours.yaml": """
        steps:
          tell: {say: From 8 to 16.}
        """,
    "templates/visit_today.yaml": """
        category: utility
        body: Your visit is today.
        """,
    "locales/es.yaml": """
        booking.menu.options.book.label: {en: Book a visit, es: Pedir cita}
        """,
}

ODD = {
    "botkit.yaml": "botkit: 1\nstart: main\n",
    "flows/main.yaml": r"""
        triggers: ['say "hi" <b>']
        silence: [{after: 1h, call: nobody}]
        steps:
          menu:
            say: 'Hello <b>"you"</b> & `code` \ #1 ]]> --'
            options:
              a: 'Say "A" <now>'
              b: {label: "1. B ] | }", go: nowhere}
              c: {label: "- c\n two \\", go: stuck}
              d: {label: نعم, call: other, errors: {bad: {go: again}}}
              e: {label: "漢字\u202e\ufffe", go: broken}
              end: {label: end, go: end}
          broken: {ask: text, foo: 1}
          unread: Hello
          stuck:
            say: Which?
            options: {x: {label: X, go: again}}
            commands: off
          lost:
            call: missing
            go: unread
        """,
    "flows/other.yaml": """
        steps:
          a: {say: A, go: main.gone}
        """,
    "flows/stuck.yaml": """
        steps:
          ask: {say: Which?, options: {a: {label: A, go: again}}}
          lonely: {say: Nobody comes here.}
        """,
}


def files_of(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in texts.items()}


def read(texts: Mapping[str, str]) -> tuple[Bot, Problems]:
    problems = Problems()
    bot = read_bot(files_of(texts), problems)
    assert bot is not None
    check(bot, None, problems)
    return bot, problems


def pictures(texts: Mapping[str, str], language: str | None = None) -> list[Picture]:
    bot, problems = read(texts)
    return draw(bot, language=language, problems=problems)


def one(steps: str, head: str = "") -> Picture:
    """The picture of a flow with these steps, each on a line."""
    lines = "".join(f"  {line.strip()}\n" for line in steps.strip().splitlines())
    return pictures({"botkit.yaml": "botkit: 1\nstart: main\n", "flows/main.yaml": f"{head}steps:\n{lines}"})[0]


def leads(picture: Picture) -> set[tuple[str, str, str]]:
    """(from, label, to) of every arrow, by what the boxes are called; "" for one without a label."""
    found = set()
    for arrow in picture.arrows:
        for label in arrow.labels or ("",):
            found.add((picture.box(arrow.source).title, label, picture.box(arrow.dest).title))
    return found
