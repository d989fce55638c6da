"""Whose a reminder is, as conditions for a query: said once, so that no query can say it differently."""

from sqlalchemy import ColumnElement, and_, cast, false, or_
from sqlalchemy.dialects.postgresql import JSONB

from app.core import any_case
from app.core.actor import Actor
from app.core.storable import is_storable
from app.models.reminder import Reminder, TargetKind


def of_server(guild_id: int, *, deleted: bool = False) -> ColumnElement[bool]:
    """Match a server's reminders: those that are there, or those that were `deleted` and can still be restored."""
    is_there = Reminder.deleted_at.is_not(None) if deleted else Reminder.deleted_at.is_(None)
    return and_(Reminder.guild_id == guild_id, is_there)


def owned_by(actor: Actor, *, deleted: bool = False) -> ColumnElement[bool]:
    """Match what this person may change: their own, and for staff all of the server."""
    here = of_server(actor.guild_id, deleted=deleted)
    return here if actor.is_staff else and_(here, Reminder.created_by == actor.user_id)


def addressed_to(actor: Actor, roles: frozenset[int], *, deleted: bool = False) -> ColumnElement[bool]:
    """Match what this person may answer: what they own, and what is meant for them, one of their roles or everyone.

    A role that is asked for help in the end is meant as well: whoever is called has to be able to say that it is done.
    """
    meant = or_(
        and_(Reminder.target_kind == TargetKind.MEMBER, Reminder.target_id == actor.user_id),
        and_(Reminder.target_kind == TargetKind.ROLE, Reminder.target_id.in_(roles)),
        Reminder.escalate_role_id.in_(roles),
        Reminder.target_kind == TargetKind.EVERYONE,
        Reminder.subscribers.op("@>", return_type=None)(cast([actor.user_id], JSONB)),
    )
    return or_(owned_by(actor, deleted=deleted), and_(of_server(actor.guild_id, deleted=deleted), meant))


def delivered_in(channel_id: int) -> ColumnElement[bool]:
    """Match what was delivered in a channel, before the eyes of everybody there."""
    return and_(Reminder.message_channel_id == channel_id, Reminder.direct.is_(False))


def called(typed: str) -> ColumnElement[bool]:
    """Match reminders whose words hold what was typed."""
    if not is_storable(typed):
        return false()
    wanted = any_case.pattern(typed)
    return or_(Reminder.name.regexp_match(wanted), Reminder.message.regexp_match(wanted))
