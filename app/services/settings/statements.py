"""The statements that change a setting and write its history, in one round trip each."""

from typing import Any, cast

from sqlalchemy import CTE, BindParameter, Table, Text, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import ReturningInsert

from app.models import BotSetting, SettingsHistory

CHANNEL = "concierge_settings"
"""Where changed guilds are announced: PostgreSQL's NOTIFY, the guild's id as payload, sent with the commit."""


def _given(column: InstrumentedAttribute[Any]) -> BindParameter[Any]:
    """Return the parameter for a column. It must not bear the column's name, which SQLAlchemy keeps for itself."""
    return bindparam(f"in_{column.key}", type_=column.type)


def _recorded(written: CTE) -> ReturningInsert[Any]:
    """Add a line to the history for each row that was written, and announce it when the transaction commits."""
    columns = [
        SettingsHistory.guild_id,
        SettingsHistory.scope,
        SettingsHistory.key,
        SettingsHistory.old_value,
        SettingsHistory.new_value,
        SettingsHistory.value_type,
        SettingsHistory.changed_by,
        SettingsHistory.change_type,
        SettingsHistory.reason,
        SettingsHistory.restores_id,
    ]
    # Not the transaction's start: the row is locked by now, and the history must tell the true order.
    facts = select(*(_given(column) for column in columns), func.clock_timestamp()).select_from(written)
    announced = func.pg_notify(CHANNEL, bindparam("in_payload", type_=Text()))
    return (
        insert(cast("Table", SettingsHistory.__table__))
        .from_select([*(column.key for column in columns), "changed_at"], facts)
        .returning(SettingsHistory.id, SettingsHistory.changed_at, announced)
    )


# Built once: what is left per change is to fill in the parameters.
_IS_IT = (
    (BotSetting.guild_id == _given(SettingsHistory.guild_id))
    & (BotSetting.scope == _given(SettingsHistory.scope))
    & (BotSetting.key == _given(SettingsHistory.key))
)
_FACTS: dict[str, Any] = {
    "value": bindparam("in_new_value", type_=BotSetting.value.type),
    "value_type": _given(SettingsHistory.value_type),
    "updated_by": _given(SettingsHistory.changed_by),
    "updated_at": func.clock_timestamp(),
}
LOCK = select(BotSetting.value).where(_IS_IT).with_for_update()
UPDATE = _recorded(update(BotSetting).where(_IS_IT).values(**_FACTS).returning(BotSetting.guild_id).cte("written"))
DELETE = _recorded(delete(BotSetting).where(_IS_IT).returning(BotSetting.guild_id).cte("written"))
CREATE = _recorded(
    upsert(BotSetting)
    .values(
        guild_id=_given(SettingsHistory.guild_id),
        scope=_given(SettingsHistory.scope),
        key=_given(SettingsHistory.key),
        **_FACTS,
    )
    .on_conflict_do_nothing()
    .returning(BotSetting.guild_id)
    .cte("written")
)
