"""/tickets block, as staff and others meet it."""

from standin import Person, StandIn
from tests.fixtures.town import Town

ONLY_STAFF = "Only staff may block members from opening tickets."


async def test_staff_block_members_who_then_open_nothing(
    manager: Person, moderator: Person, mallory: Person, town: Town, stand_in: StandIn
) -> None:
    await manager.slash("tickets type add", name="Bug")
    blocked = await moderator.slash("tickets block", member=town.mallory, reason="**spam**", until="3d")
    assert blocked.private
    assert blocked.text.startswith(f"{mallory.mention} can open no tickets until <t:")
    assert r"Reason: \*\*spam\*\*" in blocked.text
    refused = await mallory.slash("ticket open", kind="Bug")
    assert refused.text == "You cannot open tickets in this server. If you think that is wrong, ask its staff."
    listed = await moderator.slash("tickets blocked")
    assert mallory.mention in listed.full_text
    # Staff take back what they did, with the button of all settings.
    await moderator.click(blocked, "Undo")
    assert (await moderator.slash("tickets blocked")).text == "Nobody is blocked from opening tickets."
    assert (await mallory.slash("ticket open", kind="Bug")).modal is not None

    again = await moderator.slash("tickets block", id=str(town.mallory.id))
    assert again.text.startswith(f"{mallory.mention} can open no tickets from now on.")
    refused = await mallory.click(again, "Undo", raw=True)
    assert refused.text == "Only people who may manage this server can see and change its settings."
    unblocked = await moderator.slash("tickets unblock", member=town.mallory)
    assert unblocked.text == f"{mallory.mention} can open tickets again."


async def test_holders_of_the_staff_role_block_too(manager: Person, helper_one: Person, town: Town) -> None:
    assert (await helper_one.slash("tickets block", member=town.mallory)).text == ONLY_STAFF
    await manager.slash("settings set", key="general.staff_role", role=town.staff)
    blocked = await helper_one.slash("tickets block", member=town.mallory)
    undone = await helper_one.click(blocked, "Undo")
    assert "restored" in undone.text
    assert (await helper_one.slash("tickets blocked")).text == "Nobody is blocked from opening tickets."


async def test_the_list_has_pages_and_a_menu(moderator: Person, town: Town) -> None:
    first = 200_000_000_000_000_000
    for number in range(12):
        await moderator.slash("tickets block", id=str(first + number))
    listed = await moderator.slash("tickets blocked")
    assert listed.embeds[0]["footer"]["text"] == "Page 1 of 2 · 12 members"
    await moderator.click(listed, "Next")
    assert f"<@{first + 11}>" in listed.full_text
    unblocked = await moderator.choose(listed, "Unblock one of them…", [f"Member {first + 11}"])
    assert unblocked.text == f"<@{first + 11}> can open tickets again."
    again = await moderator.choose(listed, "Unblock one of them…", [f"Member {first + 11}"])
    assert again.text == f"<@{first + 11}> is not blocked."


async def test_what_does_not_fit_is_refused(moderator: Person, alice: Person, town: Town, stand_in: StandIn) -> None:
    for command in ("block", "unblock"):
        assert (await alice.slash(f"tickets {command}", member=town.mallory)).text == ONLY_STAFF
        for options in ({}, {"member": town.mallory, "id": "1" * 17}):
            refused = await moderator.slash(f"tickets {command}", **options)
            assert refused.text == "Choose a `member`, or give the `id` of one who has left."
        refused = await moderator.slash(f"tickets {command}", id="mallory")
        assert refused.text == "`id` takes a member's id: 15 to 20 digits. Discord copies it in developer mode."
    assert (await alice.slash("tickets blocked")).text == ONLY_STAFF
    assert (await moderator.slash("tickets block", member=town.world.bot)).text == "Bots open no tickets."
    for until in ("yesterday", "every monday", "soon"):
        refused = await moderator.slash("tickets block", member=town.mallory, until=until)
        assert refused.private
    long = await moderator.slash("tickets block", member=town.mallory, reason="x" * 301, raw=True)
    assert long.text == "A reason may have at most 300 characters."
    assert (
        await moderator.slash("tickets unblock", member=town.mallory)
    ).text == f"<@{town.mallory.id}> is not blocked."
    assert (await moderator.slash("tickets blocked")).text == "Nobody is blocked from opening tickets."
