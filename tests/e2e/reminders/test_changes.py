"""Making reminders with everything there is to say, and changing them by what one names."""

import re
from datetime import date, timedelta

import pytest

from app.bot import Bot
from standin import ChannelType, Person, permissions
from tests.fixtures.clock import ManualClock
from tests.fixtures.reminders.due import After, Stored
from tests.fixtures.town import Town

NOT_YOURS = "You have no such reminder in this server."
OTHER_SERVER = "That message is in another server. Use the link to a message of this one."
NO_LINK = "`message` takes the link to a message of this server: choose **Copy Message Link** in its menu."


@pytest.mark.parametrize("kind", [ChannelType.ANNOUNCEMENT, ChannelType.VOICE])
async def test_all_kinds_of_channels_can_be_chosen(kind: ChannelType, alice: Person, after: After, town: Town) -> None:
    place = town.world.create_channel(town.guild, "place", kind)
    made = await alice.slash("reminder create", when="in 5m", what="tea", channel=place)
    assert place.mention in made.text
    await after(minutes=5)
    assert [message.text for message in alice.at(place).pings] == [f"{alice.mention}\n> tea"]


async def test_a_thread_can_be_chosen_and_a_private_one_is_chosen_by_being_in_it(
    alice: Person, mallory: Person, after: After, town: Town, stored: Stored
) -> None:
    thread = town.world.create_thread(town.general, "paint", town.alice)
    await alice.slash("reminder create", when="in 5m", what="tea", channel=thread)
    await alice.at(thread).slash("reminder create", when="in 5m", what="cake")
    await after(minutes=5)
    assert sorted(message.text for message in alice.at(thread).pings) == [
        f"{alice.mention}\n> cake",
        f"{alice.mention}\n> tea",
    ]
    private = town.world.create_thread(town.general, "whisper", town.alice, private=True)
    hidden = town.world.create_thread(town.closed, "below", town.owner)
    for place in (private, hidden):
        refused = await mallory.slash("reminder create", raw=True, when="in 5m", what="psst", channel=place)
        assert refused.private
        assert re.search("use the command in that thread|cannot write in|not a channel of this server", refused.text)
    category = town.world.create_channel(town.guild, "all", ChannelType.CATEGORY)
    refused = await mallory.slash("reminder create", raw=True, when="in 5m", what="psst", channel=category)
    assert "cannot hold messages" in refused.text
    assert len(await stored()) == 2


async def test_a_message_is_led_back_to_by_its_link(alice: Person, after: After, town: Town, stored: Stored) -> None:
    said = await alice.say("the bins")
    secret = town.world.messages.post(town.closed, town.owner, "psst")
    link = f"https://ptb.discord.com/channels/{town.guild.id}/{town.general.id}/{said.id}"
    await alice.slash("reminder create", when="in 5m", what="bins", message=link)
    await after(minutes=5)
    links = [button.url for button in alice.pings[-1].buttons if button.url]
    assert links == [link.replace("ptb.", "")]
    for wrong, sentence in (
        (link.replace(str(town.guild.id), str(town.elsewhere.id)), OTHER_SERVER),
        (link.replace(str(town.guild.id), "@me"), NO_LINK),
        ("https://evil.example/channels/1/2/3", NO_LINK),
        (f"{link}9999999999999", NO_LINK),
        ("that one", NO_LINK),
        (link.replace(str(said.id), str(said.id + 1)), NO_LINK),
        (link.replace(str(town.general.id), str(town.log.id)), NO_LINK),
        (link.replace(str(town.general.id), str(town.square.id)), NO_LINK),
        (link.replace(str(town.general.id), str(said.id)), NO_LINK),
        (f"https://discord.com/channels/{town.guild.id}/{town.closed.id}/{secret.id}", NO_LINK),
    ):
        refused = await alice.slash("reminder create", when="in 5m", what="bins", message=wrong)
        assert (wrong, refused.text) == (wrong, sentence)
    assert len(await stored()) == 1


async def test_a_message_that_the_bot_cannot_read_is_led_back_to_if_its_author_sees_the_channel(
    alice: Person, after: After, bot: Bot, town: Town, stored: Stored
) -> None:
    world = town.world
    asleep, hidden = (world.create_thread(place, "asleep", town.owner) for place in (town.general, town.closed))
    abroad = world.create_thread(town.square, "abroad", town.owner)
    # The bot is in this one: it could read, and would tell whoever asks whether a message is there.
    secret = world.create_thread(town.general, "secret", world.bot, private=True)
    quiet = world.create_channel(town.guild, "quiet")
    said = {place: world.messages.post(place, town.owner, "bins") for place in (asleep, hidden, abroad, secret, quiet)}
    for thread in (asleep, hidden, abroad):
        world.edit_thread(thread, archived=True)
    world.set_overwrite(quiet, world.bot, deny=permissions.VIEW_CHANNEL)
    links = {place: f"https://discord.com/channels/{town.guild.id}/{place.id}/{said[place].id}" for place in said}
    for place in (hidden, abroad, secret):
        refused = await alice.slash("reminder create", when="in 5m", what="bins", message=links[place])
        assert (place.name, refused.text) == (place.name, NO_LINK)
    assert await stored() == []
    for place in (asleep, quiet):
        await alice.slash("reminder create", when="in 5m", what="bins", message=links[place])
    await after(minutes=5)
    assert {button.url for message in alice.pings[-2:] for button in message.buttons if button.url} == {
        links[asleep],
        links[quiet],
    }


