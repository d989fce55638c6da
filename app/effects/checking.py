"""Everything that is not right with what a server set up: `/health check`, `/settings check`, `/setup` and the doctor.

`everything` compares, and asks nobody; `check_server` finds what it needs in the cache of the gateway and asks Discord
once for what that misses.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import discord

from app.bot import Bot
from app.core import contradictions, registry
from app.core.checks import STAFF_POST, TICKET_CATEGORY, Finding, Place, Refusal, Severity, Step
from app.core.faq.policy import FaqPolicy
from app.core.health.database import DatabaseFacts
from app.core.messages import msg
from app.core.onboarding.contradictions import contradictions as of_onboarding
from app.core.records import record
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.contradictions import contradictions as of_tickets
from app.core.tickets.policy import TicketPolicy
from app.effects.looking import look
from app.effects.onboarding.native import COMMUNITY
from app.effects.sending import ERRORS
from app.ui.kit.judging import Server, judge, judge_bot
from app.ui.kit.text import plain
from app.ui.onboarding import check as onboarding
from app.ui.onboarding.check import Setup
from app.ui.tickets import check as tickets

NOT_SAID = msg("Discord did not say how its own onboarding is set up, so that was not looked at.")


@record
class Known:
    """What is known of a server beside itself."""

    setup: Setup
    now: datetime
    reads_content: bool
    sees_members: bool
    native: Mapping[str, Any] | None = None
    """Discord's own onboarding, None where there is none or Discord did not say."""
    more: Sequence[Place] = ()
    """Places that its settings do not name, such as where alerts about the bot go."""
    ticket_channels: Mapping[int, int] | None = None
    """The numbers of open tickets by their channels, of those that the Community settings need."""

    @property
    def places(self) -> list[Place]:
        """Return every channel and role that was chosen."""
        return [*registry.places(self.setup.snapshot), *onboarding.given(self.setup), *self.more]


def everything(server: Server, known: Known) -> list[Finding]:
    """Return everything that is not right, what matters most first."""
    found = [
        *judge_bot(server, known.now),
        *judge(server, known.places),
        *_of_tickets(server, TicketPolicy.of(known.setup.snapshot)),
        *onboarding.beside(server, known.setup, known.native),
        *_of_settings(known.setup.snapshot),
        *_of_intents(known),
        *_of_community(known),
    ]
    return sorted(found, key=lambda one: one.severity)


def settings_alone(server: Server, setup: Setup) -> list[Finding]:
    """Return what is not right with settings themselves: the channels and roles that they name, and contradictions."""
    snapshot = setup.snapshot
    found = [*judge(server, named_by_settings(snapshot)), *_of_settings(snapshot)]
    tickets_policy = TicketPolicy.of(snapshot)
    sentences = [*of_onboarding(setup.policy, setup.questions, setup.version, _said)]
    if tickets_policy.types or tickets_policy.panels:
        sentences += of_tickets(tickets_policy, _said)
    found += [Finding(Severity.WARNING, one) for one in sentences]
    return sorted(found, key=lambda one: one.severity)


def named_by_settings(snapshot: SettingsSnapshot) -> list[Place]:
    """Return the channels and roles that settings name, without those of ticket types, panels and the like."""
    return [one for one in registry.places(snapshot) if one.setting in registry.BY_NAME]


def _said(words: str) -> str:
    return plain(words, 60)


def _of_settings(snapshot: SettingsSnapshot) -> Iterator[Finding]:
    for one in contradictions.between(snapshot):
        yield Finding(Severity.NOTE if one.can_stay else Severity.WARNING, one.what, one.fix)


def _of_tickets(server: Server, policy: TicketPolicy) -> Iterator[Finding]:
    """Say nothing about tickets where there are none."""
    if policy.types or policy.panels:
        yield from tickets.beside(server, policy)


