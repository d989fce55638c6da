"""/setup from the first step to the last, with a restart after each: nothing of it is in the memory of a process."""

from standin import Person, Reply, StandIn, permissions
from tests.fixtures.discord import Running
from tests.fixtures.town import Town
from tests.fixtures.wizard import at_step, chosen, fill_in, labels

STEPS = ["General", "Reminders", "Tickets", "Onboarding", "FAQ", "Logs and statistics"]


def sign_of(page: Reply, step: str) -> str:
    """What stands before a step in the list of all."""
    (line,) = [line for line in page.full_text.splitlines() if f"**{step}**" in line]
    return line.split()[0]


async def test_a_new_server_is_set_up_with_a_restart_after_each_step(
    running: Running, stand_in: StandIn, town: Town
) -> None:
    world, manager = town.world, stand_in.person(town.manager, town.general)
    tickets = world.create_channel(town.guild, "help")
    gate = world.create_channel(town.guild, "gate")
    category = world.create_channel(town.guild, "Cases", type=4)
    done = world.create_role(town.guild, "Member", position=0)
    world.edit_role(town.above, position=30)
    world.grant(town.guild.members[town.manager.id], world.create_role(town.guild, "Roles", position=29))
    world.set_overwrite(town.log, town.guild.roles[town.guild.id], deny=permissions.VIEW_CHANNEL)
    world.set_overwrite(town.log, town.guild.members[world.bot.id], allow=permissions.VIEW_CHANNEL)

    async with running():
        page = await manager.slash("setup")
        assert page.private
        assert labels(page) == [*STEPS, "Check again", "Finish"]
        assert {sign_of(page, step) for step in STEPS} == {"⬜"}
        assert page.embeds[0]["footer"]["text"] == "Steps done: 0 of 6"
        page = await manager.click(page, "General")
        assert "Step 1 of 6 · General" in page.full_text
        given = {"Time zone": "tokyo", "Staff role": [town.staff], "Colour": "Gold"}
        page = await fill_in(manager, page, given)
        assert "`general.timezone` set: the default (`UTC`) → `Asia/Tokyo`" in page.text
        assert "**Staff role**: " + town.staff.mention in page.full_text
        assert page.mentions == []
        assert "✅ done" in page.full_text

    async with running():
        page = await manager.click(page, "Next")
        assert "Step 2 of 6 · Reminders" in page.full_text
        page = await fill_in(manager, page, {"Reminder channel": [town.general], "Who makes reminders": "Staff only"})
        assert "`reminders.channel` set" in page.text
        assert "`reminders.who` set: the default (Everybody) → Staff only" in page.text

    async with running():
        page = await manager.click(page, "Next")
        values = {"Category of its channels": [category], "Where the panel is posted": [tickets]}
        form = await manager.click(page, "First kind and panel")
        assert form.modal is not None
        assert (form.modal.field("Name") or form).value == "Support"
        page = await manager.submit(form, values)
        assert "Members can open tickets now" in page.text
        assert "**Kinds of tickets**: Support" in page.full_text
        (panel,) = [one for one in manager.at(tickets).messages if one.buttons]
        assert [button.label for button in panel.buttons] == ["Support"]

    async with running():
        page = await manager.click(page, "Next")
        page = await manager.click(page, "Add the usual questions")
        assert "Added 5 questions" in page.text
        assert "Add the usual questions" not in labels(page)

    async with running():
        rule = await manager.submit(await manager.click(page, "Write a rule"), {"Title": "Be kind"})
        assert "Be kind" in rule.text
        page = await manager.click(page, "Check again")
        assert "**Rules**: 1, not published yet" in page.full_text

    async with running():
        shown = await fill_in(manager, page, {"Channel": [gate]}, "Publish the rules")
        await manager.click(shown, "Publish")
        assert "Be kind" in manager.at(gate).messages[-1].full_text
        page = await manager.click(page, "Check again")
        assert "published as version 1" in page.full_text

    async with running():
        page = await fill_in(manager, page, {"Channel": [gate]}, "Post a panel")
        assert f"The panel is in {gate.mention}" in page.text
        assert manager.at(gate).messages[-1].buttons[0].label == "Begin"

    async with running():
        given = {"What new members do": "Accept the rules, then answer questions", "Role when done": [done]}
        page = await fill_in(manager, page, given)
        assert "✅ done" in page.full_text, page.full_text
        page = await manager.click(page, "Next")

    async with running():
        written = {"Title": "When are you open?", "Answer": "From nine to five."}
        shown = await fill_in(manager, page, written, "Write an entry")
        await manager.click(shown, "Save")
        page = await manager.click(page, "Check again")
        assert "✅ done" in page.full_text

    async with running():
        field = "Channels in which I suggest answers"
        page = await fill_in(manager, page, {field: [town.general, tickets], "Channel for staff": [town.log]})
        assert f"**Answers are suggested in**: {town.general.mention} {tickets.mention}" in page.full_text
        page = await fill_in(manager, page, {field: [tickets]})
        assert f"Nothing is suggested in {town.general.mention} any more." in page.text
        assert f"**Answers are suggested in**: {tickets.mention}" in page.full_text

    async with running():
        page = await manager.click(page, "Next")
        channels = {"Log channel": [town.log], "Transcript channel": [town.log], "Staff log": [town.log]}
        page = await fill_in(manager, page, channels)
        assert "✅ done" in page.full_text

    async with running():
        end = await manager.click(page, "Next")
        assert "**Left**\nNothing: every step is done." in end.full_text
        for said in ("**Time zone**: the default (`UTC`) → `Asia/Tokyo`", "**Ticket panel**: nothing → Support"):
            assert f"• {said} · {manager.mention}" in end.full_text
        assert f"**Log channel**: the default (*not set*) → {town.log.mention}" in end.full_text
        assert f"• **Suggested answers**: nothing → {tickets.mention}" in end.full_text
        assert "</reminder create:" in end.full_text
        over = await manager.click(end, "Done")
        assert over.text.startswith("Done. You can go on at any time with </setup:")
        again = await manager.click(over, "Go on")
        assert {sign_of(again, step) for step in STEPS} == {"✅"}
        end = await manager.click(again, "Finish")
        assert "Nothing yet." in end.full_text


