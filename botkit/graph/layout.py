"""Where the boxes of a picture stand and how its arrows run: in rows from top to bottom, labels between the rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import inf

from msgspec import Struct

from botkit.graph.layers import arranged, rows, upward
from botkit.graph.spacing import spread, within

Point = tuple[float, float]

ACROSS = 18.0  # between neighbours in a row
THROUGH = 10.0  # around an arrow that passes through a row
GAP = 18.0  # from a row to the labels below it, at least
STUB = 7.0  # that an arrow goes straight before it bends
CORNER = 18.0  # of a box, where no arrow begins or ends
BESIDE = 16.0  # between arrows at the same side of a box
LOOP = 26.0  # how far an arrow from a box to itself stands out
_ROUNDS = 8


class Size(Struct, frozen=True):
    width: float
    height: float


class Joint(Struct, frozen=True):
    """An arrow to be placed: from box to box, by number; the size of its label, 0 for none."""

    source: int
    dest: int
    label: Size = Size(0, 0)


class Spot(Struct, frozen=True):
    """A rectangle, by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


class Run(Struct, frozen=True):
    """An arrow: its points from tail to head, straight up or down between (2n-1, 2n) and bent between (2n, 2n+1); and its label's spot.

    *loop*: it leads back to its own box, around the right side; then there are two points.
    """

    points: tuple[Point, ...]
    label: Spot
    loop: bool = False


class Layout(Struct, frozen=True):
    width: float
    height: float
    spots: tuple[Spot, ...]  # of the boxes, in their order
    runs: tuple[Run, ...]  # of the joints, in their order


def lay_out(sizes: Sequence[Size], joints: Sequence[Joint]) -> Layout:
    """Place boxes of these *sizes* and the arrows between them; everything is at 0 or right of and below it."""
    return _Table(sizes, joints).layout()


