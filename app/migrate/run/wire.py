"""Messages as plain values, so that a worker's sentences are put into words in the process that shows them."""

from typing import Any, cast

from app.core.messages import Message


def pack(value: object) -> Any:
    """Write a Message, or a value of one, as plain values."""
    if not isinstance(value, Message):
        return value if isinstance(value, int | float) else str(value)
    values = {name: pack(one) for name, one in value.values.items()}
    return {"text": value.text, "values": values, "many": value.many, "count": value.count}


def unpack(value: Any) -> Any:
    """Restore what `pack` wrote."""
    if not isinstance(value, dict):
        return value
    packed = cast("dict[str, Any]", value)
    values = {name: unpack(one) for name, one in packed["values"].items()}
    return Message(packed["text"], values, packed["many"], packed["count"])
