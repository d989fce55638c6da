"""The options of libpq in an address: which there are, who reads them, and what those of TLS ask for."""

import os
import ssl
from collections.abc import Mapping
from pathlib import Path

# The options of libpq that asyncpg reads from its own address, each with libpq's environment variable.
PASSED_ON: dict[str, str | None] = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslcrl": "PGSSLCRL",
    "sslpassword": None,
    "sslnegotiation": "PGSSLNEGOTIATION",
    "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION",
    "ssl_max_protocol_version": "PGSSLMAXPROTOCOLVERSION",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "passfile": "PGPASSFILE",
    "krbsrvname": "PGKRBSRVNAME",
    "gsslib": "PGGSSLIB",
}
# Options that only libpq's own clients use. pg_dump receives them; asyncpg would send them to the server, which would
# refuse the connection.
LIBPQ_ONLY: dict[str, str | None] = {
    "channel_binding": "PGCHANNELBINDING",
    "gssencmode": "PGGSSENCMODE",
    "require_auth": "PGREQUIREAUTH",
    "load_balance_hosts": "PGLOADBALANCEHOSTS",
    # Theirs would be the encoding of a backup, in which not every letter may have a place.
    "client_encoding": None,
    "keepalives": None,
    "keepalives_idle": None,
    "keepalives_interval": None,
    "keepalives_count": None,
    "tcp_user_timeout": None,
    "fallback_application_name": None,
    "sslcompression": None,
    "sslsni": None,
    "sslcertmode": None,
}
MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SYSTEM = "system"
"""As `sslrootcert`: the certificate authorities of this machine."""
OF_CONTEXT = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword"})
"""The options that a context takes the place of."""


class AddressRefused(ValueError):
    """An address of a database cannot be used. The text says why, as the end of a sentence, and repeats no value."""


def check(options: Mapping[str, str]) -> None:
    """Raise AddressRefused for what no attempt to connect could ever bring about."""
    mode = options.get("sslmode")
    if mode is not None and mode not in MODES:
        raise AddressRefused(f"has an `sslmode` that there is not; there are {', '.join(MODES)}")
    if uses_authorities_of_system(options):
        if mode not in {None, "verify-full"}:
            raise AddressRefused("has `sslrootcert=system`, with which only `sslmode=verify-full` goes")
        _readable("sslcert", options)
        return
    if mode == "disable":
        return
    for name in ("sslrootcert", "sslcert", "sslkey", "sslcrl"):
        _readable(name, options)
    if mode in {"verify-ca", "verify-full"} and "sslrootcert" not in options and "PGSSLROOTCERT" not in os.environ:
        usual = Path("~/.postgresql/root.crt")
        if not usual.expanduser().is_file():
            raise AddressRefused(
                f"has `sslmode={mode}` and no certificate to compare with: name one as `sslrootcert`, "
                f"`system` for those of this machine, or put one at {usual}"
            )


def uses_authorities_of_system(options: Mapping[str, str]) -> bool:
    """Whether the server's certificate is to be signed by an authority that this machine trusts."""
    return options.get("sslrootcert") == SYSTEM


def context_of_system(options: Mapping[str, str]) -> ssl.SSLContext:
    """Return what demands a certificate for the very host, signed by an authority that this machine trusts."""
    context = ssl.create_default_context()
    if "sslcert" in options:
        context.load_cert_chain(options["sslcert"], options.get("sslkey"), options.get("sslpassword"))
    return context


def _readable(name: str, options: Mapping[str, str]) -> None:
    """Raise AddressRefused for a file that cannot be read, or that is no certificate."""
    if not options.get(name):
        return
    try:
        with Path(options[name]).open("rb") as file:
            file.read(1)
        if name in {"sslrootcert", "sslcrl"}:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=options[name])
    except ssl.SSLError:
        raise AddressRefused(f"names a file as `{name}` that is no certificate") from None
    except OSError as error:
        raise AddressRefused(f"names a file as `{name}` that cannot be read: {error.strerror}") from None
