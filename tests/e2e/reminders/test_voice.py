"""What the bot says for others: whose it is, as a quote of theirs, and only what the server wants to read."""

import re

import pytest

from app.ui.reminders.ids import MoreId
from standin import Person
from tests.fixtures.reminders.due import After, Stored
from tests.fixtures.town import Town

LIE = "# FREE NITRO [discord.com/nitro](https://evil.example)"
TOLD = "> \\# FREE NITRO [discord.com/nitro]\\(https://evil.example)"


@pytest.fixture
async def for_all(manager: Person) -> None:
    await manager.slash("settings set", key="reminders.for_others", value="everybody")


@pytest.mark.usefixtures("for_all")
async def test_in_a_channel_it_is_a_quote_and_says_from_whom(
    alice: Person, mallory: Person, moderator: Person, after: After, town: Town
) -> None:
    await alice.slash("reminder create", when="in 5m", what=LIE, mention=mallory.user)
    await alice.slash("reminder create", when="in 5m", what=LIE)
    for person in (alice, moderator):
        (embed,) = (await person.slash("reminder show", reminder="1")).embeds
        assert embed["description"] == f">>> {TOLD[2:]}"
    await after(minutes=5)
    (theirs,), (own,) = mallory.pings, alice.pings
    assert theirs.text == f"{mallory.mention}\n{TOLD}\n-# From {alice.mention}"
    assert own.text == f"{alice.mention}\n{TOLD}"
    assert theirs.pinged == [mallory.user]
    await alice.slash("reminder create", when="in 5m", what="- " * 965 + LIE)
    await after(minutes=5)
    (embed,) = alice.pings[-1].embeds
    assert embed["description"].startswith(">>> \\- - ")
    assert "]\\(https" in embed["description"]


@pytest.mark.usefixtures("for_all")
async def test_a_direct_message_names_the_server_and_whoever_made_it(
    alice: Person, mallory: Person, after: After
) -> None:
    await alice.slash("reminder create", when="in 5m", what="# tea", direct=True)
    await alice.slash("reminder create", when="in 5m", what="# tea", direct=True, mention=mallory.user)
    await after(minutes=5)
    assert [message.text for message in alice.in_dm().messages] == ["# tea\n-# In Town"]
    assert [message.text for message in mallory.in_dm().messages] == [f"> \\# tea\n-# From {alice.mention} in Town"]


@pytest.mark.usefixtures("for_all")
async def test_a_button_under_a_reminder_of_others_says_whose_it_is(
    alice: Person, mallory: Person, moderator: Person, stranger: Person, after: After, town: Town
) -> None:
    await alice.slash("reminder create", when="every day at 10:00", what="tea", mention=mallory.user)
    await after(days=1)
    (message,) = mallory.pings
    more = [*(await mallory.click(message, "More …")).buttons, *(await alice.click(message, "More …")).buttons]
    ids = {one.label: one.custom_id for one in (*message.buttons, *more)}
    for label in ("Snooze 10 min", "Snooze …", "Done", "Tomorrow morning"):
        refused = await stranger.click(message, ids[label], raw=True)
        assert (refused.text, refused.private, refused.mentions) == (f"This one is for {mallory.mention}.", True, [])
    for label in ("Skip next", "Edit"):
        refused = await mallory.click(message, ids[label], raw=True)
        assert refused.text == f"This one belongs to {alice.mention}. Only they and staff can change it."
    assert (await mallory.click(message, "Snooze 10 min")).text.startswith("Snoozed until")
    # Seen nowhere else, and not by its number alone.
    (elsewhere,) = [one.custom_id for one in message.buttons if one.label == "Done"]
    shown = await stranger.at(town.log).slash("reminder list")
    refused = await stranger.at(town.log).click(shown, elsewhere, raw=True)
    assert refused.text == "You have no such reminder in this server."


async def test_a_forged_button_in_a_direct_message_shows_nothing_of_others(
    alice: Person, mallory: Person, after: After, town: Town
) -> None:
    await alice.slash("reminder create", when="in 3 days", what="a secret")
    await mallory.slash("reminder create", when="in 5m", what="tea", direct=True)
    await after(minutes=5)
    (message,) = mallory.in_dm().messages
    forged = MoreId(reminder_id=1, guild_id=town.guild.id).pack()
    refused = await mallory.in_dm().click(message, forged, raw=True)
    assert (refused.text, refused.buttons) == ("You have no such reminder in this server.", [])


async def test_staff_alone_may_have_something_said_in_a_channel(
    manager: Person, moderator: Person, alice: Person, stored: Stored
) -> None:
    await alice.slash("reminder create", when="in 1h", what="tea")
    done = await manager.slash("settings set", key="reminders.in_channels", value="staff")
    # It says what becomes of those that there are, and its advice works.
    assert "made before are still sent. Staff see them with `/reminder list everybody:True`" in done.text
    assert "tea" in (await moderator.slash("reminder list", everybody=True)).full_text
    refused = await alice.slash("reminder create", when="in 5m", what="cake")
    assert refused.private
    assert "only staff can make reminders that are posted in a channel" in refused.text
    assert "only staff" in (await alice.slash("reminder edit", reminder="1", what="cake")).text
    assert (await alice.slash("reminder edit", reminder="1", when="in 2h")).text == "Changed."
    assert "🔔" in (await alice.slash("reminder create", when="in 5m", what="cake", direct=True)).text
    assert "only staff" in (await alice.slash("reminder edit", reminder="2", direct=False)).text
    assert "🔔" in (await moderator.slash("reminder create", when="in 5m", what="cake")).text
    form = await alice.context_menu("Remind me about this", await alice.say("the bins"))
    assert "🔔" in (await alice.submit(form, {"When": "in 5m"})).text
    assert [row["message"] for row in await stored()] == ["tea", "cake", "cake", "the bins"]
    assert [row["direct"] for row in await stored()] == [False, True, False, True]
    assert "made before" not in (await manager.click(done, "Undo")).text
    assert "🔔" in (await alice.slash("reminder create", when="in 5m", what="cake")).text


async def test_words_that_the_server_blocks_are_said_in_no_channel(
    manager: Person, alice: Person, after: After, stored: Stored
) -> None:
    await alice.slash("reminder create", when="in 1h", what="more n**i**tro")
    await manager.slash("settings set", key="reminders.blocked_words", value="Nitro, free money")
    for given in ({"when": "in 5m", "what": "NITRO"}, {"when": "in 5m", "what": "x\nfree  money"}):
        refused = await alice.slash("reminder create", **given)
        assert refused.text.startswith("This server does not allow one of these words in its channels.")
    await alice.slash("reminder create", when="in 1h", what="nitro", direct=True)
    await alice.slash("reminder create", when="in 1h", what="nitrogen")
    assert "does not allow" in (await alice.slash("reminder edit", reminder="3", what="nitro")).text
    assert "does not allow" in (await alice.slash("reminder edit", reminder="2", direct=False)).text
    # What was made before comes to its author alone.
    await after(hours=1)
    assert [re.sub("<.*?>", "", one.text) for one in alice.pings] == ["\n> nitrogen"]
    told = [one.text for one in alice.in_dm().messages]
    assert any(one.startswith("more n**i**tro\n-# In Town\n-# It says a word") for one in told)
    assert (await stored())[0]["message_id"] is not None
