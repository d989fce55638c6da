"""What kind of file some bytes are, by what they begin with: names and stated types are the sender's word only.

Signatures: https://en.wikipedia.org/wiki/List_of_file_signatures
"""

import re
from enum import StrEnum

from app.core.messages import Message, msg


class Accepts(StrEnum):
    """Which files a question takes."""

    ANY = "any"
    IMAGES = "images"
    DOCUMENTS = "documents"


IN_WORDS: dict[Accepts, Message] = {
    Accepts.IMAGES: msg("Images only: PNG, JPEG, GIF, WebP, AVIF or HEIC."),
    Accepts.DOCUMENTS: msg("Documents only: PDF, Word, Excel, PowerPoint, OpenDocument or text."),
}
"""Shown with the field."""

IMAGE = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP|....ftyp(?:avif|avis|hei[cx]|hev[cx]|mif1|msf1)", re.DOTALL
)
PDF = re.compile(rb".{0,1024}?%PDF-", re.DOTALL)
"""Readers take it anywhere in the first kilobyte."""
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
OPEN_DOCUMENT = re.compile(rb".{26}\x08\x00.{2}mimetypeapplication/(?:vnd\.oasis\.opendocument|epub)", re.DOTALL)
"""Its first file is its type, stored as it is."""
OFFICE = b"[Content_Types].xml"
WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
NO_TEXT = bytes({*range(32), 127} - set(b"\t\n\f\r\x1b"))


def fits(accepts: Accepts, content: bytes) -> bool:
    """Tell whether a file is of the kind that is asked for."""
    match accepts:
        case Accepts.ANY:
            return True
        case Accepts.IMAGES:
            return IMAGE.match(content) is not None
        case Accepts.DOCUMENTS:
            return _is_document(content)


def _is_document(content: bytes) -> bool:
    if content.startswith(ZIP):
        return OPEN_DOCUMENT.match(content) is not None or OFFICE in content
    return PDF.match(content) is not None or content.startswith(OLD_OFFICE) or _is_text(content)


def _is_text(content: bytes) -> bool:
    """Tell whether it is text of any encoding: what is none holds signs that no text has."""
    if not content:
        return False
    wide = WIDE.get(content[:2])
    if wide is not None:
        try:
            content = content[2:].decode(wide).encode()
        except UnicodeDecodeError:
            return False
    elif IMAGE.match(content):
        return False
    return len(content.translate(None, NO_TEXT)) == len(content)
