"""What is shown while a server is being set up: all steps, one step, and the end. All of it pure."""

from collections.abc import Sequence
from typing import Any

import discord

from app.core import formats
from app.core.checks import PERMISSIONS
from app.core.faq.automatic import AUTOMATIC
from app.core.faq.written_in import LANGUAGES
from app.core.formats import AllOf
from app.core.messages import Message, msg, msgc, t, tc
from app.core.onboarding.policy import OnboardingPolicy
from app.core.records import record
from app.core.settings.snapshot import SettingsSnapshot
from app.core.setup import State, Step
from app.core.tickets.policy import TicketPolicy
from app.models import SettingsHistory
from app.ui.faq.entry_ids import WriteId
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button
from app.ui.kit.inviting import grant_button
from app.ui.kit.limits import MAX_CONTENT, MAX_EMBED_DESCRIPTION
from app.ui.kit.listing import fitting
from app.ui.kit.mentions import Mention
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened
from app.ui.kit.undo import undo_all_button
from app.ui.onboarding.rules_ids import WherePublishId, WriteRuleId
from app.ui.settings.replies import remarks, sentence, shown
from app.ui.setup.ids import (
    AgainId,
    BeginId,
    BeginningId,
    ChooseId,
    EndId,
    FirstTypeId,
    KeepId,
    ListId,
    SkipId,
    StepId,
    TicketPanelId,
    UsualId,
)
from app.ui.setup.state import Facts, Status
from app.ui.setup.steps import ABOUT, ORDER, neighbours, numbered

SIGNS = {State.DONE: "✅", State.OPEN: "⬜", State.SKIPPED: "⏭️", State.PROBLEM: "⚠️"}
WORDS: dict[State, Message] = {
    State.DONE: msgc("a step", "done"),
    State.OPEN: msg("not yet"),
    State.SKIPPED: msg("skipped for now"),
    State.PROBLEM: msg("something is wrong"),
}
MAX_PROBLEMS = 1500
"""Characters of what is wrong with a step; the rest is one command away."""
MAX_VALUE = 80
ELSEWHERE = frozenset({Step.ONBOARDING, Step.FAQ})
"""The steps with buttons of their features, which answer with messages of their own."""
PRIMARY, SECONDARY = discord.ButtonStyle.primary, discord.ButtonStyle.secondary


@record
class Scene:
    """A server as it is shown while it is being set up."""

    guild: discord.Guild
    client_id: int
    snapshot: SettingsSnapshot
    facts: Facts
    statuses: dict[Step, Status]
    mention: Mention
    """Writes commands for whoever looks."""


def checklist(scene: Scene, *, note: str = "") -> Reply:
    """Show all steps, each with how it is and a button; the first that is open stands out."""
    done = sum(one.state is State.DONE for one in scene.statuses.values())
    lines = [
        t("You can stop at any time and go on later, also somebody else: everything is kept."),
        "",
    ]
    lines += [_line(step, scene.statuses[step]) for step in ORDER]
    embed = discord.Embed(title=t("Setting up this server"), description="\n".join(lines))
    embed.colour = colour_of(scene.snapshot)
    embed.set_footer(text=t("Steps done: {done} of {count}", done=done, count=len(ORDER)))
    first = first_open(scene)
    items: list[Item] = [
        button(
            str(ABOUT[step].title),
            StepId(step=step),
            emoji=ABOUT[step].emoji,
            style=PRIMARY if step is first else SECONDARY,
            row=(number - 1) // 3,
        )
        for number, step in numbered()
    ]
    items += [
        button(t("Check again"), AgainId(step=None), emoji="🔄", row=2),
        button(t("Finish"), EndId(), emoji="🏁", row=2, style=SECONDARY if first is not None else PRIMARY),
    ]
    return Reply(note or None, embed, items)


def first_open(scene: Scene) -> Step | None:
    """Return the first step about which something is to be done, None if there is none."""
    waiting = {State.OPEN, State.PROBLEM}
    return next((step for step in ORDER if scene.statuses[step].state in waiting), None)


