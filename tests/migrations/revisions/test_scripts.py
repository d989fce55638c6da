"""Revision files: what is read from them, and that nothing wrong with them goes unnoticed."""

import time
from pathlib import Path

import pytest

from app.db import normalize
from app.migrate.revisions import lint, manifest, scripts
from app.migrate.revisions.scripts import Defect, Phase, Risk
from tests.migrations.conftest import Scratch


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path / "migrations", normalize("postgresql://nowhere/nothing"))


def defects(scratch: Scratch) -> list[Defect]:
    return [problem.defect for problem in scripts.read(scratch.directory).problems]


def test_a_file_says_everything_about_itself(scratch: Scratch):
    scratch.add()
    path = scratch.add(risk="destructive", phase="contract", min_release="1.4.0", downgrade_keeps_data=True)
    file = scripts.read(scratch.directory).find("002")
    assert file is not None
    assert (file.path, file.revision, file.down_revisions, file.title) == (path, "002", ("001",), "Step 002")
    assert (file.risk, file.phase, file.min_release) == (Risk.DESTRUCTIVE, Phase.CONTRACT, "1.4.0")
    assert file.downgrade_keeps_data


@pytest.mark.parametrize(
    "written",
    [
        'revision: str = "001"\ndown_revision: str | None = None\n',
        "revision = '001'  # the first\ndown_revision = None\n",
        'revision = "001"\ndown_revision = (\n    None\n)\n',
    ],
)
def test_constants_are_read_however_they_are_written(scratch: Scratch, written: str):
    path = scratch.directory / "versions" / "001_first.py"
    path.write_text(f'"""First."""\n\n{written}\n\ndef upgrade():\n    pass\n', encoding="utf-8")
    (file,) = scripts.read(scratch.directory).files
    assert (file.revision, file.down_revisions) == ("001", ())


def test_what_can_be_chosen_for_a_revision_is_in_its_docstring(scratch: Scratch):
    path = scratch.add()
    said = '"""Step.\n\nOptions, as in -x zone=UTC:\n  zone   of all rows (UTC).\n  guild  theirs.\n\nNo more.\n"""\n'
    body = path.read_text(encoding="utf-8").partition("\n")[2]
    path.write_text(said + body, encoding="utf-8")
    (file,) = scripts.read(scratch.directory).files
    assert file.options == ()
    path.write_text(said + body + "\n# get_x_argument\n", encoding="utf-8")
    (file,) = scripts.read(scratch.directory).files
    assert file.options == ("zone   of all rows (UTC).", "guild  theirs.")


def test_a_merge_has_two_predecessors(scratch: Scratch):
    scratch.add()
    scratch.add()
    scratch.add(down_revision="001")
    assert defects(scratch) == [Defect.HEADS]
    scratch.add(down_revision=("002", "003"))
    assert defects(scratch) == []
    assert [file.revision for file in scripts.read(scratch.directory).pending(("002",))] == ["003", "004"]


def test_a_value_that_is_none_of_the_choices_is_refused_with_the_choices(scratch: Scratch):
    scratch.add(risk="dangerous")
    with pytest.raises(ValueError, match=r"001_step_001\.py: `risk` has to be one of safe, locks, major, destructive"):
        scripts.read(scratch.directory)


def test_a_file_without_a_revision_is_refused(scratch: Scratch):
    (scratch.directory / "versions" / "001_nothing.py").write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"001_nothing\.py does not say which `revision` it is"):
        scripts.read(scratch.directory)


def test_numbers_names_and_order_have_to_agree(scratch: Scratch):
    scratch.add()
    assert defects(scratch) == []
    scratch.add(number="003")
    assert defects(scratch) == [Defect.GAP]
    scratch.add(number="002", down_revision="001", file="002_second.py")
    assert Defect.HEADS in defects(scratch)
    scratch.add(number="004", down_revision="009", file="5_wrong.py")
    assert {Defect.NAME, Defect.ORPHAN} <= set(defects(scratch))


