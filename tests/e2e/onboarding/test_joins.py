"""Who joins gets a role and is asked; what cannot be given is reported once, and given later."""

from app.core.onboarding.grants import Stage, read_grants
from tests.fixtures.onboarding.gate import Gate


async def test_who_joins_gets_the_role_and_is_asked_once(gate: Gate) -> None:
    arrivals, world, town = gate.arrivals, gate.world, gate.town
    await arrivals.set(mode="rules", join_role=arrivals.newcomer.id, log_channel=arrivals.log.id)
    await arrivals.set(where="channel", channel=town.general.id)
    nina = await gate.join(world.add_user("nina"), roles=[town.billing])
    assert gate.member(nina).role_ids == {arrivals.newcomer.id, town.billing.id}
    row = await arrivals.row(nina)
    assert (row.state, row.announced) == ("asked", 1)
    assert [one.stage for one in read_grants(row.grants)] == [Stage.SEEN]
    (message,) = nina.messages
    assert (message.pinged, message.id) == ([nina.user], row.prompt_message_id)
    # Told again of the same join, which happens: nothing but a count.
    await gate.happens("member_join", lambda: world.repeat_join(gate.member(nina)))
    assert (await arrivals.row(nina)).announced == 2
    assert len(nina.messages) == 1

    # Whom Discord has not let in is left alone: their role would let them past its screening.
    otto = await gate.join(world.add_user("otto"), pending=True)
    robot = await gate.join(world.add_user("robot", bot=True))
    assert (await arrivals.row(otto)).state == "waiting"
    assert await arrivals.row(robot) is None
    assert not gate.member(otto).role_ids
    await gate.change(otto, flags=1 << 7, pending=False)
    assert (await arrivals.row(otto)).state == "waiting"
    await gate.change(otto, flags=0)
    assert (await arrivals.row(otto)).state == "asked"
    assert gate.member(otto).role_ids == {arrivals.newcomer.id}
    assert [message.pinged for message in otto.messages] == [[nina.user], [otto.user]]

    await gate.leave(nina)
    assert (await arrivals.row(nina)).state == "left"
    assert gate.reports == []


async def test_a_role_that_cannot_be_given_is_reported_once_and_given_later(gate: Gate) -> None:
    arrivals, world = gate.arrivals, gate.world
    await arrivals.set(mode="rules", join_role=arrivals.newcomer.id, log_channel=arrivals.log.id)
    world.edit_role(arrivals.newcomer, position=80)
    nina, otto = await gate.join(world.add_user("nina")), await gate.join(world.add_user("otto"))
    (report,) = gate.reports
    assert report == (
        f"I cannot give or take {arrivals.newcomer.mention}, first for {nina.mention}: The role is above mine. Move my "
        "role above it in the server's settings. I try again by myself, for everybody who waits for it."
    )
    assert not any("PUT" in request.method for request in gate.stand_in.requests if "/roles/" in request.path)
    (grant,) = read_grants((await arrivals.row(nina)).grants)
    assert (grant.stage, grant.reason[:22]) == (Stage.REFUSED, "The role is above mine")
    await gate.later(hours=1)
    assert len(gate.reports) == 1
    # Mended: nobody has to wait for the next try.
    await gate.happens("guild_role_update", lambda: world.edit_role(arrivals.newcomer, position=1))
    await gate.order_settled()
    assert [gate.member(one).role_ids for one in (nina, otto)] == [{arrivals.newcomer.id}] * 2
    # Discord's own no, of which nothing was known before: after a few nothing more is asked for a while.
    gate.stand_in.faults.fail("PUT /guilds/{guild_id}/members", 403, times=100, code=50013, message="Missing")
    for name in ("p1", "p2", "p3", "p4", "p5", "p6", "p7"):
        await gate.join(world.add_user(name))
    asked = [request for request in gate.stand_in.requests if request.method == "PUT" and request.status == 403]
    assert len(asked) == 5
    assert len(gate.reports) == 2
