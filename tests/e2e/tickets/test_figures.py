"""/tickets stats, as people of every rank meet it."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from app.bot import Bot
from app.core import registry
from app.core.actor import Actor
from app.models.support_ticket import SupportTicket, TicketStatus, Turn
from standin import Person
from tests.fixtures.clock import ManualClock
from tests.fixtures.town import Town

NAME = "=2+3 **Payments**"


@pytest_asyncio.fixture(loop_scope="session")
async def past(bot: Bot, town: Town, clock: ManualClock) -> None:
    """Two weeks of tickets: three a day of the cashier's team, one of all staff; all but the newest are closed."""
    manager = Actor(town.guild.id, town.manager.id, is_manager=True, is_staff=True)
    kind = {"name": NAME, "team_role_ids": [town.billing.id], "first_target": 3600}
    async with bot.uow() as work:
        setting = registry.find("ticket_types.pay")
        assert setting is not None
        await work.settings.change(manager, setting, kind)
        for number in range(1, 57):
            opened = clock.now - timedelta(hours=6 * number)
            pay: dict[str, Any] = {"type": "pay", "type_name": NAME, "team_role_ids": [town.billing.id]}
            more: dict[str, Any] = {"turn": Turn.STAFF, "turn_since": opened}
            if number > 1:
                more = {
                    "status": TicketStatus.CLOSED,
                    "closed_at": opened + timedelta(hours=5),
                    "first_seconds": 60 * number,
                    "first_due_at": opened + timedelta(hours=1),
                    "first_answered_by": town.cashier.id if number % 4 else town.moderator.id,
                    "missed": ["first"] if number > 50 else [],
                    "resolved_seconds": 18_000,
                    "rating": 4 if number % 2 else None,
                }
            work._session.add(
                SupportTicket(
                    guild_id=town.guild.id,
                    number=number,
                    user_id=town.alice.id,
                    description="Help",
                    created_at=opened,
                    updated_at=opened,
                    **more | (pay if number % 4 else {}),
                )
            )
    bot.settings.invalidate(town.guild.id)


def fields(reply: Any) -> dict[str, str]:
    (embed,) = reply.embeds
    return {field["name"]: field["value"] for field in embed["fields"]}


@pytest.mark.usefixtures("past")
async def test_staff_see_figures_with_charts_and_a_table(manager: Person, town: Town) -> None:
    shown = await manager.slash("tickets stats", export=True)
    assert shown.private
    assert shown.embeds[0]["title"] == "Tickets of the last 30 days"
    said = fields(shown)
    assert (said["Opened"], said["Closed"]) == ("56", "55")
    assert said["Open now"] == "1\n1 for up to 1 day"
    # From 2 to 56 minutes, and one that has waited for six hours.
    half, ninety, met = said["First response"].split("\n")
    assert (half, ninety) == ("half within 30 minutes", "90 % within 52 minutes")
    assert met == "target met by 89% (49 of 55)"
    assert said["Resolution"] == "half within 5 hours\n90 % within 5 hours"
    assert said["Satisfaction"] == "4.0 of 5 stars, 27 ratings\n5★ 0 · 4★ 27 · 3★ 0 · 2★ 0 · 1★ 0"
    payments, other = said["By type"].split("\n")
    assert payments.startswith(r"**=2+3 \*\*Payments\*\*** · 42 opened, 41 closed, 1 open, first response")
    assert other.startswith("**Without a type** · 14 opened, 14 closed, 0 open")
    assert said["By team"].split("\n")[0].startswith(f"<@&{town.billing.id}> · 42 opened")
    assert "By person" not in said
    assert not shown.mentions

    *charts, table = shown.attachments
    assert [file.name for file in shown.attachments] == [
        "tickets-1.png", "tickets-2.png", "tickets-3.png", "tickets.csv"
    ]  # fmt: skip
    assert all(file.content.startswith(b"\x89PNG") for file in charts)
    header, everything, *rows = csv.reader(io.StringIO(table.content.decode("utf-8-sig"), newline=""))
    assert dict(zip(header, everything, strict=True)) | {"Group": "All", "Opened": "56", "3 stars": "0"} == dict(
        zip(header, everything, strict=True)
    )
    assert rows[0][:4] == ["Type", f"'{NAME}", "42", "41"]
    assert [row[1] for row in rows if row[0] == "Team"] == ["Billing", "All staff"]
    assert sum(int(row[2]) for row in rows if row[0] == "Day") == 56

    week = await manager.slash("tickets stats", period=7, type="=2+3 **payments**")
    assert "Only: " in week.embeds[0]["description"]
    assert 18 <= int(fields(week)["Opened"]) <= 21  # by the hour of the day
    assert "By type" not in fields(week)
    assert all(file.name.endswith(".png") for file in week.attachments)


@pytest.mark.usefixtures("past")
async def test_each_sees_their_team_and_their_own_line(
    cashier: Person, moderator: Person, manager: Person, alice: Person, town: Town
) -> None:
    theirs = fields(await cashier.slash("tickets stats"))
    assert theirs["Opened"] == "42"
    assert theirs["By person"].startswith(f"<@{town.cashier.id}> · ")
    # What members thought of their help is in it.
    assert theirs["By person"].endswith("★ 4.0")
    assert "\n" not in theirs["By person"]
    others = fields(await moderator.slash("tickets stats"))
    assert others["Opened"] == "14"
    assert others["By person"].startswith(f"<@{town.moderator.id}> · ")
    assert (await alice.slash("tickets stats")).text == "Only staff see the figures about tickets."

    await manager.slash("settings set", key="tickets.figures_by_person", value="on")
    both = fields(await manager.slash("tickets stats"))
    assert f"<@{town.cashier.id}>" in both["By person"]
    assert f"<@{town.moderator.id}>" in both["By person"]


async def test_without_tickets_it_is_said_and_hours_that_are_none_are_refused(manager: Person) -> None:
    nothing = await manager.slash("tickets stats", period=7, export=True)
    assert nothing.embeds[0]["description"] == "There were no tickets, and none is open."
    assert not nothing.attachments
    assert "This kind of ticket" in (await manager.slash("tickets stats", type="pay")).text

    refused = await manager.slash("settings set", key="tickets.hours", value="9 to 5, not Christmas")
    assert refused.text.startswith("`9 to 5` could be by day or by night")
    stored = await manager.slash("settings set", key="tickets.hours", value="Mo-Fr 9-17 Uhr, außer 25.12.")
    assert "Mon-Fri 09:00-17:00, not 12-25" in f"{stored.text}{stored.embeds}"
