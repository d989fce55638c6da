"""Ticket types, panels and the like in /settings export and import, as people in a server meet them."""

import json

from app.db import DatabaseUrl
from standin import Person, StandIn, Upload
from tests.fixtures.structures import all_text, as_file, file_of, lines, made, panels, some_types
from tests.fixtures.tickets.offering import Desk
from tests.fixtures.town import Town


async def test_types_leave_as_a_file_and_come_back_to_the_same_server(
    manager: Person, alice: Person, town: Town, stand_in: StandIn, own_database: DatabaseUrl, desk: Desk
) -> None:
    await some_types(manager, town)
    held = await made(own_database, town.guild.id)
    given = await manager.slash("settings export")
    assert "Also in it: Ticket type (2)" in given.text
    found = file_of(given)
    assert found["version"] == 2
    assert found["structures"] == {
        "ticket_types": {
            "001": {
                "name": "Bug",
                "emoji": "🐞",
                "description": "Something is broken",
                "first_target": 7200,
                "team_role_ids": [{"id": str(town.staff.id), "name": "Staff"}],
            },
            "002": {
                "name": "Billing",
                "priority": 2,
                "team_role_ids": [{"id": str(town.billing.id), "name": "Billing"}],
            },
        }
    }
    for name in ("Bug", "Billing"):
        await manager.slash("tickets type remove", type=name)
    assert await made(own_database, town.guild.id) == {}

    file = Upload("mine.json", given.message.attachments[0].content)
    shown = await manager.slash("settings import", file=file)
    assert shown.text == "Nothing is changed yet."
    for line in (
        "＋ 2 are added",
        "＋ **Ticket type** · Bug · `ticket_types.001`: Emoji: 🐞 · Description: Something is broken · Team: ",
        f"Team: {town.staff.mention} · Target for the first answer: 2 hours",
        f"＋ **Ticket type** · Billing · `ticket_types.002`: Team: {town.billing.mention} · Priority: high",
    ):
        assert line in shown.full_text
    assert shown.mentions == []
    assert await made(own_database, town.guild.id) == {}
    done = await manager.click(shown, "Make 2 changes")
    assert done.text == "2 changes were made."
    assert await made(own_database, town.guild.id) == held
    assert "That would change nothing" in (await manager.slash("settings import", file=file)).text
    opened = await alice.submit(await alice.slash("ticket open", kind="Billing"), {"What is it about?": "Help"})
    assert opened.text.startswith("Your ticket #1 is open")
    assert (await desk.ticket()).team_role_ids == [town.billing.id]

    # Undo takes all of it back, and once more all of that.
    undone = await manager.click(done, "Undo")
    assert undone.text == "2 changes were taken back."
    assert await made(own_database, town.guild.id) == {}
    await manager.click(undone, "Undo")
    assert await made(own_database, town.guild.id) == held
    assert (await lines(own_database, town.guild.id))[-2:] == [
        ("restored", "ticket_types.001"),
        ("restored", "ticket_types.002"),
    ]


async def test_a_file_says_what_changes_and_others_stay_or_go(
    manager: Person, town: Town, own_database: DatabaseUrl
) -> None:
    await some_types(manager, town)
    await manager.slash("tickets type add", name="Old")
    found = file_of(await manager.slash("settings export"))["structures"]
    del found["ticket_types"]["003"]
    found["ticket_types"]["001"] |= {"name": "Bugs", "priority": 3, "first_target": 0}
    found["ticket_types"]["002"] = None
    file = as_file(found)
    shown = await manager.slash("settings import", file=file)
    for line in (
        "✏️ 1 is changed",
        "－ 1 is removed",
        "✏️ **Ticket type** · Bugs · `ticket_types.001`: Name: Bug → Bugs · Priority: normal → urgent · Target",
        "Target for the first answer: 2 hours → *not set*",
        "－ **Ticket type** · Billing · `ticket_types.002`\n-# Tickets of it that are open stay.",
    ):
        assert line in shown.full_text
    assert "`ticket_types.003`" not in shown.full_text
    reset = await manager.slash("settings import", file=file, others="reset")
    assert "－ **Ticket type** · Old · `ticket_types.003`" in reset.full_text
    await manager.click(reset, "Make 3 changes")
    assert (await made(own_database, town.guild.id)).keys() == {"ticket_types.001"}
    # A file of before there were any says nothing of them.
    old = Upload("old.json", b'{"format": "concierge-settings", "version": 1, "settings": {"general.page_size": 5}}')
    shown = await manager.slash("settings import", file=old, others="reset")
    assert "Of ticket types, panels and the like the file says nothing, so they stay." in shown.full_text
    assert (await manager.click(shown, "Change 1 setting")).text == "1 setting was changed."
    assert (await made(own_database, town.guild.id)).keys() == {"ticket_types.001"}


