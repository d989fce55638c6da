"""Where a reminder may go: nobody writes through the bot where they could not write themselves."""

import pytest

from standin import Channel, Person, StandIn, permissions
from tests.fixtures.reminders.due import After, Stored
from tests.fixtures.town import Town


@pytest.fixture
def notices(town: Town) -> Channel:
    """A channel in which everybody reads and only the bot and those who manage the server write."""
    channel = town.world.create_channel(town.guild, "notices")
    town.world.set_overwrite(channel, town.guild.roles[town.guild.id], deny=permissions.SEND_MESSAGES)
    bot_role = next(role for role in town.guild.roles.values() if role.managed)
    town.world.set_overwrite(channel, bot_role, allow=permissions.SEND_MESSAGES)
    return channel


@pytest.fixture
def reader(stand_in: StandIn, town: Town, notices: Channel) -> Person:
    """Alice, looking at the notices."""
    return stand_in.person(town.alice, notices)


async def test_what_one_makes_where_one_only_reads_comes_directly(reader: Person, after: After, stored: Stored) -> None:
    reply = await reader.slash("reminder create", when="in 5m", what="bring a chair")
    assert "direct message" in reply.text
    assert f"You cannot write in <#{reader.channel.id}>, so I will send you a direct message." in reply.text
    await after(minutes=5)
    assert [message.text for message in reader.in_dm().messages if message.nonce] == ["bring a chair\n-# In Town"]
    (row,) = await stored()
    assert row["direct"]


async def test_a_notices_menu_leads_back_to_it(reader: Person, town: Town, notices: Channel, after: After) -> None:
    notice = town.world.messages.post(notices, town.owner, text="Summer party on Friday")
    form = await reader.context_menu("Remind me about this", notice)
    made = await reader.submit(form, {"When": "in 5m"})
    assert "direct message" in made.text
    await after(minutes=5)
    (message,) = [message for message in reader.in_dm().messages if message.nonce]
    assert "Summer party" in message.text
    assert any(button.url and button.url.endswith(str(notice.id)) for button in message.buttons)


@pytest.mark.parametrize("direct", [None, False])
async def test_nobody_is_pinged_where_one_only_reads(
    reader: Person, alice: Person, town: Town, stored: Stored, *, direct: bool | None
) -> None:
    refusal = f"You cannot write in <#{reader.channel.id}>. Choose another channel."
    options = {"when": "in 5m", "what": "tea"} | ({} if direct is None else {"direct": direct})
    if direct is None:
        options["mention"] = town.alice
    assert (await reader.slash("reminder create", **options)).text == refusal
    assert (await alice.slash("reminder create", when="in 5m", what="tea", channel=reader.channel)).text == refusal
    assert await stored() == []
    # Nor by changing one that goes elsewhere.
    await reader.slash("reminder create", when="in 1h", what="tea")
    assert (await reader.slash("reminder edit", reminder="tea", direct=False)).text == refusal
    assert (await alice.slash("reminder edit", reminder="tea", channel=reader.channel)).text == refusal
    (row,) = await stored()
    assert row["direct"]


async def test_a_zone_that_does_not_exist_is_said_in_plain_words(alice: Person) -> None:
    said = (await alice.slash("timezone set", zone="Mars/Olympus`")).text
    assert said.startswith("There is no time zone `Mars/Olympus'`. A city such as `Brussels` works")


async def test_all_of_ones_own_are_deleted_and_come_back(alice: Person, mallory: Person, stored: Stored) -> None:
    for person in (alice, alice, mallory):
        await person.slash("reminder create", when="in 5m", what="tea")
    reply = await alice.slash("reminder delete", reminder="all")
    assert reply.text.startswith("Deleted 2 reminders.")
    assert len(await stored()) == 1
    await alice.click(reply, "Undo")
    assert len(await stored()) == 3
