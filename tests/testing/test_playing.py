"""Talks played: what passes, what does not, and what is said of it."""

from __future__ import annotations

import logging
from textwrap import dedent

import pytest

from botkit.bot import Bot
from botkit.problems import Problems
from botkit.release import read_bot
from botkit.testing import transcript
from botkit.testing.reporting import story
from tests.testing.bots import files, read
from tests.testing.talking import actions, differs, file_of, passes, played, talk

MENU = """
    silence: [{after: 2h, say: Still there?}]
    steps:
      menu:
        say: How can we help?
        options: {book: Book a visit, prices: {label: Prices, say: It is free., go: menu}}
      name:
        say: Your name?
        ask: {name: text}
      done:
        say: "Thanks, {{ name }}."
"""
BOT = read(main=MENU)
NUDGE = {"nudge.yaml": "category: utility\nbody: Are {{1}} there?\nexample: [you]\nbuttons: {yes: Yes, no: No}\n"}


# ---------------------------------------------------------------- what passes


def test_a_talk_that_goes_as_it_says():
    passes(
        """
        - user: hello
        - bot: How can we help?
          options: [Book a visit, Prices]
        - tap: prices
        - bot: It is*
        - bot: "*help?"
          options: [Book*, Prices]
        - tap: Book a visit
        - bot: Your name?
        - expect: {state: name, sent: 4}
        - user: Ana
        - bot: Thanks, Ana.
        - expect: {state: ended}
        """,
        BOT,
    )


def test_silence_is_named_and_time_passes():
    passes("- user: hello\n- bot: How*\n- after: 1h\n- bot: nothing\n- after: 1h\n- bot: Still there?\n- after: 30d\n- bot: nothing", BOT)


def test_the_time_that_it_becomes_is_in_the_bots_zone():
    bot = read(
        main="steps: {a: {say: \"{{ now() | time }}\", ask: {x: text}, retry: {max: 1, go: a}, check: [{if: x == 'never', else: no}]}}"
    )
    passes(
        "- user: hello\n- bot: 09:00\n- at: 10:30\n- user: x\n- bot: 10:30\n- at: 08:00\n- user: x\n- bot: 08:00",
        bot,
        head="now: 2026-06-22T09:00",
    )
    passes("- user: hello\n- bot: 09:00\n- at: 2026-12-24T18:00\n- user: x\n- bot: 18:00", bot)


def test_what_the_contact_is():
    bot = read(
        "contact: {city: text, age: integer}",
        main='steps: {a: {say: "{{ contact.name }}, {{ contact.city }}, {{ contact.age + 1 }}, {{ contact.wa_id }}"}}',
    )
    passes(
        "- user: hello\n- bot: Ana, Madrid, 35, 34600999888", bot, head="contact: {name: Ana, city: Madrid, age: 34, wa_id: 34600999888}"
    )


@pytest.mark.parametrize("closed", ["hold", "drop"])
def test_what_is_written_before_a_question_was_seen_is_no_answer_to_it(closed):
    bot = read(
        "commands: {help: {match: [help], say: Help.}}",
        main=f"""
            steps:
              a: {{say: Hi., ask: {{x: text}}}}
              b: {{wait: 30h}}
              c: {{say: {{text: Your name?, closed: {closed}}}, ask: {{y: text}}}}
              d: {{say: "{{{{ y }}}}."}}
        """,
    )
    for first, said in (("hello", []), ("help", ["Help."])):
        # what was held goes out before the answer to what was written, what was dropped is asked behind it
        question = ["Your name?"]
        told = [*question, *said, *(question if said else [])] if closed == "hold" else [*said, *question]
        lines = ["- user: hi", "- bot: Hi.", "- user: x", "- bot: nothing", "- after: 31h", "- bot: nothing", f"- user: {first}"]
        passes("\n".join([*lines, *(f"- bot: {line}" for line in told), "- user: Ana", "- bot: Ana."]), bot)


def test_a_day_with_a_time_is_meant_in_the_bots_zone():
    bot = read("contact: {due: datetime}", main="steps: {a: {say: \"{{ contact.due | time }}\", ask: {contact.due: datetime}}}")
    for due in ("2026-06-24T12:00", "2026-06-24 12:00", "2026-06-24T12:00+02:00", "2026-06-24T10:00Z"):
        passes(
            """
            - user: hello
            - bot: 12:00
            - expect: {contact: {due: 2026-06-24T12:00}}
            - user: 25/06 at 9
            - expect: {contact.due: 2026-06-25T09:00}
            """,
            bot,
            head=f"now: 2026-06-22T09:00\ncontact: {{due: {due}}}",
        )
    for due in ("soon", "9999-12-31T23:59-02:00"):
        file = file_of(f"- test: x\n  contact: {{due: {due}}}\n  talk: [user: hello]\n", bot)
        assert [problem.code for problem in file.problems] == ["wrong-literal"]


