"""How each step is: by what the server chose, what is in its tables, and what the bot may do. All of it pure."""

from collections.abc import Iterator, Mapping, Sequence

import discord

from app.core import formats, registry
from app.core.checks import Finding, Severity
from app.core.checks import Step as Mend
from app.core.faq.policy import FaqPolicy
from app.core.messages import t, tc, tn
from app.core.onboarding import contradictions as onboarding
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.questions import Question
from app.core.records import record
from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot
from app.core.setup import Mark, Progress, State, Step
from app.core.tickets import contradictions as tickets
from app.core.tickets.policy import TicketPolicy
from app.ui.faq.automatic import without_content
from app.ui.kit.judging import Server, judge
from app.ui.kit.text import plain
from app.ui.settings.replies import shown
from app.ui.setup.steps import ABOUT, step_of

NAME = 60


@record
class Facts:
    """What is known of a server beside its settings."""

    questions: Sequence[Question]
    rules: int
    """How many rules managers work on, published or not."""
    version: int | None
    """The newest of its rules, if any were published."""
    has_entries: bool
    """Whether there is an entry in its FAQ."""
    reads_content: bool
    """Whether the bot may read what members write."""


@record
class Status:
    """How one step is: in a word, in a line, and what is wrong."""

    state: State
    said: str
    problems: Sequence[str]
    missing: Sequence[str]
    """What the bot lacks in the whole server of what this step needs."""
    grants: Sequence[str]
    """What an invitation of the bot would mend, by the names of permissions."""


def statuses(guild: discord.Guild, snapshot: SettingsSnapshot, facts: Facts) -> dict[Step, Status]:
    """Return how each step is."""
    found: dict[Step | None, list[Finding]] = {}
    for finding in judge(Server.of(guild), registry.places(snapshot)):
        if finding.severity is not Severity.NOTE:
            found.setdefault(step_of(finding.setting), []).append(finding)
    marks = Progress.of(snapshot).marks
    done = dict(_done(snapshot, facts))
    return {step: _status(step, guild, snapshot, facts, found.get(step, []), done, marks) for step in Step}


def in_a_line(finding: Finding) -> str:
    """Say what is not right, and what mends it."""
    return f"{finding.what} {finding.fix}" if finding.fix is not None else str(finding.what)


def _status(
    step: Step,
    guild: discord.Guild,
    snapshot: SettingsSnapshot,
    facts: Facts,
    findings: Sequence[Finding],
    done: Mapping[Step, str],
    marks: Mapping[Step, Mark],
) -> Status:
    problems = [in_a_line(one) for one in findings]
    problems += [str(one) for one in _contradictions(step, snapshot, facts)]
    mine = guild.me.guild_permissions
    missing = [name for name in ABOUT[step].needs if not getattr(mine, name)]
    invited = (name for one in findings if Mend.INVITE in one.steps for name in one.missing)
    grants = tuple(dict.fromkeys([*missing, *invited]))
    said = done.get(step, "")
    if problems or (said and missing and _is_used(step, snapshot)):
        return Status(State.PROBLEM, said, problems, missing, grants)
    if said:
        return Status(State.DONE, said, problems, missing, grants)
    match marks.get(step):
        case Mark.SKIPPED:
            return Status(State.SKIPPED, t("skipped for now"), problems, missing, grants)
        case Mark.KEPT:
            return Status(State.DONE, t("left as it is"), problems, missing, grants)
        case None:
            return Status(State.OPEN, t("not yet"), problems, missing, grants)


def _is_used(step: Step, snapshot: SettingsSnapshot) -> bool:
    """Tell whether what a step needs in the whole server is needed now: types may be in a category of their own."""
    if step is Step.TICKETS:
        policy = TicketPolicy.of(snapshot)
        return policy.enabled and any(kind.parent_id is None for kind in policy.types.values())
    policy = OnboardingPolicy.of(snapshot)
    return policy.is_on and (policy.completion_role_id is not None or policy.join_role_id is not None)


def _done(snapshot: SettingsSnapshot, facts: Facts) -> Iterator[tuple[Step, str]]:
    """Yield the steps that are done, with what they came to."""
    for step in (Step.GENERAL, Step.REMINDERS, Step.LOGS):
        chosen = [one for one in ABOUT[step].asks if snapshot.is_chosen(one)]
        if chosen:
            yield (
                step,
                _chosen(step, snapshot)
                or formats.listed(formats.labelled(one.label, shown(one, snapshot[one], NAME)) for one in chosen[:2]),
            )
    tickets_said = _of_tickets(TicketPolicy.of(snapshot))
    if tickets_said:
        yield Step.TICKETS, tickets_said
    policy = OnboardingPolicy.of(snapshot)
    if policy.is_on:
        parts = []
        if policy.asks_rules:
            parts.append(tn("{count} rule", "{count} rules", facts.rules))
        if policy.asks_questions:
            parts.append(tn("{count} question", "{count} questions", sum(one.enabled for one in facts.questions)))
        yield Step.ONBOARDING, formats.listed(parts)
    if facts.has_entries:
        channels = FaqPolicy.of(snapshot).automatic
        suggested = tn("suggested in {count} channel", "suggested in {count} channels", len(channels))
        yield Step.FAQ, suggested if channels else t("has entries")


def _chosen(step: Step, snapshot: SettingsSnapshot) -> str:
    if step is not Step.GENERAL:
        return ""
    role = snapshot[general.STAFF_ROLE]
    return formats.codes([f"`{snapshot[general.TIMEZONE]}`", *([f"<@&{role}>"] if role is not None else [])])


def _of_tickets(policy: TicketPolicy) -> str:
    if not policy.enabled:
        return tc("tickets", "switched off")
    posted = [panel for panel in policy.panels.values() if panel.message_id is not None]
    if not policy.offered or not posted:
        return ""
    kinds = formats.listed(plain(kind.name, NAME) for kind in policy.offered[:3])
    return f"{kinds} · <#{posted[0].channel_id}>"


def _contradictions(step: Step, snapshot: SettingsSnapshot, facts: Facts) -> Iterator[object]:
    if step is Step.TICKETS:
        yield from tickets.contradictions(TicketPolicy.of(snapshot), _name)
    elif step is Step.ONBOARDING:
        policy = OnboardingPolicy.of(snapshot)
        yield from onboarding.contradictions(policy, facts.questions, facts.version, _name)
    elif step is Step.FAQ and FaqPolicy.of(snapshot).automatic and not facts.reads_content:
        yield without_content()


def _name(words: str) -> str:
    return plain(words, NAME)
