"""What /migrate shows stays within Discord's limits and pings nobody, however long or odd the schema's story is."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.core.messages import msg, speaking
from app.migrate.planning.effects import Lock, Work
from app.migrate.planning.obstacles import Obstacle, Why
from app.migrate.planning.plan import Impact, Plan, PlannedRevision
from app.migrate.revisions.scripts import Phase, Risk
from app.migrate.run.apply import Applied, ApplyResult, RunOutcome
from app.migrate.run.history import Entry
from app.migrate.run.order import Author
from app.migrate.run.progress import Progress, Stage
from app.migrate.status import SchemaStatus, State
from app.ui import migrate as ui
from app.ui.kit.reply import Reply

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NASTY = "**@everyone** <@&123456789012345678> ``` " * 120
STATUS = SchemaStatus(
    State.BEHIND, msg("The database is behind."), "concierge migrate apply", "001", "004", ("002",), (), 11, None
)
REVISION = PlannedRevision(
    revision="002", title="Add ticket priority", file="002_add.py", checksum="", risk=Risk.SAFE, phase=Phase.EXPAND,
    statements=("ALTER TABLE support_tickets ADD COLUMN priority integer",),
    impacts=(Impact("support_tickets", Lock.ACCESS_EXCLUSIVE, Work.NONE, 12_345, 4_000_000, 0.01),),
    destroys=(), outside_transaction=False, unknown=(), gap=None, seconds=0.01,
)  # fmt: skip
PLAN = Plan("001", "004", "0123456789abcdef", (REVISION,), has_rows=True)


def text_of(reply: Reply) -> str:
    """All that a reply says, once it is known to be one that Discord takes."""
    embed = reply.embed
    assert embed is not None
    assert len(embed) <= 6000
    assert len(embed.title or "") <= 256
    assert len(embed.description or "") <= 4096
    assert len(embed.fields) <= 25
    for field in embed.fields:
        assert 1 <= len(field.name) <= 256
        assert 1 <= len(field.value) <= 1024
    assert all(len(item.custom_id) <= 100 for item in reply.items)  # type: ignore[attr-defined] -- buttons
    parts = [embed.title, embed.description, *(f"{field.name}\n{field.value}" for field in embed.fields)]
    return "\n".join([*filter(None, parts), embed.footer.text if embed.footer else ""])


def labels(reply: Reply) -> list[str]:
    return [item.label for item in reply.items]  # type: ignore[attr-defined] -- buttons


@pytest.mark.parametrize(
    ("fix", "says"),
    [
        ("concierge migrate apply", "`/migrate apply` here, or `concierge migrate apply` in a terminal"),
        ("concierge migrate adopt", "`concierge migrate adopt` in a terminal"),
        ("", None),
    ],
)
def test_a_state_says_what_fixes_it_where_it_can_be_done(fix: str, says: str | None) -> None:
    said = text_of(ui.state(replace(STATUS, fix=fix)))
    assert "behind" in said
    assert (says in said) if says else ("terminal" not in said)


def test_what_fixes_it_is_called_as_discord_shows_it() -> None:
    with speaking("de"):
        assert "`/migrate anwenden` hier" in text_of(ui.state(replace(STATUS, fix="concierge migrate apply")))


def test_a_plan_shows_what_will_fail_and_what_to_write_first() -> None:
    obstacle = Obstacle(Why.NO_CAST, "things", "word", "text", "integer")
    said = text_of(ui.planned(replace(PLAN, revisions=(replace(REVISION, obstacles=(obstacle,)),)), confirm=True))
    first = said.partition("002 · Add ticket priority\n")[2].splitlines()[0]
    assert first.startswith("**Will fail here:** `things.word` is text, which does not become integer by itself.")
    assert '`postgresql_using="word::integer"`' in first


def test_a_plan_shows_who_waits_and_only_a_confirmation_has_buttons() -> None:
    shown = ui.planned(PLAN, confirm=False)
    said = text_of(shown)
    assert "002 · Add ticket priority" in said
    assert "`support_tickets`" in said
    assert "reads and writes wait" in said
    assert "12,345 rows, 4 MB" in said
    assert labels(shown) == []
    (file,) = shown.attachments
    assert REVISION.statements[0].encode() in file.content
    confirm = ui.planned(PLAN, confirm=True)
    assert len(labels(confirm)) == 2
    assert PLAN.digest in confirm.items[0].custom_id  # type: ignore[attr-defined] -- a button
    assert labels(ui.planned(replace(PLAN, revisions=()), confirm=True)) == []


def test_a_plan_that_loses_something_says_so_first() -> None:
    losing = replace(PLAN, revisions=(replace(REVISION, destroys=("column support_tickets.username",)),))
    reply = ui.planned(losing, confirm=True)
    said = text_of(reply)
    assert said.index("deletes data for good") < said.index("column support_tickets.username")
    assert "backup" in said
    assert reply.embed is not None
    calm = ui.planned(PLAN, confirm=True).embed
    assert calm is not None
    assert calm.colour != reply.embed.colour


@pytest.mark.parametrize("revisions", [9, 11, 60])
def test_the_longest_plan_fits_and_says_how_many_are_not_shown(revisions: int) -> None:
    impacts = REVISION.impacts * 20
    one = replace(REVISION, title="long " * 60, impacts=impacts)
    reply = ui.planned(replace(PLAN, revisions=(one,) * revisions), confirm=True)
    said = text_of(reply)
    assert reply.embed is not None
    hidden = revisions - len(reply.embed.fields)
    assert hidden > 0
    assert f"{hidden} more" in said


@pytest.mark.parametrize("outcome", RunOutcome)
def test_the_end_of_a_run_keeps_what_failed_and_the_backup_however_much_there_is_to_tell(outcome: RunOutcome) -> None:
    applied = tuple(Applied(f"{number:03}", "long " * 60, 1.5, 2) for number in range(60))
    result = ApplyResult(outcome, msg("{it}", it=NASTY), applied, backup="/backups/001.dump", statement=NASTY)
    said = text_of(ui.finished(result))
    assert "000 · long" in said
    assert "`/backups/001.dump`" in said
    # What failed is a block of code, which nothing inside it ends.
    assert said.count("```") - NASTY[:4096].count("```") <= 3


def test_a_run_shows_what_is_done_what_is_going_on_and_a_way_to_stop_it() -> None:
    told = [
        Progress(Stage.FINISHED, msg("Applied 002.")),
        Progress(Stage.RUNNING, msg("Building an index: 42 %"), percent=41.7),
    ]
    reply = ui.running(told)
    said = text_of(reply)
    assert "✅ Applied 002." in said
    assert "⏳ Building an index: 42 %" in said
    assert len(labels(reply)) == 1
    assert text_of(ui.running([]))
    assert text_of(ui.running([Progress(Stage.FINISHED, msg("{it}", it="x" * 500))] * 40))


def entry(**fields: Any) -> Entry:
    details = {"revision": "002", "seconds": 1.25}
    return Entry(
        **{"command": "migrate apply", "author": Author("root@db"), "success": True, "details": details, **fields}
    )


def test_the_record_names_who_did_what_and_how_it_went() -> None:
    said = text_of(
        ui.record([entry(at=NOW, author=Author("alice", user_id=42)), entry(success=False, error="no room")])
    )
    first, second = said.splitlines()[1:3]
    assert "<@42>" in first
    assert "migrate apply `002` (1.2 s) ✅" in first
    assert "root@db" in second.replace("\\", "").replace("\u200b", "")
    assert "❌ no room" in second
    assert text_of(ui.record([]))


def test_the_record_fits_and_nothing_in_it_pings_or_formats() -> None:
    said = text_of(ui.record([entry(success=False, error=NASTY, author=Author(NASTY))] * 15))
    assert "@everyone" not in said
    assert not re.search(r"<@&\d+>", said)
    assert "**" not in said
