"""What people are told when Discord refuses something: a sentence for each of its error codes."""

from collections.abc import Mapping

import discord

from app.core.errors import LimitReached, Unavailable, UserError
from app.core.formats import AllOf
from app.core.messages import Message, msg

NO_CHANNEL = 10003
NO_ROLE = 10011
MISSING_ACCESS = 50001
MISSING_PERMISSIONS = 50013
INVALID = 50035

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json-json-error-codes
SENTENCES: Mapping[int, Message] = {
    NO_CHANNEL: msg("The channel is gone."),
    10007: msg("They are not in this server."),
    10008: msg("The message is gone."),
    NO_ROLE: msg("One of the roles is gone."),
    10013: msg("That person is not known to Discord any more."),
    20028: msg("This channel is too busy at the moment. Please try again in a minute."),
    20029: msg("This server is too busy at the moment. Please try again in a minute."),
    30003: msg("This channel has as many pinned messages as Discord allows."),
    30013: msg("This server has 500 channels, which is as many as Discord allows. Staff have to delete some first."),
    30033: msg("This thread has 1,000 members, which is as many as Discord allows."),
    40003: msg("Discord lets me open no more direct messages at the moment. Please try again in a few minutes."),
    40005: msg("Those files are larger than Discord takes here."),
    40009: msg("Discord moves one channel at a time. Please try again."),
    MISSING_ACCESS: msg("I cannot see that channel. Staff have to give my role **View Channel** there."),
    50007: msg("Their direct messages are closed to me."),
    MISSING_PERMISSIONS: msg("I lack a permission for that."),
    50024: msg("That cannot be done in a channel of this kind."),
    50074: msg("This channel is needed by the Community settings of this server, so it cannot be deleted."),
    50083: msg("This thread is archived. Write something in it first."),
    50278: msg("I share no server with them, so I cannot write to them."),
    160004: msg("There is a thread for that message already."),
    160005: msg("This thread is locked."),
    160006: msg("This server has as many open threads as Discord allows. Staff have to archive some first."),
    160007: msg("This server has as many announcement threads as Discord allows."),
    200000: msg("The rules of AutoMod in this server do not let me write that."),
    240000: msg("Discord's filter of harmful links does not let me write that."),
    350001: msg("Discord's own onboarding needs 7 channels that everybody sees, and 5 in which everybody may write."),
    350003: msg("Every channel of Discord's own onboarding has to be one that everybody sees."),
}
LATER = frozenset({20028, 20029, 40003, 40009})
"""Of these codes, those that a while helps against."""
TIMED_OUT = msg("I am timed out in this server, so I can do nothing here. Staff have to end that.")
AWAY = msg("Discord does not answer at the moment. Please try again in a minute.")
OTHER = msg("Discord refused that: {reason}")


class Refused(UserError):
    """Discord does not let the bot do something, and trying again would not help."""


class TooMuch(Refused, LimitReached):
    """Discord lets nobody do that so often; a while later it may be done."""


def in_one_sentence(error: Exception, sentences: Mapping[int, Message] = SENTENCES) -> UserError:
    """Turn an error of a request to Discord into what a person is told; a feature may have sentences of its own."""
    if not isinstance(error, discord.HTTPException) or error.status >= 500 or not error.code:
        return Unavailable(AWAY)
    found = sentences.get(error.code)
    if found is not None:
        return TooMuch(found) if error.code in LATER else Refused(found)
    return Refused(Message(OTHER.text, {"reason": error.text[:200] or str(error.code)}))


def missing(names: list[str]) -> UserError:
    """Say which permissions the bot's role lacks, by Discord's names of them."""
    listed = AllOf([f"**{name}**" for name in names])
    return Refused(
        "I need these permissions for that: {permissions}. A manager of this server can grant them to my role in "
        "Server Settings → Roles.",
        permissions=listed,
    )
