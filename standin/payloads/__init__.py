"""The world as the JSON Discord would send."""

from standin.payloads.messages import FORWARD, attachment, created, interaction, is_readable, message
from standin.payloads.people import application, command_rules, member, resolved_member, role, user
from standin.payloads.places import channel, guild, resolved_channel, thread_member, whole_guild

__all__ = [
    "FORWARD",
    "application",
    "attachment",
    "channel",
    "command_rules",
    "created",
    "guild",
    "interaction",
    "is_readable",
    "member",
    "message",
    "resolved_channel",
    "resolved_member",
    "role",
    "thread_member",
    "user",
    "whole_guild",
]
