"""Marking the commands that not everybody may use, which Discord cannot hide from others inside a group."""

from collections.abc import Callable
from typing import Any, TypeVar

import discord

from app.core.actor import Actor
from app.core.settings.snapshot import SettingsSnapshot

MARK = "__concierge_staff__"
OFFER = "__concierge_offer__"
Offer = Callable[[SettingsSnapshot, Actor], str | None]
"""What `/help` adds to a command, by what the server chose and who asks; None for a command that is not for them."""
Function = TypeVar("Function", bound=Callable[..., Any])


def for_staff(function: Function) -> Function:
    """Mark a command as one for staff: `/help` shows it to them only. The service it calls refuses everybody else.

    It may stand above or below what makes a command of a function.
    """
    setattr(_callback_of(function), MARK, True)
    return function


def offered_as(offer: Offer) -> Callable[[Function], Function]:
    """Mark a command as one that depends on what a server chose. The service it calls refuses what is not allowed."""

    def marked(function: Function) -> Function:
        setattr(_callback_of(function), OFFER, offer)
        return function

    return marked


def for_operators(function: Function) -> Function:
    """Mark a command as one for whoever runs the bot, and no others. The command itself refuses everybody else."""
    return offered_as(lambda _, actor: "" if actor.is_operator else None)(function)


def _callback_of(function: Callable[..., Any]) -> Any:
    # py-cord copies commands for each cog, and hands the function on.
    return function.callback if isinstance(function, discord.ApplicationCommand) else function


def offer_of(
    command: discord.ApplicationCommand[Any, ..., Any], snapshot: SettingsSnapshot, actor: Actor
) -> str | None:
    """Return what `/help` adds to a command for somebody, None if it is not for them."""
    offer: Offer | None = getattr(command.callback, OFFER, None)
    if offer is not None:
        # It knows better who that is, such as the teams of tickets.
        return offer(snapshot, actor)
    return None if getattr(command.callback, MARK, False) and not actor.is_staff else ""
