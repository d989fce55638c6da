"""What is wrong with how onboarding is set up, and how to mend it: `/onboarding check`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from app.core import registry
from app.core.checks import GIVEN, SHOWING, Finding, Place, Refusal, Severity, Step
from app.core.messages import Message, msg, msgn, t
from app.core.onboarding.contradictions import contradictions
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.posts import POSTS, Post
from app.core.onboarding.questions import Question
from app.core.onboarding.settings import WITHOUT_MEMBERS
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.kit.findings import listed
from app.ui.kit.judging import Server, judge
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain

SCOPES = frozenset({"onboarding", POSTS})
NAME = 60
_IN_DISCORD = msg("Change it in Server Settings → Onboarding.")
MIN_SEEN, MIN_WRITABLE, ADVANCED = 7, 5, 1
"""So many channels everybody sees, and may write in, where Discord's own onboarding is on; with the mode `ADVANCED`
those count that its questions give. https://discord.com/developers/docs/resources/guild#guild-onboarding-object"""


class Setup(NamedTuple):
    """What a server set up: its settings, questions, and the newest version of its rules, if any were published."""

    snapshot: SettingsSnapshot
    questions: Sequence[Question]
    version: int | None

    @property
    def policy(self) -> OnboardingPolicy:
        """Return what it chose about onboarding."""
        return OnboardingPolicy.of(self.snapshot)

    @property
    def places(self) -> list[Place]:
        """Return the channels and roles that settings of onboarding name, and answers give."""
        named = [one for one in registry.places(self.snapshot) if one.setting.partition(".")[0] in SCOPES]
        return [*named, *given(self)]


def given(setup: Setup) -> list[Place]:
    """Return the channels and roles that answers give, each once for a question."""
    if not setup.policy.asks_questions:
        return []
    again = msg("Choose again with `/onboarding questions gives`.")
    found: list[Place] = []
    for question in setup.questions:
        if not question.enabled:
            continue
        roles = {one for option in question.options for one in option.role_ids}
        channels = {one for option in question.options for one in option.channel_ids}
        for one_id, use in [*((one, GIVEN) for one in sorted(roles)), *((one, SHOWING) for one in sorted(channels))]:
            found.append(Place("", msg("What an answer gives to"), one_id, use, title=question.text, again=again))
    return found


def report(server: Server, setup: Setup, native: Mapping[str, Any] | None, *, sees_members: bool) -> Reply:
    """Say everything that is wrong, with what mends it; or that nothing is.

    `native` is Discord's own onboarding of the server, as Discord describes it; None where there is none.
    """
    found = findings(server, setup, native, sees_members=sees_members)
    if not setup.policy.is_on:
        off = t("Nothing is asked of new members. Choose what with `/settings set onboarding.mode`.")
        return listed(found, off)
    return listed(found, t("✅ Everything about onboarding is set up right."))


def noted(reply: Reply, note: str) -> Reply:
    """Add a note."""
    return replace(reply, content=f"{reply.content}\n-# {note}")


def findings(
    server: Server, setup: Setup, native: Mapping[str, Any] | None, *, sees_members: bool
) -> Iterator[Finding]:
    """Return everything that is wrong about onboarding."""
    yield from judge(server, (one for one in setup.places if one.is_used))
    yield from beside(server, setup, native)
    if setup.policy.is_on and not sees_members:
        yield Finding(Severity.NOTE, WITHOUT_MEMBERS, steps=(Step.PORTAL,))


def beside(server: Server, setup: Setup, native: Mapping[str, Any] | None) -> Iterator[Finding]:
    """Return what is wrong beside the channels and roles that were chosen, and the intents."""
    policy, mine = setup.policy, server.me.guild_permissions
    for sentence in contradictions(policy, setup.questions, setup.version, lambda words: plain(words, NAME)):
        yield Finding(Severity.WARNING, sentence)
    if policy.is_on:
        if not mine.manage_roles and _gives_roles(setup):
            what = msg("I may not give roles in this server.")
            yield _may_not(what, msg("Give me the permission **Manage Roles**."), "manage_roles")
        if policy.kick_after and policy.warn_after and not mine.kick_members:
            what = msg("I may not remove members who are not done.")
            yield _may_not(what, msg("Give me the permission **Kick Members**."), "kick_members")
        for post in policy.posts.values():
            if post.message_id is None:
                yield _never_posted(server, post)
        if policy.log_channel_id is None:
            yield Finding(
                Severity.NOTE,
                msg("Staff are not told who is done and what went wrong."),
                msg("Choose where with `/settings set onboarding.log_channel`."),
            )
    if native is not None and native.get("enabled"):
        yield from _of_native(server, policy, native)


