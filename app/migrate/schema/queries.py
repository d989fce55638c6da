"""Reading a schema from the system catalogue: one statement, one round trip, no locks.

The statement returns one JSON document in the shape of `Catalog`. Server functions that print an expression depend on
session settings (`search_path` decides what is qualified, `TimeZone` how a constant looks), so these are set for it and
restored afterwards. It is the same for every version from PostgreSQL 15.
"""

import json
from collections.abc import Collection

from sqlalchemy import Connection, text

from app.core.errors import InternalError
from app.migrate.connection import place
from app.migrate.schema.catalog import SCHEMA, VERSION_TABLE, Catalog
from app.migrate.schema.names import read_back, relocated

_SETTINGS = {
    "search_path": "pg_catalog",
    "quote_all_identifiers": "off",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "jit": "off",  # compiling the statement would take longer than running it
}
_GET = text("SELECT " + ", ".join(f"current_setting('{name}')" for name in _SETTINGS))
_SET = text("SELECT " + ", ".join(f"set_config('{name}', :{name}, true)" for name in _SETTINGS))

_COLUMNS = """
SELECT json_agg(json_build_object(
    'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
    'not_null', a.attnotnull AND NOT EXISTS (
        SELECT FROM pg_constraint k
        WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum] AND NOT k.convalidated),
    'default', CASE pg_get_expr(d.adbin, d.adrelid)
        WHEN 'CURRENT_TIMESTAMP' THEN 'now()'
        WHEN 'transaction_timestamp()' THEN 'now()'
        WHEN 'LOCALTIMESTAMP' THEN CASE a.atttypid WHEN 'timestamp'::regtype THEN 'now()' ELSE 'LOCALTIMESTAMP' END
        ELSE pg_get_expr(d.adbin, d.adrelid) END,
    'generated', CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
    'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
    'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
    'comment', m.description) ORDER BY a.attnum)
FROM pg_attribute a
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_description m ON m.classoid = 'pg_class'::regclass AND m.objoid = a.attrelid AND m.objsubid = a.attnum
WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
"""

# A NOT NULL is a row here since PostgreSQL 18 (contype 'n'): told as a property of its column instead.
_CONSTRAINTS = """
SELECT json_agg(json_build_object(
    'name', k.conname,
    'kind', CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign key'
                           WHEN 'c' THEN 'check' ELSE 'exclude' END,
    'definition', regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''),
    'valid', pg_get_constraintdef(k.oid) NOT LIKE '% NOT VALID',
    'columns', coalesce((
        SELECT json_agg(a.attname ORDER BY position) FROM unnest(k.conkey) WITH ORDINALITY AS key(number, position)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.number), '[]'::json)
    ) ORDER BY k.conname COLLATE "C")
FROM pg_constraint k WHERE k.conrelid = r.oid AND k.contype IN ('p', 'u', 'f', 'c', 'x')
"""

_INDEXES = """
SELECT json_agg(json_build_object(
    'name', c.relname, 'definition', pg_get_indexdef(i.indexrelid), 'unique', i.indisunique,
    'valid', i.indisvalid AND i.indisready AND i.indislive,
    'columns', coalesce((
        SELECT json_agg(a.attname ORDER BY position)
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS key(number, position)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.number), '[]'::json)
    ) ORDER BY c.relname COLLATE "C")
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = r.oid AND NOT EXISTS (
    SELECT FROM pg_constraint k WHERE k.conrelid = r.oid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
"""