async def test_the_clock_is_said_every_time_and_asked_for_once(
    alice: Person, mallory: Person, manager: Person, after: After
) -> None:
    await manager.slash("settings set", key="general.timezone", value="Europe/Brussels")
    first = await alice.slash("reminder create", when="in 5m", what="one")
    assert "In the server's time zone, `Europe/Brussels`. What time is it for you now?" in first.text
    assert len(first.selects) == 1
    await after(minutes=5)
    # Neither while it waits nor when it is over is the question put again.
    second = await alice.slash("reminder create", when="tomorrow 9am", what="two")
    assert "In the server's time zone, `Europe/Brussels`. Set yours with `/timezone set`." in second.text
    assert second.selects == []
    await alice.slash("timezone set", zone="Asia/Tokyo")
    third = await alice.slash("reminder create", when="tomorrow 9am", what="three")
    assert "In your time zone, `Asia/Tokyo`. Change it with `/timezone set`." in third.text
    assert third.selects == []
    said = await mallory.say("the bins")
    form = await mallory.context_menu("Remind me about this", said)
    assert len((await mallory.submit(form, {"When": "in 2h"})).selects) == 1


async def test_a_zone_that_makes_a_time_past_is_still_saved(alice: Person, clock: ManualClock, stored: Stored) -> None:
    clock.move(days=1)
    clock.now = clock.now.replace(hour=12, minute=0)
    made = await alice.slash("reminder create", when="today 14:00", what="tea")
    before = await stored()
    chosen = await alice.choose(made, "My time is …", ["Asia/Dhaka"])
    assert "Your time zone is saved, but this reminder keeps its time in `UTC`. That is in the past" in chosen.text
    assert await stored() == before
    assert "`Asia/Dhaka`" in (await alice.slash("timezone show")).text


async def test_what_is_named_is_changed_at_once_and_nothing_else(
    alice: Person, manager: Person, town: Town, stored: Stored, clock: ManualClock
) -> None:
    await manager.slash("settings set", key="reminders.for_others", value="everybody")
    clock.pass_the_hours_before(10)
    await alice.slash("reminder create", when="every day at 9:00", what="stand-up", early="1h")
    (before,) = await stored()

    async def edit(**options) -> dict:
        shown = await alice.slash("reminder edit", reminder="#1", **options)
        assert shown.text == "Changed.", (options, shown.text)
        (row,) = await stored()
        return dict(row)

    changed = await edit(what="sit-down", late="2h")
    assert (changed["message"], changed["name"], changed["catch_up_seconds"]) == ("sit-down", "sit-down", 7200)
    assert {k for k, v in changed.items() if v != before[k]} == {"message", "name", "catch_up_seconds"}
    changed = await edit(when="every day at 10:00", channel=town.log, mention=town.staff)
    assert (changed["phrase"], changed["next_at"].hour, changed["channel_id"]) == (
        "every day at 10:00",
        10,
        town.log.id,
    )
    assert (changed["target_kind"], changed["target_id"]) == ("role", town.staff.id)
    assert changed["warn_seconds"] == 3600
    typed, last_day = clock.day_to_come()
    changed = await edit(until=typed, early="2h")
    assert f"{changed['until']:%-d %B %Y %H:%M:%S}" == f"{last_day} 23:59:59"
    assert (changed["warn_seconds"], changed["phrase"]) == (7200, "every day at 10:00")
    changed = await edit(until="none", times=5, early="none")
    assert (changed["until"], changed["most_times"], changed["warn_seconds"]) == (None, 5, None)
    changed = await edit(times=0, late="none", insist="15m", escalate=town.staff)
    assert (changed["most_times"], changed["catch_up_seconds"]) == (None, None)
    assert (changed["repeat_seconds"], changed["repeat_most"], changed["escalate_role_id"]) == (900, 3, town.staff.id)
    changed = await edit(tries=7)
    assert (changed["repeat_seconds"], changed["repeat_most"]) == (900, 7)
    changed = await edit(insist="none", mention=town.alice, direct=True)
    assert (changed["repeat_seconds"], changed["repeat_most"], changed["escalate_role_id"]) == (None, None, None)
    assert (changed["direct"], changed["target_kind"]) == (True, "member")
    assert (await edit(channel=town.general))["direct"] is False
    # With nothing named it is the form, filled in.
    form = await alice.slash("reminder edit", reminder="#1")
    assert form.modal
    assert form.modal.field("When").value == "every day at 10:00"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"when": "yesterday"}, "is in the past"),
        ({"when": "every 10 seconds"}, "5 minutes"),
        ({"what": "hello @everyone"}, "cannot mention everyone"),
        ({"early": "soon"}, "or `none`"),
        ({"late": "60 d"}, "30 days"),
        ({"until": "1 jan 2020"}, "in the past"),
        ({"until": "every friday"}, "takes a time in the future"),
        ({"tries": 3}, "need `insist`"),
        ({"insist": "none", "tries": 3}, "need `insist`"),
    ],
)
async def test_a_refused_change_changes_nothing(options: dict, sentence: str, alice: Person, stored: Stored) -> None:
    await alice.slash("reminder create", when="every day at 9:00", what="stand-up")
    before = await stored()
    refused = await alice.slash("reminder edit", raw=True, reminder="stand-up", **{"what": "other", **options})
    assert sentence in refused.text
    assert refused.private
    assert "Something broke" not in refused.text
    assert "\n" not in refused.text
    assert await stored() == before


