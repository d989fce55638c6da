"""Files of entries: what was written is read as it was, and what is wrong is said line by line."""

import json
from datetime import UTC, datetime

import pytest

from app.core.errors import InvalidInput
from app.core.faq.entries import Draft
from app.core.faq.exchange import as_csv, as_json
from app.core.faq.exchange_reading import read, without_roles

DRAFTS = [
    Draft("=1+1", "-1\n'=\n\n  in"),
    Draft("'=HYPERLINK()", "'quoted'", ("a", "b c", "é"), "@Group", "https://example.com/a.png"),
    Draft("''@x", "\"q\", 'r'; s", owner_user_id=2**63 - 1, language="pt-BR", enabled=False),
    Draft("+", "|", owner_role_id=70, verify_by=datetime(2028, 3, 1, 9, 30, 1, 5, UTC)),
    Draft("日本語は？", "はい 🎉"),
]


def lines(content: str) -> list[tuple[int, str]]:
    """What is said of each line of a table: its title, or what is wrong."""
    return [(one.number, one.draft.title if one.draft else str(one.mistake)) for one in read(content.encode()).lines]


def test_what_was_written_is_read_as_it_was() -> None:
    (csv,), (jsoned,) = as_csv(DRAFTS), as_json(7, DRAFTS)
    assert read(csv).drafts == read(jsoned).drafts == DRAFTS
    assert (read(csv).server, read(jsoned).server) == (None, 7)
    # No cell of a table is a formula.
    table = csv.decode("utf-8-sig")
    assert "\r\n'=1+1,\"'-1\n" in table
    assert ",'@Group," in table
    # Spreadsheets of other countries separate by semicolons, and some write two bytes for each letter.
    assert read('title;answer\r\nA;"b;\nc"'.encode("utf-16")).drafts == [Draft("A", "b;\nc")]
    # Many make several files, each of which can be read by itself.
    parts = list(as_json(7, DRAFTS * 3, limit=3000))
    assert len(parts) > 1
    assert sum(len(json.loads(one)["entries"]) for one in parts) == 15
    assert [one for part in as_csv(DRAFTS, limit=1500) for one in read(part).drafts] == DRAFTS


def test_what_is_wrong_is_said_by_line() -> None:
    table = (
        "Question,Body,tags,owner,enabled,verify_by,language,color\n"
        'A,"one\ntwo",x,role:5,no,2028-03-01,EN-us,red\n'
        "\n"
        ",nothing,,,,,,\n"
        "a?,again\n"
        "B,b,,nobody\n"
        "C,c,,,perhaps\n"
        "D,d,,,,tomorrow\n"
        "E,e,,,,,klingon\n"
        "F,f,,user:99999999999999999999\n"
    )
    assert lines(table) == [
        (2, "A"),
        (5, "A title has 1 to 256 characters."),
        (6, "It has the same title as line 2."),
        (7, "`owner` is `user:` or `role:` with an id."),
        (8, "`enabled` is `yes` or `no`."),
        (9, "`verify_by` is a day such as `2028-03-01`."),
        (10, "`language` is one of Discord's codes, such as `en-US` or `de`."),
        (11, "`owner` has an id that nobody has."),
    ]
    found = read(table.encode())
    assert found.ignored == ("color",)
    assert "category" not in found.fields
    assert found.drafts == [
        Draft("A", "one\ntwo", ("x",), owner_role_id=5, verify_by=datetime(2028, 3, 1, tzinfo=UTC), language="en-US",
              enabled=False)
    ]  # fmt: skip
    kept, gone = without_roles(found, frozenset({6}))
    assert (kept.drafts[0].owner_role_id, gone) == (None, 1)
    entries = [1, {"titel": "A"}, {"title": 5}, {"title": "A", "answer": "b", "keywords": [1]}, {"title": "A"}]
    assert [str(one.mistake) for one in read(json.dumps(entries).encode()).lines] == [
        "It is not a JSON object, in braces.",
        "An entry has no `titel`.",
        "`title` cannot be that.",
        "`keywords` cannot be that.",
        "An answer has 1 to 4000 characters. Yours has 0.",
    ]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", "The first line of a table names its columns"),
        (b"title,answer\n", "There are no entries in that file."),
        (b"\xff\x00title", "That file is not written in UTF-8"),
        (b"{", "That is not a JSON file, or it is damaged."),
        (b"[" * 100_000, "That is not a JSON file, or it is damaged."),
        (b'{"format": "x"}', "That is not a file of `/faq export`."),
        (b'title,answer\n"a', "From line 2 on, that is no table."),
        (b"title,answer\n" + b"a,b\n" * 5001, "A file has at most 5000 entries."),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes, refusal: str) -> None:
    with pytest.raises(InvalidInput, match=refusal):
        read(content)
