"""Files, pictures, sounds and films in a page."""

from collections.abc import Collection

from app.core.messages import t
from app.core.tickets.components import Attachment
from app.ui.tickets.transcript.pieces import BYTES, Blob, Piece, escaped, type_of
from app.ui.tickets.transcript.rich_text import RichText
from app.ui.tickets.transcript.wording import duration, file_size, why_not


def file_pieces(file: Attachment, dropped: Collection[int], text: RichText) -> list[Piece]:
    """Show a file: what a browser can show as such, anything else to be saved, and of what is not here its name."""
    is_dropped = file.content is not None and file.id in dropped
    label = _label(file, is_dropped=is_dropped, text=text)
    if file.content is None or is_dropped:
        return [f'<div class="file">{label}</div>']
    name = escaped(file.name)
    kind = type_of(file.content)
    blob = Blob(file, kind)
    if kind == BYTES:
        save = escaped(t("Save"))
        return [f'<div class="file">{label} <a download="{name}" href="', blob, f'">{save}</a></div>']
    shown: list[Piece]
    if kind.startswith("image/"):
        alt = escaped(file.description or file.name)
        shown = [f'<img alt="{alt}" title="{name}" src="', blob, '">']
    else:
        tag = "audio" if kind.startswith("audio/") or file.type.startswith("audio/") else "video"
        shown = [f"<{tag} controls", f' title="{name}"', ' src="', blob, f'"></{tag}>']
    if file.is_spoiler:
        return [f'<details class="hidden"><summary>{escaped(t("Spoiler"))} · {label}</summary>', *shown, "</details>"]
    caption = f"<figcaption>{label}</figcaption>"
    return ["<figure>", *shown, f"{caption}</figure>"]


def _label(file: Attachment, *, is_dropped: bool, text: RichText) -> str:
    name = f"<bdi>{escaped(file.name or t('File'))}</bdi>"
    # A picture that was never uploaded stands where it always did.
    name = text.link(file.url, name) if not file.id and file.url else f"<b>{name}</b>"
    notes = [
        file_size(file.size) if file.size else "",
        duration(file.seconds),
        escaped(t("Spoiler")) if file.is_spoiler and (file.content is None or is_dropped) else "",
        f"<bdi>{escaped(file.description)}</bdi>" if file.description else "",
        escaped(why_not(file, dropped=is_dropped)) if file.id else "",
    ]
    return " · ".join([name, *(note for note in notes if note)])
