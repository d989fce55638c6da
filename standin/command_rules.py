"""Who may use which command where, as a server sets it under Integrations (documentation: "Permissions").

What is set for one command goes before what is set for the whole application, a person before their roles, and those
before @everyone. Administrators are always let in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class RuleType(IntEnum):
    """What a rule is about; the ids of a server and of that less one stand for everybody and all channels."""

    ROLE = 1
    USER = 2
    CHANNEL = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """Whether a role, a person or a channel may."""

    type: RuleType
    id: int
    permission: bool

    def payload(self) -> dict[str, Any]:
        return {"id": str(self.id), "type": int(self.type), "permission": self.permission}


Rules = Mapping[int, tuple[Rule, ...]]
"""By the id of a command, or of the application for all of its commands."""


def is_let_in(
    rules: Rules, ids: tuple[int, int], guild_id: int, user_id: int, role_ids: Iterable[int], channel_ids: list[int]
) -> bool | None:
    """Whether the rules let somebody use a command in a channel; None if what the command asks for decides.

    `ids` are those of the command and of the application, `channel_ids` the channel and what it is under.
    """
    own, whole = (rules.get(one, ()) for one in ids)
    channels = [*channel_ids, guild_id - 1]
    for each in (own, whole):
        found = [rule for one in channels for rule in each if rule.type is RuleType.CHANNEL and rule.id == one]
        if found:
            if not found[0].permission:
                return False
            break
    mine = _of_person(own, guild_id, user_id, set(role_ids))
    if mine is not None:
        return mine
    return False if _of_person(whole, guild_id, user_id, set(role_ids)) is False else None


def _of_person(rules: tuple[Rule, ...], guild_id: int, user_id: int, role_ids: set[int]) -> bool | None:
    for rule in rules:
        if rule.type is RuleType.USER and rule.id == user_id:
            return rule.permission
    roles = [rule.permission for rule in rules if rule.type is RuleType.ROLE and rule.id in role_ids]
    if roles:
        return any(roles)
    return next((rule.permission for rule in rules if rule.type is RuleType.ROLE and rule.id == guild_id), None)
