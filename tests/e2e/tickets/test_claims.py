"""Who takes care of a ticket."""

from standin import Person


async def test_a_channel_that_is_no_ticket_is_told_apart(moderator: Person) -> None:
    refused = await moderator.slash("ticket claim")
    assert refused.text == "This channel is no ticket. Use the command in the ticket's channel, or give its number."
    assert refused.private
