"""What members may do with reminders, on a real database."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.core.actor import Actor
from app.core.errors import Conflict, InvalidInput, LimitReached, NotAllowed, UserError
from app.core.reminders.errors import ItIsOver, ReminderNotFound, RemindersOff
from app.core.scheduling.schedule import Schedule
from app.models import Reminder, ReminderState, TargetKind
from app.services.reminders.draft import Changes
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.reminders.making import ALICE, BOB, ELSEWHERE, STAFF, draft, hourly, in_, make, policy


async def create(uow: UnitOfWorkFactory, asked, rules=None, actor: Actor = ALICE) -> Reminder:
    async with uow() as work:
        return await work.reminders.making.create(actor, rules or policy(), asked)


async def count(uow: UnitOfWorkFactory, actor: Actor = STAFF) -> int:
    async with uow() as work:
        return (await work.reminders.making.list_page(actor, everybody=True, page_size=5)).total


async def test_only_its_owner_and_staff_of_the_server_find_it(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, hourly(clock))
    for actor in (ALICE, STAFF):
        async with uow() as work:
            assert (await work.reminders.making.get(actor, made.id)).id == made.id
            assert [one.id for one in await work.reminders.making.list_matching(actor, "te")] == [made.id]
    for actor, number in ((BOB, made.id), (ELSEWHERE, made.id), (ALICE, made.id + 1000)):
        async with uow() as work:
            for refused in (
                work.reminders.making.get(actor, number),
                work.reminders.making.edit(actor, policy(), number, Changes(text="x")),
                work.reminders.control.delete(actor, [number]),
                work.reminders.control.pause(actor, number),
                work.reminders.control.resume(actor, number),
                work.reminders.control.skip(actor, number),
                work.reminders.control.unskip(actor, number, clock.now),
                work.reminders.control.leave_out(actor, number, clock.now.date()),
                work.reminders.control.put_back(actor, number, clock.now.date()),
                work.reminders.making.find(actor, f"#{number}"),
                work.reminders.making.find_many(actor, f"{number}, {number + 1}"),
                work.reminders.making.transfer(actor, policy(for_others="everybody"), number, member_id=99),
                work.reminders.staff.repair(actor, number),
                work.reminders.answers.get(actor, number, roles=frozenset()),
                work.reminders.answers.acknowledge(actor, number, roles=frozenset()),
                work.reminders.answers.snooze(
                    actor,
                    policy(),
                    number,
                    until=clock.now + timedelta(hours=1),
                    zone="UTC",
                    roles=frozenset(),
                    in_direct=False,
                ),
            ):
                with pytest.raises(ReminderNotFound, match="You have no such reminder in this server"):
                    await refused
    async with uow() as work:
        for actor in (BOB, ELSEWHERE):
            assert await work.reminders.making.list_matching(actor, "") == []


PAST = Schedule.once(datetime(2020, 1, 1, tzinfo=UTC), "UTC")


@pytest.mark.parametrize(
    ("asked", "rules", "refusal"),
    [
        ({"schedule": PAST}, {}, InvalidInput),
        ({"text": " "}, {}, InvalidInput),
        ({"text": "x" * 2001}, {}, InvalidInput),
        ({"text": "zero\0byte"}, {}, InvalidInput),
        ({"text": "hey @everyone"}, {}, InvalidInput),
        ({"text": "hey @Here"}, {"everyone": True}, InvalidInput),
        ({"text": "hey @everyone", "may_ping_everyone": True}, {}, InvalidInput),
        ({"target_kind": TargetKind.EVERYONE, "target_id": 1, "may_ping_everyone": True}, {}, NotAllowed),
        ({"target_kind": TargetKind.EVERYONE, "target_id": 1}, {"everyone": True}, NotAllowed),
        ({"target_kind": TargetKind.MEMBER, "target_id": 12}, {}, NotAllowed),
        ({"target_kind": TargetKind.ROLE, "target_id": 7}, {}, NotAllowed),
        ({"target_kind": TargetKind.ROLE, "target_id": 7, "may_ping": False}, {"for_others": "everybody"}, NotAllowed),
        ({"escalate_role_id": 7}, {}, NotAllowed),
        ({"target_kind": TargetKind.ROLE, "target_id": 7, "direct": True}, {"for_others": "everybody"}, InvalidInput),
        ({"warn": timedelta(hours=2)}, {}, InvalidInput),
        ({"warn": timedelta(seconds=5)}, {}, InvalidInput),
        ({}, {"enabled": False}, RemindersOff),
    ],
)
async def test_what_does_not_fit_is_refused_in_one_sentence_and_not_stored(
    uow: UnitOfWorkFactory, clock: ManualClock, asked, rules, refusal: type[UserError]
) -> None:
    values = {"schedule": in_(clock.now, hours=1), **asked}
    with pytest.raises(refusal) as refused:
        await create(uow, draft(**values), policy(**rules))
    assert "\n" not in str(refused.value)
    assert await count(uow) == 0
    # The same without what was wrong is taken.
    await create(uow, draft(in_(clock.now, hours=1)))
    assert await count(uow) == 1


async def test_whoever_may_ping_others_may(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    role = draft(in_(clock.now, hours=1), target_kind=TargetKind.ROLE, target_id=7)
    await create(uow, role, policy(for_others="everybody"))
    await create(uow, role, policy(for_others="staff"), STAFF)
    with pytest.raises(NotAllowed):
        await create(uow, role, policy(for_others="nobody"), STAFF)
    everyone = draft(
        in_(clock.now, hours=1),
        "@everyone, dinner",
        target_kind=TargetKind.EVERYONE,
        target_id=1,
        may_ping_everyone=True,
    )
    assert (await create(uow, everyone, policy(everyone=True), STAFF)).message == "@everyone, dinner"


async def test_a_series_may_not_be_faster_than_the_server_wants(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    with pytest.raises(InvalidInput, match="repeating reminder is 2 hours"):
        await create(uow, draft(hourly(clock)), policy(shortest_interval=7200))
    await create(uow, draft(hourly(clock)), policy(shortest_interval=3600))
    with pytest.raises(InvalidInput, match="shorter than the time between"):
        await create(
            uow,
            draft(Schedule.elapsed(timedelta(hours=1), clock.now + timedelta(hours=9), "UTC"), warn=timedelta(hours=2)),
        )


async def test_quotas_hold_even_for_many_at_once(own_uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    outcomes = await asyncio.gather(
        *(create(own_uow, draft(in_(clock.now, hours=1)), policy(per_member=3)) for _ in range(8)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["LimitReached"] * 5 + ["Reminder"] * 3
    with pytest.raises(LimitReached, match="This server has 3"):
        await create(own_uow, draft(in_(clock.now, hours=1)), policy(per_server=3), BOB)
    # Elsewhere counts apart.
    await create(own_uow, draft(in_(clock.now, hours=1)), policy(per_member=1, per_server=1), ELSEWHERE)


async def test_editing_keeps_the_time_or_replaces_it(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, hourly(clock))
    async with uow() as work:
        words = await work.reminders.making.edit(ALICE, policy(), made.id, Changes(text="coffee\nwith milk"))
    assert (words.name, words.message, words.next_at) == ("coffee", "coffee\nwith milk", made.next_at)
    async with uow() as work:
        other = await work.reminders.making.edit(
            ALICE, policy(), made.id, Changes(text="coffee", phrase="in 5h", schedule=in_(clock.now, hours=5))
        )
    assert (other.next_at, other.interval_seconds, other.phrase) == (clock.now + timedelta(hours=5), None, "in 5h")
    assert other.wake_at == other.next_at
    async with uow() as work:
        with pytest.raises(InvalidInput):
            await work.reminders.making.edit(ALICE, policy(), made.id, Changes(text="x", phrase="then", schedule=PAST))
        with pytest.raises(InvalidInput):
            await work.reminders.making.edit(ALICE, policy(), made.id, Changes(text="@everyone"))


async def test_pause_and_resume_leave_out_what_was_between(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, hourly(clock))
    async with uow() as work:
        paused = await work.reminders.control.pause(ALICE, made.id)
        assert (paused.state, paused.wake_at) == (ReminderState.PAUSED, None)
        with pytest.raises(Conflict):
            await work.reminders.control.pause(ALICE, made.id)
    clock.move(hours=5, minutes=30)
    async with uow() as work:
        resumed = await work.reminders.control.resume(ALICE, made.id)
        assert (resumed.state, resumed.next_at) == (ReminderState.WAITING, clock.now + timedelta(minutes=30))
        with pytest.raises(Conflict):
            await work.reminders.control.resume(ALICE, made.id)


async def test_skipping_is_for_what_comes_again(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    series, single = await make(uow, hourly(clock)), await make(uow, in_(clock.now, hours=1))
    async with uow() as work:
        skipped, at = await work.reminders.control.skip(ALICE, series.id)
        assert (skipped.next_at, at) == (series.next_at + timedelta(hours=1), series.next_at)
        with pytest.raises(Conflict, match="only once"):
            await work.reminders.control.skip(ALICE, single.id)
    last = await make(uow, hourly(clock).ending(count=1))
    async with uow() as work:
        with pytest.raises(Conflict, match="Only one"):
            await work.reminders.control.skip(ALICE, last.id)


async def test_giving_one_away_moves_what_it_pings_and_the_quota(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, hourly(clock), target_kind=TargetKind.MEMBER, target_id=ALICE.user_id)
    free = policy(for_others="everybody", per_member=1)
    async with uow() as work:
        with pytest.raises(NotAllowed):
            await work.reminders.making.transfer(ALICE, policy(), made.id, member_id=BOB.user_id)
        with pytest.raises(Conflict):
            await work.reminders.making.transfer(ALICE, free, made.id, member_id=ALICE.user_id)
        given = await work.reminders.making.transfer(ALICE, free, made.id, member_id=BOB.user_id)
    assert (given.created_by, given.target_id) == (BOB.user_id, BOB.user_id)
    async with uow() as work:
        with pytest.raises(ReminderNotFound):
            await work.reminders.making.get(ALICE, made.id)
    second = await make(uow, hourly(clock))
    async with uow() as work:
        with pytest.raises(LimitReached):
            await work.reminders.making.transfer(ALICE, free, second.id, member_id=BOB.user_id)


async def test_what_is_over_cannot_be_changed_but_be_given_another_time(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = await make(uow, in_(clock.now, hours=1))
    async with uow() as work:
        over = await work.reminders.making.get(ALICE, made.id)
        over.state, over.wake_at = ReminderState.DONE, None
    async with uow() as work:
        for refused in (
            work.reminders.control.pause(ALICE, made.id),
            work.reminders.making.edit(ALICE, policy(), made.id, Changes(text="x")),
        ):
            with pytest.raises(ItIsOver):
                await refused
        again = await work.reminders.making.edit(
            ALICE, policy(), made.id, Changes(text="x", phrase="in 1h", schedule=in_(clock.now, hours=1))
        )
    assert again.state is ReminderState.WAITING


async def test_what_is_over_for_long_is_forgotten_unless_the_former_bot_made_it(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    made = [await make(uow, in_(clock.now, hours=1)) for _ in range(3)]
    async with uow() as work:
        for one in made[:2]:
            found = await work.reminders.making.get(ALICE, one.id)
            found.state, found.wake_at, found.last_sent_at = ReminderState.DONE, None, clock.now
        found.phrase = None
    async with uow() as work:
        assert (await work.reminders.retention.forget_finished(before=clock.now))[0] == 0
        later = clock.now + timedelta(seconds=1)
        assert (await work.reminders.retention.forget_finished(before=later))[0] == 1
    async with uow() as work:
        with pytest.raises(ReminderNotFound):
            await work.reminders.making.get(ALICE, made[0].id)
        await work.reminders.making.get(ALICE, made[1].id)
        await work.reminders.making.get(ALICE, made[2].id)


async def test_a_server_says_who_makes_them_and_whether_they_repeat(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    with pytest.raises(NotAllowed, match="Only staff"):
        await create(uow, draft(in_(clock.now, hours=1)), policy(who="staff"))
    await create(uow, draft(in_(clock.now, hours=1)), policy(who="staff"), STAFF)
    with pytest.raises(InvalidInput, match="only once"):
        await create(uow, draft(hourly(clock)), policy(series=False))
    made = await create(uow, draft(in_(clock.now, hours=1)), policy(series=False))
    async with uow() as work:
        with pytest.raises(InvalidInput, match="only once"):
            await work.reminders.making.edit(
                ALICE, policy(series=False), made.id, Changes(phrase="x", schedule=hourly(clock))
            )
    assert await count(uow) == 2


async def test_everything_about_one_can_be_changed(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, hourly(clock), target_kind=TargetKind.MEMBER, target_id=ALICE.user_id)
    free = policy(for_others="everybody")
    changes = Changes(
        channel_id=9,
        target_kind=TargetKind.ROLE,
        target_id=7,
        warn=timedelta(minutes=10),
        repeat_every=timedelta(minutes=5),
        escalate_role_id=8,
        catch_up=timedelta(hours=2),
    )
    async with uow() as work:
        with pytest.raises(NotAllowed, match="for yourself"):
            await work.reminders.making.edit(ALICE, policy(), made.id, changes)
        now = await work.reminders.making.edit(ALICE, free, made.id, changes)
    assert (now.message, now.next_at, now.wake_at) == ("tea", made.next_at, made.next_at - timedelta(minutes=10))
    assert (now.channel_id, now.target_kind, now.target_id) == (9, TargetKind.ROLE, 7)
    assert (now.warn_seconds, now.repeat_seconds, now.repeat_most) == (600, 300, 3)
    assert (now.escalate_role_id, now.catch_up_seconds) == (8, 7200)
    none = timedelta()
    async with uow() as work:
        gone = await work.reminders.making.edit(
            ALICE, free, made.id, Changes(warn=none, repeat_every=none, catch_up=none)
        )
    assert (gone.warn_seconds, gone.repeat_seconds, gone.repeat_most, gone.catch_up_seconds) == (None,) * 4
    assert (gone.escalate_role_id, gone.wake_at, gone.channel_id) == (None, made.next_at, 9)
    async with uow() as work:
        for refused in (
            Changes(warn=timedelta(hours=2)),
            Changes(warn=timedelta(seconds=5)),
            Changes(catch_up=timedelta(seconds=5)),
            Changes(catch_up=timedelta(days=31)),
            Changes(direct=True),
        ):
            with pytest.raises(InvalidInput):
                await work.reminders.making.edit(ALICE, free, made.id, refused)


async def test_another_place_lets_one_go_on_that_was_set_aside(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await make(uow, hourly(clock))
    async with uow() as work:
        broken = await work.reminders.making.get(ALICE, made.id)
        broken.state, broken.wake_at, broken.problem = ReminderState.ATTENTION, None, "closed"
    clock.move(hours=3, minutes=30)
    async with uow() as work:
        same = await work.reminders.making.edit(ALICE, policy(), made.id, Changes(text="coffee"))
        assert same.state is ReminderState.ATTENTION
        moved = await work.reminders.making.edit(ALICE, policy(), made.id, Changes(channel_id=9))
    assert (moved.state, moved.problem, moved.wake_at) == (
        ReminderState.WAITING,
        None,
        clock.now + timedelta(minutes=30),
    )
