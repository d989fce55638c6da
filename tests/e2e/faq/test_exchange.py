"""/faq export and import, as staff and others meet it."""

import json

from standin import Person, Upload
from tests.fixtures.town import Town

ONLY_STAFF = "Only staff of this server can change its FAQ."


async def test_entries_leave_and_come_back(moderator: Person, manager: Person, alice: Person, town: Town) -> None:
    assert (await moderator.slash("faq export")).text.startswith("There are no entries yet.")
    table = (
        "title,answer,keywords,owner,group\r\n"
        f'\'=Sum,Like this,"a, b",role:{town.staff.id},Sheets\r\n'
        "Other,Theirs,,role:5,\r\n"
        ",Nothing,,,\r\n"
    )
    shown = await moderator.slash("faq import", file=Upload("mine.csv", table.encode()))
    assert shown.private
    assert shown.text == "Nothing is changed yet. What has mistakes is left out if you go on."
    for line in (
        "➕ 2 new entries",
        "⚠️ 1 line has a mistake",
        "1 owner is a role of another server, and is left out",
        "Line 4: A title has 1 to 256 characters.",
        "➕ =Sum",
    ):
        assert line in shown.full_text
    assert (await moderator.slash("faq list")).text.startswith("There are no entries yet.")
    done = await moderator.click(shown, "Take 2 entries")
    assert done.text == "Done.\n➕ 2 new entries"
    card = await moderator.slash("faq show", entry="=sum")
    assert town.staff.mention in card.full_text
    assert "🔑 a, b" in card.full_text
    (hit,) = await alice.autocomplete("faq show", "entry", "sum")
    assert hit["name"] == "=Sum"

    files = {}
    for kind in ("json", "csv"):
        given = await moderator.slash("faq export", format=kind)
        assert given.text == "2 entries."
        (files[kind],) = [file.content for file in given.message.attachments]
        again = await moderator.slash("faq import", file=Upload(f"faq.{kind}", files[kind]), existing="update")
        assert again.text == "Nothing of that file can be taken."
        assert "2 entries are so already" in again.full_text

    # What is there is changed only on demand, as a new version; what happened meanwhile is no surprise.
    changed = json.loads(files["json"])
    changed["entries"][0]["answer"] = "Like that"
    file = Upload("faq.json", json.dumps(changed).encode())
    kept = await moderator.slash("faq import", file=file)
    assert "1 entry is there already and stays as it is" in kept.full_text
    shown = await moderator.slash("faq import", file=file, existing="update")
    assert "✏️ =Sum: answer" in shown.full_text
    late = await manager.slash("faq import", file=file, existing="update")
    assert "✏️ 1 entry changes" in (await moderator.click(shown, "Take 1 entry")).text
    assert (await manager.click(late, "Take 1 entry")).text.startswith("The FAQ was changed meanwhile.")
    assert (await manager.click(late, "Leave it")).text == "The FAQ stays as it is."
    assert "2 versions" in (await moderator.slash("faq history", entry="=sum")).full_text

    assert (await moderator.slash("faq import", file=Upload("a.png", b"\x89PNG\xff"))).text.startswith(
        "That file is not"
    )
    for command, options in (("export", {}), ("import", {"file": file})):
        assert (await alice.slash(f"faq {command}", **options)).text == ONLY_STAFF
