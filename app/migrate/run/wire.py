"""What travels between the process that starts a worker and the worker, as plain values."""

from typing import Any, cast

from sqlalchemy import make_url

from app.core.messages import Message
from app.db import DatabaseUrl


def pack_address(database: DatabaseUrl) -> dict[str, Any]:
    """Write the address of a database as plain values, with its password: only for the pipe to a worker."""
    return {**vars(database), "url": database.url.render_as_string(hide_password=False)}


def unpack_address(values: dict[str, Any]) -> DatabaseUrl:
    """Restore what `pack_address` wrote."""
    rest = {name: value for name, value in values.items() if name != "url"}
    return DatabaseUrl(make_url(values["url"]), **rest)


def pack(value: object) -> Any:
    """Write a Message, or a value of one, as plain values: it is put into words in the process that shows it."""
    if not isinstance(value, Message):
        return value if isinstance(value, int | float) else str(value)
    values = {name: pack(one) for name, one in value.values.items()}
    return {"text": value.text, "values": values, "many": value.many, "count": value.count, "about": value.context}


def unpack(value: Any) -> Any:
    """Restore what `pack` wrote."""
    if not isinstance(value, dict):
        return value
    packed = cast("dict[str, Any]", value)
    values = {name: unpack(one) for name, one in packed["values"].items()}
    return Message(packed["text"], values, packed["many"], packed["count"], packed["about"])
