"""The address of a database as plain values, password included: only for the pipe to a worker."""

from typing import Any

from sqlalchemy import make_url

from app.db import DatabaseUrl


def pack(database: DatabaseUrl) -> dict[str, Any]:
    """Write an address as plain values, with its password."""
    return {
        "url": database.url.render_as_string(hide_password=False),
        "options": dict(database.options),
        "server_settings": dict(database.server_settings),
        "timeout_seconds": database.timeout_seconds,
        "hosts": database.hosts,
        "ports": database.ports,
    }


def unpack(values: dict[str, Any]) -> DatabaseUrl:
    """Restore what `pack` wrote."""
    rest = {name: value for name, value in values.items() if name != "url"}
    return DatabaseUrl(url=make_url(values["url"]), **rest)
