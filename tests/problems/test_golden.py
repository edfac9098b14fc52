"""What `botkit check` says, word for word: <case>.yaml beside <case>.txt. BOTKIT_UPDATE=1 writes the second anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from botkit.problems import edited
from tests.problems.case import checked, files_of, read, shown, write
from tests.problems.codes import codes

HERE = Path(__file__).parent
CASES = sorted(path.stem for path in HERE.glob("*.yaml"))
# What no file of a case can bring about.
BEYOND = {
    "libyaml": "PyYAML without libyaml",
    "unreadable-file": "a file that its owner may not read",
    "no-settings": "a folder without botkit.yaml",
    "missing-extra": "it depends on what is installed",
    "pattern": "the engine of patterns is an extra",
    "too-big": "a file of more than a MiB",
    "too-tangled": "a flow of hundreds of steps that lead anywhere",
}


@pytest.mark.parametrize("case", CASES)
def test_a_case_reads_as_it_did(case: str, tmp_path: Path) -> None:
    project = checked(_text(case), tmp_path)
    said = shown(list(project.problems), project.texts)
    golden = HERE / f"{case}.txt"
    if os.environ.get("BOTKIT_UPDATE"):
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_a_fix_makes_its_report_go_away(case: str, tmp_path: Path) -> None:
    text = _text(case)
    files = files_of(text)
    for number, problem in enumerate(checked(text, tmp_path / "before").problems):
        if not problem.fix:
            continue
        (file,) = {edit.place.file for edit in problem.fix}
        folder = write(text, tmp_path / str(number))
        (folder / file).write_text(edited(files[file], problem.fix), encoding="utf-8")
        left = read(folder).problems
        assert (problem.code, problem.place.line) not in {(p.code, p.place.line) for p in left if p.place.file == file}


@pytest.mark.parametrize("code", sorted(set(codes()) - set(BEYOND)))
def test_every_code_has_its_case(code: str) -> None:
    said = "\n".join(path.read_text(encoding="utf-8") for path in HERE.glob("*.txt"))
    assert f"[{code}]" in said, f"{code} ({codes()[code]}) has no case: write tests/problems/{code}.yaml"


def test_a_case_of_a_code_reports_it() -> None:
    for case in CASES:
        if case in codes():
            assert re.search(rf"(error|warning)\[{case}\]", (HERE / f"{case}.txt").read_text(encoding="utf-8")), case


def _text(case: str) -> str:
    return (HERE / f"{case}.yaml").read_bytes().decode("utf-8", "surrogateescape")
