"""What becomes of a reminder that does not reach its channel or its people, and who may answer for whom it is meant."""

import pytest

from app.bot import Bot
from standin import Person, permissions
from tests.fixtures.reminders.due import After, Stored
from tests.fixtures.town import Town

MEND = "`/reminder problems` in its server"
NOT_YOURS = "You have no such reminder in this server."


async def states(stored: Stored) -> list[str]:
    return [row["state"] for row in await stored()]


async def test_ones_own_comes_as_a_direct_message(alice: Person, after: After, town: Town, stored: Stored) -> None:
    await alice.at(town.log).slash("reminder create", when="in 1h", what="walk", early="30m", insist="10m", tries=1)
    town.world.delete_channel(town.log)
    for minutes in (30, 30, 10):
        await after(minutes=minutes)
    coming, due, again = alice.in_dm().messages
    assert "Coming up" in coming.text
    assert "Still waiting" in again.text
    assert all("walk" in message.text and MEND not in message.text for message in (coming, due, again))
    assert await states(stored) == ["done"]
    assert "There are none" in (await alice.slash("reminder problems")).full_text


async def test_a_series_that_stopped_goes_on(alice: Person, after: After, bot: Bot, town: Town, stored: Stored) -> None:
    await alice.at(town.log).slash("reminder create", when="every 2 hours", what="walk")
    town.world.set_overwrite(town.log, town.world.bot, deny=permissions.SEND_MESSAGES)
    for _ in range(3):
        await after(hours=2)
    (instead,) = alice.in_dm().messages
    assert instead.text.endswith(f"-# It will not be sent again until you fix this with {MEND}.")
    shown = await alice.slash("reminder problems")
    assert "-# needs attention since <t:" in shown.full_text
    mended = await alice.click(shown, "Send it here")
    assert mended.text.startswith(f"**walk** · #1 is active again: {town.general.mention}, next on <t:")
    assert "There are none." in mended.full_text
    await after(hours=2)
    assert "walk" in town.general.messages[-1].text
    assert await states(stored) == ["waiting"]


@pytest.mark.parametrize("insist", [None, "10m"])
async def test_what_others_are_waiting_for_can_still_be_sent_to_them(
    moderator: Person, alice: Person, after: After, town: Town, stored: Stored, *, insist: str | None
) -> None:
    options = {"insist": insist} if insist is not None else {}
    await moderator.at(town.log).slash("reminder create", when="in 1h", what="walk", mention=town.alice, **options)
    if insist is not None:
        # The first one arrives, the repetition does not.
        await after(hours=1)
    town.world.delete_channel(town.log)
    await after(hours=1)
    (instead,) = moderator.in_dm().messages
    assert instead.text.endswith(f"-# Nobody else got it. Use {MEND} to send it to them.")
    assert await states(stored) == ["attention"]
    await after(minutes=1)
    mended = await moderator.click(await moderator.slash("reminder problems"), "Send it here")
    assert "is active again" in mended.text
    await after(seconds=2)
    assert "walk" in alice.pings[-1].text
    assert len(moderator.in_dm().messages) == 1


async def test_the_role_that_is_called_for_help_can_answer(
    moderator: Person, alice: Person, mallory: Person, after: After, town: Town
) -> None:
    town.guild.member(town.alice).role_ids.add(town.staff.id)
    called = {"insist": "10m", "tries": 1, "escalate": town.staff}
    await moderator.slash("reminder create", when="in 1h", what="the lamp", mention=town.owner, **called)
    await after(hours=1)
    assert alice.pings == []
    await after(minutes=10)
    (message,) = alice.pings
    assert (await mallory.click(message, "Done")).text == f"This one is for {town.owner.mention}."
    await alice.click(message, "Done")
    assert f"Done: {alice.mention}" in message.text


async def test_a_direct_message_pings_no_role(moderator: Person, after: After, town: Town, stored: Stored) -> None:
    called = {"when": "in 1h", "what": "the lamp", "insist": "10m", "tries": 1, "escalate": town.staff}
    refused = await moderator.slash("reminder create", direct=True, **called)
    assert refused.text == ("A role cannot be pinged in a direct message; leave out `escalate`, or choose a channel.")
    await moderator.slash("reminder create", **called)
    edited = await moderator.slash("reminder edit", reminder="lamp", direct=True)
    assert town.staff.mention not in edited.full_text
    for minutes in (60, 10):
        await after(minutes=minutes)
    first, again = moderator.in_dm().messages
    assert town.staff.mention not in first.text + again.text
    assert await states(stored) == ["done"]
