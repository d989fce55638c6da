"""Aware times, rules that the database keeps, and an FAQ that belongs to guilds.

Options, as in `alembic -x legacy-timezone=Europe/Brussels upgrade head`:
  legacy-timezone  the IANA zone in which reminders were meant so far (UTC). The predecessor ran on Europe/Brussels.
  faq-guild-id     the guild that past FAQ searches belong to, and that gets the entries beside the guilds known.

No row is refused, dropped or cut. What breaks a rule is mended where that says the same in other words (REPAIRS); where
it cannot be, the row is exempt from the rule (LIMITS). Either way the column `legacy` of the row says so, and
`downgrade` gives back what was there. What 001 has no column for (whose FAQ entry it is, zones, reasons, durations)
is kept during a downgrade in the schema `concierge_kept_002`, made only if there is anything to keep, and comes back
with the next upgrade; a row deleted meanwhile stays deleted. Only the ids of FAQ copies do not survive the way back.

Locks: ACCESS EXCLUSIVE on all eleven tables, taken before anything is done and held to the end; one transaction.
Adding columns and changing types touches no row: with the session at UTC, PostgreSQL knows that timestamp and
timestamptz store the same. Rows are read by one UPDATE per table that mostly finds nothing to do, by one pass that
checks NOT NULL and CHECKs together (NOT VALID would spare nothing, the lock being held anyway), and by new indexes.
Measured on two busy cores: 4 s with a million rows in audit_logs, of which one in twenty had to be mended. What is
mended costs more, 25 s per million rows; that is nearly all of settings_history and bot_settings, for their words.
The release before cannot work with the result (it writes FAQ entries without a guild), hence `contract`.
"""

from typing import NamedTuple
from zoneinfo import available_timezones

from alembic import context, op
from alembic.util import CommandError

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None

risk = "major"
phase = "contract"
downgrade_keeps_data = True

WITH_GUILD = [
    *("audit_logs", "bot_settings", "guild_onboarding_questions", "guild_rules", "onboarding", "reminders"),
    *("settings_history", "support_tickets"),
]
TABLES = sorted([*WITH_GUILD, "faq_entries", "faq_search_logs", "health_check_history"])
KINDS = "'toggle', 'channel', 'role', 'number', 'text', 'duration', 'timezone', 'choice'"
STATUSES = "'open', 'claimed', 'waiting', 'escalated', 'closed', 'archived'"
DAYS = "'0', '1', '2', '3', '4', '5', '6'"
# Discord's epoch: nothing on Discord is older. It stands in where nobody knows when something happened, so that such
# rows are in no statistics of recent days and sort before everything else.
LONG_AGO = "timestamptz '2015-01-01 00:00:00+00'"


class Repair(NamedTuple):
    """Rows in which `broken` holds get `becomes` in `column`, which becomes NOT NULL unless it `stays` what it was."""

    column: str
    type: str
    broken: str
    becomes: str
    stays: bool = False


def undated(column: str, becomes: str = LONG_AGO) -> Repair:
    return Repair(column, "timestamptz", f"{column} IS NULL", becomes)


def undecided(column: str) -> Repair:
    """NULL was not true, in queries as in Python."""
    return Repair(column, "boolean", f"{column} IS NULL", "false")


def listing(column: str, good: str, also_broken: str = "false") -> Repair:
    """Flatten an array and leave out the items that are no good."""
    bad = f"EXISTS (SELECT FROM unnest({column}) AS item WHERE ({good}) IS NOT TRUE) OR array_ndims({column}) > 1"
    items = f"SELECT item FROM unnest({column}) WITH ORDINALITY AS listed (item, place) WHERE {good} ORDER BY place"
    return Repair(column, "text[]", f"{bad} OR {also_broken}", f"ARRAY({items})", stays=also_broken == "false")


def kind(value: str) -> Repair:
    """Name the kind of a value in the words of today: by its own word, or for want of one by what it looks like."""
    word = "lower(btrim(value_type))"
    becomes = f"""CASE WHEN {word} IN ({KINDS}) THEN {word}
        WHEN {word} IN ('bool', 'boolean') THEN 'toggle' WHEN {word} IN ('int', 'integer', 'float') THEN 'number'
        WHEN {word} IN ('str', 'string') THEN 'text' WHEN {word} = 'channel_id' THEN 'channel'
        WHEN {word} = 'role_id' THEN 'role' WHEN jsonb_typeof({value}) = 'boolean' THEN 'toggle'
        WHEN jsonb_typeof({value}) = 'number' THEN 'number' ELSE 'text' END"""
    return Repair("value_type", "text", f"value_type IS NULL OR value_type NOT IN ({KINDS})", becomes)


