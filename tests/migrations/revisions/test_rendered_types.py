"""A generated revision stands on its own: types of the bot are written as what PostgreSQL stores."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import AddColumnOp, UpgradeOps
from sqlalchemy.dialects.postgresql import INET, JSONB

from app.migrate.revisions import files
from app.models import TicketStatus
from app.models.base import TextEnum


class Document(sa.TypeDecorator[dict[str, object]]):
    impl = JSONB
    cache_ok = True


class Money(sa.TypeDecorator[object]):
    impl = sa.Numeric(12, 2)
    cache_ok = True


class Price(sa.TypeDecorator[object]):
    """One decorator around another."""

    impl = Money
    cache_ok = True


class OnPostgreSQL(sa.TypeDecorator[object]):
    """Stored as one type there and as another elsewhere."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[object]:
        return dialect.type_descriptor(INET() if dialect.name == "postgresql" else sa.Text())


@pytest.mark.parametrize(
    ("column", "written"),
    [
        (sa.Column("status", TextEnum(TicketStatus)), "sa.Column('status', sa.Text(), nullable=True)"),
        (sa.Column("extra", Document()), "sa.Column('extra', postgresql.JSONB(astext_type=sa.Text()), nullable=True)"),
        (sa.Column("price", Price()), "sa.Column('price', sa.Numeric(precision=12, scale=2), nullable=True)"),
        (sa.Column("other", OnPostgreSQL()), "sa.Column('other', postgresql.INET(), nullable=True)"),
        (sa.Column("length", sa.Interval()), "sa.Column('length', sa.Interval(), nullable=True)"),
        (
            sa.Column("exact", sa.Interval(second_precision=3)),
            "sa.Column('exact', postgresql.INTERVAL(precision=3), nullable=True)",
        ),
        (sa.Column("pickle", sa.PickleType()), "sa.Column('pickle', sa.PickleType(), nullable=True)"),
        (sa.Column("count", sa.Integer()), "sa.Column('count', sa.Integer(), nullable=True)"),
    ],
)
def test_no_type_of_the_bot_is_named_in_a_revision(column: sa.Column[object], written: str):
    migration = MigrationContext.configure(dialect_name="postgresql", opts={"target_metadata": sa.MetaData()})
    operations = UpgradeOps([AddColumnOp("support_tickets", column)])
    source = render_python_code(operations, migration_context=migration, render_item=files.plain_type)
    assert written in source
    assert "app." not in source
