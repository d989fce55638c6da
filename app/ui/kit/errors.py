"""The only place that apologises: an error becomes a sentence for the person and a line for the log."""

import logging
import math
import secrets

import discord

from app.core.commits import has_committed
from app.core.errors import UserError
from app.core.messages import t, tn
from app.ui.kit.forms import FormRefused
from app.ui.kit.long_waits import LongWait
from app.ui.kit.reply import UNKNOWN_INTERACTION, Reply
from app.ui.kit.resets import ALREADY_ACKNOWLEDGED

log = logging.getLogger(__name__)


def unwrap(error: BaseException) -> BaseException:
    """Return what a handler raised, without what py-cord wrapped around it."""
    while isinstance(error, discord.ApplicationCommandInvokeError):
        error = error.original
    return error


def explain(error: BaseException, *, contact: str | None = None) -> str:
    """Return the sentence for the person; a bug is logged with the reference the sentence names."""
    if isinstance(error, UserError):
        log.info("refused", extra={"reason": type(error).__name__})
        return str(error)
    if isinstance(error, discord.CheckFailure):
        return t("You may not use that here.")
    if isinstance(error, LongWait):
        log.warning("Discord allows it only later", extra={"seconds": round(error.seconds)})
        return tn(
            "Discord allows that again in one minute. Until then it stays as it is.",
            "Discord allows that again in {count} minutes. Until then it stays as it is.",
            max(math.ceil(error.seconds / 60), 1),
        )
    if isinstance(error, discord.Forbidden):
        log.warning("Discord forbids it", extra={"code": error.code, "what": error.text})
        if has_committed():
            return t("It was saved. But Discord does not let me answer: I lack a permission in that channel or server.")
        return t("Discord does not let me do that: I lack a permission in that channel or server.")
    reference = secrets.token_hex(4)
    log.error("unexpected error", exc_info=error, extra={"reference": reference})
    if has_committed():
        return t(
            "It was saved, but something broke on our side before you were told. "
            "That is logged under the reference `{reference}`.",
            reference=reference,
        )
    if contact:
        return t(
            "Something broke on our side. It is logged under the reference `{reference}`. "
            "If it happens again, tell {contact}.",
            reference=reference,
            contact=contact,
        )
    return t("Something broke on our side. It is logged under the reference `{reference}`.", reference=reference)


async def report(interaction: discord.Interaction, error: BaseException, *, contact: str | None = None) -> None:
    """Tell the person what happened, exactly once, whatever kind of interaction it was."""
    error = unwrap(error)
    if isinstance(error, discord.NotFound) and error.code == UNKNOWN_INTERACTION:
        log.warning("an interaction was answered too late", extra={"interaction": interaction.id})
        return
    if isinstance(error, discord.HTTPException) and error.code == ALREADY_ACKNOWLEDGED:
        # Two processes hear the same shard, as when one release takes over from another: the person has their answer.
        log.warning("another process has answered an interaction", extra={"interaction": interaction.id})
        return
    try:
        items = error.items if isinstance(error, FormRefused) else []
        await Reply(explain(error, contact=contact), items=items).send(interaction)
    except discord.HTTPException as failure:
        log.warning("could not deliver the error reply", extra={"status": failure.status, "code": failure.code})
