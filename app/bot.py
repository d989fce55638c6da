"""The client: what it listens to, how interactions reach their handlers, and the doors errors leave by."""

import logging
import sys
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord

from app import intents
from app.caches import GuildSettings, MemberPrivacy, MemberZones
from app.command_access import CommandAccess
from app.core.actor import Actor
from app.core.clock import Clock
from app.core.commits import has_committed
from app.core.health.vitals import Vitals
from app.core.messages import speaking
from app.core.operators import NotAnOperator, Operators
from app.core.runner import JobRunner
from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot
from app.database_probe import DatabaseProbe
from app.erasures import ErasureFile
from app.interaction_log import InteractionLog
from app.listener import Listener
from app.migrate.migrator import Migrator
from app.server_arrivals import ServerArrivals
from app.shared_values import sharing
from app.ui.kit.budgeting import budgeting
from app.ui.kit.context import actor_of, present
from app.ui.kit.errors import note_error, report, unwrap
from app.ui.kit.first_response import note_first_responses
from app.ui.kit.forms import KeptForms
from app.ui.kit.interaction_names import name_of_route
from app.ui.kit.long_waits import raise_long_waits
from app.ui.kit.resets import repeat_resets
from app.ui.kit.routes import Routes
from app.uow import SchemaChanged, UnitOfWorkFactory

log = logging.getLogger(__name__)


MIDDLEWARES = (note_first_responses, repeat_resets, raise_long_waits)
"""What each request to Discord passes through, the first of them outermost."""


class _TryAgain(Exception):
    """A shard was not connected."""


