"""A small bot on the real library, to see that it and the stand-in understand each other."""

import asyncio
import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord.http import Route

from standin import StandIn


class Question(discord.ui.View):
    """A button, a menu of words and a menu of people."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Sign", custom_id="sample:v1:sign")
    async def sign(self, button: discord.ui.Button[Any], interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Signature())

    @discord.ui.button(label="Count", custom_id="sample:v1:count", style=discord.ButtonStyle.green)
    async def count(self, button: discord.ui.Button[Any], interaction: discord.Interaction) -> None:
        button.label = f"Count {int((button.label or '').removeprefix('Count') or 0) + 1}"
        await interaction.response.edit_message(view=self)

    @discord.ui.button(label="Off", custom_id="sample:v1:off", disabled=True)
    async def off(self, button: discord.ui.Button[Any], interaction: discord.Interaction) -> None:
        raise AssertionError("a disabled button was pressed")

    @discord.ui.string_select(
        placeholder="A colour",
        custom_id="sample:v1:colour",
        options=[discord.SelectOption(label="Red", value="r"), discord.SelectOption(label="Green", value="g")],
    )
    async def colour(self, select: discord.ui.Select[Any], interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"colour {select.values}", ephemeral=True)

    @discord.ui.user_select(placeholder="Somebody", custom_id="sample:v1:somebody", max_values=2)
    async def somebody(self, select: discord.ui.Select[Any], interaction: discord.Interaction) -> None:
        names = sorted(user.name for user in select.values)
        await interaction.response.defer()
        await interaction.followup.send(f"chose {names}", ephemeral=True)


class Signature(discord.ui.Modal):
    """A form with two fields."""

    def __init__(self) -> None:
        super().__init__(title="Signature")
        self.add_item(discord.ui.InputText(label="Name", max_length=20))
        self.add_item(
            discord.ui.InputText(label="Motto", required=False, value="none", style=discord.InputTextStyle.long)
        )

    async def callback(self, interaction: discord.Interaction) -> None:
        name, motto = (child.value for child in self.children)
        await interaction.response.send_message(f"signed {name}: {motto}")


class Card(discord.ui.DesignerView):
    """A message made of components alone."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        undo: discord.ui.Button[Any] = discord.ui.Button(label="Undo", custom_id="sample:v1:undo")
        undo.callback = self.undo
        file = discord.ui.File("attachment://card.txt")
        text = discord.ui.TextDisplay("**Changed**")
        self.add_item(
            discord.ui.Container(text, discord.ui.Separator(), discord.ui.Section(text, accessory=undo), file)
        )

    async def undo(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Survey())


class Survey(discord.ui.DesignerModal):
    """A form with every kind of field."""

    def __init__(self) -> None:
        def option(name: str) -> dict[str, str]:
            return {"label": name.title(), "value": name}

        choices = [discord.SelectOption(**option(name)) for name in ("tea", "coffee")]
        self.drink: discord.ui.Select[Any] = discord.ui.Select(custom_id="drink", options=choices)
        self.who: discord.ui.Select[Any] = discord.ui.Select(discord.ComponentType.user_select, custom_id="who")
        self.file = discord.ui.FileUpload(custom_id="file", required=False)
        self.why = discord.ui.InputText(custom_id="why", required=False)
        radios = [discord.RadioGroupOption(**option(name)) for name in ("low", "high")]
        self.how = discord.ui.RadioGroup(custom_id="how", options=radios)
        boxes = [discord.CheckboxGroupOption(**option(name)) for name in ("milk", "sugar")]
        self.extras = discord.ui.CheckboxGroup(custom_id="extras", options=boxes)
        fields = (self.drink, self.who, self.how, self.extras, self.file)
        labels = (discord.ui.Label(f"Field {number}", field) for number, field in enumerate(fields))
        super().__init__(*labels, title="Survey")

    async def callback(self, interaction: discord.Interaction) -> None:
        read = (await self.file.values[0].read()).decode() if self.file.values else None
        who = [user.name for user in self.who.values or []]
        told = (self.drink.values, who, self.how.value, self.extras.values, read)
        await interaction.response.send_message(str(told), ephemeral=True)