def test_somebody_of_the_business_writes_from_the_phone():
    passes(
        """
        - user: hello
        - bot: How can we help?
        - phone: I will look into it.
        - user: Thank you
        - bot: nothing
        - after: 3h
        - bot: nothing
        - after: 12h
        - bot: Still there?
        - phone: I am back.
        - handback
        - bot: How can we help?
        """,
        BOT,
    )


def test_metas_own_agent_answers_until_it_hands_over():
    passes(
        """
        - user: hello
        - bot: How can we help?
        - handover: meta
        - user: What is it?
        - bot: nothing
        - after: 20h
        - tap: Book a visit
        - bot: nothing
        - handover: bot
        - bot: How can we help?
        - tap: book
        - bot: Your name?
        """,
        BOT,
    )


def test_what_was_written_to_metas_agent_is_taken_up_where_no_question_was_open():
    passes("- handover: meta\n- user: hello\n- bot: nothing\n- handover: bot\n- bot: How can we help?", BOT)


def test_a_contact_changes_number():
    bot = read(main='steps: {a: {say: Hi., ask: {x: text}}, b: {say: "{{ x }}, {{ contact.wa_id }}.", options: {ok: Ok}}, c: {say: So.}}')
    passes(
        """
        - user: hello
        - bot: Hi.
        - new_number: +34 600 999 888
        - user: Ana
        - bot: Ana, 34600999888.
        - expect: {contact: {wa_id: "34600999888"}}
        - new_number: +34 600 999 777
        - status: read
        - tap: Ok
        - bot: So.
        """,
        bot,
    )


def test_a_number_changes_for_somebody_who_has_written():
    assert "nobody has written yet" in "\n".join(differs("- new_number: +34600999888", BOT))


@pytest.mark.parametrize("line", ["handover: me", "new_number: mine", "phone:", "phone: {a: b}"])
def test_what_is_no_line_of_a_talk(line):
    file = file_of(f"- test: x\n  talk:\n    - {line}\n", BOT)
    assert len(file.problems) == 1


def test_where_a_text_comes_from():
    bot = read(main=MENU, advert="triggers: [referral: ad-1]\nsteps: {hi: {say: 'Hi! {{ msg.text }}?'}}")
    passes(
        """
        - user: {text: What is it, referral: ad-1}
        - bot: Hi! What is it?
        - user: {text: What is it, referral: ad-2}
        - bot: How can we help?
        """,
        bot=bot,
    )


def test_what_stands_at_the_end():
    bot = read(
        "contact: {city: text}",
        main="steps: {a: {set: {n: = 3, contact.city: Madrid}, say: Hm?, ask: {day: date, x: text}}, b: {say: So?, ask: {y: text}}}",
    )
    passes(
        """
        - user: hello
        - bot: Hm?
        - expect: {n: 3, day: none, contact: {city: Madrid, language: en, name: Ana}}
        - expect: {n: 3, contact.city: Madrid, contact.opted_out: false}
        - user: 24/06/2026
        - bot: So?
        - expect: {state: main.b, day: 2026-06-24, x: none}
        """,
        bot,
        head="contact: {name: Ana}",
    )


def test_a_template_when_the_window_is_closed():
    bot = read(
        main="steps: {a: {say: Hi, ask: {x: text}, silence: [{after: 30h, say: {text: Hello?, template: {name: nudge, with: [you]}}}]}}",
        templates=NUDGE,
    )
    passes("- user: hello\n- bot: Hi\n- after: 30h\n- template: {name: nudge, with: [you]}", bot)
    passes("- user: hello\n- bot: Hi\n- after: 30h\n- template: nudge", bot)
    assert "template nudge: you" in "\n".join(differs("- user: hello\n- bot: Hi\n- after: 30h\n- template: {name: nudge, with: [me]}", bot))
    assert "the bot sent a template" in "\n".join(differs("- user: hello\n- bot: Hi\n- after: 30h\n- bot: Hello?", bot))
    assert "something else" in "\n".join(differs("- user: hello\n- template: nudge", bot))


