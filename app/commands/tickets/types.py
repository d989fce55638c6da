"""/tickets type: what managers do with the kinds of tickets."""

from typing import Any

import discord

from app.commands.tickets import groups
from app.commands.tickets.request import TicketCog
from app.commands.tickets.type_options import (
    MAX_LENGTH_TYPED,
    add_options,
    edit_options,
    read_length,
    reading,
    with_options,
)
from app.core.errors import InvalidInput
from app.core.tickets.errors import NoSuchType
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.questions import choosing, routed
from app.core.tickets.types import Priority, Route, TicketType
from app.models import SettingsHistory
from app.services.tickets.managing import require_manager
from app.ui.kit.autocomplete import Suggestion, meant, offered, suggesting
from app.ui.kit.context import actor_of, present
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.patience import answering
from app.ui.kit.staff import for_staff
from app.ui.tickets import setup as ui
from app.ui.tickets.places import check_role


async def _policy(ctx: discord.AutocompleteContext) -> TicketPolicy:
    bot: Any = ctx.bot
    return TicketPolicy.of(await bot.settings.get(actor_of(ctx.interaction).guild_id))


@suggesting
async def suggest_types(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest types by their names."""
    wanted = str(ctx.value or "").casefold()
    return offered(one for one in ui.suggestions(await _policy(ctx)) if wanted in one.name.casefold())


@suggesting
async def suggest_questions(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest the questions of the type whose answers can decide something."""
    kind = find(await _policy(ctx), str(ctx.options.get("kind") or ctx.options.get("type") or ""))
    wanted = str(ctx.value or "").casefold()
    return offered(Suggestion(one.label, one.label) for one in choosing(kind) if wanted in one.label.casefold())


@suggesting
async def suggest_answers(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest the choices of the question."""
    kind = find(await _policy(ctx), str(ctx.options.get("kind") or ctx.options.get("type") or ""))
    asked = str(ctx.options.get("question") or "").casefold()
    wanted = str(ctx.value or "").casefold()
    found = [option for one in choosing(kind) if one.label.casefold() == asked for option in one.options]
    return offered(Suggestion(option, option) for option in found if wanted in option.casefold())


def type_option(command: Any) -> Any:
    """Declare the option that names a type."""
    declare = discord.option(
        "type",
        str,
        description="Which type",
        autocomplete=suggest_types,
        max_length=MAX_CHOICE,
        parameter_name="kind",
    )
    return declare(command)


def find(policy: TicketPolicy, typed: str) -> TicketType:
    """Return the type that was typed or chosen. Raises NoSuchType."""
    found = policy.types.get(meant(typed, lambda: ui.suggestions(policy)))
    if found is None:
        raise NoSuchType
    return found


class TypeCommands(TicketCog):
    """The kinds of tickets of a server."""

    @for_staff
    @groups.types.command(name="add", description="Add a kind of ticket")
    @with_options(*add_options())
    async def add_type(self, ctx: discord.ApplicationContext, given: dict[str, Any]) -> None:
        async with answering(ctx.interaction):
            as_given = reading(given, present(ctx.guild))
            async with self._work(ctx.interaction) as (context, work):
                require_manager(context.actor)
                done = await work.tickets.setup.add_type(context.actor, as_given(TicketType("", given["name"])))
                work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
            kind = TicketType.from_json(done.key, done.new_value or {})
            await ui.type_added(kind, done, context.snapshot).send(ctx.interaction)
        self._bot.dispatch("setting_changed", done)

    @for_staff
    @groups.types.command(name="edit", description="Change a kind of ticket; only what you give changes")
    @with_options(*edit_options())
    @type_option
    async def edit_type(self, ctx: discord.ApplicationContext, kind: str, given: dict[str, Any]) -> None:
        async with answering(ctx.interaction):
            if not given:
                raise InvalidInput("Give at least one thing to change.")
            change = reading(given, present(ctx.guild))
            async with self._work(ctx.interaction) as (context, work):
                require_manager(context.actor)
                found = find(context.policy, kind)
                done = await work.tickets.setup.change_type(context.actor, found.key, change)
                work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
            await ui.type_changed(_made(done), done, context.snapshot).send(ctx.interaction)
        self._bot.dispatch("setting_changed", done)

    @for_staff
    @groups.types.command(name="remove", description="Remove a kind of ticket; open tickets stay")
    @type_option
    async def remove_type(self, ctx: discord.ApplicationContext, kind: str) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                require_manager(context.actor)
                found = find(context.policy, kind)
                gone, done, open_ones = await work.tickets.setup.remove_type(context.actor, found.key)
                work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
            await ui.type_removed(gone, done, open_ones).send(ctx.interaction)
        self._bot.dispatch("setting_changed", done)

    @for_staff
    @groups.types.command(name="list", description="See the kinds of tickets")
    async def list_types(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            context = await self._context(ctx.interaction)
            require_manager(context.actor)
            await ui.overview(context.policy, context.snapshot).send(ctx.interaction)

    @for_staff
    @groups.types.command(name="show", description="See all about a kind of ticket")
    @type_option
    async def show_type(self, ctx: discord.ApplicationContext, kind: str) -> None:
        async with answering(ctx.interaction):
            context = await self._context(ctx.interaction)
            require_manager(context.actor)
            await ui.shown(find(context.policy, kind), context.snapshot).send(ctx.interaction)

    @for_staff
    @groups.types.command(name="questions", description="Change what members are asked when they open a ticket")
    @type_option
    async def questions(self, ctx: discord.ApplicationContext, kind: str) -> None:
        async with answering(ctx.interaction):
            context = await self._context(ctx.interaction)
            require_manager(context.actor)
            await ui.question_list(find(context.policy, kind), context.snapshot).send(ctx.interaction)

    @for_staff
    @groups.types.command(name="route", description="Say what an answer decides: team, priority, target")
    @type_option
    @discord.option(
        "question", str, description="Which question", autocomplete=suggest_questions, max_length=MAX_CHOICE
    )
    @discord.option("answer", str, description="Which answer", autocomplete=suggest_answers, max_length=MAX_CHOICE)
    @discord.option("team", discord.Role, description="Who gets the ticket then", required=False)
    @discord.option(
        "priority",
        int,
        description="How urgent it is then",
        required=False,
        choices=[discord.OptionChoice(priority.name.lower(), int(priority)) for priority in Priority],
    )
    @discord.option(
        "first_answer",
        str,
        description="The target for its first answer then, such as 30m",
        required=False,
        max_length=MAX_LENGTH_TYPED,
    )
    async def route(
        self,
        ctx: discord.ApplicationContext,
        kind: str,
        question: str,
        answer: str,
        team: discord.Role | None = None,
        priority: int | None = None,
        first_answer: str | None = None,
    ) -> None:
        async with answering(ctx.interaction):
            route = None
            if (team, priority, first_answer) != (None, None, None):
                route = Route(
                    question,
                    answer,
                    team_role_ids=() if team is None else (check_role(present(ctx.guild), team.id),),
                    priority=None if priority is None else Priority(priority),
                    first_target=None if first_answer is None else read_length("first_answer", first_answer) or None,
                )
            async with self._work(ctx.interaction) as (context, work):
                require_manager(context.actor)
                found = find(context.policy, kind)
                done = await work.tickets.setup.change_type(context.actor, found.key, routed(question, answer, route))
                work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
            await ui.routes_changed(_made(done), done).send(ctx.interaction)
        self._bot.dispatch("setting_changed", done)


def _made(change: SettingsHistory) -> TicketType:
    return TicketType.from_json(change.key, change.new_value or {})
