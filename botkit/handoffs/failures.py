"""Why a queue could not be told something."""

from botkit.actions.functions import Passing


class Declined(Exception):
    """The desk will not have it: a sentence. Asking again would change nothing. *wrong*: by what it answers it may be set up wrongly."""

    def __init__(self, sentence: str, wrong: bool = False) -> None:
        super().__init__(sentence)
        self.wrong = wrong


class Unreachable(Passing):
    """The desk gave no answer, or none that counts: a sentence. It is told again."""


class GivenUp(Exception):
    """The desk could not be reached for too long: a sentence."""
