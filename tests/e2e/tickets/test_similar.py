"""Which tickets were about the same, as staff ask in a new one."""

from standin import Person
from tests.fixtures.tickets.office import Office
from tests.fixtures.town import Town

NOT_THEIRS = "There is no such ticket in this server, or it is not yours to see."


async def test_staff_see_which_tickets_were_about_the_same(
    office: Office, town: Town, alice: Person, helper_one: Person, cashier: Person
) -> None:
    await office.configure()
    await office.configure("002", name="Money", team_role_ids=[town.billing.id])
    about = {
        town.mallory: "The sword that I bought does not cut the dragon",
        town.stranger: "I cannot log in since the update",
        town.owner: "When does the market open on Sunday?",
        town.helper_two: "My dragon ate the sword, please help",
    }
    for member, text in about.items():
        await office.open(member, about=text)
    await office.open(town.mallory, key="002", about="The sword does not cut the dragon")
    _, channel = await office.open(town.alice, about="My sword does not cut a dragon!")
    found = await helper_one.at(channel).slash("tickets similar")
    assert found.private
    shown = found.embeds[0]["description"]
    assert [line for line in shown.splitlines() if line.startswith(">")] == [
        "> The sword that I bought does not cut the dragon",
        "> My dragon ate the sword, please help",
    ]
    for person, told in ((alice.at(channel), "Only the staff of this ticket can do that."), (cashier, NOT_THEIRS)):
        assert (await person.slash("tickets similar", number="6")).text == told
    assert (await helper_one.slash("tickets similar", number="2")).text == (
        "No ticket that you can see is like ticket #2."
    )