# JSON's null was the only way to write "nothing chosen" into new_value; now that is SQL's NULL. A change to nothing is
# a reset whatever it was called, and what a deletion noted as its new value was there to satisfy NOT NULL.
CHANGE_TYPE = """CASE
    WHEN lower(btrim(change_type)) IN ('restored', 'rollback', 'rolled_back', 'reverted', 'undo') THEN 'restored'
    WHEN new_value = 'null' THEN 'reset'
    WHEN lower(btrim(change_type)) IN ('reset', 'deleted', 'delete', 'removed', 'cleared') THEN 'reset'
    WHEN lower(btrim(change_type)) IN ('updated', 'update', 'changed') THEN 'updated'
    WHEN coalesce(old_value, 'null') = 'null' THEN 'created' ELSE 'updated' END"""

# A word that nobody knows becomes `open`: somebody then looks at the ticket, instead of nobody.
STATUS = f"""CASE WHEN lower(btrim(status)) IN ({STATUSES}) THEN lower(btrim(status))
    WHEN lower(btrim(status)) IN ('resolved', 'solved', 'done', 'completed') THEN 'closed'
    WHEN lower(btrim(status)) IN ('assigned', 'in_progress', 'in progress') THEN 'claimed'
    WHEN lower(btrim(status)) IN ('pending', 'on_hold', 'on hold') THEN 'waiting'
    WHEN lower(btrim(status)) IN ('deleted') THEN 'archived' ELSE 'open' END"""

CREATED = undated("created_at", f"coalesce(updated_at, {LONG_AGO})")
UPDATED = undated("updated_at", f"coalesce(created_at, {LONG_AGO})")

REPAIRS: dict[str, list[Repair]] = {
    # A command counts as successful unless told otherwise, and one that has an error was told otherwise.
    "audit_logs": [undated("created_at"), Repair("success", "boolean", "success IS NULL", "error_message IS NULL")],
    "bot_settings": [kind("value"), undated("updated_at")],
    "faq_entries": [
        Repair("title", "text", "title IS NULL", "''"),
        Repair("summary", "text", "summary IS NULL", "''"),
        listing("keywords", "item IS NOT NULL", "keywords IS NULL"),
        undated("created_at"),
    ],
    "faq_search_logs": [undated("searched_at")],
    "guild_onboarding_questions": [undecided("required"), undecided("enabled"), CREATED, UPDATED],
    "guild_rules": [undecided("enabled"), CREATED, UPDATED],
    "health_check_history": [undated("checked_at")],
    "onboarding": [undated("timestamp")],
    # The predecessor looked for exactly '0' to '6', so that no other word ever sent anything.
    "reminders": [listing("days", f"item IN ({DAYS})")],
    "settings_history": [
        kind("coalesce(nullif(new_value, 'null'), old_value)"),
        undated("changed_at"),
        Repair("change_type", "text", f"change_type <> {CHANGE_TYPE}", CHANGE_TYPE, stays=True),
        Repair("old_value", "jsonb", "old_value = 'null'", "NULL", stays=True),
        Repair("new_value", "jsonb", f"new_value = 'null' OR {CHANGE_TYPE} = 'reset'", "NULL", stays=True),
    ],
    "support_tickets": [
        Repair("status", "text", f"status IS NULL OR status NOT IN ({STATUSES})", STATUS),
        undated("created_at", f"coalesce(least(claimed_at, updated_at), {LONG_AGO})"),
        undated("updated_at", f"coalesce(greatest(claimed_at, created_at), {LONG_AGO})"),
    ],
}

CHECKS = {
    "audit_logs": {"duration_ms_positive": "duration_ms >= 0"},
    "bot_settings": {"value_type": f"value_type IN ({KINDS})"},
    "reminders": {
        "days": "days <@ '{0,1,2,3,4,5,6}'::text[]",
        "timezone_length": "char_length(timezone) BETWEEN 1 AND 64",
    },
    "settings_history": {
        "value_type": f"value_type IN ({KINDS})",
        "change_type": "change_type IN ('created', 'updated', 'reset', 'restored')",
        "no_json_null": "jsonb_typeof(old_value) <> 'null' AND jsonb_typeof(new_value) <> 'null'",
        "values_fit_change_type": """CASE change_type WHEN 'created' THEN old_value IS NULL AND new_value IS NOT NULL
            WHEN 'updated' THEN new_value IS NOT NULL WHEN 'reset' THEN new_value IS NULL ELSE true END""",
        "reason_length": "char_length(reason) <= 500",
    },
    "support_tickets": {"status": f"status IN ({STATUSES})"},
}