def _of_intents(known: Known) -> Iterator[Finding]:
    """Say what does not work without the intents that can be switched off, of what this server uses."""
    snapshot = known.setup.snapshot
    uses_tickets, is_on = bool(TicketPolicy.of(snapshot).types), known.setup.policy.is_on
    if not known.reads_content:
        fix = msg("Whoever runs me can switch on the message content intent in the developer portal.")
        if FaqPolicy.of(snapshot).automatic:
            what = msg("I may not read messages, so nothing is suggested from the FAQ.")
            yield Finding(Severity.BROKEN, what, fix, steps=(Step.PORTAL,))
        if uses_tickets:
            what = msg("I may not read messages, so transcripts hold only mine and those that mention me.")
            yield Finding(Severity.WARNING, what, fix, steps=(Step.PORTAL,))
    if not known.sees_members and (uses_tickets or is_on):
        fix = msg("Whoever runs me can switch on the server members intent in the developer portal.")
        if is_on:
            what = msg("I am not told who joins: new members begin with a panel or `/onboarding start`.")
        else:
            what = msg("I am not told when members leave, and notice it up to an hour later.")
        yield Finding(Severity.NOTE, what, fix, steps=(Step.PORTAL,))


def _of_community(known: Known) -> Iterator[Finding]:
    for channel_id, number in (known.ticket_channels or {}).items():
        yield Finding(
            Severity.WARNING,
            msg(
                "The channel of ticket #{number} is one that the Community settings need, so it cannot be deleted when "
                "the ticket is closed.",
                number=number,
            ),
            msg("Choose another one in Server Settings → Community."),
            place=Place("", msg("Ticket"), channel_id, TICKET_CATEGORY),
            refusal=Refusal.COMMUNITY,
            steps=(Step.VISIT,),
        )


async def native_of(bot: Bot, guild: discord.Guild) -> tuple[Mapping[str, Any] | None, bool]:
    """Return Discord's own onboarding of a server, None where there is none; and whether Discord said."""
    if COMMUNITY not in guild.features:
        return None, True
    try:
        return await bot.http.get_onboarding(guild.id), True
    except ERRORS:
        return None, False


@record
class Checked:
    """What a check found."""

    findings: Sequence[Finding]
    """What matters most first."""
    database: DatabaseFacts | None = None
    """For those who run the bot."""


async def check_server(bot: Bot, guild: discord.Guild, *, for_operator: bool = False) -> Checked:
    """Look for everything that is not right in a server.

    Reads the database once, and finds channels and roles in the cache. Discord is asked for what that misses (one
    request for all channels, one for all roles) and, in a community, for its own onboarding.
    """
    snapshot = await bot.settings.get(guild.id)
    required = Server.of(guild).community
    more: list[Place] = []
    async with bot.uow.reading() as work:
        questions = await work.onboarding.questions.all(guild.id)
        newest = await work.onboarding.versions.newest(guild.id)
        tickets_there = await work.tickets.places.in_channels(guild.id, required)
        facts = await work.health.database.facts() if for_operator else None
        alerts = (await work.health.alerts.read()).place if for_operator else None
    if alerts is not None and alerts.guild_id == guild.id:
        again = msg("Choose another one with `/health alerts channel`.")
        more.append(Place("", msg("Alerts about the bot"), alerts.channel_id, STAFF_POST, again=again))
    native, has_said = await native_of(bot, guild)
    setup = Setup(snapshot, questions, newest.number if newest is not None else None)
    known = Known(setup, bot.clock(), bot.reads_content, bot.sees_members, native, more, tickets_there)
    found = everything(await look(guild, known.places), known)
    return Checked(found if has_said else [*found, Finding(Severity.NOTE, NOT_SAID)], facts)


async def check_settings(bot: Bot, guild: discord.Guild) -> list[Finding]:
    """Look for what is not right with the settings of a server alone. Asks Discord only for what the cache misses."""
    snapshot = await bot.settings.get(guild.id)
    async with bot.uow.reading() as work:
        questions = await work.onboarding.questions.all(guild.id)
        newest = await work.onboarding.versions.newest(guild.id)
    setup = Setup(snapshot, questions, newest.number if newest is not None else None)
    return settings_alone(await look(guild, named_by_settings(snapshot)), setup)
