"""Who erases themselves before they are done stays until that is over, with no more than that needs, and then goes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from app.core import registry
from app.core.actor import Actor
from app.core.onboarding.grants import Grant, Stage, What, Why, grants_to_json
from app.core.onboarding.runs import RUN, RUNS, Run
from app.core.privacy.declared import TABLES
from app.core.privacy.pending import Pending, Waits
from app.core.privacy.report import Erasure
from app.core.privacy.tables import Fate
from app.core.privacy.tombstones import EVERYWHERE, Tombstone
from app.core.settings.kinds import DAY
from app.models import Onboarding
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock

TOWN, ELSEWHERE, ALICE, STAFF = 7_000_000_000_000_001, 7_000_000_000_000_002, 111_222_333_444_555_101, 12
ROLE, JOINED = 61, 62
PAST = datetime(2026, 3, 4, tzinfo=UTC)
DOCUMENTS: dict[str, Any] = {
    "responses": {"1": "from Ghent"},
    "acceptances": [{"version": 1, "at": "2026-03-04T15:06:07+00:00", "hash": "h", "locale": "de"}],
    "grants": grants_to_json([Grant(What.ROLE, JOINED, give=True, why=Why.JOIN, stage=Stage.SEEN)]),
    "completed_by": STAFF,
    "legacy": {"timestamp": ["x", "y"]},
}


class Door:
    """One member before a server's door, whose row a test writes."""

    def __init__(self, uow: UnitOfWorkFactory, clock: ManualClock) -> None:
        self.uow, self.clock = uow, clock
        self.joined = clock()

    async def choose(self, chosen: dict[str, Any], guild_id: int = TOWN) -> None:
        async with self.uow() as work:
            for name, value in chosen.items():
                setting = registry.BY_NAME[f"onboarding.{name}"]
                await work.settings.change(Actor(guild_id, STAFF, is_manager=True, is_staff=True), setting, value)

    async def ask_again(self, run: Run) -> None:
        setting = registry.find(f"{RUNS}.{RUN}")
        assert setting is not None
        async with self.uow() as work:
            manager = Actor(TOWN, STAFF, is_manager=True, is_staff=True)
            await work.settings.change(manager, setting, run.to_json())

    async def comes(self, state: str, guild_id: int = TOWN, **more: Any) -> None:
        row = {"guild_id": guild_id, "user_id": ALICE, "state": state, "joined_at": self.joined, "announced": 1}
        row |= {"prompt_channel_id": 71, "prompt_message_id": 72, "next_at": self.joined, "step": "3"}
        row |= {"direct_at": self.joined, **DOCUMENTS, **more}
        async with self.uow() as work:
            await work._session.execute(insert(Onboarding).values(row))

    async def becomes(self, **values: Any) -> None:
        async with self.uow() as work:
            await work._session.execute(update(Onboarding).where(Onboarding.user_id == ALICE).values(values))

    async def erase(
        self, guild_id: int = TOWN, *, is_complete: bool = False, again: Tombstone | None = None
    ) -> Erasure:
        async with self.uow() as work:
            tombstone = again or Tombstone.new(ALICE, guild_id, self.clock(), is_complete=is_complete)
            return await work.personal_data.erase(tombstone)

    async def later(self) -> int:
        async with self.uow() as work:
            return await work.personal_data.erase_postponed(10)

    async def row(self, guild_id: int = TOWN) -> dict[str, Any]:
        async with self.uow() as work:
            found = text("SELECT to_jsonb(o) FROM onboarding o WHERE guild_id = :guild_id")
            return (await work._session.execute(found, {"guild_id": guild_id})).scalar_one()

    async def waits(self) -> list[int]:
        async with self.uow() as work:
            return [one.id for one in await work.erasures.pending(Waits.ONBOARDING)]

    async def is_named(self) -> bool:
        async with self.uow() as work:
            named = select(Onboarding.guild_id).where(Onboarding.user_id == ALICE)
            return bool((await work._session.scalars(named)).all() or await self._pending(work))

    async def _pending(self, work: Any) -> list[Pending]:
        return [one for kind in Waits for one in await work.erasures.pending(kind) if one.person == ALICE]


@pytest.fixture
def door(uow: UnitOfWorkFactory, clock: ManualClock) -> Door:
    return Door(uow, clock)


STRICT: dict[str, Any] = {"mode": "both", "warn_after": 3 * DAY, "kick_after": 2 * DAY}


