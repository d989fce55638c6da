"""Figures in a channel that keep themselves up to date."""

from datetime import timedelta
from typing import Any

from app.bot import Bot
from app.jobs.analytics.pinned import EVERY
from standin import Channel, StandIn
from standin.model import Message
from tests.fixtures.analytics.rows import Past
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.hearing import delete
from tests.fixtures.town import Town

POSTS = "POST /channels/{channel_id}/messages"
UPDATES = "PATCH /channels/{channel_id}/messages"


def shown(channel: Channel) -> list[Message]:
    return [one for one in channel.messages if one.embeds and one.embeds[0]["title"].startswith("Use of the bot")]


def searches(message: Message) -> int:
    """How often somebody used /faq search, as the message says."""
    (lines,) = (field["value"] for field in message.embeds[0]["fields"] if field["name"] == "Used most")
    (line,) = (one for one in lines.split("\n") if one.startswith("</faq search:"))
    return int(line.split(" · ")[1])


async def look(bot: Bot) -> None:
    """Let the job show what is so."""
    job: Any = await bot.jobs.run_now("analytics")
    await job.pinned.drain()


async def later(bot: Bot, clock: ManualClock, length: timedelta = timedelta(seconds=5)) -> None:
    clock.move(seconds=length.total_seconds())
    await look(bot)
    await look(bot)


async def test_figures_are_posted_renewed_moved_and_taken_away(
    running: Running, town: Town, stand_in: StandIn, clock: ManualClock
) -> None:
    manager, moderator = stand_in.person(town.manager, town.general), stand_in.person(town.moderator, town.log)
    async with running() as bot:
        past = Past(bot, town.guild.id)
        for day in range(9):
            past.add("faq search", day, town.alice.id, times=3)
        await past.write()
        refused = await moderator.slash("stats pin", channel=town.log)
        assert refused.text == "Only people who may manage this server can pin its statistics."
        # Discord breaks in the middle of it: the picture arrives whole all the same.
        stand_in.faults.fail(POSTS, 502)
        said = await manager.slash("stats pin", channel=town.log, period=30)
        assert said.text.startswith(f"The figures of the last 30 days appear in {town.log.mention}")
        await later(bot, clock)
        (message,) = shown(town.log)
        assert searches(message) == 27
        (picture,) = message.attachments
        assert picture.content.startswith(b"\x89PNG")
        assert message.embeds[0]["image"]["url"] == picture.url
        assert message.pinned_at is not None
        assert not message.pinged

        # As long as it shows the same, it is left alone; and it is looked at every ten minutes only.
        await later(bot, clock, EVERY)
        edits = len(stand_in.calls(UPDATES))
        await later(bot, clock, EVERY)
        past.add("faq search", 0, town.alice.id, times=4)
        await past.write()
        await later(bot, clock, timedelta(minutes=1))
        assert len(stand_in.calls(UPDATES)) == edits
        await later(bot, clock, EVERY)
        (message,) = shown(town.log)
        assert searches(message) == 31
        assert len(message.attachments) == 1
        assert len(stand_in.calls(UPDATES)) == edits + 1

        more = await moderator.click(message, "Show more")
        assert more.private
        assert more.embeds[0]["title"] == "Use of the bot: the last 30 days"
        outsider = await stand_in.person(town.alice, town.log).click(message, "Show more")
        assert outsider.text.startswith("Only staff of this server")

    # It is the same message after a restart, of which the history knows nothing; deleted, it comes again.
    async with running() as bot:
        await later(bot, clock, EVERY)
        assert [one.id for one in shown(town.log)] == [message.id]
        await delete(bot, town.world, message)
        await later(bot, clock)
        (again,) = shown(town.log)
        assert again.id != message.id

        await manager.slash("stats pin", channel=town.general)
        await later(bot, clock)
        assert shown(town.log) == []
        assert len(shown(town.general)) == 1
        gone = await manager.slash("stats unpin")
        assert gone.text == "The figures are not pinned any more. Their message is deleted."
        await later(bot, clock)
        assert shown(town.general) == []
        assert "No figures are pinned" in (await manager.slash("stats unpin")).text
        await manager.click(gone, "Undo")
        await later(bot, clock)
        assert len(shown(town.general)) == 1
