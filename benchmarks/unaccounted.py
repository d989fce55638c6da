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
def _not_noted(log: InteractionLog, interaction: discord.Interaction) -> Generator[None]:
    del log, interaction
    yield


if __name__ == "__main__":
    InteractionLog.noted = _not_noted
    bot.MIDDLEWARES = bot.MIDDLEWARES[1:]
    sys.exit(main(["run"]))
