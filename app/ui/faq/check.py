"""What is wrong with how the FAQ is set up. All pure."""

from collections.abc import Callable
from typing import Any

import discord

from app.core.checks import ANNOUNCING, called
from app.core.faq.policy import FaqPolicy
from app.core.messages import t
from app.ui.kit.findings import lacking


def channel_trouble(policy: FaqPolicy, find: Callable[[int], Any], me: discord.Member) -> str | None:
    """Say why nobody can be reminded of entries in the channel for staff; None if they can.

    `find` returns a channel of the server by its id, or None.
    """
    if policy.staff_channel_id is None:
        return t("No channel for staff is set. Choose one with `/settings set key:faq.staff_channel`.")
    channel = find(policy.staff_channel_id)
    if channel is None:
        return t("The channel for staff is gone. Choose another one with `/settings set key:faq.staff_channel`.")
    if missing := lacking(channel.permissions_for(me), called(ANNOUNCING.permissions)):
        return t(
            "I cannot write into {channel}, where owners of entries are reminded. Give me these there: {permissions}.",
            channel=channel.mention,
            permissions=missing,
        )
    return None
