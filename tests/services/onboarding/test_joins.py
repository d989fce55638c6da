"""Who joins, comes back, is let in and leaves, as it is written down."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.core.actor import Actor
from app.core.onboarding.grants import Grant, Stage, What, Why, grants_to_json, read_grants
from app.core.onboarding.settings import MODE
from app.models import Onboarding
from app.models.onboarding import OnboardingState
from app.services.onboarding.joins import Joined
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock

GUILD = 1
JOIN_ROLE = Grant(What.ROLE, 71, give=True, why=Why.JOIN)
DONE_ROLE = Grant(What.ROLE, 72, give=True, why=Why.COMPLETION)


async def row_of(uow: UnitOfWorkFactory, user_id: int) -> Onboarding:
    async with uow() as work:
        query = select(Onboarding).where(Onboarding.guild_id == GUILD, Onboarding.user_id == user_id)
        return (await work._session.scalars(query.execution_options(populate_existing=True))).one()


async def put(uow: UnitOfWorkFactory, user_id: int, **values: Any) -> None:
    async with uow() as work:
        work._session.add(Onboarding(guild_id=GUILD, user_id=user_id, **values))


async def test_a_join_is_known_by_its_moment(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    now = clock.now

    def joined(user_id: int, **more: Any) -> Joined:
        given: dict[str, Any] = {"is_waiting": False, "keeps": True, "next_at": now, "wanted": (JOIN_ROLE,)}
        return Joined(GUILD, user_id, **{"joined_at": now, **given, **more})

    async with uow() as work:
        taken = await work.onboarding.joins.take([joined(1), joined(2, is_waiting=True, next_at=None), joined(1)])
    assert {(one.user_id, one.state, one.is_new) for one in taken} == {
        (1, OnboardingState.ASKED, True),
        (2, OnboardingState.WAITING, True),
    }
    # Announced again, and once more with fewer digits.
    for again in (joined(1), joined(1, joined_at=now.replace(microsecond=0))):
        async with uow() as work:
            assert [one.is_new for one in await work.onboarding.joins.take([again])] == [False]
    row = await row_of(uow, 1)
    assert (row.announced, row.joined_at, row.state) == (3, now, OnboardingState.ASKED)
    assert read_grants(row.grants) == [JOIN_ROLE]
    # An older one, told late, changes nothing.
    async with uow() as work:
        assert await work.onboarding.joins.take([joined(1, joined_at=now - timedelta(days=1))]) == []

    async with uow() as work:
        (let,) = await work.onboarding.joins.let_in([joined(1), joined(2), joined(3)])
    assert (let.user_id, let.state) == (2, OnboardingState.ASKED)
    assert read_grants((await row_of(uow, 2)).grants) == [JOIN_ROLE]

    async with uow() as work:
        assert await work.onboarding.joins.leave([(GUILD, 1), (GUILD, 9)]) == [(GUILD, 1)]
        assert await work.onboarding.joins.leave([(GUILD, 1)]) == []
    row = await row_of(uow, 1)
    assert (row.state, row.left_at, row.next_at) == (OnboardingState.LEFT, now, None)
    # Nobody had left: the same join again.
    async with uow() as work:
        await work.onboarding.joins.take([joined(1)])
    row = await row_of(uow, 1)
    assert (row.state, row.left_at, row.next_at) == (OnboardingState.ASKED, None, now)


async def test_who_comes_back_goes_on_or_begins_again(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    now, before = clock.now, clock.now - timedelta(days=30)
    seen = grants_to_json(
        [
            Grant(What.ROLE, 70, give=True, why=Why.ANSWER, stage=Stage.SEEN, at=before),
            Grant(What.ROLE, 71, give=False, why=Why.JOIN, stage=Stage.SEEN, at=before),
        ]
    )
    done: dict[str, Any] = {"completed_at": before, "started_at": before, "responses": {"a": "b"}, "grants": seen}
    done |= {"rules_version": 1, "rules_accepted_at": before}
    await put(uow, 1, state="completed", joined_at=before, **done)
    await put(uow, 2, state="left", joined_at=before, left_at=before, **done)
    await put(uow, 3, state="started", joined_at=before, started_at=before, warned_at=before, step="2")
    await put(uow, 4, answered_at=before, responses={"age": "20"})
    await put(uow, 5, answered_at=now, responses={"age": "20"})
    await put(uow, 6, state="asked")
    await put(uow, 7, state="left", joined_at=before, left_at=before, **done)

    def back(user_id: int, *, keeps: bool = True, is_waiting: bool = False) -> Joined:
        values: Any = {"wanted": (JOIN_ROLE,), "done": (DONE_ROLE,), "asked_at": now}
        return Joined(GUILD, user_id, now, is_waiting, keeps, **values)

    async with uow() as work:
        joins = [*(back(user) for user in (1, 3, 4, 5, 6)), back(2, keeps=False), back(7, is_waiting=True)]
        await work.onboarding.joins.take(joins)
    rows = {user: await row_of(uow, user) for user in range(1, 8)}
    assert {user: row.state.value for user, row in rows.items()} == {
        1: "completed",
        2: "asked",
        3: "asked",
        4: "completed",
        5: "completed",
        6: "asked",
        7: "waiting",
    }
    again = Grant(What.ROLE, 70, give=True, why=Why.ANSWER)
    assert read_grants(rows[1].grants) == [again, DONE_ROLE]
    assert (rows[1].completed_at, rows[1].next_at, rows[1].joined_at) == (before, now, now)
    assert (rows[2].completed_at, rows[2].responses, rows[2].rules_version) == (None, None, None)
    assert read_grants(rows[2].grants) == [JOIN_ROLE]
    assert (rows[3].step, rows[3].started_at, rows[3].warned_at, rows[3].asked_at) == ("2", None, None, now)
    assert read_grants(rows[4].grants) == [DONE_ROLE]
    assert (rows[5].joined_at, rows[5].grants) == (now, [])
    # Who had only accepted the rules is asked as if they were new.
    assert (rows[6].joined_at, rows[6].asked_at, read_grants(rows[6].grants)) == (now, now, [JOIN_ROLE])

    async with uow() as work:
        (let,) = await work.onboarding.joins.let_in([back(7)])
    assert let.state is OnboardingState.COMPLETED
    assert read_grants((await row_of(uow, 7)).grants) == [again, DONE_ROLE]

    # A part of the list of members: 2 and 5 are not in it, 6 is beyond it.
    clock.move(hours=1)
    async with uow() as work:
        gone = await work.onboarding.joins.gone(GUILD, [3, 4], after=1, last=5, began=clock.now)
        assert sorted(gone) == [2, 5]
        assert await work.onboarding.joins.gone(GUILD, [], after=5, last=None, began=now) == []
        assert await work.onboarding.joins.waiting([GUILD]) == set()


async def test_only_joins_after_the_choice_can_have_been_missed(uow: UnitOfWorkFactory) -> None:
    manager = Actor(GUILD, 1, is_manager=True, is_staff=True)
    margin = timedelta(minutes=10)

    async def since() -> dict[int, datetime]:
        async with uow() as work:
            return await work.onboarding.joins.missed_since([GUILD, GUILD + 1], margin)

    async def choose(mode: str) -> None:
        async with uow() as work:
            await work.settings.change(manager, MODE, mode)

    assert await since() == {}
    await choose("rules")
    begun = (await since())[GUILD]
    # One who joined years ago went through it by themselves: that says nothing of all who joined after them.
    await put(uow, 1, state="completed", joined_at=begun - timedelta(days=900))
    assert await since() == {GUILD: begun}
    await put(uow, 2, state="asked", joined_at=begun + timedelta(minutes=9))
    assert await since() == {GUILD: begun}
    await put(uow, 3, state="asked", joined_at=begun + timedelta(days=9))
    assert await since() == {GUILD: begun + timedelta(days=9) - margin}
    await choose("off")
    assert await since() == {}


async def test_only_so_many_are_written_to_within_an_hour(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    for user in range(1, 4):
        await put(uow, user, state="asked", joined_at=clock.now)

    async def may(user: int) -> bool:
        async with uow() as work:
            return await work.onboarding.timing.may_write(GUILD, user, per_hour=2)

    assert [await may(user) for user in (1, 2, 3, 1)] == [True, True, False, True]
    clock.move(minutes=61)
    assert await may(3)
