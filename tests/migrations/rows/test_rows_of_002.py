"""Rows written at 002: what the database refuses there, and that a step back and forth loses none of it."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, time, timedelta

import asyncpg
import pytest

from app.db import DatabaseUrl
from tests.migrations.running import connected, contents, downgrade, insert, upgrade

G, U = 1_290_000_000_000_000_001, 2**63 - 1
NOW = datetime(2026, 10, 25, 0, 30, 15, 123456, tzinfo=UTC)
CHANGE = {"guild_id": G, "scope": "general", "key": "page_size", "value_type": "number"}
ROWS: dict[str, list[dict[str, object]]] = {
    # In each table one row that says everything it can, and one that says no more than it must.
    "bot_settings": [
        {**CHANGE, "value": "8", "updated_by": U, "updated_at": NOW},
        {**CHANGE, "key": "contact", "value": '"👩‍🚀"', "value_type": "text"},
    ],
    "settings_history": [
        {**CHANGE, "id": 1, "new_value": "8", "changed_by": U, "changed_at": NOW, "change_type": "created"},
        {**CHANGE, "id": 2, "old_value": "8", "change_type": "reset", "reason": "too many\n— said 🐢"},
        {**CHANGE, "id": 3, "new_value": "8", "change_type": "restored", "restores_id": 2},
        {**CHANGE, "id": 4, "old_value": "8", "change_type": "restored", "restores_id": 1},
    ],
    "reminders": [
        {
            "guild_id": G,
            "name": "tea",
            "channel_id": U,
            "time": time(17),
            "call_time": time(17, 30),
            "days": ["0", "6"],
            "message": "مرحبا",
            "created_by": U,
            "origin_channel_id": 1,
            "origin_message_id": 2,
            "event_time": NOW,
            "location": "here",
            "last_sent_at": NOW,
            "timezone": "Asia/Kathmandu",
        },
        {"guild_id": G, "name": "", "channel_id": 1},
    ],
    "onboarding": [
        {"guild_id": G, "user_id": U, "responses": '{"1": ["a", null]}', "timestamp": NOW},
        {"guild_id": G, "user_id": 1},
    ],
    "guild_onboarding_questions": [
        {
            "guild_id": G,
            "step_order": 1,
            "question": "Who?",
            "question_type": "text",
            "options": "[]",
            "followup": '{"a": {"b": null}}',
            "required": False,
            "enabled": False,
            "created_at": NOW,
            "updated_at": NOW + timedelta(days=1),
        },
        {"guild_id": G, "step_order": 2, "question": ""},
    ],
    "guild_rules": [
        {
            "guild_id": G,
            "rule_order": 1,
            "title": "Be kind",
            "description": "…",
            "enabled": False,
            "created_at": NOW,
            "updated_at": NOW,
        },
        {"guild_id": G, "rule_order": 2, "title": "", "description": ""},
    ],
    "support_tickets": [
        {
            "guild_id": G,
            "user_id": U,
            "username": "ünï",
            "description": "Help",
            "status": "escalated",
            "created_at": NOW,
            "channel_id": 5,
            "claimed_by": 6,
            "claimed_at": NOW,
            "updated_at": NOW,
            "escalated_to": 7,
        },
        {"guild_id": G, "user_id": U, "description": ""},
    ],
    "faq_entries": [
        {"guild_id": G, "title": "Where?", "summary": "There.", "keywords": ["a", "", "NULL"], "created_at": NOW},
        {"guild_id": G - 1, "title": "", "summary": ""},
    ],
    "faq_search_logs": [
        {"guild_id": G, "user_id": U, "query": "wher", "results_count": 1, "searched_at": NOW},
        {"guild_id": G - 1},
    ],
    "audit_logs": [
        {
            "guild_id": G,
            "user_id": U,
            "command_name": "faq search",
            "command_type": "slash",
            "success": False,
            "error_message": "no",
            "created_at": NOW,
            "details": '{"a": [1, {"b": null}]}',
            "duration_ms": 2**31 - 1,
        },
        {"guild_id": 0, "user_id": 0, "command_name": "", "command_type": ""},
    ],
    "health_check_history": [
        {
            "service": "bot",
            "version": "1",
            "uptime_seconds": 0,
            "db_status": "ok",
            "guild_count": 1,
            "active_commands_24h": 2,
            "gpt_status": "-",
            "database_pool_size": 5,
            "checked_at": NOW,
        },
        {"service": "", "version": "", "uptime_seconds": 1, "db_status": ""},
    ],
}


@pytest.fixture
async def connection(empty_database: DatabaseUrl) -> AsyncGenerator[asyncpg.Connection]:
    """To a database at 002 that holds the rows above."""
    await upgrade(empty_database, "002")
    async with connected(empty_database) as connection:
        for table, rows in ROWS.items():
            await insert(connection, table, *rows)
        yield connection


async def test_rows_survive_a_step_back_and_forth(empty_database: DatabaseUrl, connection: asyncpg.Connection):
    before = await contents(empty_database, without=("legacy",))
    assert [table for table, lines in before.items() if len(lines) < 2] == []

    await downgrade(empty_database, "001")
    changes = await connection.fetch("SELECT new_value, change_type FROM settings_history ORDER BY id")
    assert [tuple(change) for change in changes] == [
        *(("8", "created"), ("null", "reset"), ("8", "restored"), ("null", "restored"))
    ]
    entries = await connection.fetch("SELECT title, keywords FROM faq_entries ORDER BY id")
    assert [tuple(entry) for entry in entries] == [("Where?", ["a", "", "NULL"]), ("", [])]

    await upgrade(empty_database, "002", legacy_timezone="Europe/Brussels", faq_guild_id="99")
    assert await contents(empty_database, without=("legacy",)) == before
    assert not await connection.fetchval("SELECT to_regnamespace('concierge_kept_002') IS NOT NULL")


SETTING = "INSERT INTO bot_settings (guild_id, scope, key, value, value_type) VALUES (1, 's', 'k', "
HISTORY = (
    "INSERT INTO settings_history (guild_id, scope, key, old_value, new_value, value_type, change_type) "
    "VALUES (1, 's', 'k', "
)
QUESTIONS = "UPDATE guild_onboarding_questions SET "
TICKET = "INSERT INTO support_tickets (guild_id, user_id, description, status) VALUES (1, 2, "
REFUSED = (
    ("bot_settings_value_type", SETTING + "'1', 'int')"),
    ("settings_history_value_type", HISTORY + "NULL, '1', 'int', 'created')"),
    ("settings_history_change_type", HISTORY + "NULL, '1', 'number', 'deleted')"),
    ("settings_history_no_json_null", HISTORY + "'null', '1', 'number', 'updated')"),
    ("settings_history_no_json_null", HISTORY + "'1', 'null', 'number', 'updated')"),
    ("settings_history_values_fit_change_type", HISTORY + "'1', '2', 'number', 'created')"),
    ("settings_history_values_fit_change_type", HISTORY + "NULL, NULL, 'number', 'created')"),
    ("settings_history_values_fit_change_type", HISTORY + "'1', NULL, 'number', 'updated')"),
    ("settings_history_values_fit_change_type", HISTORY + "'1', '2', 'number', 'reset')"),
    ("settings_history_reason_length", "UPDATE settings_history SET reason = repeat('x', 501)"),
    ("reminders_days", "UPDATE reminders SET days = '{0,7}'"),
    ("reminders_days", "UPDATE reminders SET days = '{NULL}'"),
    ("reminders_timezone_length", "UPDATE reminders SET timezone = ''"),
    ("reminders_name_length", "UPDATE reminders SET name = repeat('x', 201)"),
    ("reminders_message_length", "UPDATE reminders SET message = repeat('x', 4001)"),
    ("reminders_location_length", "UPDATE reminders SET location = repeat('x', 501)"),
    ("guild_onboarding_questions_step_order_positive", QUESTIONS + "step_order = 0 WHERE step_order = 1"),
    ("guild_onboarding_questions_question_length", QUESTIONS + "question = repeat('x', 2001)"),
    ("guild_rules_rule_order_positive", "UPDATE guild_rules SET rule_order = -1 WHERE rule_order = 1"),
    ("guild_rules_title_length", "UPDATE guild_rules SET title = repeat('👾', 257)"),
    ("guild_rules_description_length", "UPDATE guild_rules SET description = repeat('x', 4001)"),
    ("support_tickets_status", TICKET + "'', 'resolved')"),
    ("support_tickets_description_length", TICKET + "repeat('x', 4001), 'open')"),
    ("faq_entries_title_length", "UPDATE faq_entries SET title = repeat('x', 257)"),
    ("faq_entries_summary_length", "UPDATE faq_entries SET summary = repeat('x', 4001)"),
    ("audit_logs_duration_ms_positive", "UPDATE audit_logs SET duration_ms = -1"),
)


async def test_every_rule_refuses_what_breaks_it(connection: asyncpg.Connection):
    for rule, statement in REFUSED:
        with pytest.raises(asyncpg.CheckViolationError) as refusal:
            await connection.execute(statement)
        assert refusal.value.constraint_name == f"ck_{rule}"
    rules = await connection.fetch(
        "SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
    )
    assert {rule["conname"] for rule in rules} == {f"ck_{rule}" for rule, _ in REFUSED}


async def test_deleting_a_change_that_was_undone_leaves_the_undoing(connection: asyncpg.Connection):
    await connection.execute("DELETE FROM settings_history WHERE id = 2")
    assert await connection.fetchval("SELECT restores_id IS NULL FROM settings_history WHERE id = 3")
    with pytest.raises(asyncpg.ForeignKeyViolationError, match="fk_settings_history_restores_id"):
        await connection.execute("UPDATE settings_history SET restores_id = 2 WHERE id = 3")
