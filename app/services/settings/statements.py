"""The statements that change a setting and write its history, in one round trip each."""

from typing import Any, cast

from sqlalchemy import (
    CTE,
    BindParameter,
    Boolean,
    Table,
    Text,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy import cast as cast_type
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import ReturningInsert

from app.models import BotSetting, ChangeType, SettingsHistory

CHANNEL = "concierge_settings"
"""Where changed guilds are announced: PostgreSQL's NOTIFY, sent with the commit.

The payload is the guild's id, followed by a colon and the id of the change in the history if it was a single one.
"""


def _given(column: InstrumentedAttribute[Any]) -> BindParameter[Any]:
    """Return the parameter for a column. It must not bear the column's name, which SQLAlchemy keeps for itself."""
    return bindparam(f"in_{column.key}", type_=column.type)


def _recorded(written: CTE, **found: Any) -> ReturningInsert[Any]:
    """Add a line to the history for each row that was written, and announce it when the transaction commits.

    What is not `found` by the statement itself is given.
    """
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
    values = {column.key: _given(column) for column in columns} | found
    # Not the transaction's start: the row is locked by now, and the history must tell the true order.
    facts = select(*values.values(), func.clock_timestamp()).select_from(written)
    change = cast_type(SettingsHistory.id, Text())
    announced = func.pg_notify(CHANNEL, bindparam("in_payload", type_=Text()).concat(change))
    return (
        insert(cast("Table", SettingsHistory.__table__))
        .from_select([*values, "changed_at"], facts)
        .returning(
            *(SettingsHistory.id, SettingsHistory.changed_at),
            *(SettingsHistory.old_value, SettingsHistory.change_type),
            announced,
        )
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
_WHICH: dict[str, Any] = {
    column.key: _given(column) for column in (SettingsHistory.guild_id, SettingsHistory.scope, SettingsHistory.key)
}
CHOSEN = select(BotSetting.scope, BotSetting.key, BotSetting.value).where(
    BotSetting.guild_id == _given(SettingsHistory.guild_id)
)
LOCK = select(BotSetting.value).where(_IS_IT).with_for_update()
UPDATE = _recorded(update(BotSetting).where(_IS_IT).values(**_FACTS).returning(BotSetting.guild_id).cte("written"))
DELETE = _recorded(delete(BotSetting).where(_IS_IT).returning(BotSetting.guild_id).cte("written"))
CREATE = _recorded(
    upsert(BotSetting).values(**_WHICH, **_FACTS).on_conflict_do_nothing().returning(BotSetting.guild_id).cte("written")
)

# The same without a look before. What holds already stays as it is: nothing is written, and nothing returned. A first
# choice that two make at the same moment breaks the primary key, and nothing is written either: ON CONFLICT would say
# so without an error, but SQLAlchemy 2.0 compiles it anew each time.
_JSON: Any = BotSetting.value.type
# JSON's null is a row that counts as none.
_NO_CHOICE: Any = literal_column("CAST('null' AS jsonb)", _JSON)
_HELD = select(BotSetting.guild_id, BotSetting.value).where(_IS_IT).with_for_update().cte("held")
_OLD: Any = func.nullif(_HELD.c.value, _NO_CHOICE, type_=_JSON)
_IS_DEFAULT = bindparam("in_is_default", type_=Boolean())
_REPLACED = (
    update(BotSetting)
    .where(_IS_IT, _HELD.c.guild_id == BotSetting.guild_id)
    .where(_HELD.c.value.is_distinct_from(bindparam("in_new_value", type_=_JSON)), _OLD.is_not(None) | ~_IS_DEFAULT)
    .values(**_FACTS)
    .returning(_OLD.label("old"))
    .cte("replaced")
)
_CHOSEN = (
    insert(BotSetting)
    .from_select(
        [*_WHICH, *_FACTS],
        select(*_WHICH.values(), *_FACTS.values()).where(~_IS_DEFAULT, ~select(_HELD.c.value).exists()),
    )
    .returning(null().cast(_JSON).label("old"))
    .cte("chosen")
)
_WRITTEN = union_all(select(_REPLACED.c.old), select(_CHOSEN.c.old)).cte("written")
_GONE = delete(BotSetting).where(_IS_IT, BotSetting.value != _NO_CHOICE).returning(BotSetting.value).cte("written")
_KINDS: dict[ChangeType, Any] = {kind: literal_column(f"'{kind.value}'", Text()) for kind in ChangeType}
SET = _recorded(
    _WRITTEN,
    old_value=_WRITTEN.c.old,
    change_type=case((_WRITTEN.c.old.is_(None), _KINDS[ChangeType.CREATED]), else_=_KINDS[ChangeType.UPDATED]),
)
RESET = _recorded(_GONE, old_value=_GONE.c.value, change_type=_KINDS[ChangeType.RESET])
