"""Which types become others by themselves, according to the server's catalogue."""

from sqlalchemy import Connection, text

# By an assignment cast, as text, or because they differ only in their length. A domain is what it stores.
_ASSIGNS = text("""
    WITH named AS (
        SELECT coalesce(nullif(o.typbasetype, 0), o.oid) AS old, coalesce(nullif(n.typbasetype, 0), n.oid) AS new
        FROM pg_type o, pg_type n
        WHERE o.oid = to_regtype(regexp_replace(:old, '\\([^)]*\\)', '', 'g'))
          AND n.oid = to_regtype(regexp_replace(:new, '\\([^)]*\\)', '', 'g'))
    ), asked AS (
        SELECT coalesce(nullif(o.typelem, 0), o.oid) AS old, coalesce(nullif(n.typelem, 0), n.oid) AS new,
               (o.typcategory = 'A') = (n.typcategory = 'A') AS alike
        FROM named JOIN pg_type o ON o.oid = old JOIN pg_type n ON n.oid = new)
    SELECT alike AND (old = new
        OR EXISTS (SELECT FROM pg_cast WHERE castsource = old AND casttarget = new AND castcontext IN ('a', 'i'))
        OR (SELECT t.typcategory FROM pg_type t WHERE t.oid = new) = 'S')
    FROM asked
""")


def assigns(connection: Connection, old: str, new: str) -> bool | None:
    """Say whether a column of type `old` becomes `new` without USING, or None if one of them is not known here."""
    answer = connection.scalar(_ASSIGNS, {"old": old, "new": new})
    return None if answer is None else bool(answer)
