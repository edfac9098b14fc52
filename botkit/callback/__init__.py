"""The public address of a webhook: what it must be like, and whether the provider reaches the bot by it."""

from botkit.callback.address import address_of, unfit
from botkit.callback.example import Tried, try_out
from botkit.callback.obstacle import STAGES, Obstacle, Stage

__all__ = ["STAGES", "Obstacle", "Stage", "Tried", "address_of", "try_out", "unfit"]
