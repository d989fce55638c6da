"""How far members are with a new version of the rules. All of it pure."""

from collections.abc import Sequence
from datetime import datetime

import discord

from app.core.messages import t, tn
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.runs import Run
from app.services.onboarding.runs import RunProgress
from app.ui.kit.components import Item, button
from app.ui.kit.links import link_to
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain
from app.ui.onboarding.rules_ids import ContinueRunId, StopRunId


def status(
    run: Run, progress: RunProgress, policy: OnboardingPolicy, now: datetime
) -> tuple[Sequence[str], Sequence[Item]]:
    """Say how far they are, with a button to stop or to go on."""
    until = discord.utils.format_dt(run.accept_by, "f")
    if run.stopped_at is not None:
        when = discord.utils.format_dt(run.stopped_at, "f")
        head = t("Asking members to accept version {number} was stopped {time}.", number=run.version, time=when)
    elif now < run.accept_by:
        head = t("Members are asked to accept version {number} until {time}.", number=run.version, time=until)
    else:
        head = t("Members had until {time} to accept version {number}.", number=run.version, time=until)
    lines = [
        tn("{count} has accepted it.", "{count} have accepted it.", progress.accepted),
        tn(
            "{count} is asked, and has not accepted yet.",
            "{count} are asked, and have not accepted yet.",
            progress.asked,
        ),
    ]
    if progress.to_ask and now < run.accept_by:
        lines.append(tn("{count} is still to be asked.", "{count} are still to be asked.", progress.to_ask))
    if progress.lost:
        role = f"<@&{policy.completion_role_id}>" if policy.completion_role_id else t("the role")
        lines.append(
            tn(
                "{count} is without {role} until they accept.",
                "{count} are without {role} until they accept.",
                progress.lost,
                role=role,
            )
        )
    items: list[Item] = []
    if run.stopped_at is not None:
        primary = discord.ButtonStyle.primary
        items.append(button(t("Go on asking"), ContinueRunId(version=run.version), style=primary, emoji="▶️"))
    elif now < run.accept_by:
        items.append(button(t("Stop asking"), StopRunId(version=run.version), emoji="⏸️"))
    return ["\n".join([head, *lines])], items


def please_accept(run: Run, policy: OnboardingPolicy, *, guild_id: int, server: str) -> Reply:
    """Tell a member directly that there are new rules to accept, and where."""
    until = discord.utils.format_dt(run.accept_by, "f")
    said = t("There are new rules in {server}. Please accept them until {time}.", server=plain(server), time=until)
    post = policy.rules_post
    if post is not None and post.message_id is not None:
        said += "\n" + link_to(guild_id, post.channel_id, post.message_id)
    return Reply(said)
