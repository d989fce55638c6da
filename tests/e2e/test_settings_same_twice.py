"""A file that names one thing in several ways, and what of another server's file means nothing here."""

import pytest

from app.db import DatabaseUrl
from standin import Person, Upload
from tests.fixtures.structures import as_file, made, some_types
from tests.fixtures.town import Town

ELSEWHERE = {"server": {"id": "99", "name": "Elsewhere"}}
TWICE = "It is in the file twice. Leave one of them."


async def test_what_a_file_says_in_two_ways_is_left_as_it_is(
    manager: Person, town: Town, own_database: DatabaseUrl
) -> None:
    await some_types(manager, town)
    before = await made(own_database, town.guild.id)
    staff = {"channel_id": "#general", "team_role_id": "Staff"}
    file = as_file(
        {
            "ticket_boards": {"1": staff, "2": staff},
            "faq_automatic": {"#general": {}, "general": {}},
        },
        settings={"general.page_size": 4, "GENERAL.page_size": 5, "general.contact": "The desk"},
    )
    shown = await manager.slash("settings import", file=file)
    assert "✏️ 1 setting changes" in shown.full_text
    assert "⚠️ 6 cannot be" in shown.full_text
    assert shown.full_text.count(TWICE) == 6
    assert f"⚠️ Line 5, `general.page_size`: {TWICE}" in shown.full_text
    assert (await manager.click(shown, "Change 1 setting")).text == "1 setting was changed."
    assert await made(own_database, town.guild.id) == before


@pytest.mark.parametrize("with_namesake", [False, True])
async def test_a_number_of_another_server_removes_nothing_here(
    manager: Person, town: Town, own_database: DatabaseUrl, *, with_namesake: bool
) -> None:
    await some_types(manager, town)
    before = await made(own_database, town.guild.id)
    bug = {"007": {"name": "Bug", "priority": 3}} if with_namesake else {}
    file: Upload = as_file({"ticket_types": {**bug, "001": None}}, **ELSEWHERE)
    shown = await manager.slash("settings import", file=file)
    assert "`ticket_types.001`: There is no `001` of that kind." in shown.full_text
    assert "removed" not in shown.full_text
    if with_namesake:
        await manager.click(shown, "Make 1 change")
        changed = {**before, "ticket_types.001": {"name": "Bug", "priority": 3}}
        assert await made(own_database, town.guild.id) == changed
