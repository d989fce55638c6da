"""What held at a moment, by the history: a random walk of changes against a model, on a real database."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core import registry
from app.core.actor import Actor
from app.core.analytics import settings as analytics
from app.core.errors import UserError
from app.core.onboarding import settings as onboarding
from app.core.reminders import settings as reminders
from app.core.settings import general
from app.core.settings.kinds import Kind, Setting, Value
from app.core.settings.snapshot import SettingsSnapshot
from app.models import BotSetting, ChangeType, SettingsHistory
from app.services.settings import ChangeNotFound, SettingsNotAllowed
from app.ui.settings.restoring import go_back
from app.uow import UnitOfWorkFactory

MANAGER = Actor(guild_id=1, user_id=11, is_manager=True, is_staff=True)
OTHER = Actor(guild_id=1, user_id=12, is_manager=True, is_staff=True)
MEMBER = Actor(guild_id=1, user_id=13, is_staff=True)
ELSEWHERE = Actor(guild_id=2, user_id=11, is_manager=True, is_staff=True)
MONTH = timedelta(days=30)
SETTINGS: tuple[Setting[Any], ...] = (
    general.PAGE_SIZE,
    general.COLOUR,
    general.CONTACT,
    general.LOG_CHANNEL,
    reminders.SERIES,
    reminders.CATCH_UP,
    onboarding.MODE,
    analytics.PERIOD,
    *(
        setting
        for name in ("ticket_types.001", "ticket_types.002", "ticket_blocked.9", "faq_automatic.7")
        if (setting := registry.find(name)) is not None
    ),
)
STRUCTURES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "ticket_types.001": [{"name": "Bug"}, {"name": "Bugs", "priority": 3}, {"name": "Bug", "team_role_ids": [5]}],
    "ticket_types.002": [{"name": "Shop"}, {"name": "Shop", "enabled": False}],
    "ticket_blocked.9": [{}, {"reason": "Spam"}],
    "faq_automatic.7": [{"threshold": 50, "cooldown": 0, "wait": 0}, {"threshold": 90, "cooldown": 600, "wait": 5}],
}


def some_value(setting: Setting[Any], chance: random.Random) -> Value:
    match setting.kind:
        case Kind.TOGGLE:
            return chance.random() < 0.5
        case Kind.NUMBER:
            return chance.randint(setting.minimum, setting.maximum)
        case Kind.DURATION:
            return chance.randint(setting.minimum, min(setting.maximum, 90 * 86400))
        case Kind.CHANNEL:
            return chance.randint(1, 9)
        case Kind.CHOICE:
            return chance.choice(sorted(setting.choices))
        case Kind.STRUCTURE:
            return chance.choice(STRUCTURES[setting.name])
        case _:
            return chance.choice(["Anna", "Bert", "Cleo"])


async def chosen(uow: UnitOfWorkFactory, guild_id: int = 1) -> Mapping[str, Value]:
    async with uow() as work:
        return (await work.settings.get_snapshot(guild_id)).chosen


async def restore(
    uow: UnitOfWorkFactory, moment: datetime, what: str | None = None, actor: Actor = MANAGER
) -> list[SettingsHistory]:
    async with uow() as work:
        past = await work.settings.past.at(actor, moment)
        snapshot = await work.settings.get_snapshot(actor.guild_id)
        found = go_back(past, what, snapshot, lambda setting, value: None)
        assert not found.refused
        return await work.settings.several.change(actor, found.wanted, shown=found.shown, restored=True)


async def step(uow: UnitOfWorkFactory, chance: random.Random) -> None:
    """Change something, in one of the ways there are."""
    setting, actor = chance.choice(SETTINGS), chance.choice([MANAGER, OTHER])
    async with uow() as work:
        done = [one.id for one in (await work.settings.list_history(actor, page_size=100)).entries]
        try:
            match chance.randrange(5):
                case 0:
                    await work.settings.reset(actor, setting)
                case 1 if done:
                    await work.settings.undo(actor, chance.choice(done), within=MONTH)
                case 2:
                    some = chance.sample(SETTINGS, 3)
                    await work.settings.several.change(
                        actor, [(one, chance.choice([None, some_value(one, chance)])) for one in some]
                    )
                case 3 if done:
                    await work.settings.several.undo(actor, chance.choice(done), within=MONTH)
                case _:
                    await work.settings.change(actor, setting, some_value(setting, chance))
        except UserError:
            pass


@pytest.mark.parametrize("seed", range(4))
async def test_a_walk_back_to_each_moment_is_as_it_was(uow: UnitOfWorkFactory, seed: int) -> None:
    chance = random.Random(seed)
    async with uow() as work:
        await work.settings.change(ELSEWHERE, general.PAGE_SIZE, 3)
    async with uow() as work:
        begin = await work.settings.past.of_change(ELSEWHERE, (await _newest(uow, ELSEWHERE)).id)
    states: list[tuple[datetime, Mapping[str, Value]]] = [(begin, {})]
    for _ in range(25):
        await step(uow, chance)
        newest = await _newest(uow, MANAGER)
        if newest is not None and newest.changed_at > states[-1][0]:
            states.append((newest.changed_at, await chosen(uow)))
    assert len(states) > 8
    order = [*range(len(states)), *(chance.randrange(len(states)) for _ in range(5))]
    chance.shuffle(order)
    for place in order:
        moment, state = states[place]
        before = await chosen(uow)
        changes = await restore(uow, moment)
        assert await chosen(uow) == state
        assert len(changes) == len([one for one in {*before, *state} if before.get(one) != state.get(one)])
        assert {one.change_type for one in changes} <= {ChangeType.RESTORED}
        assert await restore(uow, moment) == []
        # Between two changes it is as it was since the first.
        if place + 1 < len(states):
            await restore(uow, states[place + 1][0] - timedelta(microseconds=1))
            assert await chosen(uow) == state
    assert await chosen(uow, 2) == {"general.page_size": 3}


async def _newest(uow: UnitOfWorkFactory, actor: Actor) -> Any:
    async with uow() as work:
        found = await work.settings.list_history(actor, page_size=1)
        return found.entries[0] if found.entries else None


async def test_only_a_part_or_one_setting_goes_back(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        begin = datetime.now(UTC)
        await work.settings.several.change(
            MANAGER, [(general.PAGE_SIZE, 5), (general.COLOUR, "red"), (reminders.SERIES, False)]
        )
    first = await _newest(uow, MANAGER)
    assert first.changed_at > begin - timedelta(seconds=5)
    moment = first.changed_at - timedelta(microseconds=1)
    await restore(uow, moment, "general.colour")
    assert await chosen(uow) == {"general.page_size": 5, "reminders.series": False}
    await restore(uow, moment, "reminders")
    assert await chosen(uow) == {"general.page_size": 5}
    await restore(uow, moment)
    assert await chosen(uow) == {}
    await restore(uow, first.changed_at)
    assert len(await chosen(uow)) == 3


async def test_what_the_predecessor_left_is_gone_back_to(uow: UnitOfWorkFactory) -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)

    def line(key: str, old: object, new: object, days: int, scope: str = "general") -> SettingsHistory:
        kind = ChangeType.UPDATED if new is not None else ChangeType.RESET
        return SettingsHistory(
            guild_id=1, scope=scope, key=key, old_value=old, new_value=new, value_type="text",
            changed_by=None, changed_at=day + timedelta(days=days), change_type=kind,
        )  # fmt: skip

    async with uow() as work:
        work._session.add_all(
            [
                line("contact", None, "Anna", 0),
                # It did not always write down what there was before.
                line("contact", None, "Bert", 10),
                line("page_size", 99, 5, 10),
                line("welcome", "a", "b", 10, "old"),
                line("colour", "gold", None, 20),
                BotSetting(guild_id=1, scope="general", key="contact", value="Bert", value_type="text"),
                BotSetting(guild_id=1, scope="general", key="page_size", value=5, value_type="number"),
            ]
        )
    async with uow() as work:
        past = await work.settings.past.at(MANAGER, day + timedelta(days=5))
        snapshot = await work.settings.get_snapshot(1)
    assert past.then == {"general.contact": "Anna", "general.page_size": 99, "general.colour": "gold"}
    assert past.gone == ["old.welcome"]
    found = go_back(past, None, snapshot, lambda setting, value: None)
    assert {one.setting.name: one.new for one in found.differences} == {
        "general.contact": "Anna",
        "general.colour": "gold",
    }
    assert {one.name: str(one.why) for one in found.refused} == {
        "old.welcome": "This setting no longer exists.",
        "general.page_size": "It no longer takes its earlier value.",
    }


async def test_what_features_keep_among_the_settings_is_named_and_stays(uow: UnitOfWorkFactory) -> None:
    begin = datetime.now(UTC) - timedelta(seconds=5)
    scope = "onboarding_runs"
    async with uow() as work:
        work._session.add(
            SettingsHistory(
                guild_id=1,
                scope=scope,
                key="001",
                new_value={"a": 1},
                value_type="structure",
                changed_by=11,
                change_type=ChangeType.CREATED,
            )
        )
    async with uow() as work:
        past = await work.settings.past.at(MANAGER, begin)
        points = await work.settings.past.points(MANAGER)
    assert (past.then, past.made, points) == ({}, {scope: 1}, [])
    found = go_back(past, None, SettingsSnapshot(1), lambda setting, value: None)
    assert found.differences == ()
    assert str(registry.STRUCTURES[scope].label) in str(found.remarks[0])


async def test_a_structure_that_cannot_be_as_it_was_is_named(uow: UnitOfWorkFactory) -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)

    def line(key: str, old: object, new: object, scope: str = "ticket_types") -> SettingsHistory:
        return SettingsHistory(
            guild_id=1, scope=scope, key=key, old_value=old, new_value=new, value_type="structure",
            changed_by=11, changed_at=day + timedelta(days=1), change_type=ChangeType.UPDATED,
        )  # fmt: skip

    async with uow() as work:
        work._session.add_all(
            [
                line("001", {"name": 5}, {"name": "Bug"}),
                line("002", {"name": "bug"}, {"name": "Shop"}),
                line("rules", {"channel_id": 5}, {"channel_id": 6}, "onboarding_posts"),
                BotSetting(guild_id=1, scope="ticket_types", key="001", value={"name": "Bug"}, value_type="structure"),
            ]
        )
    async with uow() as work:
        past = await work.settings.past.at(MANAGER, day)
        snapshot = await work.settings.get_snapshot(1)
    found = go_back(past, None, snapshot, lambda setting, value: None)
    assert found.differences == ()
    assert {one.name: str(one.why) for one in found.refused} == {
        "ticket_types.001": "What it was then is nothing that this bot understands.",
        "ticket_types.002": "There is a ticket type “bug” already.",
    }
    (remark,) = found.remarks
    assert str(remark) == (
        "Changed since as well (1), and not restored by this: Onboarding post: "
        "the rules are posted with `/rules publish`, which asks members to accept them."
    )


async def test_points_are_the_last_changes_those_together_as_one(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        await work.settings.change(MANAGER, general.PAGE_SIZE, 5)
    async with uow() as work:
        await work.settings.several.change(OTHER, [(general.PAGE_SIZE, 6), (general.COLOUR, "red")])
    async with uow() as work:
        points = await work.settings.past.points(MANAGER)
        assert [(one.changed_by, sorted(one.names)) for one in points] == [
            (12, ["general.colour", "general.page_size"]),
            (11, ["general.page_size"]),
        ]
        assert await work.settings.past.of_change(MANAGER, points[0].change_id) == points[0].moment
        before = await work.settings.past.just_before(MANAGER, points[0].change_id)
        assert (await work.settings.past.at(MANAGER, before)).then == {"general.page_size": 5, "general.colour": None}
        assert await work.settings.past.points(ELSEWHERE) == []
        with pytest.raises(ChangeNotFound):
            await work.settings.past.of_change(ELSEWHERE, points[0].change_id)
        for refused in (
            work.settings.past.points(MEMBER),
            work.settings.past.at(MEMBER, before),
            work.settings.past.of_change(MEMBER, points[0].change_id),
        ):
            with pytest.raises(SettingsNotAllowed):
                await refused


async def test_going_back_reads_by_an_index(own_engine: AsyncEngine) -> None:
    async with own_engine.connect() as connection:
        await connection.execute(
            text(
                "INSERT INTO settings_history (guild_id, scope, key, new_value, value_type, change_type, changed_at) "
                "SELECT n % 50, 'general', 'k' || n % 40, '5', 'number', 'created', now() - n * interval '1 minute' "
                "FROM generate_series(1, 20000) n"
            )
        )
        await connection.execute(text("ANALYZE settings_history"))
        plan = "\n".join(
            row[0]
            for row in await connection.execute(
                text(
                    "EXPLAIN SELECT id, new_value FROM settings_history WHERE guild_id = 7 AND scope = 'general' "
                    "AND key = 'k7' AND changed_at <= now() ORDER BY changed_at DESC, id DESC LIMIT 1"
                )
            )
        )
    assert "ix_settings_history_guild_id_scope_key_changed_at" in plan
    assert "Sort" not in plan
