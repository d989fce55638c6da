"""/stats, as people of every rank meet it."""

import csv
import io
from typing import Any

import pytest
import pytest_asyncio

from app.bot import Bot
from app.core.interactions import Outcome
from standin import Person, Reply
from tests.fixtures.analytics.rows import Past
from tests.fixtures.town import Town

WHAT = "KeyError in app.services.faq.reading:of"


@pytest_asyncio.fixture(loop_scope="session")
async def past(bot: Bot, town: Town) -> Past:
    """Two months: /faq search ever more often, /ticket open ever less, a slow button, and an error of two releases."""
    here = Past(bot, town.guild.id)
    # Of the first day before, only as much counts as is over of today.
    for day in range(59):
        here.add("faq search", day, town.alice.id, times=3 if day < 30 else 2, duration_ms=40)
        here.add("ticket open", day, town.mallory.id if day > 40 else town.cashier.id, times=1 if day < 30 else 2)
    here.add("help", 70, town.alice.id)
    here.add("tickets:claim", 2, town.cashier.id, times=12, command_type="button", duration_ms=2400)
    broke = {"outcome": Outcome.BUG, "fingerprint": "3fa94c", "error_message": WHAT}
    here.add("faq show", 40, town.alice.id, **broke, release="0.9", reference="aaaa0000")
    here.add("faq show", 1, town.alice.id, **broke, release="1.0", reference="bbbb1111", times=6)
    here.add("faq show", 1, town.alice.id, outcome=Outcome.REFUSED, times=4)
    here.add("=cmd|' /C calc'!A0", 3, town.alice.id)
    there = Past(bot, town.elsewhere.id)
    there.add("rules show", 3, town.stranger.id, times=7)
    await here.write()
    await there.write()
    return here


def fields(reply: Reply) -> dict[str, str]:
    return {field["name"]: field["value"] for field in reply.embeds[0].get("fields", ())}


def description(reply: Reply) -> str:
    return str(reply.embeds[0].get("description", ""))


def picture(reply: Reply) -> bytes | None:
    assert reply.message is not None
    files = reply.message.attachments
    if not files:
        assert "image" not in reply.embeds[0]
        return None
    (file,) = files
    assert reply.embeds[0]["image"]["url"] == file.url
    return file.content


@pytest.mark.usefixtures("past")
async def test_staff_walk_through_the_figures_of_their_server(moderator: Person, bot: Bot, town: Town) -> None:
    seen = await moderator.slash("stats overview")
    assert seen.private
    assert seen.embeds[0]["title"] == "Use of the bot: the last 30 days"
    said = fields(seen)
    assert said["People"] == "2 ▼ 33%\nnew: 0\nreturning: 2"
    assert "p50 " in said["How fast"]
    assert "broke: 6 (" in said["How they ended"]
    assert "refused: 4 (" in said["How they ended"]
    (search,) = (line for line in said["Used most"].split("\n") if "faq search" in line)
    assert search.startswith("</faq search:")
    assert search.endswith("· 90 ▲ 55%")
    assert "ticket open" in said["Used most"]
    assert "▼ 48%" in said["Used most"]
    assert said["Failed most often"].startswith("</faq show:")
    assert "6 failed (60%)" in said["Failed most often"]
    assert WHAT in said["Newest errors"]
    assert (picture(seen) or b"").startswith(b"\x89PNG")
    assert not seen.mentions

    # One message leads to all the others, and takes its picture along only where there is one.
    listed = await moderator.choose(seen, "Show …", "Commands")
    assert listed.message is seen.message
    assert listed.embeds[0]["title"] == "Used most: the last 30 days"
    assert "</faq search:" in description(listed).split("\n")[0]
    assert "p50 39 ms · p95 39 ms · 100% ok" in description(listed).split("\n")[0]
    assert "button" not in description(listed)
    first = picture(listed)
    slowest = await moderator.choose(
        await moderator.choose(listed, "Order …", "Slowest"), "Of what …", "Buttons, choices and forms"
    )
    assert description(slowest).split("\n")[0].startswith("1. button: tickets claim · 12 ✦ new · p50 2.4 s · p95 2.4 s")
    assert picture(slowest) is None
    assert first is not None

    people = await moderator.choose(slowest, "Show …", "People")
    assert fields(people)["Returning"] == "2 (100%)"
    assert fields(people)["Did not return"] == "1 (33%)"
    assert picture(people) is not None
    assert all(user.mention not in people.full_text for user in (town.alice, town.cashier, town.mallory))

    broken = await moderator.choose(people, "Show …", "Errors")
    assert picture(broken) is None
    assert "6 times" in description(broken)
    one = await moderator.choose(broken, "Show all about one …", WHAT)
    about = fields(one)
    assert about["How often"] == "6"
    assert about["First"].endswith("release `0.9`")
    assert about["Last"].endswith("release `1.0`")
    assert "`bbbb1111`" in about["Reference of the last"]
    assert about["Where"] == "/faq show"
    assert "In how many servers" not in about
    assert "</faq show" not in description(await moderator.click(one, "All errors"))

    never = await moderator.choose(broken, "Show …", "Never used")
    said_of_it = never.full_text
    assert "Page 1 of " in said_of_it
    assert "**/faq**" in said_of_it
    assert "</faq search" not in said_of_it
    # By whom they may be used, as the commands of statistics themselves.
    while "**/stats**" not in said_of_it:
        never = await moderator.click(never, "Next")
        said_of_it = never.full_text
    of_stats = said_of_it.partition("**/stats**")[2].partition("**/")[0].split("\n")
    whose = {line.partition(":")[0]: line for line in of_stats if line}
    assert "/stats mine" in whose["For everybody"]
    assert "/stats people" in whose["For staff"]
    assert "/stats pin" in whose["For people who manage the server"]
    year = await moderator.choose(never, "Time …", "The last year")
    assert year.embeds[0]["title"] == "Never used: the last year"
    assert "Nothing was counted before" in year.full_text


