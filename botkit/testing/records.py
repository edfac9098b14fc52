"""What came of tests, for machines: JSON of our own, and the XML that build servers read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from botkit.bot import Bot
from botkit.problems import Place, Problem
from botkit.testing.coverage import Coverage, Point
from botkit.testing.differences import Played
from botkit.testing.reporting import origin_of, story
from botkit.testing.suite import Done

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_json(
    all_done: Sequence[Done], problems: Sequence[Problem], bot: Bot, coverage: Coverage | None, changed: Mapping[str, int]
) -> dict[str, Any]:
    """*problems* of the files that could not be played; *changed*: how many lines --update wrote into each file."""
    tests = [_test(done, played, bot) for done in all_done for played in done.played]
    told: dict[str, Any] = {
        "version": 1,
        "passed": sum(test["result"] == "passed" for test in tests),
        "failed": sum(test["result"] == "failed" for test in tests),
        "tests": tests,
        "problems": [problem.as_json() for problem in problems],
    }
    if changed:
        told["updated"] = dict(changed)
    if coverage is not None:
        told["coverage"] = _coverage(coverage)
    return told


def _test(done: Done, played: Played, bot: Bot) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": played.test.title,
        "file": done.file.name,
        "line": played.test.node.line,
        "language": played.language or played.test.language,
        "result": "passed" if played.difference is None else "failed",
        "turns": played.turns,
    }
    difference = played.difference
    if difference is not None:
        origin = origin_of(difference, bot)
        told["failure"] = {
            "line": difference.node.line,
            "turn": difference.turn,
            "message": difference.sentence,
            "expected": list(difference.expected),
            "found": list(difference.found),
            "remarks": list(difference.remarks),
            "hint": difference.hint or None,
            "before": list(difference.before),
            "origin": _place(origin) if origin is not None else None,
            "acceptable": difference.acceptable,
        }
    return told


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line}


def _coverage(coverage: Coverage) -> dict[str, Any]:
    def point(one: Point) -> dict[str, Any]:
        return {"key": one.key, "label": one.label, **_place(one.place)}

    kinds = {
        covered.kind: {
            "total": covered.total,
            "covered": covered.total - len(covered.missed),
            "percent": covered.percent,
            "missed": [point(one) for one in covered.missed],
        }
        for covered in coverage.covered()
    }
    return {**kinds, "languages": dict(coverage.languages())}


def junit(all_done: Sequence[Done], problems: Sequence[Problem], bot: Bot) -> bytes:
    """A suite a file, a case a test, each with file and line; a file with errors is a case that could not be begun."""
    root = ElementTree.Element("testsuites", name="botkit test")
    counts = [0, 0, 0, 0.0]
    for done in all_done:
        failed = len(done.failed)
        suite = _suite(root, done.file.name, len(done.played), failed, 0, sum(done.seconds))
        for played, seconds in zip(done.played, done.seconds, strict=True):
            case = _case(suite, done.file.name, played.title, played.test.node.line, seconds)
            difference = played.difference
            if difference is not None:
                inner = ElementTree.SubElement(case, "failure", message=_clean(difference.sentence), type="difference")
                inner.text = _clean("\n".join(story(played, bot)))
        counts = [counts[0] + len(done.played), counts[1] + failed, counts[2], counts[3] + sum(done.seconds)]
    for file in dict.fromkeys(problem.place.file for problem in problems):
        own = [problem for problem in problems if problem.place.file == file]
        suite = _suite(root, file, 1, 0, 1, 0.0)
        case = _case(suite, file, "the file itself", own[0].place.line, 0.0)
        inner = ElementTree.SubElement(case, "error", message=_clean(own[0].message), type=own[0].code)
        inner.text = _clean("\n".join(str(problem) for problem in own))
        counts = [counts[0] + 1, counts[1], counts[2] + 1, counts[3]]
    root.attrib |= {"tests": str(counts[0]), "failures": str(counts[1]), "errors": str(counts[2]), "time": f"{counts[3]:.3f}"}
    ElementTree.indent(root)
    body: bytes = ElementTree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body + b"\n"


def _suite(root: ElementTree.Element, name: str, tests: int, failures: int, errors: int, seconds: float) -> ElementTree.Element:
    told = {"tests": str(tests), "failures": str(failures), "errors": str(errors), "time": f"{seconds:.3f}"}
    return ElementTree.SubElement(root, "testsuite", {"name": _clean(name), **told})


def _case(suite: ElementTree.Element, file: str, name: str, line: int, seconds: float) -> ElementTree.Element:
    told = {"classname": _clean(file.removesuffix(".yaml").replace("/", ".")), "name": _clean(name), "file": _clean(file)}
    return ElementTree.SubElement(suite, "testcase", {**told, "line": str(line), "time": f"{seconds:.3f}"})


def _clean(text: str) -> str:
    """*text* without what XML cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
