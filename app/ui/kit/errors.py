"""The only place that apologises: an error becomes a sentence for the person, a line for the log, and an outcome."""

import logging
import math
import secrets
from http import HTTPStatus

import aiohttp
import discord

from app.core.analytics.recording import describe, fingerprint
from app.core.commits import has_committed
from app.core.errors import LimitReached, NotAllowed, Unavailable, UserError
from app.core.interactions import FAILURES, Outcome, interaction_note
from app.core.messages import t, tn
from app.ui.kit.forms import FormRefused
from app.ui.kit.long_waits import LongWait
from app.ui.kit.reply import UNKNOWN_INTERACTION, Reply
from app.ui.kit.resets import ALREADY_ACKNOWLEDGED

log = logging.getLogger(__name__)

OUTCOMES = {
    LimitReached: Outcome.RATE_LIMITED,
    NotAllowed: Outcome.DENIED,
    Unavailable: Outcome.UNAVAILABLE,
}
"""How it ends when something is refused on purpose; any other refusal says what would work."""


def unwrap(error: BaseException) -> BaseException:
    """Return what a handler raised, without what py-cord wrapped around it."""
    while isinstance(error, discord.ApplicationCommandInvokeError):
        error = error.original
    return error


def outcome_of(error: BaseException) -> Outcome:
    """Say how an interaction ended that was ended by this error. The only code that decides that."""
    error = unwrap(error)
    if isinstance(error, FormRefused) and error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, discord.HTTPException):
        return _outcome_of_answer(error)
    if isinstance(error, UserError):
        return next((outcome for kind, outcome in OUTCOMES.items() if isinstance(error, kind)), Outcome.REFUSED)
    if isinstance(error, discord.CheckFailure):
        return Outcome.DENIED
    if isinstance(error, (aiohttp.ClientError, ConnectionError, TimeoutError)):
        return Outcome.UNAVAILABLE
    return Outcome.BUG


def _outcome_of_answer(error: discord.HTTPException) -> Outcome:
    """Say what it means that Discord answers a request so."""
    if error.code == UNKNOWN_INTERACTION:
        return Outcome.TIMED_OUT
    if isinstance(error, LongWait) or error.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Outcome.RATE_LIMITED
    if isinstance(error, discord.Forbidden):
        return Outcome.REFUSED
    return Outcome.UNAVAILABLE if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR else Outcome.BUG


def note_error(error: BaseException, *, reference: str | None = None) -> None:
    """Note how the interaction under way ends, for what is told without `report`."""
    note = interaction_note.get()
    if note is None:
        return
    error, outcome = unwrap(error), outcome_of(error)
    what = describe(error) if outcome in {Outcome.BUG, Outcome.UNAVAILABLE} else None
    group = fingerprint(what) if what is not None and outcome is Outcome.BUG else None
    note.end(outcome, error=what, fingerprint=group, reference=reference)


def explain(error: BaseException, *, contact: str | None = None) -> str:
    """Return the sentence for the person; a bug is logged with the reference the sentence names."""
    note_error(error)
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
    note_error(error, reference=reference)
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
        note_error(error)
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
        if outcome_of(error) not in FAILURES:
            # Nobody was told what would work.
            note_error(failure)