# Limits, each named after its column. A row that is beyond one already stays as it is, and says so in `legacy`.
LIMITS = {
    "faq_entries": {"title_length": "char_length(title) <= 256", "summary_length": "char_length(summary) <= 4000"},
    "guild_onboarding_questions": {
        "step_order_positive": "step_order >= 1",
        "question_length": "char_length(question) <= 2000",
    },
    "guild_rules": {
        "rule_order_positive": "rule_order >= 1",
        "title_length": "char_length(title) <= 256",
        "description_length": "char_length(description) <= 4000",
    },
    "reminders": {
        "name_length": "char_length(name) <= 200",
        "message_length": "char_length(message) <= 4000",
        "location_length": "char_length(location) <= 500",
    },
    "support_tickets": {"description_length": "char_length(description) <= 4000"},
}

ADDED = {
    "audit_logs": {"details": "jsonb", "duration_ms": "integer"},
    "faq_entries": {"guild_id": "bigint"},
    "faq_search_logs": {"guild_id": "bigint NOT NULL"},
    "reminders": {"timezone": "text NOT NULL"},
    "settings_history": {"reason": "text", "restores_id": "integer"},
}
WRITTEN = ["created_at", "updated_at"]
NAIVE = {"guild_onboarding_questions": WRITTEN, "guild_rules": WRITTEN, "onboarding": ["timestamp"]}
FINISH = {
    "faq_entries": "ALTER COLUMN guild_id SET NOT NULL, ALTER COLUMN keywords SET DEFAULT '{}'",
    "faq_search_logs": "ALTER COLUMN guild_id DROP DEFAULT, ALTER COLUMN legacy DROP DEFAULT",
    "reminders": "ALTER COLUMN timezone SET DEFAULT 'UTC', ALTER COLUMN legacy DROP DEFAULT",
    "settings_history": """ADD CONSTRAINT fk_settings_history_restores_id FOREIGN KEY (restores_id)
        REFERENCES settings_history (id) ON DELETE SET NULL""",
}
RENAMED = {
    **{f"{table}_pkey": f"pk_{table}" for table in TABLES},
    "guild_onboarding_questions_guild_id_step_order_key": "uq_guild_onboarding_questions_guild_id_step_order",
    "guild_rules_guild_id_rule_order_key": "uq_guild_rules_guild_id_rule_order",
    "idx_audit_logs_command": "ix_audit_logs_command_name_created_at",
    "idx_audit_logs_guild_created": "ix_audit_logs_guild_id_created_at",
    "idx_health_check_history_checked_at": "ix_health_check_history_checked_at",
    "idx_health_check_history_service": "ix_health_check_history_service_checked_at",
    "idx_reminders_event_time": "ix_reminders_event_time",
    "idx_support_tickets_channel_id": "ix_support_tickets_channel_id",
}
# Nothing looks across guilds any more, and nothing for a minute of the day.
OLD_INDEXES = """
idx_reminders_time ON reminders (time)
idx_settings_history_changed_at ON settings_history (changed_at)
idx_settings_history_guild_scope_key ON settings_history (guild_id, scope, key)
idx_support_tickets_status ON support_tickets (status)
idx_support_tickets_user_id ON support_tickets (user_id)
""".strip().splitlines()
NEW_INDEXES = """
ix_audit_logs_guild_id_user_id ON audit_logs (guild_id, user_id)
ix_faq_entries_guild_id ON faq_entries (guild_id)
ix_faq_entries_keywords ON faq_entries USING gin (keywords)
ix_faq_search_logs_guild_id_searched_at ON faq_search_logs (guild_id, searched_at DESC)
ix_reminders_guild_id_created_by ON reminders (guild_id, created_by)
ix_settings_history_guild_id_changed_at ON settings_history (guild_id, changed_at DESC, id DESC)
ix_settings_history_guild_id_scope_key_changed_at ON settings_history (guild_id, scope, key, changed_at DESC, id DESC)
ix_settings_history_restores_id ON settings_history (restores_id) WHERE restores_id IS NOT NULL
ix_support_tickets_guild_id_status ON support_tickets (guild_id, status)
ix_support_tickets_guild_id_user_id ON support_tickets (guild_id, user_id)
ix_support_tickets_updated_at_unfinished ON support_tickets (updated_at) WHERE status NOT IN ('closed', 'archived')
""".strip().splitlines()