def _line(step: Step, status: Status) -> str:
    about = ABOUT[step]
    said = status.said if status.state is not State.PROBLEM else str(WORDS[State.PROBLEM])
    return f"{SIGNS[status.state]} {about.emoji} **{about.title}** · {shortened(said, 200)}"


def step_page(scene: Scene, step: Step, *, note: str = "", changes: Sequence[SettingsHistory] = ()) -> Reply:
    """Show a step: what it is for, what is so, what is wrong, and what can be done.

    `note` says what has just happened, `changes` what was just chosen, which a button takes back.
    """
    about, status, number = ABOUT[step], scene.statuses[step], ORDER.index(step) + 1
    title = t("Step {number} of {count} · {step}", number=number, count=len(ORDER), step=about.title)
    parts = [str(about.purpose), "\n".join(_facts(scene, step))]
    wrong = [f"⚠️ {one}" for one in status.problems]
    if status.missing:
        names = AllOf([f"**{PERMISSIONS[one]}**" for one in status.missing])
        wrong.append("🔑 " + t("In this server I lack {permissions}. The button below grants it.", permissions=names))
    if wrong:
        parts.append(fitting(wrong, MAX_PROBLEMS))
    if step in ELSEWHERE:
        parts.append(t("What you write is saved in a message of its own. Then press **Check again** here."))
    parts.append("\n".join(f"-# {_with(one, scene.mention(*names))}" for one, names in about.more))
    embed = discord.Embed(
        title=f"{about.emoji} {title}",
        description=shortened("\n\n".join(part for part in parts if part), MAX_EMBED_DESCRIPTION),
        colour=colour_of(scene.snapshot),
    )
    embed.set_footer(text=f"{SIGNS[status.state]} {WORDS[status.state]}")
    items = [*_actions(scene, step), *_ways(step, status)]
    if changes:
        undo = undo_all_button(changes)
        undo.row = 2
        items.append(undo)
    if status.grants:
        items.append(grant_button(scene.client_id, scene.guild, status.grants, row=2))
    return Reply(shortened(note, MAX_CONTENT) or None, embed, items)


def _with(sentence: Message, command: str) -> str:
    return str(Message(sentence.text, {"command": command}))


def saved(changes: Sequence[SettingsHistory], *, sees_members: bool) -> str:
    """Say what was chosen, with what one should know of it."""
    if not changes:
        return t("Everything was so already.")
    lines = [f"✅ {_said(one)}" for one in changes]
    lines += [f"-# {one}" for change in changes for one in remarks(change, sees_members=sees_members)]
    return "\n".join(dict.fromkeys(lines))


def _said(change: SettingsHistory) -> str:
    if change.scope != AUTOMATIC:
        return sentence(change, MAX_VALUE)
    channel = f"<#{change.key}>"
    if change.new_value is None:
        return t("Nothing is suggested in {channel} any more.", channel=channel)
    return t("Answers are suggested in {channel} from now on.", channel=channel)


def _facts(scene: Scene, step: Step) -> list[str]:
    """Say what is so."""
    snapshot = scene.snapshot
    values = [formats.labelled(f"**{one.label}**", shown(one, snapshot[one], MAX_VALUE)) for one in ABOUT[step].asks]
    if step is Step.GENERAL:
        return [_language(scene.guild), *values]
    if step is Step.TICKETS:
        return [*_of_tickets(TicketPolicy.of(snapshot)), *values]
    if step is Step.ONBOARDING:
        return [*values, *_of_onboarding(scene)]
    if step is Step.FAQ:
        channels = [f"<#{key}>" for key in snapshot.structures(AUTOMATIC)]
        entries = t("**Entries**: there are some") if scene.facts.has_entries else t("**Entries**: none yet")
        suggested = " ".join(channels[:10]) or t("nowhere")
        return [entries, *values, t("**Answers are suggested in**: {channels}", channels=suggested)]
    return values


def _language(guild: discord.Guild) -> str:
    name = LANGUAGES.get(str(guild.preferred_locale), str(guild.preferred_locale))
    said = t("**Language**: {language}, as Discord has it for this server", language=name)
    where = t("It is chosen in Server Settings, under Community. Answers that one member sees are in theirs.")
    return f"{said}\n-# {where}"


