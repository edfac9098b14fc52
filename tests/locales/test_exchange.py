"""To translators and back: nothing changes by itself, what is translated is taken, what cannot be right is refused."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botkit.expressions import Scope, Text, parse_text
from botkit.locales import Phrase, po, table
from botkit.locales.counted import apart, together
from botkit.locales.file import LocaleFile
from botkit.locales.rows import Row, Unreadable, rows_of
from botkit.locales.taking import Taken, take
from botkit.plurals import plural
from tests.expressions.test_texts import NOW
from tests.locales.bots import file_of, phrases_of

Way = Callable[[LocaleFile, dict[str, Phrase]], list[Row]]


def by_po(file: LocaleFile, phrases: dict[str, Phrase]) -> list[Row]:
    code, rows = po.read(po.write(rows_of(file.code, "en", phrases, file.entries, True), file.code, "en"))
    assert code == file.code
    return rows


def by_csv(file: LocaleFile, phrases: dict[str, Phrase]) -> list[Row]:
    code, rows = table.read(table.write(rows_of(file.code, "en", phrases, file.entries, False), file.code, "en"), (file.code,), "en")
    assert code == file.code
    return rows


WAYS = pytest.mark.parametrize("way", [by_po, by_csv])

# ---- whatever is written

_SIGNS = st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp"), blacklist_characters="{}\ufeff\ufffe\uffff\xa0")
_WORDS = st.one_of(
    st.text(_SIGNS, min_size=1, max_size=8), st.sampled_from(["\n", "\t", "- ", "=", '"', "'", "\\", "\\n", "# ", ": ", "@", ","])
)
_HOLES = st.sampled_from(["{{ n }}", "{{ contact.name }}", "{{ n | number }}"])
_PLURALS = {
    "en": ["{{ n | plural('visit', 'visits') }}", "{{ n|plural(\"a dog's\", n ~ ' dogs') }}"],
    "es": ["{{ n | plural('visita', 'visitas') }}", "{{ n | plural('una', n ~ ' de ' ~ contact.name) }}"],
    "ru": ["{{ n | plural('визит', 'визита', 'визитов') }}"],
    "ja": ["{{ n | plural('回') }}"],
    "ar": ["{{ n | plural('a', 'b', 'c', 'd', 'e', 'f') }}"],
}


def texts(code: str) -> st.SearchStrategy[str]:
    pieces = st.one_of(_WORDS, _WORDS, _WORDS, _HOLES, st.sampled_from(_PLURALS[code]))
    said = st.lists(pieces, min_size=1, max_size=6).map("".join)
    return said.filter(lambda text: bool(text.strip()) and not text.lstrip().startswith("=") and isinstance(parse_text(text), Text))


@st.composite
def files(draw: st.DrawFn) -> tuple[LocaleFile, dict[str, Phrase]]:
    """A bot, and what there is of its translation."""
    code = draw(st.sampled_from(sorted(_PLURALS.keys() - {"en"})))
    phrases = phrases_of(draw(st.dictionaries(st.sampled_from("abcdef"), texts("en"), min_size=1, max_size=4)), code)
    file = file_of(None, code)
    for key, phrase in phrases.items():
        text = draw(st.one_of(st.just(""), texts(code), texts(code)))
        source, before = draw(st.sampled_from([(phrase.source, None), ("Other.", None), (phrase.source, "Other.")]))
        file.put(key, source, text, before, key)
    return file_of(file.data, code), phrases


@WAYS
@settings(max_examples=200, deadline=None)
@given(files())
def test_there_and_back_changes_nothing(way: Way, made: tuple[LocaleFile, dict[str, Phrase]]) -> None:
    file, phrases = made
    before = file.text
    done = take(file, way(file, phrases), phrases)
    assert (file.text, done.taken, done.stale, done.refused) == (before, [], [], [])


@WAYS
@settings(max_examples=150, deadline=None)
@given(files())
def test_a_whole_translation_comes_back_word_by_word(way: Way, made: tuple[LocaleFile, dict[str, Phrase]]) -> None:
    """Sent to somebody who has nothing of it, and who translates each text into itself, with the values of the source."""
    file, phrases = made
    filled = file_of(None, file.code)
    for key, phrase in phrases.items():
        text, forms = phrase.source, plural(file.code).whole
        for told, shown in zip(_PLURALS["en"], ("", "n ~ "), strict=True):
            text = text.replace(told, f"{{{{ n | plural({', '.join(f'{shown}{form!r}' for form in forms)}) }}}}")
        filled.put(key, phrase.source, text, None, key)
    filled = file_of(filled.data, file.code)
    wanted = {key: entry.text.text.rstrip() for key, entry in filled.entries.items() if entry.text is not None}
    empty = file_of(None, file.code)
    done = take(empty, way(filled, phrases), phrases)
    assert done.refused == []
    got = {key: entry.text.text.rstrip() for key, entry in file_of(empty.data, file.code).entries.items() if entry.text is not None}
    for key, text in wanted.items():
        assert got[key] == text or apart(got[key], file.code) == apart(text, file.code)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["es", "ru", "ar"]), st.data())
def test_forms_that_are_put_together_read_as_they_did(code: str, data: st.DataObject) -> None:
    forms = plural(code).whole
    words = st.lists(st.one_of(_WORDS, st.just("{{ n }}")), min_size=1, max_size=5).map("".join)
    told = tuple(data.draw(words.filter(lambda text: bool(text.strip()) and "plural" not in text)) for _ in forms)
    text = parse_text(together(told, "n"))
    assert isinstance(text, Text), text
    for form, number in zip(told, plural(code).samples, strict=True):
        alone = parse_text(form)
        assert isinstance(alone, Text)
        scope = Scope({"n": number}, {}, language="en", written=code, now=NOW)
        assert text.render(scope).rstrip("\n") == alone.render(scope).rstrip("\n")


# ---- one by one

PHRASES = {
    "hello": "Hello {{ contact.name }}.",
    "told": "You have {{ n }} {{ n | plural('visit', 'visits') }} left.",
    "bye": "Bye.\nCome back.",
}
TEMPLATE = {"templates/booked.yaml": "category: utility\nbody: Your visit {{1}} is on {{2}} at ten.\nexample: [V7, Monday]\n"}
FILE = """\
main.hello.say: {en: "Hello {{ contact.name }}.", es: "Hola, {{ contact.name }}."}
main.bye.say: {en: Bye., es: Adiós.}
"""


def imported(text: str, before: str = FILE, code: str = "es") -> tuple[str, Taken]:
    file = file_of(before, code)
    _, rows = po.read(text)
    done = take(file, rows, phrases_of(PHRASES, code, TEMPLATE))
    return file.text, done


def test_a_po_file_reads_like_one() -> None:
    phrases = phrases_of(PHRASES, "ru", TEMPLATE)
    rows = rows_of("ru", "en", phrases, file_of(FILE.replace("es:", "ru:"), "ru").entries, True)
    assert po.write(rows, "ru", "en").partition("\n\n")[2] == (
        '#: flows/main.yaml:3\nmsgctxt "main.hello.say"\nmsgid "Hello {{ contact.name }}."\nmsgstr "Hola, {{ contact.name }}."\n\n'
        '#: flows/main.yaml:4\nmsgctxt "main.told.say"\n'
        'msgid "You have {{ n }} visit left."\nmsgid_plural "You have {{ n }} visits left."\n'
        'msgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""\n\n'
        '#: flows/main.yaml:5\n#, fuzzy\n#| msgid "Bye."\nmsgctxt "main.bye.say"\nmsgid ""\n"Bye.\\n"\n"Come back."\nmsgstr "Adiós."\n\n'
        '#: templates/booked.yaml:2\nmsgctxt "templates.booked.body"\nmsgid "Your visit {{1}} is on {{2}} at ten."\nmsgstr ""\n'
    )


def test_forms_of_a_plural_become_one_text() -> None:
    text, done = imported("""
        msgctxt "main.told.say"
        msgid "You have {{ n }} visit left."
        msgid_plural "You have {{ n }} visits left."
        msgstr[0] "Le queda una visita."
        msgstr[1] "Le quedan {{ n }} visitas."
    """)
    assert done.taken == ["main.told.say"]
    assert "  es: \"Le {{ n | plural('queda una visita', 'quedan ' ~ n ~ ' visitas') }}.\"\n" in text


HELLO = 'msgctxt "main.hello.say"\nmsgid "Hello {{ contact.name }}."\nmsgstr '
TOLD = 'msgctxt "main.told.say"\nmsgid "You have {{ n }} visit left."\nmsgid_plural "You have {{ n }} visits left."\n'
RAW = "msgctxt \"main.told.say\"\nmsgid \"You have {{ n }} {{ n | plural('visit', 'visits') }} left.\"\nmsgstr "
BODY = 'msgctxt "templates.booked.body"\nmsgid "Your visit {{1}} is on {{2}} at ten."\nmsgstr '


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (HELLO + '"Hola."', "this translation lacks contact.name, which the source text has"),
        (HELLO + '"Hola {{ contact.name }} {{ n }}."', "this translation has n, which the source text has not"),
        (HELLO + '"Hola {{ contact.name ."', 'this translation cannot be read: this "{{" is never closed'),
        ('msgctxt "main.helo.say"\nmsgid "Hello."\nmsgstr "Hola."', 'no text has the key "main.helo.say"'),
        ('msgid "Hello."\nmsgstr "Hola."', "this text has no key: it stands in msgctxt"),
        (TOLD + 'msgstr[0] "{{ n }}"\nmsgstr[1] ""', "es has 2 forms, as for 1, 2; all of them are needed"),
        (TOLD + 'msgstr[0] "una"\nmsgstr[1] "varias"', "this translation lacks n, which the source text has"),
        (RAW + "\"{{ n }}{{ n | plural('a') }}\"", "es has 2 forms of a plural, as for 1, 2"),
        (BODY + '"Su visita {{1}} es el lunes."', "this translation lacks {{2}}, which the source text has"),
        (BODY + '"Su visita {{1}} es el {{2}}: {{3}}."', "this translation has {{3}}, which the source text has not"),
        (
            'msgctxt "main.bye.say"\nmsgid "Bye.\\nCome back."\nmsgstr "Adi\\007os."',
            "this translation holds an invisible character (code 7)",
        ),
    ],
)
def test_what_cannot_be_right_is_refused_and_the_rest_is_taken(entry: str, told: str) -> None:
    good = '\n\nmsgctxt "main.bye.say"\nmsgid "Bye.\\nCome back."\nmsgstr "Adiós.\\nVuelva."\n'
    text, done = imported(f"# a comment\n\n{entry}{good}")
    assert done.refused == [(3, told)]
    assert done.taken == ["main.bye.say"]
    assert "main.bye.say:\n  en: |-\n    Bye.\n    Come back.\n  es: |-\n    Adiós.\n    Vuelva.\n" in text
    assert text.startswith(FILE.splitlines()[0])


def test_a_source_that_has_changed_meanwhile_leaves_a_mark() -> None:
    text, done = imported('msgctxt "main.hello.say"\nmsgid "Hi {{ contact.name }}."\nmsgstr "Buenas, {{ contact.name }}."')
    assert done.stale == ["main.hello.say"]
    assert 'es: "Buenas, {{ contact.name }}."\n  before: "Hi {{ contact.name }}."\n' in text


def test_what_was_stale_is_right_once_somebody_says_so() -> None:
    entry = 'msgctxt "main.bye.say"\nmsgid "Bye.\\nCome back."\nmsgstr "Adiós."'
    assert imported(f"#, fuzzy\n{entry}")[0] == FILE
    text, done = imported(entry)
    assert done.taken == ["main.bye.say"]
    assert file_of(text).entries["main.bye.say"].before is None and "Come back." in text


def test_a_template_is_translated_like_everything_else() -> None:
    text, _ = imported(
        'msgctxt "templates.booked.body"\nmsgid "Your visit {{1}} is on {{2}} at ten."\nmsgstr "El {{2}} es su visita {{1}}."'
    )
    assert text.endswith('templates.booked.body:\n  en: "Your visit {{1}} is on {{2}} at ten."\n  es: "El {{2}} es su visita {{1}}."\n')


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_spreadsheet_may_separate_as_it_likes_and_order_its_columns(separator: str) -> None:
    text = (
        separator.join(["es", "note", "key", "en"])
        + "\r\n"
        + separator.join(['"Adiós.\r\nVuelva."', "x", "main.bye.say", '"Bye.\nCome back."'])
    )
    code, rows = table.read(text, ("es", "de"), "en")
    assert code == "es"
    done = take(file_of(FILE), rows, phrases_of(PHRASES))
    assert (done.taken, done.refused) == (["main.bye.say"], [])


def test_no_cell_is_taken_for_a_formula() -> None:
    phrases = phrases_of({"a": "-5 degrees", "b": "'-' is a dash", "c": "@home"})
    lines = table.write(rows_of("es", "en", phrases, {}, False), "es", "en").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["'-5 degrees", "''-' is a dash", "'@home"]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('msgid "a"\nmsgstr "b"\nnonsense\n', 3, "this is no line of a PO file"),
        ('"a"\n', 1, "this text belongs to no entry"),
        ('msgctxt "a"\nmsgstr "b"\n', 1, "this entry has no msgid"),
        ('msgid "a"\nmsgstr "b"\nmsgstr "c"\n', 3, "this entry has msgstr twice"),
        ('msgid "a\n', 1, "this is no line of a PO file"),
    ],
)
def test_what_is_no_po_file_is_told_with_its_line(text: str, line: int, told: str) -> None:
    with pytest.raises(Unreadable) as raised:
        po.read(text)
    assert (raised.value.line, raised.value.told) == (line, told)


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("", 1, 'there is no column "key"; the first line holds the names of the columns'),
        ("key,es\n", 1, 'there is no column "en"; the first line holds the names of the columns'),
        ('key,en,es\na,"b"c,d\n', 2, "this is no line of a CSV file: ',' expected after '\"'"),
    ],
)
def test_what_is_no_table_is_told_with_its_line(text: str, line: int, told: str) -> None:
    with pytest.raises(Unreadable) as raised:
        table.read(text, ("es",), "en")
    assert (raised.value.line, raised.value.told) == (line, told)


def test_crossed_out_entries_and_old_sources_are_passed_over() -> None:
    _, rows = po.read(
        '#~ msgid "old"\n#~ msgstr "viejo"\n\n#| msgid "was"\n#, c-format, fuzzy\nmsgctxt "k"\nmsgid ""\n"a\\t"\n"b\\101"\nmsgstr "c"\n'
    )
    assert [(row.key, row.source, row.text, row.guess) for row in rows] == [("k", ("a\tbA",), ("c",), True)]


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext is not installed")
@settings(max_examples=15, deadline=None)
@given(files())
def test_gettext_takes_the_files(made: tuple[LocaleFile, dict[str, Phrase]]) -> None:
    file, phrases = made
    text = po.write(rows_of(file.code, "en", phrases, file.entries, True), file.code, "en")
    told = subprocess.run(["msgfmt", "--check-header", "--check-domain", "-o", "/dev/null", "-"], input=text.encode(), capture_output=True)
    assert told.returncode == 0, told.stderr.decode() + text