def test_two_files_with_one_number_are_named(scratch: Scratch):
    scratch.add()
    scratch.add()
    scratch.add(number="002", down_revision="001", file="002_other.py")
    problem = scripts.read(scratch.directory).having(Defect.DUPLICATE)
    assert problem is not None
    assert str(problem.sentence) == "002_other.py and 002_step_002.py are both revision 002."


def test_a_number_that_alembic_could_not_store_is_refused(scratch: Scratch):
    number = "1" * 33
    scratch.add(number=number, down_revision=None)
    assert Defect.NAME in defects(scratch)


def test_a_released_file_may_change_its_comments_but_not_its_code(scratch: Scratch):
    path = scratch.add('op.execute("SELECT 1")')
    assert manifest.write(scratch.directory, [path]) == [path.name]
    original = path.read_text(encoding="utf-8")
    assert defects(scratch) == []

    path.write_text(original.replace("Step 001.", "What step 001 does.") + "# A word.\n", encoding="utf-8")
    assert defects(scratch) == []
    path.write_bytes(original.replace("\n", "\r\n").encode())
    assert defects(scratch) == []
    path.write_text(original.replace("SELECT 1", "SELECT 2"), encoding="utf-8")
    assert defects(scratch) == [Defect.EDITED]
    with pytest.raises(ValueError, match="write a new revision instead"):
        manifest.write(scratch.directory, [path])
    path.unlink()
    assert defects(scratch) == [Defect.MISSING]


def test_the_next_number_follows_the_highest(scratch: Scratch):
    assert scripts.next_revision(scratch.directory) == "001"
    scratch.add()
    scratch.add(number="009")
    assert scripts.next_revision(scratch.directory) == "010"


def test_a_changed_file_is_read_again(scratch: Scratch):
    path = scratch.add()
    assert scripts.read(scratch.directory).files[0].risk is Risk.SAFE
    path.write_text(path.read_text(encoding="utf-8").replace("risk = 'safe'", "risk = 'locks'"), encoding="utf-8")
    assert scripts.read(scratch.directory).files[0].risk is Risk.LOCKS


def test_a_hundred_revisions_are_read_in_little_time(scratch: Scratch):
    for _ in range(100):
        scratch.add("op.execute('SELECT 1')\n" * 20)
    manifest.write(scratch.directory, (scratch.directory / "versions").glob("*.py"))
    scripts._parsed.clear()
    started = time.process_time()
    assert len(scripts.read(scratch.directory).files) == 100
    # Some 10 ms on an idle machine.
    assert time.process_time() - started < 2


BLOCK = "with op.get_context().autocommit_block():\n    op.execute('CREATE INDEX CONCURRENTLY i ON t (a)')\n"


@pytest.mark.parametrize(
    ("body", "repeatable"),
    [
        (BLOCK, True),
        (f"op.execute('ALTER TABLE t ADD b int')\n{BLOCK}", False),
        (f"{BLOCK}    op.execute('CREATE INDEX CONCURRENTLY j ON t (b)')\n", False),
        (f"{BLOCK}op.execute('SELECT 1')", False),
        ("op.execute('SELECT 1')\nop.execute('SELECT 2')", True),
    ],
)
def test_a_statement_outside_a_transaction_has_to_be_alone(scratch: Scratch, body: str, repeatable: bool):
    scratch.add(body)
    (file,) = scripts.read(scratch.directory).files
    assert (lint.mixes_transactions(file) is None) == repeatable
    assert bool(lint.findings(file)) != repeatable


def test_a_revision_may_not_import_the_application(scratch: Scratch):
    path: Path = scratch.add("from app.models import Base\nBase.metadata.create_all(op.get_bind())")
    (file,) = scripts.read(scratch.directory).files
    assert lint.findings(file) == (
        f"{path.name} imports app.models: a revision describes the past and must not change with the bot.",
    )
