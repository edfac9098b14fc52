"""botkit schema: what is printed, what is written for an editor, and what of its settings is kept."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botkit.cli.schema import refresh
from botkit.project import read_project
from botkit.schema.associations import KEY, Unreadable, associated, wanted
from tests.cli.conftest import Run

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    for part in ("flows", "templates", "locales", "actions"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "botkit.yaml", tmp_path)
    return tmp_path


def test_the_schema_of_a_flow_is_printed(botkit: Run, demo: Path) -> None:
    ran = botkit("-C", demo, "schema", "--flow", "booking")
    assert (ran.code, ran.err) == (0, "")
    schema = json.loads(ran.out)
    assert schema["title"] == "The flow booking" and schema["$schema"].endswith("draft-07/schema#")
    assert '"pick_date"' in ran.out and '"clinic.book"' in ran.out and '"front_desk"' in ran.out and '"visit_booked"' in ran.out


@pytest.mark.parametrize("kind", ["--flow", "--test", "--config", "--template", "--locale"])
def test_each_kind_of_file_has_one_which_goes_into_a_file_where_that_is_asked(botkit: Run, demo: Path, kind: str) -> None:
    printed = botkit("-C", demo, "schema", kind).out
    ran = botkit("-C", demo, "schema", kind, "-o", demo / "made" / "it.json")
    assert (ran.code, ran.out) == (0, "")
    assert (demo / "made" / "it.json").read_text("utf-8") == printed
    assert json.loads(printed)["definitions"] or kind == "--locale"


def test_without_a_kind_it_is_that_of_flows(botkit: Run, demo: Path) -> None:
    assert botkit("-C", demo, "schema").out == botkit("-C", demo, "schema", "--flow").out


def test_a_flow_that_is_not_there_is_2_as_are_two_kinds(botkit: Run, demo: Path) -> None:
    ran = botkit("-C", demo, "schema", "--flow", "bookings")
    assert ran.code == 2 and 'did you mean "booking"?' in ran.err
    assert botkit("-C", demo, "schema", "--test", "--config").code == 2
    assert botkit("-C", demo, "schema", "--vscode", "--test").code == 2


def test_a_bot_with_mistakes_has_schemas_all_the_same(botkit: Run, demo: Path) -> None:
    (demo / "flows" / "broken.yaml").write_text("steps: [\n")
    (demo / "actions" / "broken.py").write_text("import nothing_of_this_name\n")
    ran = botkit("-C", demo, "schema", "--flow", "booking")
    assert ran.code == 0 and '"broken"' in ran.out
    assert '"clinic.book"' not in ran.out  # what the broken file holds is not known, so any action will do


def test_vscode_gets_files_and_settings_once(botkit: Run, demo: Path) -> None:
    ran = botkit("-C", demo, "schema", "--vscode")
    assert ran.code == 0 and ".vscode/settings.json written" in ran.out
    made = sorted(path.name for path in (demo / ".botkit" / "schema").iterdir())
    assert made == [
        "config.json", "flow.address.json", "flow.booking.json", "flow.help.json", "flow.json", "locale.json", "template.json", "test.json",
    ]  # fmt: skip
    told = json.loads((demo / ".vscode" / "settings.json").read_text())[KEY]
    assert told["./.botkit/schema/flow.booking.json"] == ["flows/booking.yaml", "flows/booking.yml"]
    assert sorted(told) == sorted(f"./.botkit/schema/{name}" for name in made)
    assert botkit("-C", demo, "schema", "--vscode").out == "nothing has changed\n"


def test_a_flow_that_is_gone_takes_its_schema_with_it(botkit: Run, demo: Path) -> None:
    botkit("-C", demo, "schema", "--vscode")
    (demo / "flows" / "help.yaml").unlink()
    botkit("-C", demo, "schema", "--vscode")
    assert not (demo / ".botkit" / "schema" / "flow.help.json").exists()
    assert "flow.help" not in (demo / ".vscode" / "settings.json").read_text()


def test_settings_that_cannot_be_read_are_left_and_told(botkit: Run, demo: Path) -> None:
    (demo / ".vscode").mkdir()
    (demo / ".vscode" / "settings.json").write_text('{"a": ')
    ran = botkit("-C", demo, "schema", "--vscode")
    assert ran.code == 1 and "left as it is" in ran.err and KEY in json.loads(ran.out)
    assert (demo / ".vscode" / "settings.json").read_text() == '{"a": '


# ---------------------------------------------------------------- what stands in the settings already

COMMENTED = """\
// mine
{
    "editor.tabSize": 2, // two
    "yaml.schemas": {
        /* theirs */
        "https://example.com/x.json": "x.yaml",
        "./.botkit/schema/flow.gone.json": ["flows/gone.yaml"],
    },
    "files.eol": "\\n",
}
"""


def test_comments_and_the_entries_of_others_are_kept() -> None:
    entries = wanted(["booking"])
    after = associated(COMMENTED, entries)
    for kept in ("// mine", '"editor.tabSize": 2, // two', "/* theirs */", '"https://example.com/x.json": "x.yaml"', '"files.eol": "\\n",'):
        assert kept in after
    assert "gone" not in after and "flow.booking.json" in after
    assert associated(after, entries) == after


@pytest.mark.parametrize(
    "before", ["", "{}", "{\n}\n", '{"a": 1}', '{"a": 1,}', '{"yaml.schemas": {}}', '{"yaml.schemas": null, "a": [1]}']
)
def test_they_are_put_where_they_belong(before: str) -> None:
    entries = wanted(["booking", "help"])
    after = associated(before, entries)
    told = json.loads(after.replace("1,}", "1}"))
    assert told.pop(KEY) == entries
    assert told == ({} if not before.strip() else {k: v for k, v in json.loads(before.replace("1,}", "1}")).items() if k != KEY})
    assert associated(after, entries) == after


@pytest.mark.parametrize("before", ["[]", "{", '{"a" 1}', '{"a": 1}}', "{'a': 1}", '{"a": "x}', "{,}"])
def test_what_is_no_json_is_refused(before: str) -> None:
    with pytest.raises(Unreadable):
        associated(before, wanted([]))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_OTHERS = st.dictionaries(st.sampled_from(["x.json", "https://e.com/y", "./.botkit/schema/old.json", ".botkit/schema/o.json"]), _JSON)


@given(st.dictionaries(st.text(max_size=8), _JSON, max_size=4), st.none() | _OTHERS, st.sampled_from([None, 1, 2, 4, "\t"]))
def test_nothing_of_any_settings_is_lost(rest: dict[str, object], schemas: dict[str, object] | None, indent: int | str | None) -> None:
    before = {**rest, **({KEY: schemas} if schemas is not None else {})}
    entries = wanted(["a"])
    after = associated(json.dumps(before, indent=indent), entries)
    kept = {key: value for key, value in (schemas or {}).items() if not key.removeprefix("./").startswith(".botkit/schema/")}
    assert json.loads(after) == {**rest, KEY: {**kept, **entries}}
    assert associated(after, entries) == after


def test_check_watch_keeps_what_was_written_in_step_with_the_names(botkit: Run, demo: Path) -> None:
    botkit("-C", demo, "schema", "--vscode")
    made = demo / ".botkit" / "schema" / "flow.help.json"
    assert '"another"' not in made.read_text("utf-8")
    with (demo / "flows" / "help.yaml").open("a") as flow:
        flow.write("  another: {say: More., go: end}\n")
    assert ".botkit/schema/flow.help.json" in refresh(read_project(demo))
    assert '"another"' in made.read_text("utf-8") and '"help.another"' in (made.parent / "flow.booking.json").read_text("utf-8")
