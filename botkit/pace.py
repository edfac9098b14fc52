"""How fast messages may leave: token buckets, as arithmetic.

A bucket is one number, *full*: the moment (seconds of any steady clock) at which it is full again. A bucket that nothing was taken from
is `FULL`. So a bucket is cheap to keep, a full one need not be kept at all, and one is rebuilt from the times of what left.
"""

from __future__ import annotations

from math import inf

from msgspec import Struct

FULL = -inf
_CLOSE = 1e-6  # seconds that floating point may be off


def seconds(wait: float) -> float:
    """A time to wait: 0.0 where it is over, or so near that no clock tells the difference."""
    return wait if wait > _CLOSE else 0.0


class Pace(Struct, frozen=True):
    """One message every *interval* seconds; up to *burst* in a row after a silence."""

    interval: float
    burst: float

    def wait(self, full: float, now: float) -> float:
        """Seconds until one more may leave; 0.0: now."""
        return seconds(full - now - (self.burst - 1) * self.interval)

    def taken(self, full: float, now: float) -> float:
        """The bucket after one more left."""
        return (full if full > now else now) + self.interval

    def returned(self, full: float) -> float:
        """The bucket after one that was taken did not leave."""
        return full - self.interval


CONTACT = Pace(6.0, 45)  # to one contact (fact sheet §5.7)


def of_channel(rate: float) -> Pace:
    """The pace of a number that may send *rate* messages a second: not one more in any second, and never far below."""
    burst = max(1.0, rate / 20)
    return Pace(1 / (rate * 0.95), burst)


__all__ = ["CONTACT", "FULL", "Pace", "of_channel", "seconds"]
