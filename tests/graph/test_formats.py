"""Pictures as they are written: text and Mermaid to the letter, the others by what they hold."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from botkit.graph import FORMATS
from botkit.graph.dot import quoted
from botkit.graph.fonts import width, wrapped
from tests.graph.clinics import CLINIC, ODD, pictures

HERE = Path(__file__).parent
BOTS = {"clinic": CLINIC, "odd": ODD}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("form", ["text", "mermaid"])
@pytest.mark.parametrize("name", BOTS)
def test_to_the_letter(name: str, form: str) -> None:
    golden = HERE / f"{name}.{'txt' if form == 'text' else 'mmd'}"
    assert FORMATS[form](pictures(BOTS[name])) == golden.read_text("utf-8")


@pytest.mark.parametrize("name", BOTS)
def test_mermaid_holds_nothing_that_ends_a_label(name: str) -> None:
    for line in FORMATS["mermaid"](pictures(BOTS[name])).splitlines():
        assert line.count('"') in (0, 2), line
        for label in re.findall(r'"(.*)"', line):
            assert not re.search(r"<(?!br/>|/?b>)|`|\\", label), line


@pytest.mark.parametrize("name", BOTS)
def test_mermaid_and_dot_name_every_box_once(name: str) -> None:
    drawn = pictures(BOTS[name])
    boxes = sum(len(picture.boxes) for picture in drawn)
    mermaid = re.findall(r"^ +(\w+)[\[({]", FORMATS["mermaid"](drawn), re.MULTILINE)
    assert len(mermaid) == len(set(mermaid)) == boxes
    dot = re.findall(r'^ +("(?:[^"\\]|\\.)*") \[', FORMATS["dot"](drawn), re.MULTILINE)
    assert len(dot) == len(set(dot)) == boxes


@pytest.mark.parametrize("name", BOTS)
def test_the_strings_of_dot_are_closed(name: str) -> None:
    rest = re.sub(r'"(?:[^"\\\n]|\\.)*"', "", FORMATS["dot"](pictures(BOTS[name])))
    assert '"' not in rest and "<" not in rest and "\\" not in rest
    assert rest.count("{") == rest.count("}") and rest.count("[") == rest.count("]")


def test_dot_keeps_what_the_author_wrote() -> None:
    assert quoted('a "b" \\ c\nd') == '"a \\"b\\" \\\\ c\\nd"'


@pytest.mark.parametrize("name", BOTS)
def test_svg_holds_every_box_and_every_label(name: str) -> None:
    for picture in pictures(BOTS[name]):
        root = ElementTree.fromstring(FORMATS["svg"]([picture]))
        boxes = {group.get("data-box"): _words(group) for group in root.iter(f"{SVG}g") if group.get("data-box")}
        assert boxes.keys() == {box.id for box in picture.boxes}
        for box in picture.boxes:
            assert _joined(box.title) in boxes[box.id]
            assert _joined(box.wrong) in boxes[box.id]
            assert _joined(box.template) in boxes[box.id]
        labels = [(g.get("data-from"), g.get("data-to"), _words(g)) for g in root.iter(f"{SVG}g") if g.get("data-from")]
        for arrow in picture.arrows:
            told = "".join(text for source, dest, text in labels if (source, dest) == (arrow.source, arrow.dest))
            for label in arrow.labels:
                assert _joined(label) in told
        assert len(list(root.iter(f"{SVG}path"))) >= len(picture.arrows)


@pytest.mark.parametrize("name", BOTS)
def test_boxes_and_labels_of_svg_do_not_overlap(name: str) -> None:
    for picture in pictures(BOTS[name]):
        root = ElementTree.fromstring(FORMATS["svg"]([picture]))
        wide, high = float(root.get("width", "0")), float(root.get("height", "0"))
        areas = [_area(group) for group in root.iter(f"{SVG}g") if group.get("data-box") or group.get("data-from")]
        for one, other in combinations(areas, 2):
            assert one[2] <= other[0] + 0.2 or other[2] <= one[0] + 0.2 or one[3] <= other[1] + 0.2 or other[3] <= one[1] + 0.2
        assert all(left >= 0 and top >= 0 and right <= wide and bottom <= high for left, top, right, bottom in areas)


def test_svg_marks_waits_templates_and_what_is_wrong() -> None:
    classes = {}
    for picture in [*pictures(CLINIC), *pictures(ODD)]:
        root = ElementTree.fromstring(FORMATS["svg"]([picture]))
        boxes = (group for group in root.iter(f"{SVG}g") if group.get("data-box"))
        classes.update({(picture.flow, group.get("data-box")): group.get("class") for group in boxes})
    assert classes["booking", "menu"] == "ask waits"
    assert classes["booking", "remind"] == "ask waits sent"
    assert classes["stuck", "ask"] == "ask waits wrong"
    assert classes["booking", "book"] == "run"


def test_all_flows_are_one_svg() -> None:
    root = ElementTree.fromstring(FORMATS["svg"](pictures(CLINIC)))
    assert [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "name"] == ["booking", "hours"]


class Page(HTMLParser):
    """Links, ids and tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.links += [value for name in ("href", "src") if (value := given.get(name)) is not None]
        self.ids += [value for value in [given.get("id")] if value is not None]


@pytest.mark.parametrize("name", BOTS)
def test_html_is_one_file_whose_links_lead_somewhere(name: str) -> None:
    drawn = pictures(BOTS[name])
    written = FORMATS["html"](drawn)
    page = Page(written)
    assert "script" not in page.tags and "img" not in page.tags
    assert all(link.removeprefix("#") in page.ids for link in page.links)
    assert {f"flow-{picture.flow}" for picture in drawn} <= set(page.ids)
    assert "<now>" not in written and '<b>"you"' not in written


def test_html_follows_a_flow_that_is_left() -> None:
    page = Page(FORMATS["html"](pictures(CLINIC)))
    assert page.links.count("#flow-hours") == 3  # the list, the digression, and the way out


def test_texts_are_broken_where_they_are_too_wide() -> None:
    lines = wrapped("Which day suits you? For example the 24th of June.", 120, 11)
    assert " ".join(lines) == "Which day suits you? For example the 24th of June."
    assert len(lines) > 2 and all(width(line, 11) <= 120 for line in lines)
    assert "".join(wrapped("x" * 100, 80, 11)) == "x" * 100
    assert wrapped("", 80, 11) == []


def _words(group: ElementTree.Element) -> str:
    return "".join("".join(text.itertext()) for text in group.iter(f"{SVG}text")).replace(" ", "")


def _joined(text: str) -> str:
    """Without blanks: lines are broken in the picture."""
    return "".join(text.split())


def _area(group: ElementTree.Element) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the first shape of a group."""
    shape = next(one for one in group.iter() if one.tag in (f"{SVG}rect", f"{SVG}polygon"))
    if shape.tag == f"{SVG}polygon":
        points = [tuple(map(float, pair.split(","))) for pair in shape.get("points", "").split()]
        xs, ys = [x for x, _ in points], [y for _, y in points]
    else:
        x, y, wide, high = (float(shape.get(name, "0")) for name in ("x", "y", "width", "height"))
        xs, ys = [x, x + wide], [y, y + high]
    return min(xs), min(ys), max(xs), max(ys)
