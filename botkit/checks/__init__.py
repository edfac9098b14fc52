"""What is wrong with a bot that a single step cannot know: one family a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from botkit.bot import Bot
from botkit.checks import (
    actions,
    answers,
    approvals,
    asking,
    attributes,
    bare,
    channels,
    consent,
    contents,
    desks,
    emptiness,
    hooks,
    languages,
    late,
    limits,
    links,
    loops,
    moves,
    plurals,
    reach,
    releases,
    results,
    saved,
    schedules,
    taken,
    templates,
    timing,
    types,
    values,
    variables,
    words,
)
from botkit.checks.survey import Survey
from botkit.problems import Problems
from botkit.signatures import Signature
from botkit.succession import Live

if TYPE_CHECKING:
    from botkit.approvals import Pulls

Check = Callable[[Survey], None]

# Each finds what its docstring says. The order does not matter.
CHECKS: tuple[Check, ...] = (
    links.targets, links.ends_of_no_flow, links.called_flows, links.start, links.step_or_flow, links.queues, links.files,
    reach.steps, reach.flows, reach.dead_ends, reach.no_option_left, reach.back_to_nothing,
    loops.loops, moves.moves, releases.gone, releases.changed, releases.options, releases.types,
    results.error_names, results.uncaught, results.failing, results.nothing_returned, results.params, results.unset_returns,
    variables.unknown, variables.bare_in_settings, variables.unused, attributes.unknown, attributes.given,
    values.literals, values.arguments, values.secrets, bare.values, bare.texts,
    types.expressions, types.differing, taken.misfits, saved.saved_misfits, emptiness.emptiness,
    actions.actions, asking.hosts, asking.limits, asking.secrets, hooks.named, hooks.others,
    templates.templates, templates.buttons, templates.line_breaks, approvals.standing, approvals.taking, approvals.age,
    limits.texts, limits.options, limits.never_shown,
    contents.shown, contents.places, contents.buttons, contents.cards, plurals.forms, languages.chosen,
    words.options, words.commands, words.hidden_commands, words.hidden_choices, words.triggers,
    answers.retries, answers.prompts, answers.timeouts, answers.errors_without_cause, answers.never_filled, answers.saves,
    answers.said_too_early, answers.never_taken, answers.named_like_a_key,
    timing.order, timing.unused, timing.nagging, timing.outbound, timing.zone, late.messages, late.before_waits,
    schedules.names, schedules.conditions, schedules.dates, schedules.never, schedules.often,
    channels.secrets, channels.doors, channels.addresses, consent.opt_out, desks.desks, desks.outcomes,
)  # fmt: skip


def check(
    bot: Bot, signatures: Mapping[str, Signature] | None, problems: Problems, live: Live | None = None, pulls: Pulls | None = None,
    now: datetime | None = None,
) -> None:  # fmt: skip
    """Add all that is wrong with *bot* to *problems*, which holds what was found when it was read.

    *signatures*: what is known of its actions, by name; None: nothing, and then nothing is said about them. *live*: what it makes of the
    conversations that are under way; None: nothing is said about them. *pulls*: the templates that its providers had when they were asked
    last; None: nothing is said about them. *now* tells how long ago that was.
    """
    survey = Survey(bot, signatures, problems, live, pulls, now)
    for one in CHECKS:
        if problems.full:
            break
        one(survey)


__all__ = ["CHECKS", "Check", "Survey", "check"]
