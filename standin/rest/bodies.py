"""Request bodies: JSON, and forms with a `payload_json` and files."""

import json
import re
from typing import Any
from urllib.parse import parse_qs

from aiohttp import BodyPartReader, MultipartReader, web

from standin import errors
from standin.rest.routing import UploadedFile

MAX_BODY_BYTES = 25 * 1024 * 1024
MAX_FORM_BYTES = 500 * 1024 * 1024
"""Discord limits each file, not their sum; this only protects the machine."""

_FILE_FIELD = re.compile(r"file|files?\[(\d+)\]")


async def read(request: web.BaseRequest) -> tuple[Any, list[UploadedFile]]:
    """The JSON of a request and the files beside it; None without a body. Raises InvalidBody."""
    kind = request.headers.get("Content-Type", "")
    if kind.startswith("multipart/form-data"):
        try:
            return await _multipart(request)
        except ValueError:
            raise errors.invalid_json() from None
    # Not `request.read`, which is limited to one megabyte.
    raw = await request.content.read() if request.can_read_body else b""
    if not raw:
        return None, []
    if len(raw) > MAX_BODY_BYTES:
        raise errors.entity_too_large()
    if kind.startswith("application/x-www-form-urlencoded"):
        fields = parse_qs(raw.decode(), keep_blank_values=True)
        return _decoded(fields.get("payload_json", [""])[0]), []
    if kind.partition(";")[0] != "application/json":
        raise errors.InvalidBody(code=50035, message="Unsupported content type.")
    return _decoded(raw), []


async def _multipart(request: web.BaseRequest) -> tuple[Any, list[UploadedFile]]:
    body: Any = None
    files: list[UploadedFile] = []
    size = 0
    # Not `request.multipart`, which is limited to one megabyte, too.
    reader = MultipartReader(request.headers, request.content)
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise errors.invalid_json()
        content = bytes(await part.read())
        size += len(content)
        if part.name == "payload_json":
            body = _decoded(content)
        elif field := _FILE_FIELD.fullmatch(part.name):
            index = int(field[1] or 0)
            if part.filename is None:
                raise errors.InvalidBody(errors.required(("files", index)))
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files.append(UploadedFile(index, part.filename, content, kind))
    if size > MAX_FORM_BYTES:
        raise errors.entity_too_large()
    return body, files


def _decoded(raw: str | bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise errors.invalid_json() from None