@pytest.mark.parametrize("state", ["waiting", "asked", "started"])
async def test_who_is_still_to_finish_keeps_that_and_nothing_else(door: Door, state: str) -> None:
    await door.choose(STRICT)
    asked = {} if state == "waiting" else {"asked_at": door.joined}
    await door.comes(state, rules_version=1, rules_accepted_at=door.joined, nudged_at=door.joined, **asked)
    before = await door.row()
    erasure = await door.erase()
    assert (erasure.unfinished, erasure.tables["onboarding"].kept) == (1, 1)
    after = await door.row()
    for column in TABLES["onboarding"].columns:
        stays = column.waits or column.fate is Fate.STAYS
        assert (after[column.name] == before[column.name]) is stays or before[column.name] is None, column.name
    assert (after["responses"], after["acceptances"], after["completed_by"], after["legacy"]) == (None, [], None, None)
    assert after["next_at"] == before["next_at"]
    assert await door.waits() == [TOWN]


@pytest.mark.parametrize(
    "over",
    [
        {"state": "completed", "completed_at": PAST},
        {"state": "left", "left_at": PAST},
    ],
    ids=["done", "left"],
)
async def test_when_it_is_over_they_go(door: Door, over: dict[str, Any]) -> None:
    await door.choose(STRICT)
    await door.comes("asked", asked_at=door.joined)
    await door.erase()
    assert await door.later() == 0
    await door.becomes(responses={"1": "again"}, **over)
    assert await door.later() == 1
    assert not await door.is_named()
    row = await door.row()
    assert (row["state"], row["responses"], row["grants"], row["next_at"]) == (over["state"], None, [], None)
    assert row["joined_at"].endswith("T00:00:00+00:00")


async def test_when_onboarding_is_switched_off_it_is_over(door: Door) -> None:
    await door.choose(STRICT)
    await door.comes("started", asked_at=door.joined)
    await door.erase()
    assert await door.later() == 0
    await door.choose({"mode": "off"})
    assert await door.later() == 1
    assert not await door.is_named()


async def test_what_the_bot_cannot_do_is_not_waited_for_for_ever(door: Door, clock: ManualClock) -> None:
    await door.choose(STRICT)
    await door.comes("asked", asked_at=door.joined)
    await door.erase()
    clock.move(days=34)
    assert await door.later() == 0
    clock.move(days=2)
    assert await door.later() == 1
    assert not await door.is_named()


@pytest.mark.parametrize(
    ("chosen", "more"),
    [
        ({}, {}),
        ({"mode": "both", "nudge_after": 0}, {}),
        # Without a warning nobody is removed.
        ({"mode": "both", "nudge_after": 0, "kick_after": DAY}, {}),
        # They have been reminded, and nothing else is set.
        ({"mode": "both"}, {"nudged_at": PAST}),
        # They only accepted the rules: that is no way into the server.
        (STRICT, {"joined_at": None, "asked_at": None}),
    ],
)
async def test_where_nothing_is_to_happen_they_go_at_once(
    door: Door, chosen: dict[str, Any], more: dict[str, Any]
) -> None:
    await door.choose(chosen)
    await door.comes("asked", **{"asked_at": door.joined, **more})
    assert (await door.erase()).unfinished == 0
    assert not await door.is_named()


async def test_a_complete_erasure_waits_for_nothing(door: Door) -> None:
    await door.choose(STRICT)
    await door.comes("asked", asked_at=door.joined)
    assert (await door.erase()).unfinished == 1
    assert (await door.erase(EVERYWHERE, is_complete=True)).unfinished == 0
    assert not await door.is_named()


async def test_each_server_has_its_own_end(door: Door) -> None:
    for guild_id in (TOWN, ELSEWHERE):
        await door.choose(STRICT, guild_id)
        await door.comes("asked", guild_id, asked_at=door.joined)
    assert (await door.erase(EVERYWHERE)).unfinished == 2
    await door.choose({"mode": "off"}, ELSEWHERE)
    assert await door.later() == 1
    assert await door.waits() == [TOWN]
    assert ((await door.row())["user_id"], (await door.row(ELSEWHERE))["user_id"] < 0) == (ALICE, True)


async def test_a_restored_database_keeps_the_same_and_ends_the_same(door: Door) -> None:
    await door.choose(STRICT)
    await door.comes("started", asked_at=door.joined)
    tombstone = Tombstone.new(ALICE, EVERYWHERE, door.clock(), is_complete=False)
    await door.erase(again=tombstone)
    # As it was before, with nothing of the erasure in it.
    async with door.uow() as work:
        await work._session.execute(text("DELETE FROM bot_settings WHERE guild_id = 0"))
    await door.becomes(**DOCUMENTS)
    assert (await door.erase(again=tombstone)).unfinished == 1
    assert (await door.row())["responses"] is None
    await door.becomes(state="left")
    assert await door.later() == 1
    assert not await door.is_named()


async def test_who_comes_back_before_they_went_is_awaited_again(door: Door) -> None:
    await door.choose(STRICT)
    await door.comes("asked", asked_at=door.joined)
    await door.erase()
    await door.becomes(state="left")
    await door.becomes(state="asked")
    assert await door.later() == 0
    assert await door.waits() == [TOWN]


