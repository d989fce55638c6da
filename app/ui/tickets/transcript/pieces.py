"""What a page is put together from: text, and the bytes of files, which become text only when they are written."""

import re
from base64 import b64encode
from collections.abc import Iterable
from html import escape
from io import BytesIO
from itertools import groupby
from typing import NamedTuple

from app.core.tickets.components import Attachment

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What HTML allows nowhere, and what UTF-8 cannot hold."""
_SIGN = re.compile("[&<>\"'\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
REPLACEMENT = "\ufffd"


class Blob(NamedTuple):
    """The bytes of a file, in the place of an address."""

    file: Attachment
    type: str

    def __bytes__(self) -> bytes:
        return b"data:%b;base64,%b" % (self.type.encode(), b64encode(self.file.content or b""))

    @property
    def length(self) -> int:
        """Of what `bytes` returns."""
        return len("data:;base64,") + len(self.type) + 4 * -(-len(self.file.content or b"") // 3)


Piece = str | Blob


def escaped(text: str) -> str:
    """Return text of a person as HTML shows it, in an element or in an attribute between double quotes."""
    return _UNSEEN.sub(REPLACEMENT, escape(text)) if _SIGN.search(text) else text


def joined_texts(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the same pieces, with texts that stand side by side as one."""
    return [
        piece
        for is_blob, run in groupby(pieces, lambda piece: isinstance(piece, Blob))
        for piece in (run if is_blob else ("".join(str(each) for each in run),))
    ]


def length(pieces: Iterable[Piece]) -> int:
    """Return how many bytes they are when written."""
    return sum(len(piece.encode()) if isinstance(piece, str) else piece.length for piece in pieces)


def written(pieces: Iterable[Piece]) -> bytes:
    """Write them."""
    with BytesIO() as file:
        for piece in pieces:
            file.write(piece.encode() if isinstance(piece, str) else bytes(piece))
        return file.getvalue()


def blobs(pieces: Iterable[Piece]) -> list[Attachment]:
    """Return the files whose bytes are among the pieces."""
    return [piece.file for piece in pieces if isinstance(piece, Blob)]


# What a file is, by its first bytes and never by its name

PICTURES = (
    ("image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", 0, b"\xff\xd8\xff"),
    ("image/gif", 0, b"GIF87a"),
    ("image/gif", 0, b"GIF89a"),
    ("image/webp", 8, b"WEBP"),
    ("image/avif", 4, b"ftypavif"),
)
SOUNDS = (
    ("audio/ogg", 0, b"OggS"),
    ("audio/mpeg", 0, b"ID3"),
    ("audio/mpeg", 0, b"\xff\xfb"),
    ("audio/wav", 8, b"WAVE"),
    ("audio/flac", 0, b"fLaC"),
    ("audio/mp4", 4, b"ftypM4A"),
)
FILMS = (("video/webm", 0, b"\x1a\x45\xdf\xa3"), ("video/mp4", 4, b"ftyp"))
BYTES = "application/octet-stream"


def type_of(content: bytes) -> str:
    """Return the type of a picture, a sound or a film that a browser shows; that of mere bytes for anything else."""
    for kind, at, mark in (*PICTURES, *SOUNDS, *FILMS):
        if content.startswith(mark, at):
            return kind
    return BYTES
