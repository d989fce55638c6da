"""A small real bot that uses everything the page has to draw; in a test's event loop, or as a program of its own."""

import asyncio
import base64
import io
import os
import signal
from contextlib import suppress
from datetime import UTC, datetime

import discord
from discord import ui

FRUIT = ["apple", "apricot", "banana", "cherry", "damson", "elderberry", "fig"]
ATTACK = '<img src=x onerror="document.body.dataset.broken=1">'
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR4nGM4kGkNQQxwFgBWoghZv398CwAAAABJRU5ErkJggg=="
"""Three pixels wide, and two high."""


class Buttons(ui.View):
    """Buttons of every style, one of which counts in place."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.count = 0
        self.add_item(ui.Button(label="Handbook", url="https://example.org/handbook"))
        self.add_item(ui.Button(label="Closed", disabled=True, custom_id="sample:closed"))

    @ui.button(label="Count", style=discord.ButtonStyle.primary, custom_id="sample:count")
    async def counted(self, button: ui.Button, interaction: discord.Interaction) -> None:
        self.count += 1
        await interaction.response.edit_message(content=f"Counted to {self.count}.")

    @ui.button(label="Ask me", style=discord.ButtonStyle.success, custom_id="sample:ask")
    async def asked(self, button: ui.Button, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    @ui.button(label="Remove", style=discord.ButtonStyle.danger, custom_id="sample:remove")
    async def removed(self, button: ui.Button, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()


class Menus(ui.View):
    """One menu of each kind."""

    @ui.string_select(
        placeholder="A season",
        options=[
            discord.SelectOption(label=name, description=f"It is {name.lower()}") for name in ("Spring", "Autumn")
        ],
    )
    async def season(self, select: ui.Select, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"Season: {select.values[0]}", ephemeral=True)

    @ui.channel_select(placeholder="A channel", channel_types=[discord.ChannelType.text])
    async def channel(self, select: ui.Select, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"Channel: <#{select.values[0].id}>", ephemeral=True)

    @ui.role_select(placeholder="Some roles", min_values=1, max_values=2)
    async def roles(self, select: ui.Select, interaction: discord.Interaction) -> None:
        names = " ".join(sorted(f"<@&{role.id}>" for role in select.values))
        await interaction.response.send_message(f"Roles: {names}", ephemeral=True)


class Form(ui.DesignerModal):
    """A form with a text, a menu and a tick."""

    def __init__(self) -> None:
        super().__init__(title="A few questions", custom_id="sample:form")
        self.name = ui.InputText(style=discord.InputTextStyle.short, custom_id="name", max_length=20)
        self.colour = ui.Select(
            custom_id="colour",
            options=[discord.SelectOption(label="Red", value="r"), discord.SelectOption(label="Blue", value="b")],
        )
        self.story = ui.InputText(style=discord.InputTextStyle.long, custom_id="story", required=False, value="Once")
        self.add_item(ui.TextDisplay("**Honest** answers only."))
        self.add_item(ui.Label("Your name", self.name, description="As on your door"))
        self.add_item(ui.Label("Colour", self.colour))
        self.add_item(ui.Label("Story", self.story))

    async def callback(self, interaction: discord.Interaction) -> None:
        told = f"{self.name.value} likes {self.colour.values[0]}: {self.story.value}"
        await interaction.response.send_message(told, ephemeral=True)


class LongForm(ui.DesignerModal):
    """A form with everything the other one does not have."""

    def __init__(self) -> None:
        super().__init__(title="More questions", custom_id="sample:long")
        names = ("Tea", "Coffee", "Water")
        self.drink = ui.RadioGroup(
            custom_id="drink", options=[discord.RadioGroupOption(label=n, value=n) for n in names]
        )
        self.days = ui.CheckboxGroup(
            custom_id="days",
            options=[discord.CheckboxGroupOption(label=n, value=n) for n in ("Monday", "Tuesday", "Friday")],
            max_values=2,
        )
        self.sure = ui.Checkbox(custom_id="sure")
        self.files = ui.FileUpload(custom_id="files", required=False, max_values=2)
        self.role = ui.RoleSelect(custom_id="role")
        for label, item in (
            ("Drink", self.drink),
            ("Days", self.days),
            ("Sure?", self.sure),
            ("Files", self.files),
            ("Role", self.role),
        ):
            self.add_item(ui.Label(label, item))

    async def callback(self, interaction: discord.Interaction) -> None:
        files = [f"{file.filename}:{file.size}" for file in self.files.values or []]
        role = self.role.values[0].mention
        told = f"{self.drink.value} on {self.days.values}, sure {self.sure.value}, {files} for {role}"
        await interaction.response.send_message(told, ephemeral=True)


def embed() -> discord.Embed:
    """An embed with all its parts."""
    shown = discord.Embed(
        title="A **title**", url="https://example.org/", description="> quoted\n```sql\nSELECT 1;\n```", color=0xC0693B
    )
    shown.set_author(name="The author")
    for name in ("one", "two", "three"):
        shown.add_field(name=name, value=f"`{name}`", inline=True)
    shown.add_field(name="wide", value="- a\n- b", inline=False)
    shown.set_footer(text="The footer")
    shown.set_image(url="https://example.org/picture.png")
    shown.timestamp = datetime(2026, 1, 2, tzinfo=UTC)
    return shown


def panel() -> ui.DesignerView:
    """A message in the newer layout."""
    container = ui.Container(colour=discord.Colour(0x2F6F6A))
    container.add_item(ui.TextDisplay("# Panel\nwith **text**"))
    container.add_item(
        ui.Section(ui.TextDisplay("Beside a button"), accessory=ui.Button(label="Side", custom_id="sample:side"))
    )
    container.add_item(ui.Separator(divider=True))
    container.add_item(ui.TextDisplay("-# The end"))
    return ui.DesignerView(container, timeout=None)


async def fruit(ctx: discord.AutocompleteContext) -> list[str]:
    """Fruit that begins with what was typed; plums only when the count is high enough."""
    found = [name for name in FRUIT if name.startswith(ctx.value.lower())]
    return [*found, "plum"] if (ctx.options.get("count") or 0) > 3 else found


async def attacks(_: discord.AutocompleteContext) -> list[str]:
    """Choices that mean harm."""
    return [ATTACK]


def build() -> discord.Bot:
    """The bot, not yet connected."""
    bot = discord.Bot(intents=discord.Intents(guilds=True), max_messages=None, cache_default_sounds=False)
    group = bot.create_group("sample", "Everything there is to draw")

    @group.command(description="Say it back")
    @discord.option("text", str, description="What to say", max_length=1500)
    async def echo(ctx: discord.ApplicationContext, text: str) -> None:
        await ctx.respond(text, allowed_mentions=discord.AllowedMentions.none())

    @group.command(
        description="Choose some fruit",
        name_localizations={"de": "wähle"},
        description_localizations={"de": "Nimm etwas Obst"},
    )
    @discord.option("fruit", str, description="Which", autocomplete=fruit, name_localizations={"de": "obst"})
    @discord.option("count", int, description="How many", min_value=1, max_value=5)
    @discord.option("channel", discord.TextChannel, description="Where to", required=False)
    @discord.option("ripe", bool, description="Only ripe ones", required=False)
    @discord.option("size", str, description="Which size", choices=["small", "large"], required=False)
    async def pick(ctx, fruit, count, channel=None, ripe=None, size=None) -> None:
        where = channel.mention if channel else "nowhere"
        await ctx.respond(f"{count} × {fruit} to {where}, ripe {ripe}, size {size}", ephemeral=True)

    @group.command(description="Answer after a while")
    async def slow(ctx: discord.ApplicationContext) -> None:
        await ctx.defer(ephemeral=True)
        await asyncio.sleep(0.4)
        await ctx.respond("Now I know.")

    @group.command(description="Never answer")
    async def never(ctx: discord.ApplicationContext) -> None:
        await asyncio.sleep(0)

    @group.command(description="Open a form")
    async def form(ctx: discord.ApplicationContext) -> None:
        await ctx.send_modal(Form())

    @group.command(description="Open a longer form")
    async def long_form(ctx: discord.ApplicationContext) -> None:
        await ctx.send_modal(LongForm())

    @group.command(description="Show buttons")
    async def buttons(ctx: discord.ApplicationContext) -> None:
        await ctx.respond("Counted to 0.", view=Buttons())

    @group.command(description="Show menus")
    async def menus(ctx: discord.ApplicationContext) -> None:
        await ctx.respond("Choose.", view=Menus(timeout=None))

    @group.command(description="Show an embed, a file and a panel")
    async def gallery(ctx: discord.ApplicationContext) -> None:
        plan = discord.File(io.BytesIO(b"-- the plan\nSELECT 1;\n"), "plan.sql")
        chart = discord.File(io.BytesIO(base64.b64decode(PICTURE)), "chart.png")
        drawn = discord.Embed(title="A chart").set_image(url="attachment://chart.png")
        await ctx.respond("Gallery", embeds=[embed(), drawn], files=[plan, chart])
        await ctx.send(view=panel())

    @group.command(description=f"Say {ATTACK}")
    @discord.option("word", str, description=ATTACK, autocomplete=attacks, required=False)
    async def attack(ctx: discord.ApplicationContext, word: str | None = None) -> None:
        shown = discord.Embed(title=ATTACK, description=f'[{ATTACK}](https://example.org/"onclick="x) `{ATTACK}`')
        shown.add_field(name=ATTACK, value=f"||{ATTACK}||").set_footer(text=ATTACK).set_author(name=ATTACK)
        buttons = ui.View(timeout=None)
        buttons.add_item(ui.Button(label=ATTACK, custom_id="sample:attack"))
        menu = discord.SelectOption(label=ATTACK, description=ATTACK, value=ATTACK)
        buttons.add_item(ui.Select(placeholder=ATTACK, options=[menu], custom_id="sample:menu"))
        file = discord.File(io.BytesIO(ATTACK.encode()), "attack.html")
        await ctx.respond(f"{ATTACK}\n```html\n{ATTACK}\n```", embed=shown, view=buttons, file=file)

    @group.command(description="Take a file")
    @discord.option("file", discord.Attachment, description="Any file")
    async def take(ctx: discord.ApplicationContext, file: discord.Attachment) -> None:
        await ctx.respond(f"{file.filename} has {len(await file.read())} bytes", ephemeral=True)

    @bot.slash_command(description="For managers", default_member_permissions=discord.Permissions(manage_guild=True))
    async def manage(ctx: discord.ApplicationContext) -> None:
        await ctx.respond("Managed.", ephemeral=True)

    @bot.message_command(name="Shout")
    async def shout(ctx: discord.ApplicationContext, message: discord.Message) -> None:
        await ctx.respond(f"{message.content.upper()}!", ephemeral=True)

    @bot.user_command(name="Greet")
    async def greet(ctx: discord.ApplicationContext, member: discord.Member) -> None:
        await ctx.respond(f"Hello, {member.mention}.", ephemeral=True)

    return bot


async def main() -> None:
    """Connect with the same environment as the real bot, until SIGTERM."""
    discord.http.Route.API_BASE_URL = os.environ["DISCORD_API_URL"]
    bot = build()
    loop = asyncio.get_running_loop()
    running = loop.create_task(bot.start(os.environ["DISCORD_TOKEN"]))
    loop.add_signal_handler(signal.SIGTERM, running.cancel)
    print("sample bot starts", flush=True)  # noqa: T201 - its log
    with suppress(asyncio.CancelledError):
        await running
    await bot.close()


if __name__ == "__main__":
    asyncio.run(main())