def test_what_a_contact_sends():
    bot = read(
        main="""
            steps:
              a: {say: Send it., ask: {x: location, y: image, z: contact}}
              b: {say: "{{ x.lat if x else y.caption if y else z.name }}"}
        """
    )
    start = "- user: hello\n- bot: Send it.\n"
    passes(start + "- user: {location: '40.42, -3.7'}\n- bot: '40.42'", bot)
    passes(start + "- user: {image: cat.jpg, caption: My cat}\n- bot: My cat", bot)
    passes(start + "- user: {contact: {name: Joe, phone: +44 20}}\n- bot: Joe", bot)
    passes(start + "- user: {reaction: 👍}\n- bot: nothing", bot)


def test_what_happens_outside_and_what_people_do():
    bot = read(
        "queues: {desk: {}}",
        main="""
            steps:
              pay: {say: Please pay., wait: {event: paid, key: A1}, save: bill}
              human: {say: "{{ bill.sum }} came. Wait.", handoff: desk}
              after: {say: "Back again."}
        """,
    )
    passes(
        """
        - user: hello
        - bot: Please pay.
        - event: {name: paid, key: B2}
        - bot: nothing
        - event: {name: paid, key: A1, data: {sum: 5}}
        - bot: 5 came. Wait.
        - user: hello?
        - bot: nothing
        - handback
        - bot: Back again.
        """,
        bot,
    )


def test_a_status_of_the_last_message():
    bot = read(main="steps: {a: {say: Hi, ask: {x: text}, errors: {unsent: {say: Once more., go: a}}}}")
    passes("- user: hello\n- bot: Hi\n- status: read\n- bot: nothing\n- user: x", bot)
    passes("- user: hello\n- bot: Hi\n- status: failed 131026\n- bot: Once more.\n- bot: Hi", bot)


def test_each_channel_has_its_own_conversations():
    bot = read("channels: {one: {api_key: $A}, two: {api_key: $B}}", main='steps: {a: {say: "{{ channel }}"}}')
    passes("- user: hello\n- bot: one", bot)
    passes("- user: hello\n- bot: two", bot, head="channel: two")


def test_the_rows_of_a_table():
    (first, second) = played(
        """
        - test: what it is
          each:
            - {said: Prices, then: It is free.}
            - {said: "1", then: Your name?}
          talk:
            - user: hello
            - bot: How*
            - user: "{{ said }}"
            - bot: "{{ then }}"
        """,
        BOT,
    )
    assert first.title == "what it is [Prices, It is free.]" and "more than that" in first.difference.sentence
    assert second.difference is None


# ---------------------------------------------------------------- what does not


def test_another_text_names_the_test_and_the_flow():
    assert differs("- user: hello\n- bot: How may we help?", BOT) == [
        "✗ one — tests/x.test.yaml:4",
        "  turn 1, the bot said something else:",
        "   4 |     - bot: How may we help?",
        "     -  How may we help?",
        '     +  How can we help?   (flows/main.yaml:5, step "menu")',
        "  before it:  you: hello",
        '  accept the new text: botkit test --update -k "one"',
    ]


def test_other_options():
    told = differs("- user: hello\n- bot: How*\n  options: [Book a visit]", BOT)
    assert told[1:6] == [
        "  turn 1, there are other options:",
        "   4 |     - bot: How*",
        "     -  How*",
        "     -  [Book a visit]",
        '     +  How can we help?   (flows/main.yaml:5, step "menu")',
    ]
    assert told[6] == "     +  [Book a visit, Prices]"


def test_more_than_the_talk_names():
    assert differs("- user: hello\n- user: again", BOT)[1] == "  turn 1, the bot said more than that:"
    assert differs("- user: hello", BOT)[1] == "  turn 1, the bot said more than that:"
    assert differs("- user: hello\n- bot: nothing", BOT)[1] == "  turn 1, the bot did not keep silent:"
    assert differs("- user: hello\n- bot: How*\n- bot: More", BOT)[1] == "  turn 1, the bot said nothing:"


def test_a_button_that_is_not_there():
    assert differs("- user: hello\n- bot: How*\n- tap: bok", BOT)[-1] == '  hint: did you mean "book"?'
    assert "there is no button" in differs("- tap: book", BOT)[1]


