"""Which addresses a transcript makes links of."""

import re
from urllib.parse import urlsplit

MAX_ADDRESS = 2048
_ODD = re.compile(r"[\x00-\x20\x7f-\xa0\"'<>\\`\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What has no place in an address, or makes it look like another."""


def web_address(url: str) -> str | None:
    """Return the address if a browser opens with it what the reader expects: a page of the host that is written there.

    None for any other scheme, for an address that names a user before the host, and for what is no address.
    """
    if not url.lower().startswith(("http://", "https://")) or len(url) > MAX_ADDRESS or _ODD.search(url):
        return None
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.username is None and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return url if is_whole else None