async def test_what_cannot_be_is_told_by_line_and_left_out(
    manager: Person, town: Town, own_database: DatabaseUrl
) -> None:
    await some_types(manager, town)
    before = await made(own_database, town.guild.id)
    file = as_file(
        {
            "ticket_types": {
                "001": {"name": "x" * 4000},
                "101": {"name": "Labels", "questions": [{"label": "y" * 4000}]},
                "102": {"name": "Junk", "questions": [[[[{"a": 1}]]]]},
                "103": {"name": "Kinds", "priority": "high", "enabled": 1},
                "104": {"name": "Gone", "team_role_ids": [{"id": "123456789012345678", "name": "Gone"}]},
                "105": {"name": "Everybody", "team_role_ids": [str(town.guild.id)]},
                "106": {"name": "Twice", "warn_after": 0},
                "120": {"name": "twice"},
                "107": {"name": "@everyone <@&1>", "secret": 1},
                "108": [],
                "109": {"description": "no name"},
                "110": {"name": "Threads", "place": "thread", "parent_id": "#closed"},
                "111": {"name": "Quick", "first_target": 5},
                "112": {"name": "Emoji", "emoji": "<script>"},
                "113": {
                    "name": "Route",
                    "questions": [{"label": "A", "kind": "select", "options": ["a", "b"]}],
                    "routes": [{"label": "A", "answer": "c", "priority": 1}],
                },
                "@everyone": None,
            },
            "ticket_panels": {
                "1": {"title": "Empty", "channel_id": "#general", "type_keys": ["077"]},
                "2": {"title": "Nowhere", "channel_id": "#nowhere", "type_keys": ["001"]},
                "3": {"title": "Closed", "channel_id": "#closed", "type_keys": ["001"]},
            },
            "ticket_blocked": {str(town.alice.id): {}},
            "onboarding_runs": {"run": {"version": 1}},
            "onboarding_posts": {"rules": {"channel_id": "#general"}},
            "ticket_boards": {"all": {"channel_id": {"name": "log", "x": 1}}},
            "analytics_pinned": {"mine": {"channel_id": "#log", "days": 7}},
            "faq_automatic": {"#nowhere": {}, "#general": {"threshold": 101}},
            "ticket_typs": {},
        }
    )
    shown = await manager.slash("settings import", file=file)
    text = await all_text(manager, shown)
    for line in (
        "⚠️ Line 7, `ticket_types.001`: What the file has there does not fit: `name`.",
        "`ticket_types.101`: What the file has there does not fit: `questions`.",
        "`ticket_types.102`: What the file has there does not fit: `questions`.",
        "`ticket_types.103`: What the file has there does not fit: `priority`, `enabled`.",
        "`ticket_types.104`: There is no role called “Gone” in this server.",
        "Everybody has that role.",
        "There is a ticket type “twice” already.",
        "`ticket_types.107`: It has nothing called `secret`.",
        "`ticket_types.108`: It has to be in braces, or `null` to remove it.",
        "`ticket_types.109`: This is missing: `name`.",
        f"I lack permissions in {town.closed.mention}",
        "`first_target` takes 60 seconds to 366 days, written in seconds, or 0.",
        "`emoji` takes one emoji",
        "“A” has no such choice. It has: a and b.",
        "`ticket_types.@everyone`: There is no `@everyone` of that kind.",
        "None of its ticket types exists. Add one to it, or bring it along.",
        "There is no channel called “nowhere” in this server.",
        "`ticket_blocked.*`: This is not taken from files: who is blocked is about people",
        "`onboarding_runs.*`: This is not taken from files: members are being asked",
        "`onboarding_posts.rules`: This is not taken from files: the rules are posted with `/rules publish`",
        "`ticket_boards.all`: Write it as",
        "`analytics_pinned.mine`: There is no `mine` of that kind.",
        "What the file has there does not fit: `threshold`.",
        "`ticket_typs.*`: There is no kind of that name. Perhaps `ticket_types` is meant.",
    ):
        assert line in text, line
    assert shown.mentions == []
    assert await made(own_database, town.guild.id) == before
    await manager.click(shown, "Make 1 change")
    (name,) = (await made(own_database, town.guild.id)).keys() - before.keys()
    assert name.startswith("ticket_types.")


