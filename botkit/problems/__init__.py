"""What can be wrong with a bot: where it stands, what was found, how to mend it."""

from botkit.problems.excerpt import excerpt, render, render_all, visible
from botkit.problems.finding import Edit, Place, Problem, Problems, Severity
from botkit.problems.mending import apart, edited
from botkit.problems.nearest import did_you_mean, nearest

__all__ = [
    "Edit",
    "Place",
    "Problem",
    "Problems",
    "Severity",
    "apart",
    "did_you_mean",
    "edited",
    "excerpt",
    "nearest",
    "render",
    "render_all",
    "visible",
]