# Parts of a table, of kinds that no model describes.
_PARTS = """
SELECT json_agg(json_build_object('kind', kind, 'label', label, 'definition', definition)
                ORDER BY kind COLLATE "C", label COLLATE "C") FROM (
    SELECT 'trigger' AS kind, g.tgname AS label, pg_get_triggerdef(g.oid) || {fires} AS definition
    FROM pg_trigger g, LATERAL (SELECT g.tgenabled AS fires) f
    WHERE g.tgrelid = r.oid AND NOT g.tgisinternal AND g.tgparentid = 0
    UNION ALL
    SELECT 'rule', w.rulename, pg_get_ruledef(w.oid) || {fires}
    FROM pg_rewrite w, LATERAL (SELECT w.ev_enabled AS fires) f
    WHERE w.ev_class = r.oid AND w.rulename <> '_RETURN'
    UNION ALL
    SELECT 'policy', p.polname, concat_ws(' ',
        CASE WHEN p.polpermissive THEN 'AS PERMISSIVE' ELSE 'AS RESTRICTIVE' END,
        'FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                                WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        'TO ' || (SELECT string_agg(CASE role WHEN 0 THEN 'PUBLIC' ELSE role::regrole::text END, ', '
                                    ORDER BY role::regrole::text COLLATE "C") FROM unnest(p.polroles) AS role),
        'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
        'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
    FROM pg_policy p WHERE p.polrelid = r.oid
    UNION ALL
    SELECT 'statistics', s.stxname, pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s WHERE s.stxrelid = r.oid
) part
"""
_FIRES = """CASE f.fires WHEN 'O' THEN '' WHEN 'D' THEN ' (disabled)' WHEN 'R' THEN ' (on replicas only)'
                ELSE ' (everywhere, on replicas too)' END"""

# What the owner's default privileges grant on every new table is the host's choice, and no difference.
_GRANTS = """
SELECT json_agg(json_build_object('role', role, 'privileges', privileges{trusted}) ORDER BY role COLLATE "C") FROM (
    SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END AS role, x.grantee,
           json_agg(x.privilege ORDER BY x.privilege COLLATE "C") AS privileges
    FROM (
        SELECT grantee, privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END AS privilege
        FROM aclexplode(r.relacl)
        EXCEPT
        SELECT e.grantee, e.privilege_type || CASE WHEN e.is_grantable THEN '*' ELSE '' END
        FROM pg_default_acl f, aclexplode(f.defaclacl) e
        WHERE f.defaclrole = r.relowner AND f.defaclobjtype = 'r' AND f.defaclnamespace IN (0, r.relnamespace)
        UNION ALL
        SELECT e.grantee, concat(e.privilege_type, format(' (%I)', a.attname), CASE WHEN e.is_grantable THEN '*' END)
        FROM pg_attribute a, aclexplode(a.attacl) e
        WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attacl IS NOT NULL
    ) x WHERE x.grantee <> r.relowner GROUP BY x.grantee
) by_role
"""

# The role that asks, those that it is a member of, and the members of the owner. A superuser is no member of all.
_TRUSTED = (
    """, 'trusted', grantee IN (SELECT role FROM mine) OR (r.relowner, grantee) IN (SELECT owner, role FROM heirs)"""
)

_OPTIONS = """SELECT json_agg(o ORDER BY o COLLATE "C") FROM unnest(r.reloptions) AS o"""

# A table that is not looked at closely is only named.
_CLOSELY = "(CAST(:closely AS text[]) IS NULL OR {name} = ANY (CAST(:closely AS text[])))"

_TABLES = """
SELECT json_agg(CASE WHEN NOT {closely} THEN json_build_object('name', r.relname) ELSE json_build_object(
    'name', r.relname,
    'kind', concat_ws(' ', CASE r.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table'
                                          ELSE 'foreign table' END,
        'by ' || pg_get_partkeydef(r.oid),
        (SELECT string_agg(CASE WHEN r.relispartition
                                THEN format('in %s %s', h.inhparent::regclass, pg_get_expr(r.relpartbound, r.oid))
                                ELSE format('inheriting from %s', h.inhparent::regclass) END, ' ' ORDER BY h.inhseqno)
         FROM pg_inherits h WHERE h.inhrelid = r.oid)),
    'persistence', CASE r.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END,
    'row_security', r.relrowsecurity, 'force_row_security', r.relforcerowsecurity,
    'replica_identity', CASE r.relreplident WHEN 'd' THEN 'default' WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing'
        ELSE (SELECT format('using index %I', c.relname) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
              WHERE i.indrelid = r.oid AND i.indisreplident) END,
    'options', {options}, 'comment', obj_description(r.oid, 'pg_class'), 'columns', {columns},
    'constraints', {constraints}, 'indexes', {indexes}, 'grants', {grants}, 'others', {parts}
    ) END ORDER BY r.relname COLLATE "C")
FROM relation r WHERE r.relkind IN ('r', 'p', 'f') AND r.relname <> '{version_table}'
"""