def _none() -> str:
    return tc("kinds of tickets, or panels", "none yet")


def _of_tickets(policy: TicketPolicy) -> list[str]:
    kinds = formats.listed(plain(kind.name, 60) for kind in list(policy.types.values())[:10]) or _none()
    places = " ".join(f"<#{panel.channel_id}>" for panel in list(policy.panels.values())[:10]) or _none()
    return [t("**Kinds of tickets**: {kinds}", kinds=kinds), t("**Panels**: {places}", places=places)]


def _of_onboarding(scene: Scene) -> list[str]:
    policy, facts = OnboardingPolicy.of(scene.snapshot), scene.facts
    if facts.version is not None:
        rules = t("{count}, published as version {version}", count=facts.rules, version=facts.version)
    else:
        rules = t("{count}, not published yet", count=facts.rules)
    places = " ".join(f"<#{panel.channel_id}>" for panel in list(policy.panels.values())[:10]) or _none()
    return [
        t("**Rules**: {rules}", rules=rules),
        t("**Questions**: {count}", count=len(facts.questions)),
        t("**Panels**: {places}", places=places),
    ]


def _actions(scene: Scene, step: Step) -> list[Item]:
    """Return the buttons that do something about a step, the likeliest one first."""
    choose = (t("Choose"), ChooseId(step=step), "✏️")
    offered: list[tuple[str, Any, str]] = [choose]
    if step is Step.TICKETS:
        policy = TicketPolicy.of(scene.snapshot)
        if not policy.types:
            offered = [(t("First kind and panel"), FirstTypeId(), "🎫"), choose]
        else:
            offered = [(t("Post a panel"), TicketPanelId(), "📌"), choose]
            if policy.panels:
                offered.reverse()
    elif step is Step.ONBOARDING:
        policy = OnboardingPolicy.of(scene.snapshot)
        offered.append((t("Write a rule"), WriteRuleId(), "📜"))
        if scene.facts.rules:
            offered.append((t("Publish the rules"), WherePublishId(), "📣"))
        if not scene.facts.questions:
            offered.append((t("Add the usual questions"), UsualId(), "❓"))
        if not policy.panels:
            offered.append((t("Post a panel"), BeginningId(), "📌"))
    elif step is Step.FAQ:
        write = (t("Write an entry"), WriteId(), "✍️")
        offered = [choose, write] if scene.facts.has_entries else [write, choose]
    return [
        button(label, to, emoji=emoji, style=SECONDARY if at else PRIMARY, row=0)
        for at, (label, to, emoji) in enumerate(offered)
    ]


def _ways(step: Step, status: Status) -> list[Item]:
    """Return the buttons that lead elsewhere."""
    before, after = neighbours(step)
    ways: list[Item] = [
        button(t("Back"), StepId(step=before) if before is not None else ListId(), emoji="◀️", row=1),
        button(t("Next"), StepId(step=after) if after is not None else EndId(), emoji="▶️", row=1),
    ]
    if status.state is State.OPEN:
        ways.insert(1, button(t("Skip"), SkipId(step=step, on=True), emoji="⏭️", row=1))
        ways.append(button(t("Leave it as it is"), KeepId(step=step), emoji="👌", row=2))
    elif status.state is State.SKIPPED:
        ways.insert(1, button(t("Skip no more"), SkipId(step=step, on=False), emoji="⏮️", row=1))
    ways.append(button(t("Check again"), AgainId(step=step), emoji="🔄", row=1))
    if before is not None:
        ways.append(button(t("All steps"), ListId(), emoji="📋", row=1))
    return ways


def greeting(mention: str) -> Reply:
    """Introduce the bot to a server that it has just joined."""
    said = t(
        "Hello! I am Concierge: reminders, tickets, onboarding, an FAQ and statistics, all of which you choose. "
        "Whoever may manage this server sets me up with {command}, step by step, and can stop and go on at any time.",
        command=mention,
    )
    start = button(t("Begin"), BeginId(), emoji="🚀", style=PRIMARY)
    return Reply(said, items=[start], private=False)
