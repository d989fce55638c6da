"""Damages to the constraints and indexes of the zoo."""

from tests.migrations.zoo import Mutation

KEYS = {
    # primary keys
    "primary key dropped": Mutation("ALTER TABLE members DROP CONSTRAINT members_pkey", "constraint.missing"),
    "primary key on other columns": Mutation(
        "ALTER TABLE members DROP CONSTRAINT members_pkey, ADD PRIMARY KEY (user_id)", "constraint.changed"
    ),
    "primary key in another order": Mutation(
        "ALTER TABLE members DROP CONSTRAINT members_pkey, ADD PRIMARY KEY (user_id, guild_id)", "constraint.changed"
    ),
    "primary key renamed": Mutation(
        "ALTER TABLE members RENAME CONSTRAINT members_pkey TO pk_members", "constraint.renamed"
    ),
    "primary key deferrable": Mutation(
        "ALTER TABLE members DROP CONSTRAINT members_pkey, ADD PRIMARY KEY (guild_id, user_id) DEFERRABLE",
        "constraint.changed",
    ),
    "primary key with INCLUDE": Mutation(
        "ALTER TABLE members DROP CONSTRAINT members_pkey, ADD PRIMARY KEY (guild_id, user_id) INCLUDE (joined_at)",
        "constraint.changed",
    ),
    "primary key that others refer to": Mutation(
        "ALTER TABLE guilds DROP CONSTRAINT guilds_pkey CASCADE, ADD PRIMARY KEY (guild_id) INCLUDE (name); "
        "ALTER TABLE tickets ADD CONSTRAINT tickets_guild FOREIGN KEY (guild_id) REFERENCES guilds ON DELETE CASCADE; "
        "ALTER TABLE events ADD CONSTRAINT unexpected FOREIGN KEY (id) REFERENCES guilds NOT VALID",
        "constraint.changed",
    ),
    # unique
    "unique dropped": Mutation("ALTER TABLE tickets DROP CONSTRAINT tickets_number", "constraint.missing"),
    "unique on other columns": Mutation(
        "ALTER TABLE tickets DROP CONSTRAINT tickets_number, ADD CONSTRAINT tickets_number UNIQUE (guild_id, title)",
        "constraint.changed",
    ),
    "unique deferrable": Mutation(
        "ALTER TABLE tickets DROP CONSTRAINT tickets_number, "
        "ADD CONSTRAINT tickets_number UNIQUE (guild_id, priority, title) DEFERRABLE INITIALLY DEFERRED",
        "constraint.changed",
    ),
    "unique nulls not distinct": Mutation(
        "ALTER TABLE tickets DROP CONSTRAINT tickets_number, "
        "ADD CONSTRAINT tickets_number UNIQUE NULLS NOT DISTINCT (guild_id, priority, title)",
        "constraint.changed",
    ),
    "unique renamed": Mutation(
        "ALTER TABLE tickets RENAME CONSTRAINT tickets_number TO tickets_numbers", "constraint.renamed"
    ),
    "unique added": Mutation("ALTER TABLE members ADD UNIQUE (joined_at)", "constraint.unexpected"),
    # foreign keys
    "foreign key dropped": Mutation("ALTER TABLE tickets DROP CONSTRAINT tickets_guild", "constraint.missing"),
    "foreign key without cascade": Mutation(
        "ALTER TABLE tickets DROP CONSTRAINT tickets_guild, "
        "ADD CONSTRAINT tickets_guild FOREIGN KEY (guild_id) REFERENCES guilds",
        "constraint.changed",
    ),
    "foreign key on update": Mutation(
        "ALTER TABLE tickets DROP CONSTRAINT tickets_guild, "
        "ADD CONSTRAINT tickets_guild FOREIGN KEY (guild_id) REFERENCES guilds ON DELETE CASCADE ON UPDATE CASCADE",
        "constraint.changed",
    ),
    "foreign key not valid": Mutation(
        "ALTER TABLE tickets DROP CONSTRAINT tickets_guild, "
        "ADD CONSTRAINT tickets_guild FOREIGN KEY (guild_id) REFERENCES guilds ON DELETE CASCADE NOT VALID",
        "constraint.validity",
    ),
    "foreign key deferrable": Mutation(
        "ALTER TABLE tickets ALTER CONSTRAINT tickets_guild DEFERRABLE", "constraint.changed"
    ),
    # checks
    "check dropped": Mutation("ALTER TABLE tickets DROP CONSTRAINT tickets_title", "constraint.missing"),
    "check expression changed": Mutation(
        "ALTER TABLE tickets DROP CONSTRAINT tickets_title, "
        "ADD CONSTRAINT tickets_title CHECK (char_length(title) BETWEEN 1 AND 2000)",
        "constraint.changed",
    ),
    "check not valid": Mutation(
        "ALTER TABLE tickets DROP CONSTRAINT tickets_title, "
        "ADD CONSTRAINT tickets_title CHECK (char_length(title) BETWEEN 1 AND 200) NOT VALID",
        "constraint.validity",
    ),
    "check over several lines": Mutation("ALTER TABLE tickets DROP CONSTRAINT tickets_price", "constraint.missing"),
    "check renamed": Mutation("ALTER TABLE tickets RENAME CONSTRAINT tickets_title TO titles", "constraint.renamed"),
    "check added": Mutation("ALTER TABLE tickets ADD CHECK (priority < 9)", "constraint.unexpected"),
    # exclusion
    "exclusion dropped": Mutation("ALTER TABLE tickets DROP CONSTRAINT tickets_apart", "constraint.missing"),
    "exclusion weakened": Mutation(
        "ALTER TABLE tickets DROP CONSTRAINT tickets_apart, ADD CONSTRAINT tickets_apart "
        "EXCLUDE USING gist (guild_id WITH =, opened WITH &&) WHERE (priority > 0)",
        "constraint.changed",
    ),
    # indexes
    "index dropped": Mutation("DROP INDEX tickets_open", "index.missing"),
    "index added": Mutation("CREATE INDEX members_joined ON members (joined_at)", "index.unexpected"),
    "index renamed": Mutation("ALTER INDEX tickets_open RENAME TO tickets_opened", "index.renamed"),
    "predicate changed": Mutation(
        "DROP INDEX tickets_open; "
        "CREATE INDEX tickets_open ON tickets (guild_id, created_at DESC) WHERE updated_at IS NOT NULL",
        "index.changed",
    ),
    "predicate removed": Mutation(
        "DROP INDEX tickets_open; CREATE INDEX tickets_open ON tickets (guild_id, created_at DESC)", "index.changed"
    ),
    "descending removed": Mutation(
        "DROP INDEX tickets_open; CREATE INDEX tickets_open ON tickets (guild_id, created_at) WHERE updated_at IS NULL",
        "index.changed",
    ),
    "nulls last": Mutation(
        "DROP INDEX tickets_open; CREATE INDEX tickets_open ON tickets (guild_id, created_at DESC NULLS LAST) "
        "WHERE updated_at IS NULL",
        "index.changed",
    ),
    "index columns swapped": Mutation(
        "DROP INDEX tickets_open; "
        "CREATE INDEX tickets_open ON tickets (created_at DESC, guild_id) WHERE updated_at IS NULL",
        "index.changed",
    ),
    "method gin to btree": Mutation(
        "DROP INDEX tickets_keywords; CREATE INDEX tickets_keywords ON tickets (keywords)", "index.changed"
    ),
    "include removed": Mutation(
        "DROP INDEX tickets_covering; CREATE INDEX tickets_covering ON tickets (guild_id)", "index.changed"
    ),
    "include of another column": Mutation(
        "DROP INDEX tickets_covering; CREATE INDEX tickets_covering ON tickets (guild_id) INCLUDE (body)",
        "index.changed",
    ),
    "operator class removed": Mutation(
        "DROP INDEX tickets_prefix; CREATE INDEX tickets_prefix ON tickets (title)", "index.changed"
    ),
    "index collation": Mutation(
        'DROP INDEX tickets_prefix; CREATE INDEX tickets_prefix ON tickets (title COLLATE "C" text_pattern_ops)',
        "index.changed",
    ),
    "index expression changed": Mutation(
        "DROP INDEX tickets_code; CREATE UNIQUE INDEX tickets_code ON tickets (upper(code))", "index.changed"
    ),
    "unique index made plain": Mutation(
        "DROP INDEX tickets_code; CREATE INDEX tickets_code ON tickets (lower(code))", "index.changed"
    ),
    "index storage parameter": Mutation("ALTER INDEX tickets_open SET (fillfactor = 50)", "index.changed"),
    "index invalid": Mutation(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'tickets_open'::regclass", "index.invalid"
    ),
}
