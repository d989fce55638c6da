"""Rows written at 002: what the database refuses there, and that a step back and forth loses none of it."""

import asyncpg
import pytest

from tests.migrations.rows.conftest import Live

G, U, NOW = 1_290_000_000_000_000_001, 2**63 - 1, "timestamptz '2026-10-25 00:30:15.123456Z'"
CHANGE = "settings_history (id, guild_id, scope, key, value_type, change_type"
SAID = f"{G}, 'general', 'page_size', 'number'"
# In each table one row that says everything it can, and one that says no more than it must.
ROWS = f"""
INSERT INTO bot_settings (guild_id, scope, key, value_type, value, updated_by, updated_at) VALUES
    ({SAID}, '8', {U}, {NOW});
INSERT INTO bot_settings (guild_id, scope, key, value_type, value) VALUES ({G}, 'general', 'contact', 'text', '"👩‍🚀"');
INSERT INTO {CHANGE}, new_value, changed_by, changed_at) VALUES (1, {SAID}, 'created', '8', {U}, {NOW});
INSERT INTO {CHANGE}, old_value, reason) VALUES (2, {SAID}, 'reset', '8', E'too many\n— said 🐢');
INSERT INTO {CHANGE}, new_value, restores_id) VALUES (3, {SAID}, 'restored', '8', 2);
INSERT INTO {CHANGE}, old_value, restores_id) VALUES (4, {SAID}, 'restored', '8', 1);
INSERT INTO reminders (guild_id, name, channel_id, time, call_time, days, message, created_by, origin_channel_id,
    origin_message_id, event_time, location, last_sent_at, timezone) VALUES ({G}, 'tea', {U}, '17:00', '17:30',
    '{{0,6}}', 'مرحبا', {U}, 1, 2, {NOW}, 'here', {NOW}, 'Asia/Kathmandu');
INSERT INTO reminders (guild_id, name, channel_id) VALUES ({G}, '', 1);
INSERT INTO onboarding (guild_id, user_id, responses, timestamp) VALUES ({G}, {U}, '{{"1": ["a", null]}}', {NOW});
INSERT INTO onboarding (guild_id, user_id) VALUES ({G}, 1);
INSERT INTO guild_onboarding_questions (guild_id, step_order, question, question_type, options, followup, required,
    enabled, created_at, updated_at) VALUES ({G}, 1, 'Who?', 'text', '[]', '{{"a": {{"b": null}}}}', false, false,
    {NOW}, {NOW} + interval '1 day');
INSERT INTO guild_onboarding_questions (guild_id, step_order, question) VALUES ({G}, 2, '');
INSERT INTO guild_rules (guild_id, rule_order, title, description, enabled, created_at, updated_at) VALUES
    ({G}, 1, 'Be kind', '…', false, {NOW}, {NOW});
INSERT INTO guild_rules (guild_id, rule_order, title, description) VALUES ({G}, 2, '', '');
INSERT INTO support_tickets (guild_id, user_id, username, description, status, created_at, channel_id, claimed_by,
    claimed_at, updated_at, escalated_to) VALUES ({G}, {U}, 'ünï', 'Help', 'escalated', {NOW}, 5, 6, {NOW}, {NOW}, 7);
INSERT INTO support_tickets (guild_id, user_id, description) VALUES ({G}, {U}, '');
INSERT INTO faq_entries (guild_id, title, summary, keywords, created_at) VALUES
    ({G}, 'Where?', 'There.', ARRAY['a', '', 'NULL'], {NOW});
INSERT INTO faq_entries (guild_id, title, summary) VALUES ({G} - 1, '', '');
INSERT INTO faq_search_logs (guild_id, user_id, query, results_count, searched_at) VALUES ({G}, {U}, 'wher', 1, {NOW});
INSERT INTO faq_search_logs (guild_id) VALUES ({G} - 1);
INSERT INTO audit_logs (guild_id, user_id, command_name, command_type, success, error_message, created_at, details,
    duration_ms) VALUES
    ({G}, {U}, 'faq search', 'slash', false, 'no', {NOW}, '{{"a": [1, {{"b": null}}]}}', {2**31 - 1});
INSERT INTO audit_logs (guild_id, user_id, command_name, command_type) VALUES (0, 0, '', '');
INSERT INTO health_check_history (service, version, uptime_seconds, db_status, guild_count, active_commands_24h,
    gpt_status, database_pool_size, checked_at) VALUES ('bot', '1', 0, 'ok', 1, 2, '-', 5, {NOW});
INSERT INTO health_check_history (service, version, uptime_seconds, db_status) VALUES ('', '', 1, '');
"""


@pytest.fixture
async def filled(live: Live) -> Live:
    """To a database at 002 that holds the rows above."""
    await live.upgrade("002")
    await live.execute(ROWS)
    return live


async def test_rows_survive_a_step_back_and_forth(filled: Live):
    before = await filled.contents(without=("legacy",))
    assert [table for table, lines in before.items() if len(lines) < 2] == []

    await filled.downgrade("001")
    changes = await filled.fetch("SELECT new_value, change_type FROM settings_history ORDER BY id")
    assert [tuple(change) for change in changes] == [
        *(("8", "created"), ("null", "reset"), ("8", "restored"), ("null", "restored"))
    ]
    entries = await filled.fetch("SELECT title, keywords FROM faq_entries ORDER BY id")
    assert [tuple(entry) for entry in entries] == [("Where?", ["a", "", "NULL"]), ("", [])]

    await filled.upgrade("002", legacy_timezone="Europe/Brussels", faq_guild_id="99")
    assert await filled.contents(without=("legacy",)) == before
    assert not await filled.fetchval("SELECT to_regnamespace('concierge_kept_002') IS NOT NULL")


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


async def test_every_rule_refuses_what_breaks_it(filled: Live):
    for rule, statement in REFUSED:
        with pytest.raises(asyncpg.CheckViolationError) as refusal:
            await filled.execute(statement)
        assert refusal.value.constraint_name == f"ck_{rule}"
    rules = await filled.fetch(
        "SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
    )
    assert {rule["conname"] for rule in rules} == {f"ck_{rule}" for rule, _ in REFUSED}


async def test_deleting_a_change_that_was_undone_leaves_the_undoing(filled: Live):
    await filled.execute("DELETE FROM settings_history WHERE id = 2")
    assert await filled.fetchval("SELECT restores_id IS NULL FROM settings_history WHERE id = 3")
    with pytest.raises(asyncpg.ForeignKeyViolationError, match="fk_settings_history_restores_id"):
        await filled.execute("UPDATE settings_history SET restores_id = 2 WHERE id = 3")