class Bot(discord.AutoShardedBot):
    """Concierge's client. Keeps no messages and no members; everything it knows of people arrives with them."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        settings: GuildSettings,
        member_zones: MemberZones,
        member_privacy: MemberPrivacy,
        migrator: Migrator,
        operators: Operators,
        clock: Clock,
        database: DatabaseProbe,
        erasures: ErasureFile,
        forget_servers_after: timedelta | None,
        refresh_schema: Callable[[], Awaitable[None]],
        data_dir: Path,
        home_guild_id: int | None = None,
        shard_count: int | None = None,
        shard_ids: list[int] | None = None,
        guild_ready_timeout: float = 1.0,
    ) -> None:
        super().__init__(
            intents=intents.ALWAYS,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            # Otherwise py-cord asks for a list of sounds before it calls itself ready.
            cache_default_sounds=False,
            guild_ready_timeout=guild_ready_timeout,
            allowed_mentions=discord.AllowedMentions.none(),
            auto_sync_commands=False,
            default_command_contexts={discord.InteractionContextType.guild},
            default_command_integration_types={discord.IntegrationType.guild_install},
            shard_count=shard_count,
            shard_ids=shard_ids,
            activity=discord.CustomActivity(name="/help"),
        )
        self.uow = uow
        self.settings = settings
        self.member_zones = member_zones
        self.member_privacy = member_privacy
        self.migrator = migrator
        self.operators = operators
        self.clock = clock
        self.started_at = clock()
        self.database = database
        self.data_dir = data_dir
        """Where files are kept over a restart."""
        self.erasures = erasures
        """Which people were erased, in a file that no restored backup replaces."""
        self.forget_servers_after = forget_servers_after
        """How long what is stored of a server stays when the bot is not in it any more; None for ever."""
        self.home_guild_id = home_guild_id
        self.command_access = CommandAccess(self.http, self._connection.parsers)
        """What servers set about who may use which command."""
        self.routes = Routes()
        self.kept_forms = KeptForms()
        self.interactions = InteractionLog(uow, clock, self._names_of_interactions, self.shard_of)
        """The account of what people did."""
        self.listener: Listener | None = None
        """Hears what other processes announce; set while the bot runs."""
        self.vitals = Vitals()
        """What this process counts and measures of itself, and its newest health figures."""
        self.vitals.queue("interactions", lambda: self.interactions.waiting, room=self.interactions.room)
        self.note_refusals = budgeting(self.vitals.requests)
        """A middleware for every request to Discord: it counts what is refused, and holds back what is too much."""
        self.ended_by_itself = False
        """Whether the connection was lost for good, and nobody told the process to stop."""
        self.health_address = ""
        """Where `/livez`, `/readyz` and `/metrics` are; set while the bot runs."""
        self.jobs = JobRunner((), clock)
        """The background jobs; they run while the bot is ready."""
        self.heard_channels: set[int] = set()
        """The ids of channels and threads whose messages are looked at; features add and discard theirs."""
        intents.only_in(self.heard_channels, self._connection.parsers)
        sharing(self._connection)
        self.arrivals = ServerArrivals(self._connection)
        """Makes it ready as soon as all servers are there."""
        self.before_stop: list[Callable[[], Awaitable[None]]] = []
        """Awaited before the connection to Discord is given up, so that last words still arrive."""
        self.before_erasing: list[Callable[[], Awaitable[None]]] = []
        """Awaited before somebody is erased: each writes down what was heard before, which may name them."""
        self._refresh_schema = refresh_schema
        self._tried_again: set[int] = set()
        self._launching: set[int] = set()

    def add_feature(self, cog: discord.Cog) -> None:
        """Add a cog: its commands, and what its buttons, selects and forms do."""
        self.add_cog(cog)
        self.routes.add(cog)

    async def login(self, token: str) -> None:
        """Log in. What is sent from then on is sent again after a reset, and not kept waiting for minutes."""
        # Each attempt makes a session; that of a failed one would stay open.
        await self.http.close()
        await super().login(token)
        session: Any = getattr(self.http, "_HTTPClient__session")  # noqa: B009 -- py-cord makes it, and shows it nobody
        session._middlewares = (*MIDDLEWARES, self.note_refusals)  # noqa: SLF001 -- aiohttp takes them only when one is made

    async def learn_application(self) -> int:
        """Learn who owns the application and which intents it has; return its id. Between `login` and `connect`."""
        application = await self.application_info()
        # py-cord learns this from the gateway, which is later than it is needed here.
        self._connection.application_id = application.id
        self.operators.learn_owners(_owners(application))
        self._connection._intents = intents.allowed(application.flags)  # noqa: SLF001 -- py-cord wants them sooner
        return application.id

    @property
    def reads_content(self) -> bool:
        """Whether the bot may read what others write; otherwise only what mentions it has a text."""
        return self.intents.message_content

    @property
    def sees_members(self) -> bool:
        """Whether the bot is told who joins and leaves, and may list members."""
        return self.intents.members

    async def launch_shard(self, gateway: str, shard_id: int, *, initial: bool = False) -> None:
        """Connect a shard; as often as it takes.

        After each failure py-cord calls this from within itself, which would end in a RecursionError after 80 minutes.
        """
        if shard_id in self._launching:
            raise _TryAgain
        self._launching.add(shard_id)
        try:
            while True:
                with suppress(_TryAgain):
                    return await super().launch_shard(gateway, shard_id, initial=initial)
                initial = False
        finally:
            self._launching.discard(shard_id)

    async def on_connect(self) -> None:
        """Do nothing: py-cord would look through all commands each time a shard connects."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Lead an interaction to its handler. Whatever is said to the person meanwhile is in their language."""
        with speaking(interaction.locale):
            if interaction.type in {discord.InteractionType.component, discord.InteractionType.modal_submit}:
                with self.interactions.noted(interaction):
                    await self._respond(interaction)
            else:
                await self.process_application_commands(interaction)

    async def invoke_application_command(self, ctx: discord.ApplicationContext) -> None:
        """Run a command, and report what it raises.

        py-cord would report it in a task of its own, for which nobody waits.
        """
        with self.interactions.noted(ctx.interaction):
            try:
                if not await self.can_run(ctx, call_once=True):
                    raise discord.CheckFailure
                await present(ctx.command).invoke(ctx)
            except discord.DiscordException as error:
                await self.fail(ctx.interaction, error, again=self._command_again)

    async def on_application_command_auto_complete(
        self, interaction: discord.Interaction, command: discord.ApplicationCommand
    ) -> None:
        """Suggest. py-cord's own version cancels one person's suggestions when somebody else asks for some."""
        with self.interactions.noted(interaction):
            try:
                context = await self.get_autocomplete_context(interaction)
                interaction.command = command
                assert isinstance(command, (discord.SlashCommand, discord.SlashCommandGroup))
                await command.invoke_autocomplete_callback(context)
            except discord.NotFound as error:
                note_error(error)
                log.debug("suggestions came too late", extra={"command": command.qualified_name})
            except Exception as error:
                note_error(error)
                log.exception("autocomplete failed", extra={"command": command.qualified_name})

    async def on_unknown_application_command(self, interaction: discord.Interaction) -> None:
        """Answer a command of an older version that Discord still shows."""
        if interaction.type is discord.InteractionType.application_command:
            with self.interactions.noted(interaction):
                await report(interaction, discord.CheckFailure())

    async def on_view_error(self, error: Exception, item: object, interaction: discord.Interaction) -> None:
        """Report what a view raised."""
        del item
        await self.fail(interaction, error)

    async def on_modal_error(self, error: Exception, interaction: discord.Interaction) -> None:
        """Report what a form raised."""
        await self.fail(interaction, error)

    async def on_error(self, event_method: str, *args: Any, **kwargs: Any) -> None:
        """Log what an event handler raised; nobody is waiting for an answer there."""
        del args, kwargs
        log.error("event handler failed", exc_info=sys.exception(), extra={"handler": event_method})

    async def _command_again(self, interaction: discord.Interaction) -> None:
        # py-cord narrows `data` down to the subcommand as it goes; the second time has to begin where the first did.
        interaction.data = interaction._raw_data.get("data")  # noqa: SLF001 -- kept nowhere else
        await self.process_application_commands(interaction)

    async def _respond(self, interaction: discord.Interaction) -> None:
        try:
            await self.routes.respond(interaction)
        except Exception as error:  # noqa: BLE001 -- the door for buttons, selects and forms
            await self.fail(interaction, error, again=self._respond)

    async def fail(
        self,
        interaction: discord.Interaction,
        error: BaseException,
        *,
        again: Callable[[discord.Interaction], Awaitable[None]] | None = None,
    ) -> None:
        """Report an error to the person; `again` is what to try once more if only the schema changed under it."""
        may_repeat = interaction.id not in self._tried_again and not has_committed()
        if isinstance(unwrap(error), SchemaChanged) and again is not None and may_repeat:
            # The transaction was rolled back before anything happened, so the whole handler may run once more.
            self._tried_again.add(interaction.id)
            try:
                await self._refresh_schema()
                await again(interaction)
            finally:
                self._tried_again.discard(interaction.id)
            return
        await report(interaction, error, contact=self._contact(interaction))

    def _contact(self, interaction: discord.Interaction) -> str | None:
        # Without asking the database, which may be the very thing that is broken.
        snapshot = self.settings.peek(interaction.guild_id or 0)
        return snapshot[general.CONTACT] if snapshot is not None else None

    def require_operator(self, interaction: discord.Interaction) -> None:
        """Raise NotAnOperator unless this person runs the bot; the log says who tried."""
        if not self.is_operator(interaction):
            actor = actor_of(interaction)
            facts = {"user": actor.user_id, "guild": actor.guild_id}
            log.warning("somebody who does not run the bot asked for what only operators may", extra=facts)
            raise NotAnOperator

    async def asked_by(
        self, interaction: discord.Interaction, guild_id: int | None = None
    ) -> tuple[Actor, SettingsSnapshot]:
        """Return who asks, and what their server chose.

        `guild_id` is the server that a button names in a direct message, where nobody is staff. Raises NotInServer for
        a direct message that names none.
        """
        if interaction.guild_id is None and guild_id is not None:
            return Actor(guild_id, present(interaction.user).id), await self.settings.get(guild_id)
        snapshot = await self.settings.get(actor_of(interaction).guild_id)
        return replace(actor_of(interaction, snapshot), is_operator=self.is_operator(interaction)), snapshot

    def is_operator(self, interaction: discord.Interaction) -> bool:
        """Tell whether this person runs the bot."""
        actor, permissions = actor_of(interaction), interaction.permissions
        return self.operators.include(
            user_id=actor.user_id, guild_id=actor.guild_id, is_administrator=permissions.administrator
        )

    def _names_of_interactions(self) -> set[str]:
        commands = (command.qualified_name for command in self.walk_application_commands())
        return {*commands, *map(name_of_route, self.routes.all)}

    @property
    def served_shards(self) -> tuple[int, Collection[int]] | None:
        """How many shards there are, and which of them this process has; None if it has all."""
        shards, count = self.shard_ids, self.shard_count
        return (count, list(shards)) if shards is not None and count is not None else None

    def shard_of(self, guild_id: int) -> int:
        """Return the number of the shard that serves a server."""
        # https://discord.com/developers/docs/events/gateway#sharding
        return (guild_id >> 22) % (self.shard_count or 1)


def _owners(application: discord.AppInfo) -> list[int]:
    if application.team is not None:
        return [member.id for member in application.team.members]
    return [application.owner.id] if application.owner is not None else []