class SampleBot(discord.AutoShardedBot):
    """Commands of every kind. It waits for nothing that a test need not wait for."""

    def __init__(self, **options: Any) -> None:
        intents = discord.Intents.default() | discord.Intents(message_content=True, members=True)
        super().__init__(intents=intents, cache_default_sounds=False, guild_ready_timeout=0.05, **options)
        self.heard: list[str] = []
        self.failed: list[BaseException] = []
        self.add_view(Question())
        self.add_view(Card())
        _add_commands(self)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait five seconds between two shards."""

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message.content)

    async def on_application_command_error(self, context: Any, exception: discord.DiscordException) -> None:
        self.failed.append(exception)


def _add_commands(bot: SampleBot) -> None:
    async def keys(ctx: discord.AutocompleteContext) -> list[str]:
        return [f"{ctx.value}-{number}-{ctx.options.get('count')}" for number in range(3)]

    group = discord.SlashCommandGroup("sample", "A sample")

    @group.command(name="echo", description="Say what was given")
    @discord.option("key", str, description="A key", autocomplete=keys)
    @discord.option("count", int, description="A number", min_value=1, max_value=9, required=False)
    @discord.option("where", discord.TextChannel, description="A channel", required=False)
    @discord.option("who", discord.Member, description="A member", required=False)
    @discord.option("role", discord.Role, description="A role", required=False)
    @discord.option("share", float, description="A share", required=False)
    @discord.option("sure", bool, description="Sure?", required=False)
    @discord.option("anybody", discord.SlashCommandOptionType.mentionable, description="Who", required=False)
    @discord.option("file", discord.Attachment, description="A file", required=False)
    async def echo(
        ctx: Any,
        key: str,
        count: Any = None,
        where: Any = None,
        who: Any = None,
        role: Any = None,
        share: Any = None,
        sure: Any = None,
        anybody: Any = None,
        file: Any = None,
    ) -> None:
        read = (await file.read()).decode() if file else None
        values = (key, count, where and where.name, who and who.name, role and role.name, share, sure)
        await ctx.respond(str((*values, anybody and anybody.name, read)))

    bot.add_application_command(group)

    @bot.slash_command(name="ask", description="Ask something")
    async def ask(ctx: Any) -> None:
        await ctx.respond("Well?", view=Question())

    @bot.slash_command(name="later", description="Answer later")
    async def later(ctx: Any) -> None:
        await ctx.defer(ephemeral=True)
        await asyncio.sleep(0.01)
        await ctx.followup.send("now", file=discord.File(io.BytesIO(b"ready"), "ready.txt"))

    @bot.slash_command(name="never", description="Answer never")
    async def never(ctx: Any) -> None:
        return

    @bot.slash_command(name="whisper", description="Tell everybody in private")
    async def whisper(ctx: Any) -> None:
        await ctx.author.send(embed=discord.Embed(title="Psst", description="Only for you"))
        await ctx.respond("told", ephemeral=True)

    @bot.slash_command(name="card", description="Show a card")
    async def card(ctx: Any) -> None:
        await ctx.respond(view=Card(), file=discord.File(io.BytesIO(b"card"), "card.txt"))

    @bot.message_command(name="Quote")
    async def quote(ctx: Any, message: discord.Message) -> None:
        await ctx.respond(f"{message.author.name}: {message.content}")

    @bot.user_command(name="Greet")
    async def greet(ctx: Any, member: discord.Member) -> None:
        await ctx.respond(f"Hello {member.name}")


@asynccontextmanager
async def running(stand_in: StandIn, **options: Any) -> AsyncGenerator[SampleBot]:
    """The bot, connected and with its commands registered."""
    before = Route.API_BASE_URL
    Route.API_BASE_URL = stand_in.api_url
    bot = SampleBot(**options)
    task = asyncio.create_task(bot.start(stand_in.token))
    try:
        await stand_in.ready()
        await bot.wait_until_ready()
        await stand_in.has_command("sample")
        yield bot
    finally:
        # In this order: closing a client that still runs raises out of its task.
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await bot.close()
        Route.API_BASE_URL = before