async def test_what_the_bot_may_not_read_is_said_where_it_matters(
    running: Running, stand_in: StandIn, town: Town
) -> None:
    manager, field = stand_in.person(town.manager, town.general), "Channels in which I suggest answers"
    town.world.application.allowed_intents = 0
    async with running():
        page = await at_step(manager, "faq")
        assert "I may not read messages" not in page.full_text
        page = await fill_in(manager, page, {field: [town.general]})
        assert page.text == f"✅ Answers are suggested in {town.general.mention} from now on."
        assert "⚠️ I may not read messages, so nothing is suggested anywhere." in page.full_text
        gone = await manager.click(page, "Undo")
        assert "restored" in gone.text
        page = await manager.click(page, "Check again")
        assert "I may not read messages" not in page.full_text


async def test_a_step_is_skipped_left_as_it_is_and_taken_up_again(manager: Person) -> None:
    page = await at_step(manager, "reminders")
    page = await manager.click(page, "Skip")
    assert "Step 3 of 6 · Tickets" in page.full_text
    page = await manager.click(page, "All steps")
    assert sign_of(page, "Reminders") == "⏭️"
    page = await manager.click(page, "Reminders")
    page = await manager.click(page, "Skip no more")
    assert "⬜ not yet" in page.full_text
    page = await manager.click(page, "Leave it as it is")
    page = await manager.click(page, "Back")
    assert "✅ done" in page.full_text
    # What is chosen counts more than what was said about it.
    page = await manager.click(await at_step(manager, "general"), "Skip")
    page = await chosen(manager, "general", {"Colour": "Red"})
    assert "✅ done" in page.full_text


async def test_sending_a_form_as_it_is_leaves_everything_and_counts_as_done(manager: Person) -> None:
    page = await chosen(manager, "reminders", {})
    assert page.text == "Everything was so already."
    assert "✅ done" in page.full_text
    history = await manager.slash("settings history")
    assert "Nothing was changed yet." in history.full_text


async def test_what_was_chosen_is_taken_back_with_one_press(manager: Person) -> None:
    page = await chosen(manager, "general", {"Time zone": "Berlin", "Colour": "Red"})
    undone = await manager.click(page, "Undo")
    assert "2 settings are as they were." in undone.text
    page = await manager.click(page, "Check again")
    assert "**Time zone**: `UTC`" in page.full_text
    end = await manager.click(await manager.click(page, "Back"), "Finish")
    assert "Nothing yet." in end.full_text


async def test_a_text_that_does_not_fit_is_refused_and_what_was_typed_is_kept(manager: Person) -> None:
    refused = await chosen(manager, "general", {"Time zone": "Atlantis", "Colour": "Red"})
    assert "Atlantis" in refused.text
    form = await manager.click(refused, "Try again")
    assert form.modal is not None
    assert (form.modal.field("Time zone") or form).value == "Atlantis"
    page = await manager.submit(form, {"Time zone": "Lisbon"})
    assert "Europe/Lisbon" in page.full_text
    assert "**Colour**: Red" in page.full_text


async def test_a_field_that_is_emptied_goes_back_to_its_default(manager: Person, town: Town) -> None:
    await chosen(manager, "reminders", {"Reminder channel": [town.general]})
    page = await chosen(manager, "reminders", {"Reminder channel": []})
    assert "`reminders.channel` reset" in page.text
    assert "**Reminder channel**: *not set*" in page.full_text


async def test_only_those_who_may_manage_the_server_are_let_in(alice: Person, moderator: Person) -> None:
    for person in (alice, moderator):
        refused = await person.slash("setup", raw=True)
        assert refused.text == "Only people who may manage this server can see and change its settings."
