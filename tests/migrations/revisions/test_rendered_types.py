"""A generated revision stands on its own: types of the bot are written as what PostgreSQL stores."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import AddColumnOp, UpgradeOps
from sqlalchemy.dialects.postgresql import JSONB

from app.migrate.revisions import files
from app.models import TicketStatus
from app.models.base import TextEnum


class Document(sa.TypeDecorator[dict[str, object]]):
    impl = JSONB
    cache_ok = True


@pytest.mark.parametrize(
    ("column", "written"),
    [
        (sa.Column("status", TextEnum(TicketStatus)), "sa.Column('status', sa.Text(), nullable=True)"),
        (sa.Column("extra", Document()), "sa.Column('extra', postgresql.JSONB(astext_type=sa.Text()), nullable=True)"),
        (sa.Column("count", sa.Integer()), "sa.Column('count', sa.Integer(), nullable=True)"),
    ],
)
def test_no_type_of_the_bot_is_named_in_a_revision(column: sa.Column[object], written: str):
    migration = MigrationContext.configure(dialect_name="postgresql", opts={"target_metadata": sa.MetaData()})
    operations = UpgradeOps([AddColumnOp("support_tickets", column)])
    source = render_python_code(operations, migration_context=migration, render_item=files.plain_type)
    assert written in source
    assert "app." not in source