async def test_more_than_a_server_may_have_are_left_out(manager: Person, town: Town, own_database: DatabaseUrl) -> None:
    many = {f"{number:03}": {"name": f"Kind {number}"} for number in range(1, 52)}
    shown = await manager.slash("settings import", file=as_file({"ticket_types": many}))
    assert "`ticket_types.*`: These are too many: at most 25." in shown.full_text
    many = {key: many[key] for key in [*many][:25]}
    await manager.slash("tickets type add", name="There already")
    del many["001"]
    many["900"] = {"name": "One more"}
    shown = await manager.slash("settings import", file=as_file({"ticket_types": many}))
    text = await all_text(manager, shown)
    assert "＋ 24 are added" in text
    assert "That would be more than 25, which is as many as a server may have." in text
    done = await manager.click(shown, "Make 24 changes")
    assert done.text == "24 changes were made."
    assert len(await made(own_database, town.guild.id)) == 25


async def test_a_whole_set_up_moves_to_another_server(
    manager: Person, town: Town, stand_in: StandIn, own_database: DatabaseUrl, administrator: Person
) -> None:
    await some_types(manager, town)
    await manager.submit(await manager.slash("tickets panel post"), {"Text": "Ask us"})
    await manager.slash("tickets board", channel=town.log, team=town.staff)
    await manager.slash("faq auto set", channel=town.general, threshold=80)
    await manager.slash("tickets block", member=town.mallory, reason="Spam")
    given = await manager.slash("settings export")
    assert "Not in it: Blocked member (1): who is blocked is about people" in given.text
    content = given.message.attachments[0].content
    found = json.loads(content)["structures"]
    assert "message_id" not in json.dumps(found)
    assert str(town.mallory.id) not in content.decode()
    assert found["ticket_boards"][str(town.staff.id)]["team_role_id"] == {"id": str(town.staff.id), "name": "Staff"}

    mayor = stand_in.person(town.stranger, town.square)
    world = town.world
    general, log = (world.create_channel(town.elsewhere, name) for name in ("general", "log"))
    staff, billing = (world.create_role(town.elsewhere, name) for name in ("Staff", "Billing"))
    # The first key of the other server is another type there.
    await mayor.slash("tickets type add", name="Appeal")
    file = Upload("x.json", content)
    shown = await mayor.slash("settings import", file=file)
    assert "The file is from another server, **Town**." in shown.full_text
    assert "If its message is not there, it is posted." in shown.full_text
    done = await mayor.click(shown, "Make 5 changes")
    assert done.text == "5 changes were made."
    await stand_in.until(lambda: len(panels(mayor, general)) == 1)
    (message,) = panels(mayor, general)
    assert [button.label for button in message.buttons] == ["Bug", "Billing"]
    there = await made(own_database, town.elsewhere.id)
    assert {name: value.get("name") for name, value in there.items() if name.startswith("ticket_types")} == {
        "ticket_types.001": "Appeal",
        "ticket_types.002": "Bug",
        "ticket_types.003": "Billing",
    }
    assert there["ticket_types.002"]["team_role_ids"] == [staff.id]
    assert there["ticket_types.003"]["team_role_ids"] == [billing.id]
    assert there["ticket_panels.001"]["type_keys"] == ["002", "003"]
    assert there["ticket_panels.001"]["channel_id"] == general.id
    assert there[f"ticket_boards.{staff.id}"]["channel_id"] == log.id
    assert there[f"faq_automatic.{general.id}"]["threshold"] == 80
    # Once more, it is found by its name.
    assert "That would change nothing" in (await mayor.slash("settings import", file=file)).text
    # And all of it goes again, with its message.
    await mayor.click(done, "Undo")
    await stand_in.until(lambda: message.deleted)
    assert (await made(own_database, town.elsewhere.id)).keys() == {"ticket_types.001"}


async def test_what_stays_where_it_is_keeps_its_message(
    manager: Person, town: Town, stand_in: StandIn, own_database: DatabaseUrl
) -> None:
    await some_types(manager, town)
    await manager.submit(await manager.slash("tickets panel post"))
    form = await manager.slash("onboarding panel post", channel=town.log)
    await manager.submit(form, {"Title": "Begin"})
    (panel,), (begin,) = panels(manager, town.general), panels(manager, town.log)
    found = file_of(await manager.slash("settings export"))["structures"]
    assert list(found["onboarding_posts"]) == ["001"]
    found["ticket_panels"]["001"] |= {"title": "Help", "type_keys": ["002", "001"], "as_select": True}
    found["onboarding_posts"]["001"]["title"] = "Start"
    shown = await manager.slash("settings import", file=as_file(found))
    for line in (
        "✏️ **Ticket panel** · Help · `ticket_panels.001`: Title: Support → Help · ",
        "Ticket types: Bug, Billing → Billing, Bug · One menu with all types: off → on",
        "✏️ **Onboarding post** · Start · `onboarding_posts.001`: Title: Begin → Start",
    ):
        assert line in shown.full_text
    done = await manager.click(shown, "Make 2 changes")
    assert "**Ticket panel** · `ticket_panels.001` changed: Support → Help" in done.full_text
    await stand_in.until(lambda: panel.embeds[0]["title"] == "Help" and bool(panel.selects))
    await stand_in.until(lambda: begin.embeds[0]["title"] == "Start")
    assert (len(panels(manager, town.general)), len(panels(manager, town.log))) == (1, 1)
    # One alone is taken back in the history, which says what of it was changed.
    found["ticket_panels"]["001"]["text"] = "Ask us"
    shown = await manager.slash("settings import", file=as_file({"ticket_panels": found["ticket_panels"]}))
    await manager.click(shown, "Make 1 change")
    await stand_in.until(lambda: "Ask us" in panel.full_text)
    history = await manager.slash("settings history")
    assert "`ticket_panels.001` changed: Help (Text: *not set* → Ask us)" in history.full_text
    await manager.choose(history, "Undo one of these…", [history.selects[0].options[0]["value"]])
    await stand_in.until(lambda: "Ask us" not in panel.full_text)
    assert not panel.deleted


