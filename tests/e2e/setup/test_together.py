"""/setup by several people, twice, late, and by those who lost the right to it."""

import asyncio

from app.db import DatabaseUrl
from standin import Person, Reply, StandIn
from tests.fixtures.discord import Running
from tests.fixtures.postgres import fetchval
from tests.fixtures.town import Town
from tests.fixtures.wizard import at_step, chosen, fill_in, labels


async def test_two_people_do_a_step_each_at_once(manager: Person, administrator: Person) -> None:
    general, reminders = await asyncio.gather(
        chosen(manager, "general", {"Colour": "Red"}),
        chosen(administrator, "reminders", {"Who makes reminders": "Staff only"}),
    )
    assert "✅ done" in general.full_text
    assert "✅ done" in reminders.full_text
    end = await manager.click(await manager.slash("setup"), "Finish")
    assert f"• **Colour**: the default (Blurple) → Red · {manager.mention}" in end.full_text
    assert f"Everybody) → Staff only · {administrator.mention}" in end.full_text


async def test_two_people_skip_different_steps_at_once(manager: Person, administrator: Person) -> None:
    first, second = await at_step(manager, "tickets"), await at_step(administrator, "faq")
    await asyncio.gather(manager.click(first, "Skip"), administrator.click(second, "Skip"))
    page = await manager.slash("setup")
    assert page.full_text.count("⏭️") == 2


async def test_a_form_that_was_open_while_somebody_else_chose_saves_nothing_unseen(
    manager: Person, administrator: Person
) -> None:
    form = await manager.click(await at_step(manager, "general"), "Choose")
    await chosen(administrator, "general", {"Colour": "Red"})
    refused = await manager.submit(form, {"Time zone": "Tokyo"})
    assert refused.text.startswith("Somebody changed these settings while your form was open")
    page = await at_step(manager, "general")
    assert "**Time zone**: `UTC`" in page.full_text
    assert "**Colour**: Red" in page.full_text
    # Their own is still there, and is saved once they have decided.
    again = await manager.click(refused, "Try again")
    page = await manager.submit(again, {"Colour": "Red"})
    assert "**Time zone**: `Asia/Tokyo`" in page.full_text
    assert "**Colour**: Red" in page.full_text


async def test_a_form_that_is_sent_twice_is_saved_once(manager: Person, own_database: DatabaseUrl) -> None:
    form = await manager.click(await at_step(manager, "general"), "Choose")
    pages = await asyncio.gather(*(manager.submit(form, {"Colour": "Red"}) for _ in range(2)))
    said = sorted(page.text for page in pages)
    assert sum("`general.colour` set" in one for one in said) == 1
    assert await fetchval(own_database, "SELECT count(*) FROM settings_history") == 1
    late = await manager.submit(form, {"Colour": "Red"})
    assert late.text == "Everything was so already."


async def test_a_first_kind_of_ticket_that_is_sent_twice_is_made_once(manager: Person, town: Town) -> None:
    form = await manager.click(await at_step(manager, "tickets"), "First kind and panel")
    values = {"Where the panel is posted": [town.general]}
    pages = await asyncio.gather(*(manager.submit(form, values) for _ in range(2)))
    assert sorted("Members can open tickets now" in page.text for page in pages) == [False, True]
    assert any("There is a ticket type “Support” already." in page.text for page in pages)
    assert len([one for one in manager.messages if one.visible_to is None]) == 1


async def test_a_panel_is_not_posted_twice_in_a_channel(manager: Person, town: Town, stand_in: StandIn) -> None:
    page = await chosen(manager, "tickets", {"Where the panel is posted": [town.general]}, "First kind and panel")
    refused = await fill_in(manager, page, {"Channel": [town.general]}, "Post a panel")
    assert refused.text == f"There is a panel in {town.general.mention} already."
    page = await chosen(manager, "tickets", {"Channel": [town.log]}, "Post a panel")
    assert f"The panel is in {town.log.mention}" in page.text
    gone = await manager.click(page, "Undo")
    assert "restored" in gone.text
    await stand_in.until(lambda: manager.at(town.log).messages == [])


async def test_the_usual_questions_are_added_once(manager: Person) -> None:
    page = await at_step(manager, "onboarding")
    pressed = next(button.custom_id for button in page.buttons if button.label == "Add the usual questions")
    assert pressed is not None
    page = await manager.click(page, pressed)
    assert "**Questions**: 5" in page.full_text
    refused = await manager.click(page, pressed, raw=True)
    assert "This no longer works" in refused.text or "they are here already" in refused.text


async def test_who_lost_the_right_meanwhile_is_stopped(manager: Person, town: Town, own_database: DatabaseUrl) -> None:
    page = await at_step(manager, "general")
    form = await manager.click(page, "Choose")
    member = town.guild.members[manager.id]
    town.world.edit_member(member, role_ids=set())
    for reply in (
        await manager.submit(form, {"Colour": "Red"}),
        await manager.click(page, "Next"),
        await manager.click(page, "Skip"),
        await manager.click(page, "Choose"),
    ):
        assert reply.text == "Only people who may manage this server can see and change its settings."
    assert await fetchval(own_database, "SELECT count(*) FROM settings_history") == 0


async def test_an_old_message_shows_what_is_so_now(running: Running, stand_in: StandIn, town: Town) -> None:
    manager = stand_in.person(town.manager, town.general)
    async with running():
        old = await at_step(manager, "reminders")
        newer = await chosen(manager, "reminders", {"Who makes reminders": "Staff only"})
        end = await manager.click(await manager.slash("setup"), "Finish")
        await manager.click(end, "Done")
        assert "✅ done" in newer.full_text
    async with running():
        # Weeks later, after somebody was done: it begins anew, and nothing is set from what it showed.
        page = await manager.click(old, "Check again")
        assert "**Who makes reminders**: Staff only" in page.full_text
        page = await fill_in(manager, page, {"Who makes reminders": "Everybody"})
        assert "Staff only → Everybody" in page.text
        end = await manager.click(await manager.slash("setup"), "Finish")
        assert "• **Who makes reminders**: Staff only → Everybody" in end.full_text
        assert end.full_text.count("•") == 1


async def test_everything_is_kept_per_server(manager: Person, town: Town, stand_in: StandIn) -> None:
    await manager.click(await at_step(manager, "tickets"), "Skip")
    mayor = stand_in.person(town.stranger, town.square)
    page = await mayor.slash("setup")
    assert "⏭️" not in page.full_text


async def test_a_step_by_its_name(manager: Person) -> None:
    page: Reply = await at_step(manager, "faq")
    assert "Step 5 of 6 · FAQ" in page.full_text
    assert labels(page)[0] == "Write an entry"
