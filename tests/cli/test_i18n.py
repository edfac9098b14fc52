"""botkit i18n, called as a person calls it: a bot is translated, changed, and translated again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

SETTINGS = "botkit: 1\nstart: main\nlanguages: [en, es, de]\ntimezone: Europe/Madrid\n"
FLOW = """\
steps:
  hello:
    say: "Hello {{ contact.name }}."
  visits:
    say: How many visits?
    ask: {n: integer}
  done:
    say: "{{ n }} {{ n | plural('visit', 'visits') }}."
    go: end
"""
SPANISH = """\
# by Ana
main.hello.say: {en: "Hello {{ contact.name }}.", es: "Hola, {{ contact.name }}."}
main.visits.say: {en: How many visits?, es: ¿Cuántas visitas?}
"""


@pytest.fixture
def tongues(bot: Path) -> Path:
    """A bot in three languages; a little of it is in Spanish."""
    (bot / "botkit.yaml").write_text(SETTINGS)
    (bot / "flows" / "main.yaml").write_text(FLOW)
    (bot / "locales").mkdir()
    (bot / "locales" / "es.yaml").write_text(SPANISH)
    return bot


def test_status_tells_how_far_each_language_is(botkit: Run, tongues: Path) -> None:
    ran = botkit("-C", tongues, "i18n", "status")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "language    texts  translated  missing  stale  other values    done",
        "es              3           2        1      0             0    66 %",
        "de              3           0        3      0             0     0 %",
        "es, missing: main.done.say",
        "de, missing: main.hello.say, main.visits.say, main.done.say",
    ]
    assert botkit("-C", tongues, "i18n", "status", "--strict").code == 1


def test_status_as_json_has_the_keys(botkit: Run, tongues: Path) -> None:
    (tongues / "locales" / "es.yaml").write_text(
        SPANISH.replace("Hola, {{ contact.name }}", "Hola").replace("many visits?,", "many?,") + "main.x: y\n"
    )
    told = json.loads(botkit("-C", tongues, "--json", "i18n", "status", "es").out)
    assert told == {
        "version": 1,
        "languages": [
            {
                "language": "es", "texts": 3, "translated": 0, "percent": 0, "missing": ["main.done.say"], "stale": ["main.visits.say"],
                "other_values": ["main.hello.say"], "faulty": [], "unknown": ["main.x"],
            }
        ],
    }  # fmt: skip


def test_a_bot_is_translated(botkit: Run, tongues: Path) -> None:
    ran = botkit("-C", tongues, "i18n", "sync")
    assert (ran.code, ran.out) == (0, "locales/es.yaml: 1 added\nlocales/de.yaml: 3 added\n")
    assert (tongues / "locales" / "es.yaml").read_text().startswith(SPANISH + "main.done.say:\n")
    assert "warning[missing-translation]" in botkit("-C", tongues, "check").out
    ran = botkit("-C", tongues, "i18n", "export", "es", "-o", "es.po")
    assert ran.err == "es.po: 3 texts, 1 without a translation\n"
    po = (tongues / "es.po").read_text()
    (tongues / "es.po").write_text(
        po.replace('msgstr[0] ""', 'msgstr[0] "{{ n }} visita."').replace('msgstr[1] ""', 'msgstr[1] "{{ n }} visitas."')
    )
    ran = botkit("-C", tongues, "i18n", "import", tongues / "es.po")
    assert (ran.code, ran.out, ran.err) == (0, "locales/es.yaml: 1 taken, 2 as they were\n", "")
    assert "es: \"{{ n }} {{ n | plural('visita', 'visitas') }}.\"" in (tongues / "locales" / "es.yaml").read_text()
    ran = botkit("-C", tongues, "i18n", "status", "es", "--strict")
    assert (ran.code, ran.out.splitlines()[1][-5:]) == (0, "100 %")


def test_a_spreadsheet_goes_there_and_back(botkit: Run, tongues: Path) -> None:
    botkit("-C", tongues, "i18n", "export", "de", "--bom", "-o", "de.csv")
    data = (tongues / "de.csv").read_bytes()
    assert data.startswith("\ufeffkey,en,de,state,place\r\n".encode())
    wide = data.decode("utf-8-sig").replace("How many visits?,,missing", "How many visits?,Wie viele Besuche?,")
    (tongues / "de.csv").write_bytes(wide.replace(",", ";").replace("'visit'; ", "'visit', ").encode("utf-16"))
    ran = botkit("-C", tongues, "i18n", "import", "de.csv")
    assert (ran.code, ran.out) == (0, "locales/de.yaml: 1 taken, 2 not translated\n")
    assert (
        (tongues / "locales" / "de.yaml").read_text().endswith('main.visits.say:\n  en: "How many visits?"\n  de: "Wie viele Besuche?"\n')
    )


def test_what_is_refused_is_told_with_its_line_and_the_rest_is_taken(botkit: Run, tongues: Path) -> None:
    rows = "key,en,de\nmain.hello.say,Hello {{ contact.name }}.,Hallo.\nmain.visits.say,How many visits?,Wie viele?\n"
    (tongues / "de.csv").write_text(rows)
    ran = botkit("-C", tongues, "i18n", "import", "de.csv", "--dry-run")
    assert (ran.code, ran.out) == (1, "locales/de.yaml: 1 taken, 1 refused\n")
    assert ran.err == "de.csv:2: refused: this translation lacks contact.name, which the source text has\n"
    assert not (tongues / "locales" / "de.yaml").exists()
    botkit("-C", tongues, "i18n", "import", "de.csv")
    assert "Wie viele?" in (tongues / "locales" / "de.yaml").read_text()


def test_what_is_gone_is_dropped_only_when_it_is_said(botkit: Run, tongues: Path) -> None:
    (tongues / "flows" / "main.yaml").write_text(FLOW.replace('  hello:\n    say: "Hello {{ contact.name }}."\n', ""))
    ran = botkit("-C", tongues, "i18n", "sync", "es")
    assert ran.out.splitlines()[1] == "  no text has this key; --prune drops it: main.hello.say"
    assert "main.hello.say" in (tongues / "locales" / "es.yaml").read_text()
    assert botkit("-C", tongues, "i18n", "sync", "es", "--prune", "--dry-run").out == "locales/es.yaml: 1 dropped\n"
    assert botkit("-C", tongues, "i18n", "sync", "es", "--prune").out == "locales/es.yaml: 1 dropped\n"
    assert "main.hello.say" not in (tongues / "locales" / "es.yaml").read_text()
    assert botkit("-C", tongues, "i18n", "sync", "es").out == "locales/es.yaml: nothing to do\n"


def test_a_step_that_is_renamed_by_hand(botkit: Run, tongues: Path) -> None:
    (tongues / "flows" / "main.yaml").write_text(FLOW.replace("  visits:", "  count:"))
    ran = botkit("-C", tongues, "i18n", "sync", "es")
    assert ran.out.splitlines() == ["locales/es.yaml: 1 added, 1 moved", "  main.visits.say → main.count.say"]
    assert SPANISH.replace("main.visits", "main.count") in (tongues / "locales" / "es.yaml").read_text()


@pytest.mark.parametrize("what", [("sync",), ("export", "es"), ("import", "es.po"), ("status",)])
def test_a_bot_that_cannot_be_read_whole_is_left_alone(botkit: Run, tongues: Path, what: tuple[str, ...]) -> None:
    (tongues / "es.po").write_text('msgctxt "main.hello.say"\nmsgid "Hello {{ contact.name }}."\nmsgstr "Buenas {{ contact.name }}."\n')
    (tongues / "flows" / "main.yaml").write_text(FLOW.replace("    ask:", "    aks:"))
    ran = botkit("-C", tongues, "i18n", *what)
    assert ran.code == 3 and "this bot has errors, so its texts are not all known" in ran.err
    assert (tongues / "locales" / "es.yaml").read_text() == SPANISH


def test_a_file_of_a_language_that_cannot_be_read_is_left_alone(botkit: Run, tongues: Path) -> None:
    broken = SPANISH + 'main.done.say: {en: "x\n'
    (tongues / "locales" / "es.yaml").write_text(broken)
    ran = botkit("-C", tongues, "i18n", "sync")
    assert ran.code == 3 and "locales/es.yaml:4:" in ran.err
    assert (tongues / "locales" / "es.yaml").read_text() == broken and not (tongues / "locales" / "de.yaml").exists()


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        (("status", "ess"), 2, '"ess" is not a language of this bot\ndid you mean "es"?\n'),
        (("sync", "en"), 2, "en is the language that the flows are written in: there is nothing to translate\n"),
        (("import", "x.txt"), 2, "x.txt ends neither with .po nor with .csv\nname its form: --format po, or --format csv\n"),
        (("import", "x.po"), 2, "x.po cannot be read: No such file or directory\n"),
        (("import", "latin.csv"), 2, 'latin.csv is not written in UTF-8\nsave it as "CSV UTF-8", or with the encoding UTF-8\n'),
        (("import", "bad.po"), 2, "bad.po:1: this is no line of a PO file\n"),
        (("import", "none.po"), 2, "none.po does not tell which language it is in\nname it: --lang, with one of es, de\n"),
    ],
)
def test_what_is_wrong_with_a_call_is_told(botkit: Run, tongues: Path, line: tuple[str, ...], code: int, told: str) -> None:
    (tongues / "latin.csv").write_bytes("key,en,es\na,b,c\xf1\n".encode("latin-1"))
    (tongues / "bad.po").write_text("bad\n")
    (tongues / "none.po").write_text('msgid "a"\nmsgstr "b"\n')
    ran = botkit("-C", tongues, "i18n", *line)
    assert ran.code == code and ran.err.replace(f"{tongues}/", "") == told


def test_a_bot_of_one_language_has_nothing_to_translate(botkit: Run, bot: Path) -> None:
    assert botkit("-C", bot, "i18n", "status").out.startswith("this bot speaks one language")