_SEQUENCES = """
SELECT json_agg(json_build_object(
    'name', r.relname, 'type', format_type(s.seqtypid, NULL), 'start', s.seqstart, 'increment', s.seqincrement,
    'minimum', s.seqmin, 'maximum', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle,
    'owner_table', t.relname, 'owner_column', a.attname, 'identity', coalesce(d.deptype = 'i', false)
    ) ORDER BY r.relname COLLATE "C")
FROM relation r JOIN pg_sequence s ON s.seqrelid = r.oid
LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = r.oid
    AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
LEFT JOIN pg_class t ON t.oid = d.refobjid
LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE r.relkind = 'S' AND (t.relname IS NULL OR {closely})
"""

_OF_EXTENSION = """
SELECT FROM pg_depend e WHERE e.classid = '{members}'::regclass AND e.objid = {member}.oid AND e.deptype = 'e'
"""

# Objects beside the tables, of kinds that no model describes.
_OTHERS = """
SELECT json_agg(json_build_object('kind', kind, 'label', label, 'definition', coalesce(definition, ''))
                ORDER BY kind COLLATE "C", label COLLATE "C") FROM (
    SELECT CASE r.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END AS kind, r.relname::text AS label,
           concat_ws(E'\n', pg_get_viewdef(r.oid), 'comment ' || obj_description(r.oid, 'pg_class'),
                     'options ' || {options}, 'indexes ' || {indexes}, 'grants ' || {grants}, 'parts ' || {parts})
           AS definition
    FROM relation r WHERE r.relkind IN ('v', 'm')
    UNION ALL
    SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
           format('%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)),
           CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE (
               SELECT concat_ws(', ', 'SFUNC = ' || g.aggtransfn, 'STYPE = ' || format_type(g.aggtranstype, NULL),
                                'FINALFUNC = ' || nullif(g.aggfinalfn, 0), 'INITCOND = ' || quote_literal(g.agginitval))
               FROM pg_aggregate g WHERE g.aggfnoid = p.oid) END
    FROM pg_proc p JOIN space ON space.oid = p.pronamespace
    WHERE NOT EXISTS ({routine_of_extension})
    UNION ALL
    SELECT CASE r.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite type'
                          ELSE 'range type' END, r.typname,
        CASE r.typtype
        WHEN 'e' THEN (SELECT string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder)
                       FROM pg_enum l WHERE l.enumtypid = r.oid)
        WHEN 'd' THEN concat_ws(' ', format_type(r.typbasetype, r.typtypmod),
            CASE WHEN r.typcollation <> b.typcollation THEN 'COLLATE ' || r.typcollation::regcollation END,
            'DEFAULT ' || r.typdefault, CASE WHEN r.typnotnull THEN 'NOT NULL' END,
            (SELECT string_agg(format('CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), ' '
                               ORDER BY k.conname COLLATE "C")
             FROM pg_constraint k WHERE k.contypid = r.oid AND k.contype = 'c'))
        WHEN 'c' THEN (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', '
                                         ORDER BY a.attnum)
                       FROM pg_attribute a WHERE a.attrelid = r.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
        WHEN 'r' THEN (SELECT 'SUBTYPE = ' || format_type(g.rngsubtype, NULL) FROM pg_range g WHERE g.rngtypid = r.oid)
        END
    FROM pg_type r JOIN space ON space.oid = r.typnamespace
    LEFT JOIN pg_type b ON b.oid = r.typbasetype
    LEFT JOIN pg_class c ON c.oid = r.typrelid
    WHERE (r.typtype IN ('e', 'd', 'r') OR r.typtype = 'c' AND c.relkind = 'c')
      AND NOT EXISTS ({type_of_extension})
) other
"""

_EXTENSIONS = """SELECT json_agg(extname ORDER BY extname COLLATE "C") FROM pg_extension WHERE extname <> 'plpgsql'"""