KNOWN = " UNION ".join(f"SELECT guild_id FROM {table} WHERE guild_id > 0" for table in WITH_GUILD)
GUILDS = "SELECT coalesce(array_agg(guild_id ORDER BY guild_id), '{{0}}') AS guilds FROM ({}) AS known"
# The entries that 002 made out of one, as far as they still say the same.
ALIKE = "PARTITION BY coalesce((legacy ->> 'copy_of')::integer, id), title, summary, keywords, created_at ORDER BY id"
KEPT = f"""
    SELECT 'audit_logs' AS table_name, id, jsonb_build_object('details', details, 'duration_ms', duration_ms) AS held
    FROM audit_logs WHERE details IS NOT NULL OR duration_ms IS NOT NULL
    UNION ALL SELECT 'faq_search_logs', id, jsonb_build_object('guild_id', guild_id)
    FROM faq_search_logs WHERE legacy -> 'guild_id' ->> 1 IS DISTINCT FROM guild_id::text
    UNION ALL SELECT 'reminders', id, jsonb_build_object('timezone', timezone)
    FROM reminders WHERE legacy -> 'timezone' ->> 1 IS DISTINCT FROM timezone
    UNION ALL SELECT 'settings_history', id, jsonb_build_object('reason', reason, 'restores_id', restores_id)
    FROM settings_history WHERE reason IS NOT NULL OR restores_id IS NOT NULL
    UNION ALL SELECT 'faq_entries', first_id, jsonb_build_object('guilds', guilds) FROM (
        SELECT first_id, array_agg(guild_id ORDER BY guild_id) AS guilds, bool_and((legacy ? 'guild_id') IS TRUE) AS old
        FROM (SELECT guild_id, legacy, first_value(id) OVER ({ALIKE}) AS first_id FROM faq_entries) AS entry
        GROUP BY first_id) AS family
    WHERE NOT old OR guilds <> ({GUILDS.format(KNOWN)})
"""


def option(name: str) -> str | None:
    given = {**context.config.attributes.get("options", {}), **context.get_x_argument(as_dictionary=True)}
    return {key.replace("_", "-"): value for key, value in given.items()}.get(name)


def upgrade() -> None:
    zone = option("legacy-timezone") or "UTC"
    if zone != "UTC" and zone not in available_timezones():
        raise CommandError(f"legacy-timezone={zone} is not an IANA time zone; write it as in Europe/Brussels.")
    guild = option("faq-guild-id")
    if guild and not (guild.isascii() and guild.isdigit() and 0 < int(guild) < 2**63):
        raise CommandError(f"faq-guild-id={guild} is not the id of a guild, which is a number of up to 19 digits.")
    known = f"{KNOWN} UNION SELECT {guild}" if guild else KNOWN
    lock()
    for table in TABLES:
        add_columns(table, zone)
    add_columns_to_searches(f"coalesce({guild or 'NULL'}, CASE count(*) WHEN 1 THEN min(guild_id) END, 0)", known)
    for table in TABLES:
        repair(table)
    bring_back()
    share_out_entries(known)
    for table in TABLES:
        enforce(table)
    for old, new in RENAMED.items():
        op.execute(f"ALTER INDEX {old} RENAME TO {new}")
    for index in OLD_INDEXES:
        op.execute(f"DROP INDEX {index.split()[0]}")
    for index in NEW_INDEXES:
        op.execute(f"CREATE INDEX {index}")


def downgrade() -> None:
    lock()
    put_aside()
    op.execute(
        f"DELETE FROM faq_entries USING (SELECT id AS copy_id, first_value(id) OVER ({ALIKE}) AS first_id "
        "FROM faq_entries) AS entry WHERE id = copy_id AND copy_id <> first_id"
    )
    for index in NEW_INDEXES:
        op.execute(f"DROP INDEX {index.split()[0]}")
    for table in TABLES:
        restore(table)
    for old, new in RENAMED.items():
        op.execute(f"ALTER INDEX {new} RENAME TO {old}")
    for index in OLD_INDEXES:
        op.execute(f"CREATE INDEX {index}")


def lock() -> None:
    op.execute(f"LOCK TABLE {', '.join(TABLES)} IN ACCESS EXCLUSIVE MODE")
    op.execute("SET LOCAL TimeZone = 'UTC'")


