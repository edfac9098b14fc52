"""Things in a row, each as near as can be to where it wants to be, with room between them."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], weights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Places in the order given, *gaps[n]* at least from n to n + 1, with the least sum of weighted squares of the ways from *wanted*.

    Neighbours that would come too near become one block, whose place is the mean of what its members want.
    """
    shift = 0.0
    shifts: list[float] = []
    blocks: list[tuple[float, float, int]] = []  # sum of weight * wish, sum of weight, members
    for n, (wish, weight) in enumerate(zip(wanted, weights, strict=True)):
        if n:
            shift += gaps[n - 1]
        shifts.append(shift)
        total, members = (wish - shift) * weight, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / weight:
            more, heavier, others = blocks.pop()
            total, weight, members = total + more, weight + heavier, members + others
        blocks.append((total, weight, members))
    places = [total / weight for total, weight, members in blocks for _ in range(members)]
    return [place + shift for place, shift in zip(places, shifts, strict=True)]


def within(wanted: Sequence[float], least: float, most: float, gap: float) -> list[float]:
    """Places from *least* to *most*, *gap* apart or, where that is too much, evenly."""
    count = len(wanted)
    if count > 1:
        gap = min(gap, (most - least) / (count - 1))
    found = spread(wanted, [1.0] * count, [gap] * (count - 1))
    for n in range(count):
        found[n] = max(found[n], least if n == 0 else found[n - 1] + gap)
    for n in range(count - 1, -1, -1):
        found[n] = min(found[n], most if n == count - 1 else found[n + 1] - gap)
    return found


__all__ = ["spread", "within"]