def _gives_roles(setup: Setup) -> bool:
    """Tell whether anything gives or takes a role."""
    policy = setup.policy
    by_answer = policy.asks_questions and any(o.role_ids for one in setup.questions for o in one.options)
    return by_answer or policy.join_role_id is not None or policy.completion_role_id is not None


def _may_not(what: Message, fix: Message, permission: str) -> Finding:
    refusal, steps = Refusal.NO_PERMISSION, (Step.INVITE,)
    return Finding(Severity.BROKEN, what, fix, refusal=refusal, steps=steps, missing=(permission,))


def _never_posted(server: Server, post: Post) -> Finding:
    channel = server.channel(post.channel_id)
    where = server.name(channel) if channel is not None else f"<#{post.channel_id}>"
    if not post.title:
        what = msg("Discord never got the post of the rules in {channel}.", channel=where)
    else:
        what = msg(
            "Discord never got the panel **{title}** in {channel}.", title=plain(post.title, NAME), channel=where
        )
    return Finding(Severity.BROKEN, what, msg("Post it again."))


def _of_native(server: Server, policy: OnboardingPolicy, native: Mapping[str, Any]) -> Iterator[Finding]:
    """Say what is wrong with Discord's own onboarding, and what of it does not fit with this one."""
    if policy.is_on and not policy.after_discord:
        yield Finding(
            Severity.WARNING,
            msg("Discord's own onboarding is on, and members are asked by both at once."),
            msg(
                "Let mine wait with `/settings set onboarding.after_discord`, or switch off Discord's in Server "
                "Settings → Onboarding."
            ),
        )
    options = [one for prompt in native.get("prompts") or () for one in prompt.get("options") or ()]
    role_ids = [int(one) for option in options for one in option.get("role_ids") or ()]
    channel_ids = [int(one) for option in options for one in option.get("channel_ids") or ()]
    default_ids = [int(one) for one in native.get("default_channel_ids") or ()]
    gone = sum(server.role(one) is None for one in role_ids) + sum(server.channel(one) is None for one in channel_ids)
    if gone:
        yield Finding(
            Severity.WARNING,
            msgn(
                "Discord's own onboarding gives a role or a channel that is gone.",
                "Discord's own onboarding gives {count} roles or channels that are gone.",
                gone,
            ),
            _IN_DISCORD,
        )
    everybody = server.guild.default_role
    shown = {one: server.channel(one) for one in [*default_ids, *channel_ids]}
    there = {one: channel.permissions_for(everybody) for one, channel in shown.items() if channel is not None}
    if hidden := [one for one, may in there.items() if not may.view_channel]:
        yield Finding(
            Severity.WARNING,
            msg(
                "Discord's own onboarding shows {channel}, which not everybody sees. Nothing of it can be changed "
                "until that is mended.",
                channel=server.name(shown[hidden[0]]),
            ),
            msg("Let everybody see that channel, or take it out in Server Settings → Onboarding."),
            place=Place("", msg("Onboarding"), hidden[0], SHOWING),
            refusal=Refusal.NOT_OPEN,
            steps=(Step.VISIT,),
        )
    counted = set(shown if native.get("mode") == ADVANCED else default_ids) & set(there)
    writable = [one for one in counted if there[one].view_channel and there[one].send_messages]
    if default_ids and (len(counted) < MIN_SEEN or len(writable) < MIN_WRITABLE):
        yield Finding(
            Severity.WARNING,
            msg(
                "Channels that Discord's own onboarding shows: {seen}. Of those, everybody may write in: {writable}. "
                "It needs 7 and 5, and cannot be switched on again.",
                seen=len(counted),
                writable=len(writable),
            ),
            _IN_DISCORD,
            refusal=Refusal.FEW_OPEN,
        )