class _Table:
    """A layout under way. Nodes are the boxes, and behind them the places where arrows pass a row; labels have rows of their own, so
    that there is an odd row between any two rows of boxes."""

    def __init__(self, sizes: Sequence[Size], joints: Sequence[Joint]) -> None:
        self.sizes = sizes
        self.joints = joints
        self.loops: dict[int, list[int]] = {}  # box -> joints
        plain = []
        for n, joint in enumerate(joints):
            if joint.source == joint.dest:
                self.loops.setdefault(joint.source, []).append(n)
            else:
                plain.append(n)
        pairs = [(joints[n].source, joints[n].dest) for n in plain]
        back = {plain[n] for n in upward(len(sizes), pairs)}
        turned = [(d, s) if n in back else (s, d) for n, (s, d) in zip(plain, pairs, strict=True)]
        self.row = [2 * row for row in rows(len(sizes), turned)]
        lowest = min(self.row, default=0)
        self.row = [row - lowest for row in self.row]
        self.half = [(size.width / 2, size.width / 2 + self._loop_room(n)) for n, size in enumerate(sizes)]  # to the left, to the right
        self.high = [max([size.height, *(joints[j].label.height for j in self.loops.get(n, ()))]) for n, size in enumerate(sizes)]
        self.links: list[tuple[int, int]] = []
        self.chains: dict[int, list[int]] = {}  # joint -> its nodes from tail to head
        self.labelled: dict[int, int] = {}  # joint -> the node that is its label
        for n, (upper, lower) in zip(plain, turned, strict=True):
            self._chain(n, upper, lower, n in back)
        self.order = arranged(self.row, self.links)
        self.x = [0.0] * len(self.row)

    def _loop_room(self, box: int) -> float:
        return sum(LOOP + self.joints[n].label.width for n in self.loops.get(box, ()))

    def _chain(self, n: int, upper: int, lower: int, back: bool) -> None:
        label = self.joints[n].label
        between = range(self.row[upper] + 1, self.row[lower])
        at = between[-1] if back else between[0]  # next to the box that it comes from
        chain = [upper]
        for row in between:
            chain.append(len(self.row))
            self.row.append(row)
            wide = label.width / 2 if row == at and label.width else THROUGH / 2
            self.half.append((wide, wide))
            self.high.append(label.height if row == at else 0.0)
            if row == at:
                self.labelled[n] = chain[-1]
        chain.append(lower)
        self.links += list(pairwise(chain))
        self.chains[n] = chain[::-1] if back else chain

    # ---- from left to right

    def _place_across(self) -> None:
        near: list[list[tuple[int, float]]] = [[] for _ in self.row]
        boxes = len(self.sizes)
        for upper, lower in self.links:
            weight = 1.0 + 3.0 * (upper >= boxes) + 3.0 * (lower >= boxes) * (upper >= boxes)  # long arrows are kept straight
            near[upper].append((lower, weight))
            near[lower].append((upper, weight))
        totals = [sum(weight for _, weight in inner) or 0.1 for inner in near]
        for inner in self.order:
            self._spread(inner, [0.0] * len(inner), [1.0] * len(inner))
        for turn in range(_ROUNDS):
            for inner in self.order if turn % 2 == 0 else reversed(self.order):
                wanted = []
                for node in inner:
                    wish = 0.0
                    for there, weight in near[node]:
                        wish += self.x[there] * weight
                    wanted.append(wish / totals[node] if near[node] else self.x[node])
                self._spread(inner, wanted, [totals[node] for node in inner])
        for _ in range(2):
            self._straighten()
        left = min((self.x[node] - self.half[node][0] for node in range(len(self.row))), default=0.0)
        self.x = [x - left for x in self.x]

    def _spread(self, inner: Sequence[int], wanted: Sequence[float], weights: Sequence[float]) -> None:
        gaps = [self._apart(one, other) for one, other in pairwise(inner)]
        for node, x in zip(inner, spread(wanted, weights, gaps), strict=True):
            self.x[node] = x

    def _straighten(self) -> None:
        """Let every arrow that passes several rows do so at one place, as far as its neighbours leave room."""
        beside: dict[int, tuple[int | None, int | None]] = {}
        for inner in self.order:
            for n, node in enumerate(inner):
                beside[node] = (inner[n - 1] if n else None, inner[n + 1] if n + 1 < len(inner) else None)
        for chain in sorted(self.chains.values(), key=len, reverse=True):
            piece: list[int] = []
            least, most = -inf, inf
            for node in chain[1:-1]:
                left, right = beside[node]
                low = self.x[left] + self._apart(left, node) if left is not None else -inf
                high = self.x[right] - self._apart(node, right) if right is not None else inf
                if max(low, least) > min(high, most):
                    self._align(piece, least, most)
                    piece, least, most = [], -inf, inf
                piece.append(node)
                least, most = max(low, least), min(high, most)
            self._align(piece, least, most)

    def _align(self, piece: Sequence[int], least: float, most: float) -> None:
        middle = sum(self.x[node] for node in piece) / len(piece) if piece else 0.0
        for node in piece:
            self.x[node] = min(max(middle, least), most)

    def _apart(self, one: int, other: int) -> float:
        return self.half[one][1] + self._room(one, other) + self.half[other][0]

    def _room(self, one: int, other: int) -> float:
        boxes = len(self.sizes)
        return ACROSS if one < boxes or other < boxes else THROUGH

    # ---- from top to bottom, and the arrows

    def layout(self) -> Layout:
        self._place_across()
        ports = self._ports()
        tops, bottoms, y = [], [], 0.0
        slant = [0.0] * (len(self.order) + 1)  # how far the arrows below a row go sideways, at most
        for upper, lower in self.links:
            slant[self.row[upper]] = max(slant[self.row[upper]], abs(self.x[upper] - self.x[lower]))
        for n, inner in enumerate(self.order):
            tops.append(y)
            bottoms.append(y + max((self.high[node] for node in inner), default=0.0))
            y = bottoms[-1] + GAP + min(slant[n] * 0.06, 40.0)
        spots = []
        for n, size in enumerate(self.sizes):
            top = (tops[self.row[n]] + bottoms[self.row[n]] - size.height) / 2
            spots.append(Spot(self.x[n] - size.width / 2, top, size.width, size.height))
        everywhere = range(len(self.joints))
        runs = [self._run(n, spots, ports, tops, bottoms) if n in self.chains else self._loop(n, spots) for n in everywhere]
        width = max((self.x[node] + self.half[node][1] for node in range(len(self.row))), default=0.0)
        return Layout(width, bottoms[-1] if bottoms else 0.0, tuple(spots), tuple(runs))

    def _ports(self) -> dict[tuple[int, int], float]:
        """(joint, box) -> where on its edge the arrow begins or ends: those of a side side by side, in the order of where they go."""
        sides: dict[tuple[int, bool], list[tuple[float, int]]] = {}
        for n, chain in self.chains.items():
            for box, there in ((chain[0], chain[1]), (chain[-1], chain[-2])):
                sides.setdefault((box, self.row[there] > self.row[box]), []).append((self.x[there], n))
        ports = {}
        for (box, _), found in sides.items():
            found.sort()
            reach = max(self.sizes[box].width / 2 - CORNER, 0.0)
            places = within([x for x, _ in found], self.x[box] - reach, self.x[box] + reach, BESIDE)
            for (_, joint), place in zip(found, places, strict=True):
                ports[joint, box] = place
        return ports

    def _run(
        self, n: int, spots: Sequence[Spot], ports: dict[tuple[int, int], float], tops: Sequence[float], bottoms: Sequence[float]
    ) -> Run:
        chain = self.chains[n]
        down = self.row[chain[0]] < self.row[chain[-1]]
        points: list[Point] = []
        for node in chain:
            row = self.row[node]
            high, low = (tops[row], bottoms[row]) if down else (bottoms[row], tops[row])
            if node == chain[0] or node == chain[-1]:
                spot, x = spots[node], ports[n, node]
                edge = spot.y + spot.height if (node == chain[0]) == down else spot.y
                away = STUB if down else -STUB
                row_edge = low + away if node == chain[0] else high - away
                points += [(x, edge), (x, row_edge)] if node == chain[0] else [(x, row_edge), (x, edge)]
            else:
                points += [(self.x[node], high), (self.x[node], low)]
        label = self.joints[n].label
        at = self.labelled[n]
        middle = (tops[self.row[at]] + bottoms[self.row[at]]) / 2
        return Run(tuple(points), Spot(self.x[at] - label.width / 2, middle - label.height / 2, label.width, label.height))

    def _loop(self, n: int, spots: Sequence[Spot]) -> Run:
        box = self.joints[n].source
        spot, label = spots[box], self.joints[n].label
        before = self.loops[box].index(n)
        x = spot.x + spot.width + sum(LOOP + self.joints[one].label.width for one in self.loops[box][:before])
        third = spot.height / (2 * len(self.loops[box]) + 2)
        middle = spot.y + spot.height / 2
        reach = third * (before + 1) if spot.height < 80 else min(third * (before + 1), 24.0 * (before + 1))
        points = ((spot.x + spot.width, middle - reach), (spot.x + spot.width, middle + reach))
        return Run(points, Spot(x + LOOP - 4, middle - label.height / 2, label.width, label.height), loop=True)


__all__ = ["Joint", "Layout", "Run", "Size", "Spot", "lay_out"]