async def test_others_change_nothing_and_pings_are_checked_again(
    alice: Person, mallory: Person, moderator: Person, stranger: Person, town: Town, stored: Stored
) -> None:
    await alice.slash("reminder create", when="every day at 9:00", what="stand-up")
    before = await stored()
    everyone = town.guild.roles[town.guild.id]
    for person in (mallory, stranger):
        assert (await person.slash("reminder edit", reminder="1", what="mine")).text == NOT_YOURS
        assert (await person.slash("reminder edit", raw=True, reminder="1")).text == NOT_YOURS
    for mention, sentence in (
        (town.staff, "only make reminders for yourself"),
        (town.mallory, "only make reminders for yourself"),
        (everyone, "cannot mention everyone"),
    ):
        assert sentence in (await alice.slash("reminder edit", reminder="1", mention=mention)).text
    refused = await alice.slash("reminder edit", raw=True, reminder="1", channel=town.closed)
    assert "cannot write in" in refused.text
    assert await stored() == before
    assert (await moderator.slash("reminder edit", reminder="1", what="corrected")).text == "Changed."
    (row,) = await stored()
    assert (row["name"], row["created_by"]) == ("corrected", town.alice.id)


async def test_suggestions_say_what_when_and_in_which_state(
    alice: Person, moderator: Person, mallory: Person, town: Town, clock: ManualClock
) -> None:
    first, second = (clock.now.date() + timedelta(days=days) for days in (30, 31))
    await alice.slash("reminder create", when=f"{first} 12:00", what="x" * 300)
    await alice.slash("reminder create", when=f"{second} 12:00", what="tea\nwith milk")
    await alice.slash("reminder pause", reminder="tea")

    def written(day: date) -> str:
        return f"{day:%A} {day.day} {day:%B}" + (f" {day.year}" if day.year != clock.now.year else "")

    offered = [choice["name"] for choice in await alice.autocomplete("reminder show", "reminder", "")]
    assert offered[0].startswith("#1 🔔 xxx")
    assert offered[0].endswith(f"… · {written(first)} 12:00")
    assert offered[1] == f"#2 ⏸️ tea · {written(second)} 12:00"
    assert [choice["name"] for choice in await alice.autocomplete("reminder skip", "reminder", "#2")] == [offered[1]]
    by_staff = [choice["name"] for choice in await moderator.autocomplete("reminder edit", "reminder", "")]
    assert by_staff[1] == f"{offered[1]} · by {town.alice.id}"
    assert [len(name) <= 100 for name in by_staff] == [True, True]
    assert await mallory.autocomplete("reminder delete", "reminder", "") == []


async def test_who_types_all_and_presses_enter_means_all(alice: Person, stored: Stored) -> None:
    await alice.slash("reminder create", when="in 1h", what="call Ben")
    await alice.slash("reminder create", when="in 1h", what="tea")
    assert [one["value"] for one in await alice.autocomplete("reminder delete", "reminder", "call")] == ["1"]
    first, second = await alice.autocomplete("reminder delete", "reminder", "All")
    assert (first["name"], first["value"], second["value"]) == ("All your reminders", "all", "1")
    assert "Deleted 2 reminders." in (await alice.slash("reminder delete", reminder=first["value"])).text
    assert await stored() == []