async def test_who_is_done_after_that_gets_their_roles_before_they_go(door: Door, clock: ManualClock) -> None:
    await door.choose(STRICT)
    await door.comes("asked", asked_at=door.joined)
    await door.erase()
    open_one = {"what": "role", "id": ROLE, "give": True, "why": "completion", "stage": "wanted"}
    await door.becomes(state="completed", completed_at=clock(), grants=[open_one])
    assert await door.later() == 0
    await door.becomes(grants=[open_one | {"stage": "seen"}])
    assert await door.later() == 1
    assert not await door.is_named()


async def test_roles_that_discord_refuses_are_not_waited_for_for_long(door: Door, clock: ManualClock) -> None:
    await door.choose(STRICT)
    refused = {"what": "role", "id": ROLE, "give": True, "why": "completion", "stage": "refused"}
    await door.comes("completed", completed_at=clock(), grants=[refused])
    assert (await door.erase()).unfinished == 1
    assert (await door.row())["grants"][0]["id"] == ROLE
    clock.move(hours=2)
    assert await door.later() == 1
    assert not await door.is_named()


async def test_who_has_to_accept_new_rules_keeps_until_when(door: Door, clock: ManualClock) -> None:
    await door.choose({"mode": "rules", "completion_role": ROLE})
    run = Run(2, clock() + timedelta(days=7))
    await door.ask_again(run)
    answered = {"what": "role", "id": 63, "give": True, "why": "answer", "stage": "seen"}
    asked = {"asked_version": 2, "accept_by": run.accept_by, "rules_version": 1, "rules_accepted_at": door.joined}
    await door.comes("completed", completed_at=door.joined, to_tell=["staff", "rules"], **asked)
    await door.becomes(grants=[*DOCUMENTS["grants"], answered])
    assert (await door.erase()).unfinished == 1
    row = await door.row()
    assert (row["asked_version"], row["rules_version"], row["to_tell"]) == (2, 1, ["rules"])
    assert (row["responses"], row["acceptances"], [one["id"] for one in row["grants"]]) == (None, [], [JOINED])
    assert datetime.fromisoformat(row["accept_by"]) == run.accept_by
    clock.move(days=8)
    # Its time is over, and the role is about to be taken.
    taken = {"what": "role", "id": ROLE, "give": False, "why": "rules", "stage": "wanted"}
    await door.becomes(grants=[taken])
    assert await door.later() == 0
    await door.becomes(grants=[taken | {"stage": "seen"}])
    assert await door.later() == 1
    assert not await door.is_named()


@pytest.mark.parametrize("how", ["accepted", "left", "another"])
async def test_new_rules_are_over_when_they_are_accepted_or_asked_no_more(
    door: Door, clock: ManualClock, how: str
) -> None:
    await door.choose({"mode": "rules", "completion_role": ROLE})
    run = Run(2, clock() + timedelta(days=7))
    await door.ask_again(run)
    # They are about to be asked, as everybody is within minutes.
    await door.comes("completed", completed_at=door.joined, rules_version=1, rules_accepted_at=door.joined)
    assert (await door.erase()).unfinished == 1
    await door.becomes(asked_version=2, accept_by=run.accept_by)
    assert await door.later() == 0
    if how == "accepted":
        await door.becomes(rules_version=2, asked_version=None, accept_by=None)
    elif how == "left":
        await door.becomes(state="left")
    else:
        await door.ask_again(Run(3, clock()))
    assert await door.later() == 1
    assert not await door.is_named()


async def test_without_a_role_to_lose_new_rules_keep_nothing(door: Door, clock: ManualClock) -> None:
    await door.choose({"mode": "rules"})
    await door.ask_again(Run(2, clock() + timedelta(days=7)))
    asked = {"asked_version": 2, "accept_by": clock(), "rules_version": 1, "rules_accepted_at": door.joined}
    await door.comes("completed", completed_at=door.joined, **asked)
    assert (await door.erase()).unfinished == 0
    assert not await door.is_named()


async def test_a_moment_that_is_none_keeps_nothing(door: Door) -> None:
    await door.choose(STRICT)
    await door.comes("asked", asked_at=door.joined)
    async with door.uow() as work:
        await work._session.execute(text("UPDATE onboarding SET asked_at = 'infinity'"))
    assert (await door.erase()).unfinished == 0
    assert not await door.is_named()


async def test_who_was_erased_last_is_not_taken_for_somebody_who_joins_at_the_next_start(
    door: Door, clock: ManualClock
) -> None:
    await door.choose(STRICT)
    async with door.uow() as work:
        await work._session.execute(text("UPDATE bot_settings SET updated_at = now() - interval '9 days'"))
    await door.comes("completed", updated_at=clock())
    await door.erase()
    async with door.uow() as work:
        since = await work.onboarding.joins.missed_since([TOWN], timedelta(minutes=10))
    assert since[TOWN] == clock()
