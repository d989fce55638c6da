"""What a file is, by its bytes."""

import io
import zipfile

import pytest

from app.core.tickets.file_kinds import Accepts, fits


def zipped(**files: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            is_type = name == "mimetype"
            archive.writestr(name, content, zipfile.ZIP_STORED if is_type else zipfile.ZIP_DEFLATED)
    return made.getvalue()


PICTURE, DOCUMENT, NEITHER = (True, False), (False, True), (False, False)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", PICTURE),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", PICTURE),
        (b"GIF89a\x01\0\x01\0", PICTURE),
        (b"GIF89a only by name", PICTURE),
        (b"RIFF\x24\n\n\0WEBPVP8 ", PICTURE),
        (b"\0\0\0\x1cftypavif\0\0\0\0", PICTURE),
        (b"\0\0\0\x24ftypheic\0\0\0\0", PICTURE),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", DOCUMENT),
        (b"\0" * 900 + b"%PDF-1.4", DOCUMENT),
        (zipped(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}), DOCUMENT),
        (zipped(mimetype="application/vnd.oasis.opendocument.text", **{"content.xml": "<x/>"}), DOCUMENT),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", DOCUMENT),
        (b"My cat is ill.\r\n\tSince Monday.", DOCUMENT),
        ("Die Katze ist müde".encode(), DOCUMENT),
        ("Die Katze ist müde".encode("cp1252"), DOCUMENT),
        ("Die Katze ist müde".encode("utf-16"), DOCUMENT),
        (zipped(**{"cat.exe": "MZ"}), NEITHER),
        (b"MZ\x90\0\x03\0\0\0", NEITHER),
        (b"\x7fELF\x02\x01\x01\0", NEITHER),
        (b"\0\0\0\x20ftypisom\0\0\x02\0", NEITHER),
        (b"RIFF\x24\0\0\0WAVEfmt ", NEITHER),
        (b"ID3\x03\0\0\0", NEITHER),
        (b"\xff\xfeM\0Z\0\0\0", NEITHER),
        (b"", NEITHER),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, found: tuple[bool, bool]) -> None:
    assert (fits(Accepts.IMAGES, content), fits(Accepts.DOCUMENTS, content)) == found
    assert fits(Accepts.ANY, content)
