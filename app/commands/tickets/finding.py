"""Lists of tickets, searching in them, and reading what was said."""

from typing import Any

import discord

from app.commands.tickets import groups
from app.commands.tickets.figures import suggest_types
from app.commands.tickets.people import numbered
from app.commands.tickets.request import TicketCog, which
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets import searching
from app.core.tickets.errors import TypeNotFound
from app.core.tickets.limits import MAX_LABEL_WORD, MAX_TYPED
from app.core.tickets.list_filter import Shown, TicketFilter
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.record import Record
from app.core.tickets.types import Priority
from app.core.tickets.views import member_view, staff_view
from app.effects.tickets.posting import MAX_FILES, upload_limit, written
from app.services.tickets.access import Which
from app.ui.kit.autocomplete import Suggestion, meant
from app.ui.kit.composing import composed
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.patience import answering
from app.ui.kit.reply import Attachment
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff
from app.ui.tickets import finding as ui
from app.ui.tickets.finding_ids import ListPageId, OwnPageId, SearchPageId, TranscriptId

SHOWN = {
    "Open": Shown.OPEN,
    "Claimed": Shown.CLAIMED,
    "Escalated": Shown.ESCALATED,
    "Put off": Shown.SNOOZED,
    "Closed": Shown.FINISHED,
    "All": Shown.ALL,
}
PRIORITIES = {"Low": Priority.LOW, "Normal": Priority.NORMAL, "High": Priority.HIGH, "Urgent": Priority.URGENT}
TURNS = {"The staff's": "staff", "The member's": "member"}


def _choices(named: dict[str, Any]) -> list[discord.OptionChoice]:
    return [discord.OptionChoice(name, getattr(value, "value", value)) for name, value in named.items()]


