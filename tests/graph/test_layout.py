"""Where boxes and labels stand: apart from each other, in rows, arrows from edge to edge."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botkit.graph.layers import arranged, crossings, rows, upward
from botkit.graph.layout import Joint, Layout, Size, Spot, lay_out
from botkit.graph.spacing import spread, within

SIZES = st.builds(Size, st.floats(20, 240), st.floats(20, 120))
LABELS = st.one_of(st.just(Size(0, 0)), st.builds(Size, st.floats(10, 140), st.floats(17, 60)))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Size], list[Joint]]:
    sizes = draw(st.lists(SIZES, min_size=1, max_size=12))
    box = st.integers(0, len(sizes) - 1)
    return sizes, draw(st.lists(st.builds(Joint, box, box, LABELS), max_size=24))


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_nothing_lies_on_anything_else(graph: tuple[list[Size], list[Joint]]) -> None:
    sizes, joints = graph
    laid = lay_out(sizes, joints)
    labels = [run.label for run in laid.runs if run.label.width]
    for one, other in combinations([*laid.spots, *labels], 2):
        assert not _overlap(one, other), (one, other)
    for spot in (*laid.spots, *labels):
        assert spot.x >= -0.01 and spot.y >= -0.01
        assert spot.x + spot.width <= laid.width + 0.01 and spot.y + spot.height <= laid.height + 0.01
    for spot, size in zip(laid.spots, sizes, strict=True):
        assert (spot.width, spot.height) == (size.width, size.height)


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_arrows_go_from_edge_to_edge_and_through_no_box(graph: tuple[list[Size], list[Joint]]) -> None:
    sizes, joints = graph
    laid = lay_out(sizes, joints)
    for joint, run in zip(joints, laid.runs, strict=True):
        if run.loop:
            assert joint.source == joint.dest
            continue
        for n, spot in ((0, laid.spots[joint.source]), (-1, laid.spots[joint.dest])):
            x, y = run.points[n]
            assert spot.x - 0.01 <= x <= spot.x + spot.width + 0.01
            assert min(abs(y - spot.y), abs(y - spot.y - spot.height)) < 0.01
        for (x, y), (_, end) in list(zip(run.points[::2], run.points[1::2], strict=True))[1:-1]:
            for spot in laid.spots:  # what is straight between the ends; what is bent lies between rows
                inside = spot.x + 0.01 < x < spot.x + spot.width - 0.01
                assert not (inside and min(y, end) < spot.y + spot.height and max(y, end) > spot.y), (run, spot)


def _overlap(one: Spot, other: Spot) -> bool:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across > 0.01 and down > 0.01


def test_a_line_of_boxes_is_straight() -> None:
    box = Size(100, 40)
    laid: Layout = lay_out([box] * 4, [Joint(n, n + 1, Size(40, 17)) for n in range(3)])
    assert {round(spot.x, 3) for spot in laid.spots} == {0}
    assert all(one.y + one.height < other.y for one, other in pairwise(laid.spots))
    assert {round(x, 3) for run in laid.runs for x, _ in run.points} == {50}


def test_an_arrow_back_goes_up_and_ends_at_its_box() -> None:
    laid = lay_out([Size(100, 40)] * 2, [Joint(0, 1), Joint(1, 0, Size(30, 17))])
    back = laid.runs[1]
    assert back.points[0][1] == laid.spots[1].y
    assert back.points[-1][1] == laid.spots[0].y + 40


def test_nothing_at_all() -> None:
    laid = lay_out([], [])
    assert (laid.width, laid.height, laid.spots, laid.runs) == (0, 0, (), ())


def test_what_closes_a_circle_goes_up() -> None:
    assert upward(3, [(0, 1), (1, 2), (2, 0)]) == {2}
    assert upward(2, [(1, 0), (0, 1)]) == {0}
    assert upward(3, [(0, 1), (0, 2), (1, 2)]) == set()


def test_a_box_stands_below_all_that_lead_to_it_and_near_what_it_leads_to() -> None:
    assert rows(4, [(0, 1), (1, 2), (0, 2), (3, 2)]) == [0, 1, 2, 1]


def test_arrows_that_need_not_cross_do_not() -> None:
    row = [0, 0, 1, 1]
    links = [(0, 3), (1, 2)]
    order = arranged(row, links)
    place = {node: n for inner in order for n, node in enumerate(inner)}
    assert crossings(order, [[3], [2], [], []], [place[n] for n in range(4)]) == 0
    assert crossings([[0, 1], [2, 3]], [[3], [2], [], []], [0, 1, 0, 1]) == 1


@pytest.mark.parametrize(
    ("wanted", "places"),
    [([0, 100], [0, 100]), ([0, 4], [-3, 7]), ([5, 5, 5], [-5, 5, 15]), ([10, 0], [0, 10]), ([], [])],
)
def test_neighbours_make_room_for_each_other(wanted: list[float], places: list[float]) -> None:
    assert spread(wanted, [1] * len(wanted), [10] * max(len(wanted) - 1, 0)) == places


@given(st.lists(st.floats(-500, 500), max_size=9).map(sorted), st.floats(0, 80))
def test_places_at_an_edge_stay_on_it(wanted: list[float], reach: float) -> None:
    found = within(wanted, -reach, reach, 16)
    assert all(-reach - 0.01 <= x <= reach + 0.01 for x in found)
    gap = min(16, 2 * reach / (len(found) - 1)) if len(found) > 1 else 0
    assert all(other - one >= gap - 0.01 for one, other in pairwise(found))
