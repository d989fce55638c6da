"""Marking the commands that only staff may use, which Discord cannot hide from others inside a group."""

from collections.abc import Callable
from typing import Any, TypeVar

import discord

MARK = "__concierge_staff__"
Function = TypeVar("Function", bound=Callable[..., Any])


def for_staff(function: Function) -> Function:
    """Mark a command as one for staff: `/help` shows it to them only. The service it calls refuses everybody else."""
    setattr(function, MARK, True)
    return function


def is_for_staff(command: discord.SlashCommand) -> bool:
    """Tell whether a command is marked."""
    return getattr(command.callback, MARK, False)