class OwnFindingCommands(TicketCog):
    """What members find."""

    @groups.ticket.command(name="list", description="See your tickets, and what happens next")
    async def list_own(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            await (await self._own(ctx.interaction, 0)).send(ctx.interaction)

    @groups.ticket.command(name="search", description="Search in what was said in your tickets")
    @discord.option("words", str, description="Words that were said", max_length=MAX_TYPED)
    async def search_own(self, ctx: discord.ApplicationContext, words: str) -> None:
        async with answering(ctx.interaction):
            found = await self._searched(ctx.interaction, words, 0, own=True, member_id=None)
            await found.send(ctx.interaction)

    @groups.ticket.command(name="transcript", description="Read what was said in a closed ticket")
    @discord.option("number", str, description="The number of the ticket", max_length=10)
    async def transcript(self, ctx: discord.ApplicationContext, number: str) -> None:
        async with answering(ctx.interaction):
            await (await self._transcript(ctx.interaction, which(ctx.interaction, number))).send(ctx.interaction)

    @responds_to(OwnPageId)
    async def own_page(self, interaction: discord.Interaction, pressed: OwnPageId) -> None:
        async with answering(interaction, update=True):
            await (await self._own(interaction, pressed.page)).replace(interaction)

    @responds_to(SearchPageId)
    async def search_page(self, interaction: discord.Interaction, pressed: SearchPageId) -> None:
        async with answering(interaction, update=True):
            found = await self._searched(
                interaction, pressed.typed, pressed.page, own=pressed.own, member_id=pressed.member_id
            )
            await found.replace(interaction)

    @responds_to(TranscriptId)
    async def transcript_pressed(self, interaction: discord.Interaction, pressed: TranscriptId) -> None:
        async with answering(interaction):
            await (await self._transcript(interaction, Which(row_id=pressed.ticket_id))).send(interaction)

    async def _own(self, interaction: discord.Interaction, page: int) -> ui.Reply:
        async with self._work(interaction) as (context, work):
            found = await work.tickets.finding.own(context.actor, page)
        return ui.own(found, context.snapshot, self._bot.clock(), context.policy.reopen_within)

    async def _searched(
        self, interaction: discord.Interaction, typed: str, page: int, *, own: bool, member_id: int | None
    ) -> ui.Reply:
        words = searching.query(typed)
        async with self._work(interaction) as (context, work):
            found = await work.tickets.finding.search(context.actor, words, page, own=own, member_id=member_id)
        return ui.searched(found, context.snapshot, words.typed, own=own, member_id=member_id)

    async def _transcript(self, interaction: discord.Interaction, meant_one: Which) -> ui.Reply:
        async with self._work(interaction) as (context, work):
            found = await work.tickets.finding.to_read(context.actor, meant_one)
        limit = min(interaction.attachment_size_limit or upload_limit(self._bot), upload_limit(self._bot))
        files = await composed(_files, found.record, context.policy.timezone, limit, as_staff=found.as_staff)
        return ui.transcript(found.ticket, files)


class FindingCommands(TicketCog):
    """What staff find."""

    @for_staff
    @groups.tickets.command(name="list", description="See the tickets that you work on")
    @discord.option("status", str, description="Open ones if left out", required=False, choices=_choices(SHOWN))
    @discord.option(
        "type", str, description="Only this kind", required=False, autocomplete=suggest_types, max_length=MAX_CHOICE,
        parameter_name="kind",
    )  # fmt: skip
    @discord.option("member", discord.User, description="Only of this member", required=False)
    @discord.option(
        "claimed_by", discord.User, description="Only claimed by this person", required=False, parameter_name="claimer"
    )
    @discord.option("label", str, description="Only with this label", required=False, max_length=MAX_LABEL_WORD)
    @discord.option("priority", int, description="Only of this priority", required=False, choices=_choices(PRIORITIES))
    @discord.option(
        "turn", str, description="Only where it is this side's turn", required=False, choices=_choices(TURNS)
    )
    async def list_worked(
        self,
        ctx: discord.ApplicationContext,
        status: str = Shown.OPEN.value,
        kind: str | None = None,
        member: discord.User | None = None,
        claimer: discord.User | None = None,
        label: str | None = None,
        priority: int | None = None,
        turn: str | None = None,
    ) -> None:
        async with answering(ctx.interaction):
            context = await self._context(ctx.interaction)
            chosen = TicketFilter(
                Shown(status),
                _type_key(kind, context.snapshot),
                member.id if member is not None else None,
                claimer.id if claimer is not None else None,
                priority,
                turn,
                (label or "").strip().lower(),
            )
            await (await self._worked(ctx.interaction, chosen, 0)).send(ctx.interaction)

    @for_staff
    @groups.tickets.command(name="search", description="Search in what was said in tickets")
    @discord.option("words", str, description="Words that were said", max_length=MAX_TYPED)
    @discord.option("member", discord.User, description="Only in tickets of this member", required=False)
    async def search_worked(
        self, ctx: discord.ApplicationContext, words: str, member: discord.User | None = None
    ) -> None:
        async with answering(ctx.interaction):
            read, member_id = searching.query(words), member.id if member is not None else None
            async with self._work(ctx.interaction) as (context, work):
                found = await work.tickets.finding.search(context.actor, read, 0, own=False, member_id=member_id)
            await ui.searched(found, context.snapshot, read.typed, own=False, member_id=member_id).send(ctx.interaction)

    @for_staff
    @groups.tickets.command(name="similar", description="See which tickets were about the same as this one")
    @numbered
    async def similar(self, ctx: discord.ApplicationContext, number: str | None = None) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                ticket, found = await work.tickets.similar.similar(context.actor, which(ctx.interaction, number))
            await ui.similar(ticket, found, context.snapshot).send(ctx.interaction)

    @responds_to(ListPageId)
    async def list_page(self, interaction: discord.Interaction, pressed: ListPageId) -> None:
        async with answering(interaction, update=True):
            await (await self._worked(interaction, pressed.chosen, pressed.page)).replace(interaction)

    async def _worked(self, interaction: discord.Interaction, chosen: TicketFilter, page: int) -> ui.Reply:
        async with self._work(interaction) as (context, work):
            found = await work.tickets.finding.worked(context.actor, chosen, page)
        return ui.worked(found, context.snapshot, chosen)


def _type_key(typed: str | None, snapshot: SettingsSnapshot) -> str | None:
    if typed is None:
        return None
    types = TicketPolicy.of(snapshot).types
    key = meant(typed, lambda: [Suggestion(one.name, key) for key, one in types.items()])
    if key not in types:
        raise TypeNotFound
    return key


def _files(record: Any, zone: str, limit: int, *, as_staff: bool) -> list[Attachment]:
    known = Record.from_json(record)
    files, _ = written(staff_view(known) if as_staff else member_view(known), zone, limit)
    return files[:MAX_FILES]
