"""sync: the file of a language is brought up to the flows, line by line."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botkit.locales.standing import standing
from botkit.locales.syncing import Synced, sync
from tests.locales.bots import file_of, phrases_of

BEFORE = """\
# Spanish, by Ana

# the door
main.hello.say: {en: Hello., es: "¡Hola!"}   # warm
main.menu.say:
    en: 'What would you like?'
    es: |
        ¿Qué le
        apetece?

# the end
main.bye.say: Adiós.
# nothing below
"""


def synced(before: str, texts: dict[str, str], prune: bool = False) -> tuple[str, Synced]:
    file = file_of(before)
    done = sync(file, phrases_of(texts), prune)
    again = file_of(file.text)
    sync(again, phrases_of(texts), prune)
    assert again.text == file.text, "a second time there is nothing to do"
    return file.text, done


def test_a_file_that_is_up_to_date_stays_as_it_is() -> None:
    text, done = synced(BEFORE, {"hello": "Hello.", "menu": "What would you like?", "bye": "Bye."})
    assert text == BEFORE
    assert done == Synced()


def test_what_is_new_gets_an_empty_place_behind_its_neighbour() -> None:
    text, done = synced(BEFORE, {"hello": "Hello.", "ask": "Who are you?", "menu": "What would you like?", "bye": "Bye.", "last": "Gone."})
    assert done.added == ["main.ask.say", "main.last.say"]
    assert '"¡Hola!"}   # warm\nmain.ask.say:\n  en: "Who are you?"\n  es: ""\nmain.menu.say:' in text
    assert text.endswith('main.bye.say: Adiós.\nmain.last.say:\n  en: "Gone."\n  es: ""\n# nothing below\n')
    assert text.startswith("# Spanish, by Ana\n\n# the door\n")


def test_what_has_changed_keeps_the_source_that_was_translated() -> None:
    text, done = synced(BEFORE, {"hello": "Good day.", "menu": "What would you like?", "bye": "Bye."})
    assert done.stale == ["main.hello.say"]
    assert 'main.hello.say:\n  en: "Good day."\n  es: "¡Hola!"\n  before: "Hello."\n' in text
    later, done = synced(text, {"hello": "Good morning.", "menu": "What would you like?", "bye": "Bye."})
    assert 'en: "Good morning."\n  es: "¡Hola!"\n  before: "Hello."\n' in later
    back, done = synced(later, {"hello": "Hello.", "menu": "What would you like?", "bye": "Bye."})
    assert 'main.hello.say:\n  en: "Hello."\n  es: "¡Hola!"\nmain.menu' in back
    assert done.fresh == ["main.hello.say"]


def test_a_step_that_was_renamed_takes_its_translations_along() -> None:
    text, done = synced(BEFORE, {"greet": "Hello.", "order": "What would you like?", "bye": "Bye."})
    assert done.moved == [("main.hello.say", "main.greet.say"), ("main.menu.say", "main.order.say")]
    assert text == BEFORE.replace("hello", "greet").replace("main.menu", "main.order")


def test_texts_that_change_places_change_their_keys() -> None:
    before = "main.a.say: {en: A, es: UNO}\nmain.b.say: {en: B, es: DOS}\n"
    text, done = synced(before, {"a": "B", "b": "A"})
    assert text == "main.b.say: {en: A, es: UNO}\nmain.a.say: {en: B, es: DOS}\n"
    assert done.moved == [("main.b.say", "main.a.say"), ("main.a.say", "main.b.say")]


def test_an_entry_whose_place_is_needed_is_kept_as_a_comment() -> None:
    before = "main.a.say: {en: A, es: UNO}\nmain.b.say:\n  en: B\n  es: DOS\n"
    text, done = synced(before, {"b": "A"})
    assert text == "main.b.say: {en: A, es: UNO}\n# main.b.say:\n#   en: B\n#   es: DOS\n"
    assert done.kept == ["main.b.say"]


def test_a_step_that_was_renamed_and_changed_is_moved_and_stale() -> None:
    before = "main.a.say: {en: A, es: UNO}\nmain.a.retry.say: {en: Again, es: OTRA}\n"
    file = file_of(before)
    flow = "flows/other.yaml"
    more = {flow: "steps:\n  b: {say: AA, ask: {x: text}, retry: {say: Again}}\n"}
    assert "other.b.retry.say" in phrases_of({}, more=more | {"flows/main.yaml": "steps: {x: {say: X}}"})
    sync(file, phrases_of({}, more=more | {"flows/main.yaml": "steps: {x: {say: X}}"}))
    assert 'other.b.say:\n  en: "AA"\n  es: "UNO"\n  before: "A"\n' in file.text
    assert "other.b.retry.say: {en: Again, es: OTRA}\n" in file.text


def test_what_is_gone_stays_until_it_is_dropped() -> None:
    text, done = synced(BEFORE, {"hello": "Hello.", "menu": "What would you like?"})
    assert (text, done.gone) == (BEFORE, ["main.bye.say"])
    text, done = synced(BEFORE, {"hello": "Hello.", "menu": "What would you like?"}, prune=True)
    assert (done.gone, done.dropped) == ([], ["main.bye.say"])
    assert text == BEFORE.replace("main.bye.say: Adiós.\n", "").replace("\n\n# the end", "\n# the end")


def test_a_file_that_is_not_there_is_made() -> None:
    file = file_of(None)
    assert sync(file, phrases_of({"hello": "Hello.", "n": "{{ n }}"})).added == ["main.hello.say"]
    assert file.text.splitlines()[1:] == ["main.hello.say:", '  en: "Hello."', '  es: ""']


def test_comments_within_an_entry_stay() -> None:
    before = textwrap.dedent("""\
        main.a.say:
          # as Ana says it
          en: A
          es: |
            UNO
            # no comment
    """)
    text, _ = synced(before, {"a": "B"})
    assert text == 'main.a.say:\n  en: "B"\n  es: |\n    UNO\n    # no comment\n  before: "A"\n  # as Ana says it\n'


def test_line_ends_and_the_mark_of_a_file_stay() -> None:
    file = file_of(b"\xef\xbb\xbf" + b"main.a.say: {en: A, es: UNO}\r\n")
    sync(file, phrases_of({"a": "A", "b": "B"}))
    assert file.data == b'\xef\xbb\xbfmain.a.say: {en: A, es: UNO}\r\nmain.b.say:\r\n  en: "B"\r\n  es: ""\r\n'


@pytest.mark.parametrize("text", ["", "# only a comment\n", "\n\n"])
def test_a_file_with_nothing_in_it(text: str) -> None:
    file = file_of(text)
    sync(file, phrases_of({"a": "A"}))
    assert file.text == text + 'main.a.say:\n  en: "A"\n  es: ""\n'


NAMES = st.sampled_from("abcdef")
TEXTS = st.dictionaries(NAMES, st.sampled_from(["One", "Two", "Three", "Four"]), min_size=1, max_size=5)


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, TEXTS, st.booleans())
def test_no_translation_is_ever_lost(first: dict[str, str], second: dict[str, str], third: dict[str, str], prune: bool) -> None:
    """Whatever is edited: each translation is still in the file, and beside the source that it was made from, or marked."""
    lines = [f"main.{name}.say: {{en: {text}, es: {name}-{text}}}\n" for name, text in first.items()]
    file = file_of("".join(lines))
    translations = {f"{name}-{text}" for name, text in first.items()}
    for texts in (second, third, first):
        phrases = phrases_of(texts)
        file = file_of(file.text)
        dropped = [file.entries[key].text for key in sync(file, phrases, prune).dropped]
        translations -= {node.text for node in dropped if node is not None}
        assert all(one in file.text for one in translations)
        file = file_of(file.text)
        for key, translation in file.entries.items():
            if translation.text is not None and key in phrases and translation.before is None:
                assert translation.text.text.endswith(f"-{phrases[key].source}")
        told = standing("es", phrases, file.entries)
        assert told.count("translated", "missing", "stale") == len(texts)
        assert not prune or not told.unknown
