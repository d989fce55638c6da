"""A message's menu: “Add to FAQ”."""

import re

import discord

from app.commands.faq.request import FaqCog
from app.core.errors import InvalidInput
from app.core.faq.limits import MAX_ANSWER
from app.ui.faq import forms
from app.ui.faq.entry_ids import Target
from app.ui.kit.forms import FilledIn
from app.ui.kit.staff import for_staff

MENTION = re.compile(r"<@(?P<role>&)?!?(?P<id>[0-9]{15,20})>")


class AddMenu(FaqCog, discord.Cog):
    """Making an entry of what somebody wrote. Who that was is not kept."""

    @discord.message_command(name="Add to FAQ")
    @for_staff
    async def add_message(self, ctx: discord.ApplicationContext, message: discord.Message) -> None:
        await self._staff(ctx.interaction)
        text = without_mentions(message, ctx.guild).strip()
        if not text:
            raise InvalidInput("That message has no text. Write an entry with `/faq add`.")
        await ctx.interaction.response.send_modal(
            forms.entry_form(Target(), FilledIn.of({forms.ANSWER: text[:MAX_ANSWER]}))
        )


def without_mentions(message: discord.Message, guild: discord.Guild | None) -> str:
    """Return the text of a message with plain names in place of mentions of people and roles."""
    people = {one.id: one.display_name for one in message.mentions}

    def named(found: re.Match[str]) -> str:
        if found["role"]:
            role = guild.get_role(int(found["id"])) if guild is not None else None
            return role.name if role is not None else ""
        return people.get(int(found["id"]), "")

    return MENTION.sub(named, message.content)
