"""Uploaded files, at addresses that are signed and run out, as on Discord's CDN.

Every look at a message gives new addresses for its files. What belongs to an option or a form is ephemeral: nobody can
look at it again, so once its address has run out the file is lost.
"""

import hashlib
import json
import mimetypes
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from standin.model import Attachment, Channel, Message
from standin.registry import Registry

UNKNOWN_TYPE = "application/octet-stream"
SIGNED_SECONDS = 24 * 3600


class FileStore:
    """Keeps files and signs their addresses. `base` is where they are served."""

    def __init__(self, world: Registry) -> None:
        self._world = world
        self.base = "http://127.0.0.1"
        self._files: dict[int, Attachment] = {}
        self._lost: set[int] = set()

    def add(
        self,
        channel: Channel,
        name: str,
        content: bytes,
        content_type: str = UNKNOWN_TYPE,
        description: str | None = None,
        *,
        ephemeral: bool = False,
        about: Mapping[str, Any] | None = None,
    ) -> Attachment:
        """Upload a file for a message that will be posted to the channel, or an `ephemeral` one for an interaction."""
        file_id = self._world.next_id()
        if content_type == UNKNOWN_TYPE:
            # Libraries do not send the type of a file; Discord finds it out.
            content_type = mimetypes.guess_type(name)[0] or UNKNOWN_TYPE
        file = Attachment(file_id, name, content, content_type, "", description, ephemeral, dict(about or {}))
        place = f"/ephemeral-attachments/{self._world.application.id}" if ephemeral else f"/attachments/{channel.id}"
        file.url = self._signed(f"{place}/{file_id}/{quote(name, safe='')}")
        self._files[file_id] = file
        return file

    def read(self, path: str, query: Mapping[str, str]) -> Attachment | None:
        """The file at an address; None if it is unknown or lost, or if its address is wrong or has run out."""
        parts = path.strip("/").split("/", 3)
        if len(parts) < 4 or parts[0] not in ("attachments", "ephemeral-attachments") or not parts[2].isdecimal():
            return None
        file = self._files.get(int(parts[2]))
        if file is None or file.id in self._lost:
            return None
        expiry = query.get("ex", "")
        is_signed = query.get("hm") == _signature(f"/{parts[0]}/{parts[1]}/{parts[2]}", expiry)
        return file if is_signed and int(expiry, 16) > self._world.now().timestamp() else None

    def lose(self, file: Attachment) -> None:
        """Let this file die: its address answers that it is no longer available."""
        self._lost.add(file.id)

    def lose_uploads(self) -> None:
        """Let the files of options and forms die now, before their addresses run out."""
        self._lost |= {file.id for file in self._files.values() if file.ephemeral}

    def renew(self, messages: Iterable[Message]) -> None:
        """Sign the addresses in the messages anew, as every look at them does."""
        for message in messages:
            for file in {*message.attachments, *(message.snapshot.attachments if message.snapshot else ())}:
                before, file.url = file.url, self._signed(file.url.removeprefix(self.base).partition("?")[0])
                message.embeds = json.loads(json.dumps(message.embeds).replace(before, file.url))
                message.components = json.loads(json.dumps(message.components).replace(before, file.url))

    def _signed(self, path: str) -> str:
        issued = int(self._world.now().timestamp())
        expiry = f"{issued + SIGNED_SECONDS:x}"
        place = path.rpartition("/")[0]
        return f"{self.base}{path}?ex={expiry}&is={issued:x}&hm={_signature(place, expiry)}&"


def _signature(place: str, expiry: str) -> str:
    return hashlib.sha256(f"{place} {expiry}".encode()).hexdigest()
