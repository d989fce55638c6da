"""Marking the commands that not everybody may use, which Discord cannot hide from others inside a group."""

from collections.abc import Callable, Collection
from enum import IntEnum
from typing import Any, TypeVar

import discord

from app.core.actor import Actor
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.kit.command_tree import Command, outermost

MARK = "__concierge_staff__"
OFFER = "__concierge_offer__"
TEAMS = "__concierge_teams__"
Offer = Callable[[SettingsSnapshot, Actor], str | None]
"""What `/help` adds to a command, by what the server chose and who asks; None for a command that is not for them."""
Teams = Callable[[SettingsSnapshot], Collection[int]]
"""The roles whose members may use a command although they are not staff."""
Function = TypeVar("Function", bound=Callable[..., Any])


class Who(IntEnum):
    """Who may use a command."""

    EVERYBODY = 0
    STAFF = 1
    MANAGERS = 2
    OPERATORS = 3


def for_staff(function: Function) -> Function:
    """Mark a command as one for staff: `/help` shows it to them only. The service it calls refuses everybody else.

    It may stand above or below what makes a command of a function.
    """
    _mark(_callback_of(function), MARK, True)
    return function


def offered_as(offer: Offer, *, teams: Teams | None = None) -> Callable[[Function], Function]:
    """Mark a command as one that depends on what a server chose. The service it calls refuses what is not allowed.

    `teams` are the roles of which `offer` knows more than their rank.
    """

    def marked(function: Function) -> Function:
        _mark(_callback_of(function), OFFER, offer)
        _mark(_callback_of(function), TEAMS, teams)
        return function

    return marked


def for_operators(function: Function) -> Function:
    """Mark a command as one for whoever runs the bot, and no others. The command itself refuses everybody else."""
    return offered_as(lambda _, actor: "" if actor.is_operator else None)(function)


def _mark(callback: Callable[..., Any], name: str, value: object) -> None:
    setattr(callback, name, value)


def _callback_of(function: Callable[..., Any]) -> Any:
    # py-cord copies commands for each cog, and hands the function on.
    return function.callback if isinstance(function, discord.ApplicationCommand) else function


def offer_of(command: Command, snapshot: SettingsSnapshot, actor: Actor) -> str | None:
    """Return what `/help` adds to a command for somebody, None if it is not for them."""
    offer: Offer | None = getattr(command.callback, OFFER, None)
    if offer is not None:
        # It knows better who that is, such as the teams of tickets.
        return offer(snapshot, actor)
    return None if getattr(command.callback, MARK, False) and not actor.is_staff else ""


def who_may(command: Command, snapshot: SettingsSnapshot) -> Who | None:
    """Return who may use a command, teams left aside; None if the server offers it to nobody."""
    ranks = (
        (Who.EVERYBODY, Actor(snapshot.guild_id, 0)),
        (Who.STAFF, Actor(snapshot.guild_id, 0, is_staff=True)),
        (Who.MANAGERS, Actor(snapshot.guild_id, 0, is_staff=True, is_manager=True)),
        (Who.OPERATORS, Actor(snapshot.guild_id, 0, is_staff=True, is_manager=True, is_operator=True)),
    )
    offered = next((who for who, actor in ranks if offer_of(command, snapshot, actor) is not None), None)
    needed: discord.Permissions | None = outermost(command).default_member_permissions
    if offered is None or needed is None:
        return offered
    shown = Who.OPERATORS if needed.administrator else Who.MANAGERS if needed.manage_guild else Who.STAFF
    return max(offered, shown)


def teams_of(command: Command, snapshot: SettingsSnapshot) -> frozenset[int]:
    """Return the roles that may use a command although those who hold them are not staff."""
    teams: Teams | None = getattr(command.callback, TEAMS, None)
    return frozenset(teams(snapshot)) if teams is not None else frozenset()
