"""The list of members who are not done, with what will happen to each by itself, and what staff can do about one."""

from dataclasses import replace
from datetime import datetime
from functools import partial

import discord

from app.core.durations import spoken
from app.core.messages import t, tc, tn
from app.core.onboarding.deadlines import Step, forecast
from app.core.onboarding.policy import OnboardingPolicy
from app.models import Onboarding
from app.services.onboarding.stuck import StuckPage, Trial
from app.services.onboarding.timing import facts_of, times_of
from app.ui.kit.components import button, select, turning
from app.ui.kit.reply import Reply
from app.ui.onboarding.states import STATES
from app.ui.onboarding.stuck_ids import (
    MAX_PAGE,
    LetInId,
    RemindId,
    RemoveId,
    StuckPageId,
    StuckTrialId,
    StuckWhoId,
)


def listed(found: StuckPage, policy: OnboardingPolicy, trial: Trial | None = None) -> Reply:
    """Show a page. Nothing of it happens by looking at it.

    With a trial, what would happen with its times instead of the server's.
    """
    if trial is not None:
        policy = replace(policy, warn_after=trial.times.warn_after, kick_after=trial.times.kick_after)
    if not found.total:
        return Reply(t("Nobody has anything left to do."))
    embed = discord.Embed(
        title=t("Not done with onboarding"), description="\n".join(_line(row, policy) for row in found.rows)
    )
    total = tn("{count} member", "{count} members", found.total)
    embed.set_footer(text=t("Page {page} of {pages} · {total}", page=found.page + 1, pages=found.pages, total=total))
    options = [
        discord.SelectOption(label=t("Member {id}", id=row.user_id), value=StuckWhoId.pack_value(row.user_id))
        for row in found.rows
    ]
    items: list[discord.ui.ViewItem[discord.ui.View]] = [
        select(t("Do something about one…"), StuckWhoId(), options, row=0)
    ]
    items += turning(found.page, found.pages, partial(_page, trial), last=MAX_PAGE)
    return Reply(None if trial is None else _about(trial, policy), embed, items)


def _about(trial: Trial, policy: OnboardingPolicy) -> str:
    """Say whom other times would hit."""
    warn, kick = (spoken(one) if one else t("never") for one in (trial.times.warn_after, trial.times.kick_after))
    lines = [t("If members were warned after: **{warn}**, removed after that: **{kick}**", warn=warn, kick=kick)]
    if not policy.is_on:
        lines.append(t("Onboarding is off in this server, so nobody is warned or removed."))
        return "\n".join(lines)
    lines += [
        tn("{count} member would be warned at once.", "{count} members would be warned at once.", trial.warned),
        tn("{count} member would be removed at once.", "{count} members would be removed at once.", trial.removed),
        "-# "
        + t(
            "The times below are those of this trial. It changes nothing. Staff, the owner and who has the role for "
            "being done are always left alone, and nobody is removed who was not warned."
        ),
    ]
    return "\n".join(lines)


def one(row: Onboarding, policy: OnboardingPolicy, note: str = "") -> Reply:
    """Show one member, with what staff can do."""
    items: list[discord.ui.ViewItem[discord.ui.View]] = [
        button(t("Remind now"), RemindId(user_id=row.user_id)),
        button(t("Let in"), LetInId(user_id=row.user_id), style=discord.ButtonStyle.success),
        button(t("Remove…"), RemoveId(user_id=row.user_id, is_sure=False), style=discord.ButtonStyle.danger),
        button(tc("members", "All"), StuckPageId(page=0)),
    ]
    return Reply(f"{_line(row, policy)}\n{note}".strip(), items=items)


def confirm(row: Onboarding) -> Reply:
    """Ask before somebody is removed."""
    text = t("Remove <@{member}> from this server? They can come back with an invite.", member=row.user_id)
    items: list[discord.ui.ViewItem[discord.ui.View]] = [
        button(
            t("Remove from the server"), RemoveId(user_id=row.user_id, is_sure=True), style=discord.ButtonStyle.danger
        ),
        button(tc("members", "All"), StuckPageId(page=0)),
    ]
    return Reply(text, items=items)


def closed(text: str) -> Reply:
    """Say what was done, with the way back to the list."""
    return Reply(text, items=[button(tc("members", "All"), StuckPageId(page=0))])


def _line(row: Onboarding, policy: OnboardingPolicy) -> str:
    parts = [f"<@{row.user_id}>", str(STATES[row.state])]
    if row.joined_at is not None:
        parts.append(t("joined {moment}", moment=discord.utils.format_dt(row.joined_at, "R")))
    if row.step is not None:
        parts.append(t("at `{step}`", step=row.step))
    moments = forecast(facts_of(row), times_of(policy)) if policy.is_on else {}
    words = {
        Step.NUDGE: t("reminded {moment}", moment=_at(moments.get(Step.NUDGE))),
        Step.WARN: t("warned {moment}", moment=_at(moments.get(Step.WARN))),
        Step.KICK: t("removed from the server {moment}", moment=_at(moments.get(Step.KICK))),
    }
    parts += [words[step] for step in (Step.NUDGE, Step.WARN, Step.KICK) if step in moments]
    if row.asked_at is None:
        parts.append(t("cannot see how to begin"))
    return " · ".join(parts)


def _at(moment: datetime | None) -> str:
    return discord.utils.format_dt(moment, "R") if moment is not None else ""


def _page(trial: Trial | None, page: int) -> StuckPageId | StuckTrialId:
    if trial is None:
        return StuckPageId(page=page)
    warn, kick = (int(one.total_seconds()) for one in (trial.times.warn_after, trial.times.kick_after))
    return StuckTrialId(page=page, warn_after=warn, kick_after=kick)
