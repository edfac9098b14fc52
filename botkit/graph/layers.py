"""Which row each box stands in, and in which order from left to right: as few arrows as possible cross or go up."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence

Link = tuple[int, int]  # from box to box, by number
_SWEEPS = 12
_TIRED = 4  # sweeps without a gain: no more will come


def upward(count: int, links: Sequence[Link]) -> set[int]:
    """The links, by number, that have to go up for all others to go down: those that close a circle, from the first box on."""
    out: list[list[int]] = [[] for _ in range(count)]
    for n, (source, _) in enumerate(links):
        out[source].append(n)
    closing: set[int] = set()
    state = [0] * count  # 1: on the path, 2: done
    for root in range(count):
        if state[root]:
            continue
        state[root] = 1
        path = [(root, iter(out[root]))]
        while path:
            node, rest = path[-1]
            for n in rest:
                there = links[n][1]
                if state[there] == 1:
                    closing.add(n)
                elif state[there] == 0:
                    state[there] = 1
                    path.append((there, iter(out[there])))
                    break
            else:
                state[node] = 2
                path.pop()
    return closing


def rows(count: int, links: Sequence[Link]) -> list[int]:
    """The row of every box, from 0: below all that lead to it. *links* hold no circle."""
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    for source, dest in links:
        below[source].append(dest)
        above[dest].append(source)
    left = [len(inner) for inner in above]
    ready = [n for n in range(count) if not left[n]]
    row = [0] * count
    for node in ready:  # grows while it is walked
        for there in below[node]:
            row[there] = max(row[there], row[node] + 1)
            left[there] -= 1
            if not left[there]:
                ready.append(there)
    for node in range(count):
        if not above[node] and below[node]:
            row[node] = min(row[there] for there in below[node]) - 1  # as near as it can be
    return row


def crossings(order: Sequence[Sequence[int]], down: Sequence[Sequence[int]], place: Sequence[int]) -> int:
    """How many links cross, those of each pair of rows counted."""
    total = 0
    for row in order[:-1]:
        seen: list[int] = []
        for node in row:
            ends = sorted(place[there] for there in down[node])
            if seen:
                total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def arranged(row: Sequence[int], links: Sequence[Link]) -> list[list[int]]:
    """The boxes of each row from left to right. Every one of *links* leads from a row to the next."""
    count = len(row)
    down: list[list[int]] = [[] for _ in range(count)]
    up: list[list[int]] = [[] for _ in range(count)]
    for source, dest in links:
        down[source].append(dest)
        up[dest].append(source)
    order: list[list[int]] = [[] for _ in range(max(row, default=-1) + 1)]
    seen = [False] * count
    for root in sorted(range(count), key=lambda n: (row[n], n)):
        stack = [root]
        while stack:
            node = stack.pop()
            if not seen[node]:
                seen[node] = True
                order[row[node]].append(node)
                stack.extend(reversed(down[node]))
    place = [0] * count
    for inner in order:
        for n, node in enumerate(inner):
            place[node] = n
    best, least, tired = [list(inner) for inner in order], crossings(order, down, place), 0
    for sweep in range(_SWEEPS):
        if not least or tired == _TIRED:
            break
        near = up if sweep % 2 == 0 else down
        for inner in order if sweep % 2 == 0 else reversed(order):
            _sort(inner, near, place)
        now = crossings(order, down, place)
        tired += 1
        if now < least:
            best, least, tired = [list(inner) for inner in order], now, 0
    return best


def _sort(inner: list[int], near: Sequence[Sequence[int]], place: list[int]) -> None:
    """Put a row in the order of the middles of what it is linked with; what is linked with nothing keeps its place."""
    keys = {node: sum(place[there] for there in near[node]) / len(near[node]) if near[node] else float(place[node]) for node in inner}
    inner.sort(key=keys.__getitem__)
    for n, node in enumerate(inner):
        place[node] = n


__all__ = ["arranged", "crossings", "rows", "upward"]
