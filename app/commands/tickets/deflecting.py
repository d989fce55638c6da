"""Answers of the FAQ before a ticket is opened: read, enough, or opened anyway with what was written."""

from contextlib import suppress
from typing import Any

import discord

from app.commands.tickets.carrying import CarriesTickets
from app.commands.tickets.request import RequestContext
from app.core.faq.analysis import words
from app.core.faq.limits import FAIR_CONFIDENCE, MAX_OFFERED
from app.core.faq.policy import FaqPolicy
from app.core.records import record
from app.core.settings import general
from app.core.tickets.errors import TypeNotFound
from app.models import SupportTicket
from app.models.faq_search_log import SearchSource
from app.services.faq.log import Search
from app.services.tickets.opening import Request
from app.ui.faq import deflection as ui
from app.ui.faq.finding import results_in
from app.ui.faq.finding_ids import OpenAnywayId, ReadBeforeId, SolvedId
from app.ui.kit.context import present
from app.ui.kit.forms import FilledIn
from app.ui.kit.language import languages_of
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.tickets.ids import OpenFormId
from app.ui.tickets.intake import description_of, intake_form, texts_of
from app.ui.tickets.replies import given_back
from app.uow import UnitOfWork


@record
class Draft:
    """A ticket as it was written, until it is opened: all that its form said."""

    type_key: str
    typed: dict[str, Any]
    """What was typed and chosen, by the names of the fields."""
    chosen: dict[str, str]
    answers: list[dict[str, Any]]
    username: str | None
    source: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Write it as it is kept."""
        return dict(vars(self))

    def request(self, context: RequestContext) -> Request:
        """Return what is to be opened. Raises TypeNotFound if the server has no such type any more."""
        kind = context.policy.types.get(self.type_key)
        if kind is None:
            raise TypeNotFound
        return Request(
            type=kind.routed(self.chosen),
            description=description_of(self.answers),
            answers=tuple(self.answers),
            username=self.username,
            source=self.source,
        )

    def search(
        self, context: RequestContext, interaction: discord.Interaction, results: int, *, opened_id: int | None = None
    ) -> Search:
        """Return the search for answers to it.

        All staff see what was searched for in vain: its words are left out where not all staff may see the ticket.
        """
        kind = context.policy.types.get(self.type_key)
        team = kind.routed(self.chosen).team_role_ids if kind is not None else ()
        is_for_staff = not team or context.snapshot[general.STAFF_ROLE] in team
        text = texts_of(self.answers) if is_for_staff else ""
        return Search(text, results, SearchSource.TICKET, language=interaction.locale, opened_id=opened_id)


class DeflectsTickets(CarriesTickets):
    """Shows answers to a member whose ticket is not opened yet."""

    async def _begun_without_faq(
        self, interaction: discord.Interaction, context: RequestContext, draft: Draft
    ) -> tuple[SupportTicket | None, Search | None]:
        """Begin a ticket at once if there is nothing to search; return it with the search that finds nothing there.

        It tries only where the last search of this process found an empty FAQ, and is sure by what it writes with.
        """
        actor, request = context.actor, draft.request(context)

        async def begun(work: UnitOfWork) -> SupportTicket | None:
            if not work.faq.search.knows_of_none(actor.guild_id):
                return None
            return await work.tickets.opening.begin_without_faq(actor, context.policy, request)

        if not self._is_searched(context, draft):
            return None, None
        return await self._bot.uow.at_once(begun), draft.search(context, interaction, 0)

    @staticmethod
    def _is_searched(context: RequestContext, draft: Draft) -> bool:
        """Tell whether answers are looked for before such a ticket."""
        return FaqPolicy.of(context.snapshot).in_tickets and bool(words(texts_of(draft.answers)))

    async def _answers_before(
        self, interaction: discord.Interaction, context: RequestContext, draft: Draft
    ) -> Reply | Search | None:
        """Return the answers that may spare a ticket, with what was written kept; or the search that found none.

        None if nothing was looked for. Costs one query where nothing is found. Raises what stands in the way of the
        ticket, before anybody reads.
        """
        policy, actor, text = FaqPolicy.of(context.snapshot), context.actor, texts_of(draft.answers)
        if not self._is_searched(context, draft):
            return None
        async with self._bot.uow.reading() as work:
            hits = await work.faq.search.search(actor.guild_id, text, languages_of(interaction), limit=MAX_OFFERED)
            sure = [hit.id for hit in hits if hit.confidence >= FAIR_CONFIDENCE]
            entries = await work.faq.reading.several(actor, sure) if sure else []
            if not entries:
                return draft.search(context, interaction, 0)
            await work.tickets.opening.check(actor, context.policy, draft.type_key)
        alone = entries[0].id if len(entries) == 1 else None
        search = draft.search(context, interaction, len(entries), opened_id=alone)
        async with self._bot.uow() as work:
            log_id = present(await work.faq.log.record(actor, policy, search))
            await work.faq.deflecting.keep(actor, log_id, draft.to_json())
        return ui.before_ticket(entries, log_id, context.snapshot)

    @responds_to(ReadBeforeId)
    async def read_before(self, interaction: discord.Interaction, pressed: ReadBeforeId, entry_id: int) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                entry = await work.faq.reading.answer(context.actor, entry_id)
                await work.faq.log.opened(context.actor, pressed.log_id, entry.id)
            others = results_in(present(interaction.message), ReadBeforeId)
            await ui.one_before_ticket(entry, pressed.log_id, context.snapshot, others=others).replace(interaction)

    @responds_to(SolvedId)
    async def solved(self, interaction: discord.Interaction, pressed: SolvedId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                await work.faq.deflecting.solved(context.actor, pressed.log_id)
                entry = None
                if pressed.entry_id is not None:
                    (entry,) = await work.faq.reading.several(context.actor, [pressed.entry_id]) or [None]
                if entry is not None:
                    await work.faq.log.rated(context.actor, pressed.log_id, entry.id, helpful=True)
            await ui.spared(entry).replace(interaction)

    @responds_to(OpenAnywayId)
    async def open_anyway(self, interaction: discord.Interaction, pressed: OpenAnywayId) -> None:
        async with answering(interaction, update=True):
            context = await self._context(interaction)
            actor, policy = context.actor, context.policy
            async with self._bot.uow() as work:
                # What stands in the way undoes this, too: then it is still there.
                draft = Draft(**_without_owner(await work.faq.deflecting.take(actor, pressed.log_id)))
                typed, ticket = FilledIn.of(draft.typed), None
                with suppress(TypeNotFound):
                    ticket = await work.tickets.opening.begin(actor, policy, draft.request(context))
            if ticket is None:
                # There will be no ticket of that type, however often they try.
                await given_back(TypeNotFound(), typed).replace(interaction)
                return
            to = OpenFormId(type_key=draft.type_key, for_user_id=None, channel_id=None, message_id=None)
            kind = policy.types[draft.type_key]
            with self._bot.kept_forms.keeping(interaction, lambda: intake_form(kind, to, typed)):
                await self._carried(context, ticket, lambda reply: reply.replace(interaction), log_id=pressed.log_id)


def _without_owner(kept: Any) -> dict[str, Any]:
    return {name: value for name, value in kept.items() if name != "user"}
