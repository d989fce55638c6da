"""What goes into a column by a model, and what comes out."""

from datetime import UTC

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import InvalidRequestError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.settings.kinds import Kind
from app.models import AuditLog, BotSetting, ChangeType, Onboarding, SettingsHistory, SupportTicket, TicketStatus
from app.models.base import AnyClock, AnyDays, AnyLocal, AnyMoment, Base

G, U = 1_290_000_000_000_000_001, 2**63 - 1


async def test_none_is_null_in_sql_wherever_null_has_a_meaning(own_engine: AsyncEngine):
    async with AsyncSession(own_engine) as session, session.begin():
        session.add(BotSetting(guild_id=G, scope="s", key="k", value=None, value_type=Kind.CHANNEL))
        session.add(
            SettingsHistory(
                guild_id=G,
                scope="s",
                key="k",
                old_value=5,
                new_value=None,
                value_type=Kind.CHANNEL,
                change_type=ChangeType.RESET,
            )
        )
        session.add(AuditLog(guild_id=G, user_id=U, command_name="x", command_type="slash", details=None))
        session.add(Onboarding(guild_id=G, user_id=U, responses=None))
        await session.flush()
        # A setting's value cannot be missing, so that None there is JSON's null; everywhere else it is SQL's.
        assert await session.scalar(text("SELECT value::text FROM bot_settings")) == "null"
        assert await session.scalar(text("SELECT new_value IS NULL FROM settings_history"))
        assert await session.scalar(text("SELECT details IS NULL FROM audit_logs WHERE command_name = 'x'"))
        assert await session.scalar(text("SELECT responses IS NULL FROM onboarding"))


async def test_a_word_is_read_as_the_member_it_names_and_another_word_is_never_sent(own_engine: AsyncEngine):
    async with AsyncSession(own_engine) as session:
        session.add(SupportTicket(guild_id=G, user_id=U, number=1, description="", status="resolved"))
        with pytest.raises(StatementError, match="'resolved' is not a valid TicketStatus"):
            await session.flush()
    async with AsyncSession(own_engine) as session, session.begin():
        ticket = SupportTicket(guild_id=G, user_id=U, number=1, description="", status="closed")
        session.add(ticket)
        await session.flush()
        await session.refresh(ticket)
        assert ticket.status is TicketStatus.CLOSED


async def test_a_default_of_the_database_is_there_after_the_insert(own_engine: AsyncEngine):
    async with AsyncSession(own_engine, expire_on_commit=False) as session, session.begin():
        ticket = SupportTicket(guild_id=G, user_id=U, number=1, description="")
        session.add(ticket)
    assert ticket.status is TicketStatus.OPEN
    assert ticket.created_at.utcoffset() is not None
    assert ticket.updated_at == ticket.created_at


async def test_what_a_row_was_before_its_rules_is_not_loaded_with_it(own_engine: AsyncEngine):
    async with AsyncSession(own_engine) as session, session.begin():
        session.add(AuditLog(guild_id=G, user_id=U, command_name="x", command_type="slash"))
        await session.flush()
        session.expunge_all()
        log = await session.get_one(AuditLog, await session.scalar(text("SELECT max(id) FROM audit_logs")))
        with pytest.raises(InvalidRequestError, match="legacy"):
            _ = log.legacy


@pytest.mark.parametrize("status", TicketStatus)
def test_only_what_is_over_is_final(status: TicketStatus):
    assert status.is_final == (status in {"closing", "closed", "archived"})


async def test_no_moment_that_somebody_writes_by_hand_fails_the_query_that_meets_it(own_engine: AsyncEngine):
    async with AsyncSession(own_engine) as session, session.begin():
        columns = "guild_id, scope, key, new_value, value_type, change_type, changed_at"
        values = f"1, 's', 'k', '1', '{Kind.CHANNEL.value}', 'created', 'infinity'"
        await session.execute(text(f"INSERT INTO settings_history ({columns}) VALUES ({values})"))
        (found,) = (await session.scalars(select(SettingsHistory))).all()
        assert (found.changed_at.year, found.changed_at.tzinfo) == (9999, UTC)
    plain = [
        str(column)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.type.compile(dialect=postgresql.dialect()).startswith(("DATE", "TIME"))
        and not isinstance(column.type, (AnyMoment, AnyLocal, AnyDays, AnyClock))
    ]
    assert plain == []
