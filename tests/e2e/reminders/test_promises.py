"""What is promised is kept, and what is shown of a reminder is so: no promise is made that something else breaks."""

from standin import Person, permissions
from tests.fixtures.reminders.due import After, Stored
from tests.fixtures.town import Town


async def test_a_series_does_not_come_again_before_it_was_repeated_as_promised(
    moderator: Person, town: Town, stored: Stored
) -> None:
    too_long = "`insist` has to be shorter than the time between two reminders."
    no_call = "The next reminder would come before the last try, which pings the role."
    walk = {"when": "every 2 hours", "what": "walk"}
    assert (await moderator.slash("reminder create", **walk, insist="2h")).text == too_long
    calling = {"insist": "40m", "escalate": town.staff}
    assert (await moderator.slash("reminder create", **walk, **calling)).text.startswith(no_call)
    assert await stored() == []
    await moderator.slash("reminder create", **walk, tries=2, **calling)
    await moderator.slash("reminder create", when="in 1h", what="tea", insist="3h")
    (before, _) = await stored()
    assert (await moderator.slash("reminder edit", reminder="walk", when="every 30m")).text == too_long
    assert (await moderator.slash("reminder edit", reminder="walk", insist="1h")).text.startswith(no_call)
    assert (await moderator.slash("reminder edit", reminder="walk", tries=3)).text.startswith(no_call)
    assert (await stored())[0] == before
    assert "Changed." in (await moderator.slash("reminder edit", reminder="walk", when="every 3h", tries=4)).text


async def test_what_was_sent_and_is_repeated_says_so_and_nobody_joins_what_pings_them(
    alice: Person, mallory: Person, manager: Person, after: After
) -> None:
    await alice.slash("reminder create", when="in 1h", what="tea", insist="10m")
    await after(hours=1)
    for shown in (await alice.slash("reminder list"), await alice.slash("reminder show", reminder="tea")):
        assert "ent again <t:" in shown.full_text
        assert "no time" not in shown.full_text
    assert "no time" not in (await alice.autocomplete("reminder show", "reminder", "tea"))[0]["name"]
    await alice.slash("reminder create", when="every 2 hours", what="walk")
    await after(hours=2)
    for person, offered in ((alice, False), (mallory, True)):
        more = await person.click(alice.pings[-1], "More …")
        assert ("Me too" in [button.label for button in more.buttons]) is offered
    assert "No reminders like that." in (await alice.slash("reminder list", words="coffee")).full_text
    await manager.slash("settings set", key="reminders.enabled", value="off")
    off = "Reminders are switched off in this server, so nothing is sent."
    assert off in (await alice.slash("reminder list")).full_text
    assert off in (await alice.slash("reminder show", reminder="walk")).full_text


async def test_the_servers_channel_is_one_in_which_the_bot_can_write(
    alice: Person, manager: Person, town: Town, stored: Stored
) -> None:
    await manager.slash("settings set", key="reminders.channel", channel=town.log)
    town.world.set_overwrite(town.log, town.world.bot, deny=permissions.SEND_MESSAGES)
    refused = await alice.slash("reminder create", when="in 1h", what="tea")
    assert refused.text == f"I cannot write in {town.log.mention}. Choose another channel."
    await alice.slash("reminder create", when="in 1h", what="tea", direct=True)
    assert (await alice.slash("reminder edit", reminder="tea", direct=False)).text == refused.text
    town.world.delete_channel(town.log)
    await alice.slash("reminder create", when="in 1h", what="tea", direct=False)
    assert [(row["channel_id"], row["direct"]) for row in await stored()] == [
        (town.general.id, True),
        (town.general.id, False),
    ]


async def test_an_announcement_to_everyone_can_be_reminded_of(alice: Person, town: Town, stored: Stored) -> None:
    said = town.world.messages.post(town.general, town.owner, text="@everyone @HERE Party on friday")
    form = await alice.context_menu("Remind me about this", said)
    assert (await alice.submit(form, {"When": "in 1h"})).text.startswith("🔔")
    (row,) = await stored()
    assert row["message"] == "everyone HERE Party on friday"


async def test_staff_are_told_what_a_pause_or_a_move_of_many_does(
    alice: Person, moderator: Person, town: Town, stored: Stored
) -> None:
    await alice.slash("reminder create", when="in 1h", what="tea")
    await alice.slash("reminder create", when="in 3 days", what="trip")
    moved = await moderator.slash("reminder shift", by="-1d")
    assert "One of them would have been due before now, and is sent now." in moved.text
    here = {"channel": town.general}
    await moderator.slash("reminder pause", **here, until="in 1h")
    again = await moderator.slash("reminder pause", **here)
    assert again.text.startswith("Paused ")
    assert {row["resume_at"] for row in await stored() if row["state"] == "paused"} == {None}
    nothing = f"Nothing is waiting for {town.general.mention} that could be paused."
    assert (await moderator.slash("reminder pause", **here)).text == nothing
    assert (await moderator.slash("reminder resume", **here)).text.startswith("Resumed ")
    assert (await moderator.slash("reminder resume", **here)).text.startswith("Nothing is paused together with ")


async def test_what_could_not_be_delivered_is_posted_only_by_those_who_may(
    alice: Person, moderator: Person, manager: Person, after: After, town: Town, stored: Stored
) -> None:
    town.alice.accepts_dms = False
    await alice.slash("reminder create", when="in 1h", what="casino", direct=True)
    await after(hours=1)
    await manager.slash("settings set", key="reminders.in_channels", value="staff")
    refused = await alice.click(await alice.slash("reminder problems"), "Send it here")
    assert refused.text.startswith("In this server, only staff can make reminders that are posted in a channel.")
    await manager.slash("settings set", key="reminders.blocked_words", value="casino")
    refused = await moderator.click(await moderator.slash("reminder problems"), "Send it here")
    assert refused.text.startswith("This server does not allow one of these words")
    (row,) = await stored()
    assert (row["state"], row["direct"]) == ("attention", True)


async def test_a_time_zone_is_saved_although_its_reminder_is_deleted(alice: Person) -> None:
    made = await alice.slash("reminder create", when="tomorrow 9am", what="tea")
    await alice.slash("reminder delete", reminder="tea")
    chosen = await alice.choose(made, "My time is …", ["Europe/Brussels"])
    assert chosen.text.startswith("Your time zone is `Europe/Brussels`")
    assert chosen.buttons == []
    assert "`Europe/Brussels`" in (await alice.slash("timezone show")).text