async def test_what_changes_between_the_look_and_the_button_is_shown_anew(
    manager: Person, owner: Person, town: Town, own_database: DatabaseUrl
) -> None:
    await some_types(manager, town)
    found = file_of(await manager.slash("settings export"))["structures"]
    found["ticket_types"]["001"]["name"] = "Bugs"
    shown = await manager.slash("settings import", file=as_file(found))
    await owner.slash("tickets type edit", type="Bug", priority=3)
    again = await manager.click(shown, "Make 1 change")
    assert again.text.startswith("The settings were changed meanwhile, so nothing was done.")
    assert "Name: Bug → Bugs · Priority: urgent → normal" in again.full_text
    await manager.click(again, "Make 1 change")
    assert (await made(own_database, town.guild.id))["ticket_types.001"]["name"] == "Bugs"


async def test_what_was_left_out_is_nobody_elses_one_day(
    manager: Person, town: Town, stand_in: StandIn, own_database: DatabaseUrl
) -> None:
    """A panel that offers a type that could not come along does not offer the next type that somebody makes."""
    await some_types(manager, town)
    await manager.submit(await manager.slash("tickets panel post"))
    content = (await manager.slash("settings export")).message.attachments[0].content
    mayor = stand_in.person(town.stranger, town.square)
    general = town.world.create_channel(town.elsewhere, "general")
    # Billing cannot come: its role is not there.
    town.world.create_role(town.elsewhere, "Staff")
    shown = await mayor.slash("settings import", file=Upload("x.json", content))
    assert "There is no role called “Billing” in this server." in shown.full_text
    await mayor.click(shown, "Make 2 changes")
    await stand_in.until(lambda: len(panels(mayor, general)) == 1)
    (message,) = panels(mayor, general)
    assert [button.label for button in message.buttons] == ["Bug"]
    for name in ("One", "Two"):
        await mayor.slash("tickets type add", name=name)
    there = await made(own_database, town.elsewhere.id)
    names = {name: value["name"] for name, value in there.items() if name.startswith("ticket_types")}
    assert names == {"ticket_types.001": "Bug", "ticket_types.003": "One", "ticket_types.004": "Two"}
    await stand_in.until(lambda: [button.label for button in message.buttons] == ["Bug"])
    # A number that nobody ever had is none of a file's either.
    panel = {"title": "More", "channel_id": "#general", "type_keys": ["001", "999999999", "004", 7]}
    shown = await mayor.slash("settings import", file=as_file({"ticket_panels": {"007": panel}}))
    assert "What the file has there does not fit: `type_keys`." in shown.full_text
    panel["type_keys"] = ["001", "999999999", "004"]
    shown = await mayor.slash("settings import", file=as_file({"ticket_panels": {"007": panel}}))
    await mayor.click(shown, "Make 1 change")
    assert (await made(own_database, town.elsewhere.id))["ticket_panels.002"]["type_keys"] == ["001", "004"]


async def test_what_is_refused_is_not_removed_with_the_rest(manager: Person, town: Town) -> None:
    await some_types(manager, town)
    await manager.slash("tickets board", channel=town.log, team=town.staff)
    wrong = {
        "ticket_types": {"001": {"name": "Bug", "priority": 9}, "002": {"name": "Billing"}},
        "ticket_boards": {"1": {"team_role_id": {"name": "Staff"}, "channel_id": "#nowhere"}},
    }
    shown = await manager.slash("settings import", file=as_file(wrong), others="reset")
    assert "－" not in shown.full_text
    assert "✏️ 1 is changed" in shown.full_text
    assert "⚠️ 2 cannot be" in shown.full_text