def add_columns(table: str, zone: str) -> None:
    """Where all rows of today get the same value, it is a passing default, so that none of them has to be written."""
    columns = {**ADDED.get(table, {}), "legacy": "jsonb"}
    if table == "reminders":
        columns["timezone"] += f" DEFAULT '{zone}'"
        columns["legacy"] += f""" DEFAULT '{{"timezone": [null, "{zone}"]}}'"""
    changes = [f"ADD COLUMN {column} {kind}" for column, kind in columns.items()]
    changes += [f"ALTER COLUMN {column} TYPE timestamptz" for column in NAIVE.get(table, [])]
    if table == "settings_history":
        changes.append("ALTER COLUMN new_value DROP NOT NULL")
    if table != "faq_search_logs":
        op.execute(f"ALTER TABLE {table} {', '.join(changes)}")


def add_columns_to_searches(home: str, known: str) -> None:
    """The log does not say where a search was: in the guild that was named, or the only one there is, or 0."""
    op.execute(f"""
        DO $$ DECLARE home bigint DEFAULT (SELECT {home} FROM ({known}) AS known); BEGIN
            EXECUTE 'ALTER TABLE faq_search_logs ADD COLUMN guild_id bigint NOT NULL DEFAULT ' || home
                || ', ADD COLUMN legacy jsonb DEFAULT '
                || quote_literal(jsonb_build_object('guild_id', jsonb_build_array(NULL, home)));
        END $$
    """)


def repair(table: str) -> None:
    """Mend what can be, and note in `legacy` what was mended and what is exempt."""
    values: list[str] = []
    notes: list[str] = []
    wanted: list[str] = []
    for column, kind, broken, becomes, _ in REPAIRS[table]:
        before = f"{column}::text" if kind == "text[]" else column
        note = f"jsonb_build_object('{column}', jsonb_build_array({before}, {becomes}))"
        notes.append(f"CASE WHEN {broken} THEN {note} ELSE '{{}}' END")
        values.append(f"{column} = CASE WHEN {broken} THEN {becomes} ELSE {column} END")
        wanted.append(f"({broken})")
    for name, rule in LIMITS.get(table, {}).items():
        notes.append(f"""CASE WHEN NOT {rule} THEN '{{"{limited(name)}": true}}'::jsonb ELSE '{{}}' END""")
        wanted.append(f"NOT {rule}")
    values.append(f"legacy = coalesce(legacy, '{{}}') || {' || '.join(notes)}")
    op.execute(f"UPDATE {table} SET {', '.join(values)} WHERE {' OR '.join(wanted)}")


def limited(name: str) -> str:
    return name.rpartition("_")[0]


def enforce(table: str) -> None:
    """Everything that one pass over the table can check."""
    changes = [f"ALTER COLUMN {repair.column} SET NOT NULL" for repair in REPAIRS[table] if not repair.stays]
    # The predecessor's CURRENT_TIMESTAMP means the same as now(), but is another expression.
    changes += [f"ALTER COLUMN {column} SET DEFAULT now()" for column in NAIVE.get(table, [])]
    rules = dict(CHECKS.get(table, {}))
    for name, rule in LIMITS.get(table, {}).items():
        # IS TRUE, because a CHECK lets NULL pass.
        rules[name] = f"{rule} OR (legacy ? '{limited(name)}') IS TRUE"
    changes += [f"ADD CONSTRAINT ck_{table}_{name} CHECK ({rule})" for name, rule in rules.items()]
    changes += [FINISH[table]] if table in FINISH else []
    op.execute(f"ALTER TABLE {table} {', '.join(changes)}")


def restore(table: str) -> None:
    """Undo `enforce`; give back what was mended, wherever nobody has changed it since; drop the columns."""
    changes = [f"ALTER COLUMN {repair.column} DROP NOT NULL" for repair in REPAIRS[table] if not repair.stays]
    changes += [f"DROP CONSTRAINT ck_{table}_{name}" for name in [*CHECKS.get(table, {}), *LIMITS.get(table, {})]]
    if changes:
        op.execute(f"ALTER TABLE {table} {', '.join(changes)}")
    values: list[str] = []
    for column, kind, *_ in REPAIRS[table]:
        before = f"legacy -> '{column}' -> 0" if kind == "jsonb" else f"(legacy -> '{column}' ->> 0)::{kind}"
        unchanged = f"legacy -> '{column}' -> 1 = coalesce(to_jsonb({column}), 'null')"
        values.append(f"{column} = CASE WHEN {unchanged} THEN {before} ELSE {column} END")
    columns = ", ".join(f"'{repair.column}'" for repair in REPAIRS[table])
    op.execute(f"UPDATE {table} SET {', '.join(values)} WHERE legacy ?| ARRAY[{columns}]")
    changes = [f"DROP COLUMN {column}" for column in [*ADDED.get(table, {}), "legacy"]]
    changes += [f"ALTER COLUMN {column} TYPE timestamp" for column in NAIVE.get(table, [])]
    if table == "faq_entries":
        changes.append("ALTER COLUMN keywords DROP DEFAULT")
    if table == "settings_history":
        op.execute("UPDATE settings_history SET new_value = 'null' WHERE new_value IS NULL")
        changes.append("ALTER COLUMN new_value SET NOT NULL")
    op.execute(f"ALTER TABLE {table} {', '.join(changes)}")