_DOCUMENT = """
WITH RECURSIVE space AS MATERIALIZED (SELECT oid FROM pg_namespace WHERE nspname = CAST(:schema AS name)),
relation AS MATERIALIZED (
    SELECT r.* FROM pg_class r JOIN space ON space.oid = r.relnamespace
    WHERE r.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND NOT EXISTS ({of_extension})),
mine AS (
    SELECT oid AS role FROM pg_roles WHERE rolname IN (current_user, session_user)
    UNION SELECT m.roleid FROM pg_auth_members m JOIN mine ON m.member = mine.role),
heirs AS (
    SELECT relowner AS owner, relowner AS role FROM relation
    UNION SELECT heirs.owner, m.member FROM pg_auth_members m JOIN heirs ON m.roleid = heirs.role)
SELECT json_build_object('tables', {tables}, 'sequences', {sequences}, 'extensions', {extensions}, 'others', {others}
    )::text, current_setting('search_path')
"""


def _list(query: str, **parts: str) -> str:
    return f"coalesce(({query.format(**parts)}), '[]'::json)"


def _statement() -> str:
    grants, told = _GRANTS.format(trusted=""), _GRANTS.format(trusted=_TRUSTED)
    parts = {"options": _OPTIONS, "indexes": _INDEXES, "grants": grants, "parts": _PARTS.format(fires=_FIRES)}
    lists = {name: _list(query) for name, query in {**parts, "grants": told}.items()}
    return _DOCUMENT.format(
        of_extension=_OF_EXTENSION.format(members="pg_class", member="r"),
        tables=_list(
            _TABLES,
            version_table=VERSION_TABLE,
            closely=_CLOSELY.format(name="r.relname"),
            columns=_list(_COLUMNS),
            constraints=_list(_CONSTRAINTS),
            **lists,
        ),
        sequences=_list(_SEQUENCES, closely=_CLOSELY.format(name="t.relname")),
        extensions=_list(_EXTENSIONS),
        others=_list(
            _OTHERS,
            routine_of_extension=_OF_EXTENSION.format(members="pg_proc", member="p"),
            type_of_extension=_OF_EXTENSION.format(members="pg_type", member="r"),
            **{name: f"({query})::text" for name, query in parts.items()},
        ),
    )


_CATALOG = text(_statement())


class CatalogueUnreadable(InternalError):
    """The catalogue cannot be read reliably over this connection; the message says why."""


def _document(connection: Connection, schema: str, closely: Collection[str] | None) -> tuple[str, str]:
    connection.execute(_SET, _SETTINGS)
    tables = None if closely is None else sorted(closely)
    answer = connection.execute(_CATALOG, {"schema": schema, "closely": tables}).one()
    return str(answer[0]), str(answer[1])


def read_catalog(
    connection: Connection, *, schema: str | None = None, closely: Collection[str] | None = None
) -> Catalog:
    """Read a schema, that of the bot unless named. Changes nothing, not even the transaction or the settings.

    Any schema is described as if it were `public`, so that two can be compared. If `closely` names tables, of others
    only the names are read, and no sequences that they own: a neighbour may have hundreds.
    Works on an idle connection, inside a running transaction and in a read-only one. From asynchronous code:
    `await connection.run_sync(read_catalog)`.

    Raises CatalogueUnreadable on a connection in AUTOCOMMIT, where settings cannot be confined, and NoPlace.
    """
    if not connection.in_transaction():
        with connection.begin() as transaction:
            schema = schema or place.schema_of(connection)
            document, search_path = _document(connection, schema, closely)
            transaction.rollback()
    else:
        # No savepoint: after a rollback to one, PostgreSQL 18 refuses some ALTER DOMAIN in the same transaction.
        schema = schema or place.schema_of(connection)
        before = connection.execute(_GET).one()
        document, search_path = _document(connection, schema, closely)
        connection.execute(_SET, dict(zip(_SETTINGS, before, strict=True)))
    if search_path != "pg_catalog":
        raise CatalogueUnreadable("The catalogue has to be read inside a transaction, not in AUTOCOMMIT.")
    document = read_back(document)
    if schema != SCHEMA:
        document = json.dumps(relocated(json.loads(document), schema, SCHEMA))
    return Catalog.from_json(document)
