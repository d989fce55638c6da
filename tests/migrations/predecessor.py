"""The predecessor's database as its own SQL makes it: no Alembic, no names but those PostgreSQL gives."""

SCHEMA = """
CREATE TABLE bot_settings (
    guild_id BIGINT NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    value JSONB NOT NULL,
    value_type TEXT,
    updated_by BIGINT,
    updated_at TIMESTAMPTZ DEFAULT NOW(),
    PRIMARY KEY (guild_id, scope, key)
);
CREATE TABLE settings_history (
    id SERIAL PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    old_value JSONB,
    new_value JSONB NOT NULL,
    value_type TEXT,
    changed_by BIGINT,
    changed_at TIMESTAMPTZ DEFAULT NOW(),
    change_type TEXT NOT NULL
);
CREATE INDEX idx_settings_history_guild_scope_key ON settings_history (guild_id, scope, key);
CREATE INDEX idx_settings_history_changed_at ON settings_history (changed_at);
CREATE TABLE reminders (
    id SERIAL PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    channel_id BIGINT NOT NULL,
    time TIME,
    call_time TIME,
    days TEXT[],
    message TEXT,
    created_by BIGINT,
    origin_channel_id BIGINT,
    origin_message_id BIGINT,
    event_time TIMESTAMPTZ,
    location TEXT,
    last_sent_at TIMESTAMPTZ
);
CREATE INDEX idx_reminders_time ON reminders (time);
CREATE INDEX idx_reminders_event_time ON reminders (event_time);
CREATE TABLE onboarding (
    guild_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    responses JSONB,
    timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (guild_id, user_id)
);
CREATE TABLE guild_onboarding_questions (
    id SERIAL PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    step_order INTEGER NOT NULL,
    question TEXT NOT NULL,
    question_type TEXT NOT NULL DEFAULT 'select',
    options JSONB,
    followup JSONB,
    required BOOLEAN DEFAULT TRUE,
    enabled BOOLEAN DEFAULT TRUE,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    UNIQUE (guild_id, step_order)
);
CREATE TABLE guild_rules (
    id SERIAL PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    rule_order INTEGER NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    enabled BOOLEAN DEFAULT TRUE,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    UNIQUE (guild_id, rule_order)
);
CREATE TABLE support_tickets (
    id SERIAL PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    username TEXT,
    description TEXT NOT NULL,
    status TEXT DEFAULT 'open',
    created_at TIMESTAMPTZ DEFAULT NOW()
);
-- It grew over the years: the same columns, added one by one.
ALTER TABLE support_tickets ADD COLUMN IF NOT EXISTS channel_id BIGINT;
ALTER TABLE support_tickets ADD COLUMN IF NOT EXISTS claimed_by BIGINT;
ALTER TABLE support_tickets ADD COLUMN IF NOT EXISTS claimed_at TIMESTAMPTZ;
ALTER TABLE support_tickets ADD COLUMN IF NOT EXISTS updated_at TIMESTAMPTZ DEFAULT NOW();
ALTER TABLE support_tickets ADD COLUMN IF NOT EXISTS escalated_to BIGINT;
CREATE INDEX idx_support_tickets_user_id ON support_tickets (user_id);
CREATE INDEX idx_support_tickets_status ON support_tickets (status);
CREATE INDEX idx_support_tickets_channel_id ON support_tickets (channel_id);
CREATE TABLE faq_entries (
    id SERIAL PRIMARY KEY,
    title TEXT,
    summary TEXT,
    keywords TEXT[],
    created_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE faq_search_logs (
    id SERIAL PRIMARY KEY,
    user_id BIGINT,
    query TEXT,
    results_count INTEGER,
    searched_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE audit_logs (
    id SERIAL PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    command_name TEXT NOT NULL,
    command_type TEXT NOT NULL,
    success BOOLEAN DEFAULT TRUE,
    error_message TEXT,
    created_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE INDEX idx_audit_logs_guild_created ON audit_logs (guild_id, created_at);
CREATE INDEX idx_audit_logs_command ON audit_logs (command_name, created_at);
CREATE TABLE health_check_history (
    id SERIAL PRIMARY KEY,
    service TEXT NOT NULL,
    version TEXT NOT NULL,
    uptime_seconds INTEGER NOT NULL,
    db_status TEXT NOT NULL,
    guild_count INTEGER,
    active_commands_24h INTEGER,
    gpt_status TEXT,
    database_pool_size INTEGER,
    checked_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE INDEX idx_health_check_history_checked_at ON health_check_history (checked_at DESC);
CREATE INDEX idx_health_check_history_service ON health_check_history (service, checked_at DESC);
"""

ROWS = """
INSERT INTO bot_settings (guild_id, scope, key, value, updated_by) VALUES
    (81384788765712384, 'system', 'log_channel_id', '"81384788765712385"', 42),
    (81384788765712384, 'reminders', 'enabled', 'true', NULL);
INSERT INTO settings_history (guild_id, scope, key, old_value, new_value, changed_by, change_type) VALUES
    (81384788765712384, 'reminders', 'enabled', NULL, 'true', 42, 'created');
INSERT INTO reminders (guild_id, name, channel_id, time, call_time, days, message, event_time) VALUES
    (81384788765712384, 'raid', 5, '19:30', '20:00', '{1,4}', 'Bring potions', NULL),
    (81384788765712384, 'party', 5, NULL, NULL, '{}', 'Zur Sonne 🌞', '2026-12-24 18:00+01');
INSERT INTO onboarding (guild_id, user_id, responses, timestamp) VALUES
    (81384788765712384, 7, '{"0": "yes"}', '2024-05-06 07:08:09'), (81384788765712384, 8, NULL, NULL);
INSERT INTO guild_onboarding_questions (guild_id, step_order, question, options) VALUES
    (81384788765712384, 1, 'Who are you?', '[{"label": "A", "value": "a"}]');
INSERT INTO guild_rules (guild_id, rule_order, title, description) VALUES (81384788765712384, 1, 'Be kind', 'Always.');
INSERT INTO support_tickets (guild_id, user_id, username, description, status) VALUES
    (81384788765712384, 7, 'somebody', 'It is broken', 'open'), (81384788765712384, 8, NULL, 'Again', NULL);
INSERT INTO faq_entries (title, summary, keywords) VALUES ('How?', 'Like this.', '{how,why}'), (NULL, NULL, NULL);
INSERT INTO faq_search_logs (user_id, query, results_count) VALUES (7, 'how', 1);
INSERT INTO audit_logs (guild_id, user_id, command_name, command_type) VALUES (81384788765712384, 7, 'help', 'slash');
INSERT INTO health_check_history (service, version, uptime_seconds, db_status) VALUES ('bot', '1.0', 5, 'ok');
"""

TABLES = {
    **dict.fromkeys(("bot_settings", "reminders", "onboarding", "support_tickets", "faq_entries"), 2),
    **dict.fromkeys(("settings_history", "guild_onboarding_questions", "guild_rules", "faq_search_logs"), 1),
    **dict.fromkeys(("audit_logs", "health_check_history"), 1),
}
"""Every table and how many rows `ROWS` puts into it."""
