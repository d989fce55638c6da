"""What structures of a file, or of the past, have to be like in a server: what their own commands ask for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import discord

from app.core.analytics import pinned
from app.core.checks import FIGURES, called
from app.core.errors import InvalidInput
from app.core.faq import automatic
from app.core.onboarding import posts
from app.core.tickets import types
from app.ui.faq.automatic import check_place
from app.ui.kit.places import check_posting, require_permissions
from app.ui.settings.input import StructureChecks
from app.ui.tickets.places import check_role, check_type

Found = Mapping[str, Any]


def checks_at(now: datetime) -> StructureChecks:
    """Return the checks of every kind that goes back or is in files."""

    def check_block(_: discord.Guild, key: str, found: Found) -> None:
        if not types.Blocked.from_json(key, found).holds(now):
            raise InvalidInput("That block is over by now.")

    return {
        types.TYPES: lambda guild, key, found: check_type(guild, types.TicketType.from_json(key, found)),
        types.PANELS: _check_post,
        types.BLOCKED: check_block,
        types.BOARDS: _check_board,
        pinned.PINNED: _check_figures,
        automatic.AUTOMATIC: lambda guild, key, _: check_place(guild, int(key)),
        posts.POSTS: _check_post,
    }


def _check_post(guild: discord.Guild, _: str, found: Found) -> None:
    check_posting(guild, found["channel_id"])


def _check_board(guild: discord.Guild, key: str, found: Found) -> None:
    check_posting(guild, found["channel_id"])
    if key != types.ALL_TEAMS:
        check_role(guild, int(key))


def _check_figures(guild: discord.Guild, _: str, found: Found) -> None:
    require_permissions(check_posting(guild, found["channel_id"]), called(FIGURES.permissions))
