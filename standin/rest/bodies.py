"""Request bodies: JSON, and forms with a `payload_json` and files."""

import json
import re
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from standin import errors
from standin.rest.routing import UploadedFile

MAX_BODY_BYTES = 25 * 1024 * 1024

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_NAME = re.compile(r'[; ]name="([^"]*)"')
_FILE_NAME = re.compile(r'filename="([^"]*)"')
_FILE_FIELD = re.compile(r"files?\[(\d+)\]$")


async def read(request: web.BaseRequest) -> tuple[Any, list[UploadedFile]]:
    """The JSON of a request and the files beside it; None without a body. Raises InvalidBody."""
    # Not `request.read`, which is limited to one megabyte.
    raw = await request.content.read() if request.can_read_body else b""
    if not raw:
        return None, []
    if len(raw) > MAX_BODY_BYTES:
        raise errors.entity_too_large()
    kind = request.headers.get("Content-Type", "")
    if kind.startswith("multipart/form-data"):
        return _multipart(raw, kind)
    if kind.startswith("application/x-www-form-urlencoded"):
        fields = parse_qs(raw.decode(), keep_blank_values=True)
        return _decoded(fields.get("payload_json", [""])[0]), []
    if kind.partition(";")[0] != "application/json":
        raise errors.InvalidBody(code=50035, message="Unsupported content type.")
    return _decoded(raw), []


def _multipart(raw: bytes, kind: str) -> tuple[Any, list[UploadedFile]]:
    found = _BOUNDARY.search(kind)
    if found is None:
        raise errors.invalid_json()
    body: Any = None
    files: list[UploadedFile] = []
    delimiter = b"--" + found[1].encode()
    for part in raw.split(delimiter)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = head.decode()
        content = content.removesuffix(b"\r\n")
        name = _NAME.search(headers)
        if name is None:
            raise errors.invalid_json()
        if name[1] == "payload_json":
            body = _decoded(content)
        elif (field := _FILE_FIELD.match(name[1])) is not None:
            files.append(_file(int(field[1]), headers, content))
        elif name[1] == "file":
            files.append(_file(0, headers, content))
    return body, files


def _file(index: int, headers: str, content: bytes) -> UploadedFile:
    name = _FILE_NAME.search(headers)
    if name is None:
        raise errors.invalid(("files", index), "BASE_TYPE_REQUIRED", "This field is required")
    kind = re.search(r"content-type: *([^\r\n]+)", headers, re.IGNORECASE)
    return UploadedFile(index, name[1], content, kind[1] if kind else "application/octet-stream")


def _decoded(raw: str | bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise errors.invalid_json() from None