def put_aside() -> None:
    op.execute(f"""
        DO $$ BEGIN IF EXISTS ({KEPT}) THEN
            IF NOT has_database_privilege(current_database(), 'CREATE') THEN
                RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE =
                    'Revision 001 cannot hold everything that is in the database, and this role may not create the '
                    'schema concierge_kept_002 to keep the rest in. GRANT CREATE ON DATABASE to it and try again.';
            END IF;
            CREATE SCHEMA concierge_kept_002;
            CREATE TABLE concierge_kept_002.kept AS {KEPT};
        END IF; END $$
    """)


def bring_back() -> None:
    """Entries only learn here for which guilds they are; see share_out_entries."""
    kept = "FROM concierge_kept_002.kept WHERE kept.id = {0}.id AND table_name = '{0}'"
    op.execute(f"""
        DO $$ BEGIN IF to_regclass('concierge_kept_002.kept') IS NOT NULL THEN
            UPDATE audit_logs SET details = nullif(held -> 'details', 'null'),
                duration_ms = (held ->> 'duration_ms')::integer {kept.format("audit_logs")};
            UPDATE faq_search_logs SET guild_id = (held ->> 'guild_id')::bigint,
                legacy = nullif(legacy - 'guild_id', '{{}}') {kept.format("faq_search_logs")};
            UPDATE reminders SET timezone = held ->> 'timezone',
                legacy = nullif(legacy - 'timezone', '{{}}') {kept.format("reminders")};
            UPDATE settings_history SET reason = held ->> 'reason', restores_id = (SELECT older.id
                FROM settings_history AS older WHERE older.id = (held ->> 'restores_id')::integer)
                {kept.format("settings_history")};
            UPDATE faq_entries SET legacy = coalesce(legacy, '{{}}') || held {kept.format("faq_entries")};
            DROP SCHEMA concierge_kept_002 CASCADE;
        END IF; END $$
    """)


def share_out_entries(known: str) -> None:
    """Every guild saw every entry, so each gets its own: the first keeps the id, the others get a copy."""
    # Rows that came with their ids from elsewhere leave the sequence behind, and a copy would take an id in use.
    op.execute(
        "SELECT setval('faq_entries_id_seq', max(id)) FROM faq_entries "
        "HAVING max(id) >= (SELECT last_value FROM faq_entries_id_seq)"
    )
    op.execute(f"""
        WITH known AS ({GUILDS.format(known)}),
        home AS (
            SELECT id, title, summary, keywords, created_at, home.guild_id, place,
                nullif(coalesce(legacy - 'guilds', '{{}}')
                    || CASE WHEN legacy ? 'guilds' THEN '{{}}'
                            ELSE jsonb_build_object('guild_id', jsonb_build_array(NULL, home.guild_id)) END
                    || CASE WHEN place = 1 THEN '{{}}' ELSE jsonb_build_object('copy_of', id) END, '{{}}') AS legacy
            FROM faq_entries CROSS JOIN known CROSS JOIN LATERAL unnest(CASE WHEN legacy ? 'guilds'
                THEN ARRAY(SELECT jsonb_array_elements_text(legacy -> 'guilds')::bigint) ELSE guilds END
            ) WITH ORDINALITY AS home (guild_id, place)),
        copy AS (
            INSERT INTO faq_entries (title, summary, keywords, created_at, guild_id, legacy)
            SELECT title, summary, keywords, created_at, guild_id, legacy FROM home WHERE place > 1 ORDER BY id, place)
        UPDATE faq_entries SET guild_id = home.guild_id, legacy = home.legacy
        FROM home WHERE home.id = faq_entries.id AND place = 1
    """)
