"""What the search of the FAQ asks of PostgreSQL.

An entry is looked for in two steps of one statement.

First, words are looked up in the index, in few places at once: `e` everything that has the word, `n` titles and
keywords, `h` answers that are about it, `4` and `6` words that begin like it, `d` words a letter apart, `all` titles
with all of them. Each lookup takes its time, so the rarest words come first: what few entries have is fetched whole.
Of what more have than are fetched, only the first would be, which are no better than the others; so those words are
looked for where they tell most (`n`, and `h` unless there are many words) only if the rare ones gave too few, and in a
large FAQ so are words that begin alike. `room` is how many may be fetched of a word that is looked for in all places.
The larger the FAQ, the fewer: in one of 2,000 entries that is any word, in one of 100,000 a word of twenty.

Then what the best of these are made of is read, and told word by word with how much each answer is about it. So the
final order is as fine in a large FAQ as in a small one, and words that were not looked up count in it as well.
`setweight` marks the words asked for and `ts_filter` drops all others, which takes a quarter of the time that it takes
to read them all.

`guild_id + 0` can be looked up in no index: PostgreSQL would read all of a guild where the words are in few rows.
"""

_ENTRIES = """
SELECT array_agg(id) AS ids FROM (
    SELECT id FROM faq_entries
    WHERE search @@ query AND guild_id + 0 = :guild_id AND enabled AND deleted_at IS NULL
    LIMIT most
) AS entry
"""
SEARCH = f"""
WITH word AS (
    SELECT * FROM unnest(:places, :plain, :written, :dictionaries) AS word (place, plain, written, dictionary)
), lexed AS (
    SELECT place, plain, ts_lexize(dictionary::regdictionary, plain) AS stems,
        CASE WHEN written <> plain THEN ts_lexize(dictionary::regdictionary, written) END AS others
    FROM word
), kept AS MATERIALIZED (
    SELECT place FROM lexed GROUP BY place HAVING NOT bool_or(coalesce(stems = '{{}}' OR others = '{{}}', false))
), used AS MATERIALIZED (
    SELECT place FROM kept UNION SELECT place FROM word WHERE NOT EXISTS (SELECT FROM kept)
), counted AS MATERIALIZED (
    SELECT count(*) AS entries FROM (SELECT FROM faq_entries WHERE guild_id = :guild_id LIMIT 2000) AS entry
), size AS MATERIALIZED (
    SELECT entries::int, (2000000 / entries)::int AS room FROM (
        SELECT CASE WHEN entries < 2000 THEN greatest(entries, 50) ELSE coalesce((
            SELECT greatest(entries, share * (SELECT reltuples FROM pg_class WHERE oid = 'faq_entries'::regclass))
            FROM pg_stats
                CROSS JOIN unnest(most_common_vals::text::bigint[], most_common_freqs) AS common (guild, share)
            WHERE schemaname = current_schema() AND tablename = 'faq_entries' AND attname = 'guild_id'
                AND guild = :guild_id
        ), 5000) END AS entries FROM counted
    ) AS guessed
), token AS MATERIALIZED (
    SELECT place, part, kind, :mark || letter || form AS token FROM (
        SELECT DISTINCT place, form FROM kept JOIN lexed USING (place)
            CROSS JOIN LATERAL unnest(plain || coalesce(stems, '{{}}') || coalesce(others, '{{}}')) AS form
    ) AS form CROSS JOIN (
        VALUES ('n', 't', 't'), ('n', 'k', 'k'), ('h', 'a', 'h'), ('l', 'a', 'l')
    ) AS way (part, kind, letter)
    UNION ALL
    SELECT place, part, letter || part, :mark || letter || begins
    FROM unnest(:begins_of, :begin_parts, :begins) AS beginning (place, part, begins) JOIN kept USING (place)
        CROSS JOIN (VALUES ('q'), ('p')) AS way (letter)
    UNION
    SELECT place, 'n', 'w', :mark || 'w' || plain FROM word WHERE NOT EXISTS (SELECT FROM kept)
), frequent AS MATERIALIZED (
    SELECT word AS token, share * (SELECT reltuples FROM pg_class WHERE oid = 'faq_entries'::regclass) AS known
    FROM pg_stats CROSS JOIN unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (word, share)
    WHERE (SELECT entries >= 2000 FROM counted) AND schemaname = current_schema() AND tablename = 'faq_entries'
        AND attname = 'search' AND starts_with(word, :mark)
        AND share * (SELECT reltuples FROM pg_class WHERE oid = 'faq_entries'::regclass) > 1000
), meant AS MATERIALIZED (
    SELECT place, part, string_agg(token, '|') AS query, coalesce(max(known), 0) AS known, room,
        greatest(CASE part WHEN 'n' THEN 100 ELSE 60 END, least(500, room)) AS most
    FROM (
        SELECT place, 'e' AS part, token FROM token WHERE part IN ('n', 'h', 'l')
        UNION ALL
        SELECT place, part, token FROM token WHERE part <> 'l'
    ) AS part LEFT JOIN frequent USING (token) CROSS JOIN size GROUP BY place, part, room
), early AS MATERIALIZED (
    SELECT place, part, ids FROM (
        SELECT place, part, query::tsquery AS query, most FROM meant WHERE known = 0 AND part = 'e'
        UNION ALL
        SELECT -1, 'all', string_agg('(' || query || ')', '&')::tsquery, 50
        FROM meant WHERE part = 'n' AND room < 1000 HAVING count(*) > 1
    ) AS looked CROSS JOIN LATERAL ({_ENTRIES}) AS entries WHERE ids IS NOT NULL
), met AS MATERIALIZED (
    SELECT place, coalesce(cardinality(ids), 0) + known AS often,
        known > 0 OR coalesce(cardinality(ids), 0) >= most AS is_frequent
    FROM meant LEFT JOIN early USING (place, part) WHERE part = 'e'
), enough AS MATERIALIZED (
    SELECT coalesce(sum(often) FILTER (WHERE NOT is_frequent), 0) >= 100 AS is_enough, count(*) > 10 AS is_long FROM met
), late AS MATERIALIZED (
    SELECT place, part, ids FROM (
        SELECT place, part, query::tsquery AS query, most FROM meant JOIN met USING (place) CROSS JOIN enough
        WHERE known = 0 AND CASE
            WHEN part = 'e' THEN false
            WHEN part IN ('4', '6') THEN often < room AND (room > 500 OR NOT is_enough)
            WHEN is_frequent THEN NOT is_enough AND (part = 'n' OR NOT is_long)
            ELSE often >= 60 END
    ) AS looked CROSS JOIN LATERAL ({_ENTRIES}) AS entries WHERE ids IS NOT NULL
), rare AS MATERIALIZED (
    SELECT * FROM early UNION ALL SELECT * FROM late
), list AS MATERIALIZED (
    SELECT * FROM rare
    UNION ALL
    SELECT place, part, ids FROM (
        SELECT place, part, query::tsquery AS query, 200 AS most FROM meant
        WHERE known > 0 AND part = 'n' AND NOT EXISTS (SELECT FROM rare WHERE part IN ('e', 'n', 'h', 'all'))
    ) AS looked CROSS JOIN LATERAL ({_ENTRIES}) AS entries WHERE ids IS NOT NULL
), misspelt AS MATERIALIZED (
    SELECT place, 'd' AS part, 'd' AS kind, :mark || 'd' || spelt AS token
    FROM unnest(:mis_of, :mis) AS mis (place, spelt) JOIN met USING (place) WHERE often = 0
), found AS MATERIALIZED (
    SELECT * FROM list
    UNION ALL
    SELECT place, part, ids FROM (
        SELECT place, part, string_agg(token, '|')::tsquery AS query, 200 AS most FROM misspelt GROUP BY place, part
    ) AS looked CROSS JOIN LATERAL ({_ENTRIES}) AS entries WHERE ids IS NOT NULL
), often AS MATERIALIZED (
    SELECT place, family, max(often)::int AS often FROM (
        SELECT place, translate(part, 'e', 'w') AS family,
            cardinality(ids) * CASE WHEN cardinality(ids) < most THEN 1 ELSE 2.5 END AS often
        FROM found LEFT JOIN meant USING (place, part) WHERE part NOT IN ('n', 'h')
        UNION ALL
        SELECT place, translate(part, 'e', 'w'), known FROM meant WHERE known > 0 AND part NOT IN ('n', 'h')
    ) AS counted GROUP BY place, family
), weighed AS MATERIALIZED (
    SELECT ids, share * ln(1 + greatest(entries - often + 0.5::float8, 0.05::float8 * entries) / (often + 0.5::float8))
        AS weight
    FROM found JOIN (
        VALUES ('e', 0.3::float8), ('n', 0.8), ('h', 0.3), ('6', 0.2), ('4', 0.15), ('d', 0.7), ('all', 20)
    ) AS share (part, share) USING (part) JOIN often ON often.place = found.place
        AND family = translate(part, 'enh', 'www') CROSS JOIN size
), best AS MATERIALIZED (
    SELECT id FROM weighed CROSS JOIN unnest(ids) AS id GROUP BY id ORDER BY sum(weight) DESC, id LIMIT :most
), candidate AS MATERIALIZED (
    SELECT id FROM best
    UNION
    SELECT * FROM (
        SELECT id FROM faq_entries
        WHERE guild_id = :guild_id AND title_key >= :key AND title_key < :after AND deleted_at IS NULL AND enabled
        ORDER BY title_key LIMIT 10
    ) AS begun
), asked AS MATERIALIZED (
    SELECT place, kind, token FROM token UNION ALL SELECT place, kind, token FROM misspelt
), detail AS MATERIALIZED (
    SELECT id, array_agg(place) AS places, array_agg(kind) AS kinds, array_agg(positions[1]::int) AS much
    FROM candidate JOIN faq_entries USING (id) CROSS JOIN unnest(
        ts_filter(setweight(search, 'A', (SELECT array_agg(token) FROM asked)), '{{a}}')
    ) AS lexeme (token, positions, weights) JOIN asked USING (token)
    GROUP BY id
)
SELECT id, title, language, keywords, title_size, title_key, places, kinds, much
FROM candidate JOIN faq_entries USING (id) LEFT JOIN detail USING (id)
UNION ALL
SELECT (SELECT entries FROM counted), NULL, NULL, NULL, (SELECT entries FROM size), NULL,
    array_agg(place), array_agg(family), array_agg(often)
FROM used LEFT JOIN often USING (place)
"""  # noqa: S608 -- a constant
SUGGEST = """
WITH begun AS MATERIALIZED (
    SELECT id, title, title_key FROM faq_entries
    WHERE guild_id = :guild_id AND title_key >= :key AND title_key < :after AND enabled AND deleted_at IS NULL
    ORDER BY title_key LIMIT :most
), named AS MATERIALIZED (
    SELECT id, title, title_key FROM faq_entries
    WHERE search @@ CAST(:named AS tsquery) AND guild_id + 0 = :guild_id AND enabled AND deleted_at IS NULL
        AND (SELECT count(*) FROM begun) < :most
    LIMIT :most
), spelt AS (
    SELECT id, title, title_key FROM faq_entries
    WHERE search @@ CAST(:spelt AS tsquery) AND guild_id + 0 = :guild_id AND enabled AND deleted_at IS NULL
        AND NOT EXISTS (SELECT FROM begun) AND NOT EXISTS (SELECT FROM named)
    LIMIT :most
)
SELECT id, title, 1, title_key FROM begun
UNION ALL
SELECT id, title, 2, title_key FROM named
UNION ALL
SELECT id, title, 3, title_key FROM spelt
ORDER BY 3, 4
"""