def test_things_stand_otherwise():
    told = differs(
        "- user: hello\n- bot: How*\n- expect: {state: ended, name: Ana, sent: 9, contact: {city: Madrid}}",
        read("contact: {city: text}", main=MENU),
    )
    assert [line.strip() for line in told[3:11]] == [
        "-  state: ended", "-  sent: 9", "-  name: Ana", "-  contact.city: Madrid",
        "+  state: main.menu", "+  sent: 1", "+  name: none", "+  contact.city: none",
    ]  # fmt: skip


def test_an_attribute_may_be_named_as_in_a_flow():
    bot = read("contact: {city: text}", main=MENU)
    told = differs("- user: hello\n- bot: How*\n- expect: {contact.city: Madrid}", bot)
    assert [line.strip() for line in told[3:5]] == ["-  contact.city: Madrid", "+  contact.city: none"]
    file = file_of("- test: x\n  talk:\n    - user: hello\n    - expect: {contact.citty: Madrid}\n", bot)
    assert [problem.code for problem in file.problems] == ["unknown-attribute"]


def test_a_message_that_cannot_arrive():
    bot = read(main="steps: {a: {say: Hi, ask: {x: text}, silence: [{after: 30h, say: {text: Hello?, closed: fail}}]}}")
    told = differs("- user: hello\n- bot: Hi\n- after: 2d", bot)
    assert told[1] == "  turn 1, a message cannot reach the contact: the 24-hour window is closed:"
    assert told[3].endswith('+  Hello?   (flows/main.yaml:1, step "a")') and "closed: hold" in told[-1]


def test_a_message_that_is_held_is_told_where_it_is_missed():
    bot = read(main="steps: {a: {say: Hi, ask: {x: text}, silence: [{after: 30h, say: {text: Hello?, closed: hold}}]}}")
    told = differs("- user: hello\n- bot: Hi\n- after: 2d\n- bot: Hello?", bot)
    assert "  'Hello?' is held until the contact writes: the 24-hour window is closed" in told
    passes("- user: hello\n- bot: Hi\n- after: 2d\n- user: x\n- bot: Hello?", bot)


def test_what_whatsapp_refuses_fails():
    strange = {"nudge.yaml": "category: utility\nlanguage: no_language_at_all\nbody: Are you there?\n"}
    bot = read(main="steps: {a: {say: {template: nudge}, ask: {x: text}}}", templates=strange)
    told = differs("- user: hello\n- bot: Are you there?", bot)
    assert told[1].startswith("  turn 1, WhatsApp refuses this message: 131009")


def test_timers_that_fire_for_ever():
    bot = read(main="steps: {a: {say: {text: Hi, closed: drop}, ask: {x: text}, silence: [{after: 1h, go: a}]}}")
    told = differs("- user: hello\n- bot: Hi\n- after: 52w", bot)
    assert told[1] == "  turn 1, timers fire without end:"


# ---------------------------------------------------------------- mocks


class Empty(Exception):
    pass


def look(what: str, n: int = 1) -> list[str]:
    """What there is of it."""
    raise AssertionError("a test runs no action")


SHOP = actions(look=(look, [Empty]))
LOOKS = read(
    main="""
        steps:
          ask: {say: What?, ask: {what: text}}
          look:
            run: shop.look
            with: {what: = what}
            save: found
            retries: 1
            errors: {Empty: {say: There is none., go: ask}, timeout: {say: Too slow., go: ask}, any: {say: Broken., go: ask}}
          tell: {say: "{{ found | join(', ') }}", go: ask}
    """
)
ASK = "- user: hello\n- bot: What?\n- user: tea\n"


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.CRITICAL)


def test_a_mock_gives_what_the_test_says():
    passes(ASK + "- bot: green, black\n- bot: What?", LOOKS, SHOP, "mocks: {shop.look: {return: [green, black]}}")


def test_a_mock_raises_what_the_action_declares():
    passes(ASK + "- bot: There is none.\n- bot: What?", LOOKS, SHOP, "mocks: {shop.look: {raise: Empty}}")


def test_what_is_not_declared_is_tried_again():
    head = "mocks: {shop.look: [{raise: any}, {return: [black]}]}"
    passes(ASK + "- bot: black\n- bot: What?", LOOKS, SHOP, head)
    passes(ASK + "- bot: Broken.\n- bot: What?", LOOKS, SHOP, "mocks: {shop.look: [{raise: KeyError}, {raise: any}]}")


def test_a_mock_that_does_not_answer():
    passes(ASK + "- bot: Too slow.\n- bot: What?", LOOKS, SHOP, "mocks: {shop.look: timeout}")
    passes(ASK + "- bot: black\n- bot: What?", LOOKS, SHOP, "mocks: {shop.look: [timeout, {return: [black]}]}")


