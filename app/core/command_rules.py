"""Who may use a command where, as a server sets it in Discord under Server Settings, Integrations. All of it pure.

https://discord.com/developers/docs/interactions/application-commands#permissions
https://support.discord.com/hc/en-us/articles/10952896421783-Updates-to-Command-Permissions
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

ROLE, USER, CHANNEL = 1, 2, 3
"""Discord's kinds of rules."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Whether a role, a person or a channel may; `kind` is Discord's number for which of them."""

    kind: int
    id: int
    is_allowed: bool


Rules = Mapping[int, Sequence[Rule]]
"""By the id of a command, or by that of the application for what holds for all of its commands."""


class Verdict(StrEnum):
    """What the rules of a server say about one person, one command and one channel."""

    ALLOWED = "allowed"
    """Whatever permission the command asks for by itself."""
    DENIED = "denied"
    DENIED_HERE = "denied_here"
    """Not in this channel."""
    BY_DEFAULT = "by_default"
    """What the command asks for by itself decides."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and where."""

    guild_id: int
    user_id: int
    role_ids: Collection[int] = ()
    channel_ids: Sequence[int] = ()
    """The channel, and after it that of which it is a thread."""


def read(given: Sequence[Mapping[str, Any]]) -> Rules:
    """Read what Discord sends about a server's commands. Raises KeyError, TypeError or ValueError for anything else."""
    return {
        int(one["id"]): [
            Rule(int(rule["type"]), int(rule["id"]), is_allowed=bool(rule["permission"])) for rule in one["permissions"]
        ]
        for one in given
    }


def verdict(rules: Rules, command_id: int, application_id: int, asking: Asking) -> Verdict:
    """Say what the rules make of a command for somebody who is no administrator; those may use everything.

    What is set for the command goes before what is set for all of them, a person before their roles, and those before
    everyone. Somebody let in by a rule of the command needs no permission; a rule for all commands only shuts out.
    """
    own, whole = rules.get(command_id, ()), rules.get(application_id, ())
    # Discord's constant for all channels.
    places = (*asking.channel_ids, asking.guild_id - 1)
    here = [
        rule for each in (own, whole) for place in places for rule in each if (rule.kind, rule.id) == (CHANNEL, place)
    ]
    if here and not here[0].is_allowed:
        return Verdict.DENIED_HERE
    mine = _of_person(own, asking)
    if mine is not None:
        return Verdict.ALLOWED if mine else Verdict.DENIED
    return Verdict.DENIED if _of_person(whole, asking) is False else Verdict.BY_DEFAULT


def _of_person(rules: Sequence[Rule], asking: Asking) -> bool | None:
    found = {
        "person": [rule.is_allowed for rule in rules if (rule.kind, rule.id) == (USER, asking.user_id)],
        "roles": [
            rule.is_allowed
            for rule in rules
            if rule.kind == ROLE and rule.id in asking.role_ids and rule.id != asking.guild_id
        ],
        # The role of everyone has the id of the server.
        "everyone": [rule.is_allowed for rule in rules if (rule.kind, rule.id) == (ROLE, asking.guild_id)],
    }
    return next((any(said) for said in found.values() if said), None)