@pytest.mark.usefixtures("past")
async def test_one_command_is_found_by_whatever_it_is_called(moderator: Person, bot: Bot) -> None:
    names = [one["value"] for one in await moderator.autocomplete("stats command", "name", "faq s")]
    assert "faq search" in names
    assert len(await moderator.autocomplete("stats command", "name", "")) == 25
    assert "tickets:claim" in [one["value"] for one in await moderator.autocomplete("stats command", "name", "claim")]

    shown = await moderator.slash("stats command", name="faq search", period=30)
    assert shown.embeds[0]["title"] == "/faq search: the last 30 days"
    assert fields(shown)["Uses"] == "90 ▲ 55%"
    assert picture(shown) is not None
    link = description(shown)
    for typed in (link, "/FAQ search", " faq  search "):
        assert fields(await moderator.slash("stats command", name=typed, period=30))["Uses"] == "90 ▲ 55%"
    week = await moderator.choose(shown, "Time …", "The last 7 days")
    assert fields(week)["Uses"].startswith("21 ")
    assert (await moderator.click(week, "All commands")).embeds[0]["title"] == "Used most: the last 7 days"

    button = await moderator.slash("stats command", name="tickets:claim")
    assert fields(button)["Uses"].startswith("12 ")
    unused = await moderator.slash("stats command", name="settings view")
    assert "was not used in this time" in description(unused)
    refused = await moderator.slash("stats command", name="faq serach")
    assert refused.text == "There is no command called `faq serach`. Did you mean `/faq search`?"
    for typed in ("`;--" * 20, "\x00", "/" * 6000, "日本語"):
        assert "Choose one from the list" in (await moderator.slash("stats command", name=typed, raw=True)).text
    # What no client of Discord sends.
    for command, wrong in (("overview", {"period": 8}), ("commands", {"sort": "x"}), ("commands", {"kinds": ""})):
        refused = await moderator.slash(f"stats {command}", raw=True, options=wrong)
        assert "Choose one" in refused.text, wrong


@pytest.mark.usefixtures("past")
async def test_each_sees_what_is_theirs(
    alice: Person, stranger: Person, owner: Person, administrator: Person, moderator: Person, town: Town
) -> None:
    refused = "Only staff of this server can see its statistics. `/stats mine` shows what you use."
    for command in ("overview", "commands", "people", "errors", "unused", "export"):
        assert (await alice.slash(f"stats {command}")).text == refused
    assert (await alice.slash("stats command", name="faq search")).text == refused
    offered = (await alice.slash("help")).full_text
    assert "/stats mine" in offered
    assert "/stats overview" not in offered
    mine = await alice.slash("stats mine", period=30)
    assert mine.private
    assert "</faq search:" in description(mine)
    assert " · 90" in description(mine)
    assert "ticket open" not in description(mine)
    assert "· 21" in description(await alice.choose(mine, "Time …", "The last 7 days"))

    # All servers are for those who run the bot, also by a button that somebody got hold of.
    for person in (moderator, administrator):
        assert "Only the people who run this bot" in (await person.slash("stats overview", everywhere=True)).text
    everything = await owner.slash("stats commands", everywhere=True, period=30)
    assert everything.embeds[0]["title"] == "Used most: the last 30 days, all servers"
    assert "rules show" in everything.full_text
    assert "rules show" not in (await owner.slash("stats commands", period=30)).full_text
    theirs = await stranger.at(town.square).slash("stats commands", period=30)
    assert "rules show" in theirs.full_text
    assert "faq search" not in theirs.full_text
    forged = await administrator.choose(everything, "Time …", "7", raw=True)
    assert "Only the people who run this bot" in forged.text


@pytest.mark.usefixtures("past")
async def test_a_table_runs_nothing(moderator: Person, manager: Person) -> None:
    await manager.slash("settings set", key="analytics.period", value="90")
    exported = await moderator.slash("stats export")
    assert "the last 90 days" in exported.text
    (file,) = exported.attachments
    assert file.name == "stats.csv"
    header, *rows = csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline=""))
    found: list[dict[str, Any]] = [dict(zip(header, row, strict=True)) for row in rows]
    (search,) = (row for row in found if row["Name"] == "/faq search")
    assert (search["Uses"], search["ok"]) == ("148", "148")
    # Within 5 %.
    assert 38 <= int(search["p50 in ms"]) <= 42
    (error,) = (row for row in found if row["Group"] == "Error")
    assert (error["Uses"], error["First release"], error["Reference of the last"]) == ("7", "0.9", "bbbb1111")
    assert len([row for row in found if row["Group"] == "Day"]) == 90
    assert all(cell[:1] not in set("=+-@\t\r") for row in rows for cell in row)
