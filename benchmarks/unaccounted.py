"""The whole bot without an account of interactions, as a yardstick: `python -m benchmarks.unaccounted`.

Everything else is as in `python -m app run`.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager

import discord

from app import bot
from app.__main__ import main
from app.interaction_log import InteractionLog


@contextmanager
def _not_noted(self: InteractionLog, interaction: discord.Interaction) -> Generator[None]:
    del self, interaction
    yield


if __name__ == "__main__":
    InteractionLog.noted = _not_noted
    setattr(bot, "MIDDLEWARES", bot.MIDDLEWARES[1:])  # noqa: B010 -- of another length than it is said to have
    sys.exit(main(["run"]))
