"""What is wrong with how onboarding is set up, and how to mend it: `/onboarding check`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import discord

from app.core.messages import msg, t, tn
from app.core.onboarding.contradictions import contradictions
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.posts import Post
from app.core.onboarding.questions import Question
from app.core.onboarding.settings import WITHOUT_MEMBERS
from app.ui.kit.findings import IN_LOG, IN_PUBLIC, lacking, listed
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain

TO_SHOW = {"view_channel": msg("View Channel"), "manage_roles": msg("Manage Permissions")}
NAME = 60


class Setup(NamedTuple):
    """What a server set up: its choices, questions, and the newest version of its rules, if any were published."""

    policy: OnboardingPolicy
    questions: Sequence[Question]
    version: int | None


def report(guild: discord.Guild, setup: Setup, native: Mapping[str, Any] | None, *, sees_members: bool) -> Reply:
    """Say everything that is wrong, with what mends it; or that nothing is.

    `native` is Discord's own onboarding of the server, as Discord describes it; None where there is none.
    """
    found = list(findings(guild, setup, native, sees_members=sees_members))
    if not setup.policy.is_on:
        off = t("Nothing is asked of new members. Choose what with `/settings set onboarding.mode`.")
        return listed(found, off)
    return listed(found, t("✅ Everything about onboarding is set up right."))


def noted(reply: Reply, note: str) -> Reply:
    """Add a note."""
    return replace(reply, content=f"{reply.content}\n-# {note}")


def findings(
    guild: discord.Guild, setup: Setup, native: Mapping[str, Any] | None, *, sees_members: bool
) -> Iterator[str]:
    """Return a sentence or two for each thing that is wrong."""
    policy = setup.policy
    for sentence in contradictions(policy, setup.questions, setup.version, lambda words: plain(words, NAME)):
        yield str(sentence)
    if not policy.is_on:
        return
    if not guild.me.guild_permissions.manage_roles and _gives_roles(setup):
        yield t("I may not give roles in this server. Give me the permission **Manage Roles**.")
    yield from _of_role(guild, policy.join_role_id, "onboarding.join_role")
    yield from _of_role(guild, policy.completion_role_id, "onboarding.completion_role")
    if policy.asks_questions:
        for question in setup.questions:
            yield from _of_question(guild, question)
    for post in policy.posts.values():
        yield from _of_post(guild, policy, post)
    if policy.where == "channel":
        yield from _of_channel(guild, policy, policy.channel_id)
    yield from _of_log(guild, policy)
    if policy.welcome_text:
        yield from _of_writing(guild, policy.welcome_channel_id, "onboarding.welcome_channel")
    if policy.kick_after and policy.warn_after and not guild.me.guild_permissions.kick_members:
        yield t("I may not remove members who are not done. Give me the permission **Kick Members**.")
    if native is not None:
        yield from _of_native(guild, policy, native)
    if not sees_members:
        yield str(WITHOUT_MEMBERS)


def _gives_roles(setup: Setup) -> bool:
    """Tell whether anything gives or takes a role."""
    policy = setup.policy
    by_answer = policy.asks_questions and any(o.role_ids for one in setup.questions for o in one.options)
    return by_answer or policy.join_role_id is not None or policy.completion_role_id is not None


def _of_role(guild: discord.Guild, role_id: int | None, setting: str) -> Iterator[str]:
    if role_id is None:
        return
    role = guild.get_role(role_id)
    if role is None:
        yield t("The role of `{setting}` is gone. Choose another one with `/settings set {setting}`.", setting=setting)
    elif role.is_default() or role.managed:
        yield t(
            "Nobody can be given {role}, which is the one of `{setting}`: it is everybody's, or an app's own. Choose "
            "another one.",
            role=role.mention,
            setting=setting,
        )
    elif role >= guild.me.top_role:
        yield _above(role)


def _above(role: discord.Role) -> str:
    return t(
        "I cannot give {role}: it is not below my own highest role. Move my role above it in Server Settings → Roles.",
        role=role.mention,
    )


def _of_question(guild: discord.Guild, question: Question) -> Iterator[str]:
    """Say what answers cannot give. Each role and channel is named once."""
    name = plain(question.text, NAME)
    if not question.enabled:
        return
    roles = {role_id: option for option in question.options for role_id in option.role_ids}
    channels = {channel_id: option for option in question.options for channel_id in option.channel_ids}
    gone = [key for key in roles if guild.get_role(key) is None]
    gone += [key for key in channels if guild.get_channel(key) is None]
    if gone:
        yield tn(
            "**{question}**: what one of its answers gives is gone. Choose again with `/onboarding questions gives`.",
            "**{question}**: {count} things that its answers give are gone. Choose again with `/onboarding questions "
            "gives`.",
            len(gone),
            question=name,
        )
    for role_id, option in roles.items():
        role = guild.get_role(role_id)
        if role is not None and (role.managed or role.is_default()):
            yield t(
                "**{question}**: the answer “{answer}” gives {role}, which nobody can be given. Choose another role "
                "with `/onboarding questions gives`.",
                question=name,
                answer=plain(option.label, NAME),
                role=role.mention,
            )
        elif role is not None and role >= guild.me.top_role:
            yield f"**{name}**: {_above(role)}"
    for channel_id in channels:
        channel = guild.get_channel(channel_id)
        if channel is not None and (missing := lacking(channel.permissions_for(guild.me), TO_SHOW)):
            yield t(
                "**{question}**: I cannot show {channel} to anybody: I lack {permissions} there.",
                question=name,
                channel=channel.mention,
                permissions=missing,
            )


def _of_post(guild: discord.Guild, policy: OnboardingPolicy, post: Post) -> Iterator[str]:
    what = t("the panel **{title}**", title=plain(post.title, NAME)) if post.title else t("the post of the rules")
    channel = guild.get_channel(post.channel_id)
    if channel is None:
        yield t("The channel of {what} is gone. Post it again in another one.", what=what)
        return
    if post.message_id is None:
        yield t("Discord never got {what} in {channel}. Post it again.", what=what, channel=channel.mention)
    yield from _seen(guild, policy, channel, what)


def _seen(guild: discord.Guild, policy: OnboardingPolicy, channel: Any, what: str) -> Iterator[str]:
    """Say why new members do not see something in a channel."""
    if not _newcomers(guild, policy, channel).view_channel:
        yield t("New members do not see {channel}, where {what} is. Let them.", channel=channel.mention, what=what)
    if isinstance(channel, discord.TextChannel) and channel.is_nsfw():
        yield t(
            "{channel}, where {what} is, is age-restricted, so not all members can enter it. Choose another one.",
            channel=channel.mention,
            what=what,
        )


def _newcomers(guild: discord.Guild, policy: OnboardingPolicy, channel: Any) -> discord.Permissions:
    """Return what new members may in a channel, who have the join role at most."""
    role = guild.get_role(policy.join_role_id) if policy.join_role_id is not None else None
    permissions: discord.Permissions = channel.permissions_for(role or guild.default_role)
    return permissions


def _of_channel(guild: discord.Guild, policy: OnboardingPolicy, channel_id: int | None) -> Iterator[str]:
    if channel_id is None:
        return
    yield from _of_writing(guild, channel_id, "onboarding.channel")
    if (channel := guild.get_channel(channel_id)) is not None:
        yield from _seen(guild, policy, channel, t("what they begin with"))


def _of_writing(
    guild: discord.Guild, channel_id: int | None, setting: str, needed: Mapping[str, Any] = IN_PUBLIC
) -> Iterator[str]:
    """Say why the bot cannot write into the channel of a setting."""
    if channel_id is None:
        return
    channel = guild.get_channel(channel_id)
    if channel is None:
        yield t(
            "The channel of `{setting}` is gone. Choose another one with `/settings set {setting}`.", setting=setting
        )
    elif missing := lacking(channel.permissions_for(guild.me), needed):
        yield t(
            "I cannot write in {channel}: I lack {permissions} there.", channel=channel.mention, permissions=missing
        )


def _of_log(guild: discord.Guild, policy: OnboardingPolicy) -> Iterator[str]:
    if policy.log_channel_id is None:
        yield t(
            "Staff are not told who is done and what went wrong. Choose where with `/settings set "
            "onboarding.log_channel`."
        )
        return
    yield from _of_writing(guild, policy.log_channel_id, "onboarding.log_channel", IN_LOG)
    channel = guild.get_channel(policy.log_channel_id)
    if channel is not None and channel.permissions_for(guild.default_role).view_channel:
        yield t(
            "**Everybody can read what members answered** in {channel}. Let only staff see that channel.",
            channel=channel.mention,
        )


def _of_native(guild: discord.Guild, policy: OnboardingPolicy, native: Mapping[str, Any]) -> Iterator[str]:
    """Say what does not fit with Discord's own onboarding."""
    if not native.get("enabled"):
        return
    if not policy.after_discord:
        yield t(
            "Discord's own onboarding is on, and members are asked by both at once. Let mine wait with `/settings set "
            "onboarding.after_discord`, or switch off Discord's in Server Settings → Onboarding."
        )
    gone = 0
    for prompt in native.get("prompts") or ():
        for option in prompt.get("options") or ():
            gone += sum(guild.get_role(int(one)) is None for one in option.get("role_ids") or ())
            gone += sum(guild.get_channel(int(one)) is None for one in option.get("channel_ids") or ())
    if gone:
        yield tn(
            "Discord's own onboarding gives a role or a channel that is gone. Change it in Server Settings → "
            "Onboarding.",
            "Discord's own onboarding gives {count} roles or channels that are gone. Change it in Server Settings → "
            "Onboarding.",
            gone,
        )