def test_a_lone_mock_holds_for_every_call():
    passes(ASK + "- bot: a\n- bot: What?\n- user: tea\n- bot: a\n- bot: What?", LOOKS, SHOP, "mocks: {shop.look: {return: [a]}}")


def test_an_action_without_a_mock():
    told = differs(ASK + "- bot: x", LOOKS, SHOP)
    assert told[1] == "  turn 2, main.look asks shop.look, and this test has no mock for it:"
    assert told[-1] == "  hint: mocks: {shop.look: {return: …}}"


def test_a_list_that_is_used_up():
    told = differs(ASK + "- bot: a\n- bot: What?\n- user: tea\n- bot: b", LOOKS, SHOP, "mocks: {shop.look: [{return: [a]}]}")
    assert told[0] == "✗ one — tests/x.test.yaml:2"
    assert told[1] == "  turn 3, main.look asks shop.look once more than its mocks have answers (1):"


def test_a_list_that_is_not_used_up():
    told = differs("- user: hello\n- bot: What?", LOOKS, SHOP, "mocks: {shop.look: [{return: [a]}]}")
    assert told[1] == "  turn 1, shop.look was never asked, and its mocks are 1:"
    passes("- user: hello\n- bot: What?", LOOKS, SHOP, "mocks: {shop.look: {return: [a]}}")


def test_a_mock_is_given_what_the_action_would_take():
    bot = read(main="steps: {a: {run: shop.look, with: {wat: tea}, errors: {any: {say: Broken.}}}}")
    passes("- user: hello\n- bot: Broken.", bot, SHOP, "mocks: {shop.look: {return: [a]}}")


# ---------------------------------------------------------------- languages


SPANISH = """
    main.menu.say: {en: Hello, es: Hola}
    main.menu.options.no.label: {en: No, es: Nada}
    main.end_.say: {en: Bye, es: Adiós}
"""
FLOW = "steps: {menu: {say: Hello, options: {yes: Sí, no: {label: No}}}, end_: {say: Bye}}"


def bilingual(flow: str = FLOW) -> Bot:
    texts = {**files("languages: [en, es]", main=flow), "locales/es.yaml": dedent(SPANISH)}
    bot = read_bot({file: text.encode() for file, text in texts.items()}, Problems())
    assert bot is not None
    return bot


TEST = "- test: one\n  talk:\n    - user: hi\n    - bot: Hello\n    - tap: no\n    - bot: Bye\n"


def test_a_contact_speaks_a_language():
    passes("- user: hi\n- bot: Hola\n- tap: Nada\n- bot: Adiós", bilingual(), head="lang: es")
    passes("- user: hi\n- bot: Hola\n- tap: Nada\n- bot: Adiós", bilingual(), head="contact: {language: es}")


def test_in_all_languages_the_talk_goes_the_same_way():
    first, second = played(TEST, bilingual(), all_languages=True)
    assert (first.title, second.title) == ("one", "one (es)")
    assert first.difference is None and second.difference is None
    assert [said.text for said in second.said] == ["Hola", "Adiós"]


def test_a_language_that_goes_another_way():
    bot = bilingual(FLOW.replace("end_: {", "end_: {if: contact.language == 'en', "))
    _, second = played(TEST, bot, all_languages=True)
    told = story(second, bot)
    assert told[0] == "✗ one (es) — tests/x.test.yaml:6" and told[1] == "  turn 2, the bot said nothing:"
    bot = bilingual(FLOW[:-1] + ", other: {say: More, if: contact.language == 'es'}}")
    _, second = played(TEST, bot, all_languages=True)
    assert "more than that" in story(second, bot)[1]
    assert not any("--update" in line for line in story(second, bot))


ENGLISH = read(main=FLOW)


def test_a_talk_is_played_once_in_the_language_that_it_is_written_for():
    (one,) = played(TEST.replace("- test: one", "- test: one\n  lang: en"), ENGLISH, all_languages=True)
    assert one.title == "one"


def test_nothing_runs_twice_in_the_same_world():
    first, second = played(TEST + TEST.replace("one", "two"), ENGLISH)
    assert first.difference is None and second.difference is None and first.turns == second.turns == 2


def test_a_bug_of_the_engine_is_told_as_one(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(transcript, "advance", broken)
    one = talk("- user: hello\n- bot: x", BOT)
    assert one.difference.sentence == "botkit itself failed: ZeroDivisionError: oh"
