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
    """Mark a command as one for staff: `/help` shows it to them only. The service it calls refuses everybody else."""
    setattr(function, MARK, True)
    return function


def offered_as(offer: Offer) -> Callable[[Function], Function]:
    """Mark a command as one that depends on what a server chose. The service it calls refuses what is not allowed."""

    def marked(function: Function) -> Function:
        setattr(function, OFFER, offer)
        return function

    return marked


def offer_of(
    command: discord.ApplicationCommand[Any, ..., Any], snapshot: SettingsSnapshot, actor: Actor
) -> str | None:
    """Return what `/help` adds to a command for somebody, None if it is not for them."""
    if getattr(command.callback, MARK, False) and not actor.is_staff:
        return None
    offer: Offer | None = getattr(command.callback, OFFER, None)
    return offer(snapshot, actor) if offer is not None else ""
