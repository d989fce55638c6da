"""What hangs below the text of a message: embeds, polls, stickers, components, files."""

from collections.abc import Collection

from app.core.messages import t
from app.core.tickets.components import (
    Button,
    Component,
    Container,
    Embed,
    File,
    Gallery,
    Option,
    Poll,
    Row,
    Section,
    Select,
    Separator,
    Text,
    Thumbnail,
)
from app.core.tickets.record import Body
from app.ui.tickets.transcript.colours import Colours
from app.ui.tickets.transcript.files import file_pieces
from app.ui.tickets.transcript.naming import Naming
from app.ui.tickets.transcript.pieces import Piece, escaped
from app.ui.tickets.transcript.rich_text import RichText
from app.ui.tickets.transcript.wording import is_shown, poll_state


class Boxes:
    """Writes them. `dropped` are the ids of files whose bytes are left out."""

    def __init__(self, naming: Naming, colours: Colours, text: RichText) -> None:
        self._naming = naming
        self._colours = colours
        self._text = text

    def pieces(self, body: Body, dropped: Collection[int]) -> list[Piece]:
        """Return everything besides the text."""
        pieces: list[Piece] = []
        in_components = {file.id for file in Body(components=body.components).files() if file.id}
        for file in body.attachments:
            if file.id not in in_components:
                pieces += file_pieces(file, dropped, self._text)
        pieces += [
            f'<div class="sticker">{escaped(t("Sticker: {name}", name=each.name))}</div>' for each in body.stickers
        ]
        if body.poll is not None:
            pieces.append(self._poll(body.poll))
        pieces += [self._embed(embed) for embed in body.embeds if is_shown(embed)]
        for component in body.components:
            pieces += self._component(component, dropped)
        return pieces

    def _embed(self, embed: Embed) -> str:
        parts: list[str] = []
        if embed.provider:
            parts.append(f'<div class="small">{escaped(embed.provider)}</div>')
        if embed.author:
            parts.append(f'<div class="author">{self._text.masked(embed.author_url, escaped(embed.author))}</div>')
        if embed.title:
            parts.append(f'<div class="title">{self._text.masked(embed.url, self._text.html(embed.title))}</div>')
        if embed.description:
            parts.append(f'<div class="text" dir="auto">{self._text.html(embed.description)}</div>')
        if embed.fields:
            fields = "".join(
                f'<div class="field{" inline" if field.is_inline else ""}"><b>{self._text.html(field.name)}</b>'
                f'<div class="text" dir="auto">{self._text.html(field.value)}</div></div>'
                for field in embed.fields
            )
            parts.append(f'<div class="fields">{fields}</div>')
        for label, url in ((t("Picture"), embed.image), (t("Thumbnail"), embed.thumbnail), (t("Video"), embed.video)):
            if url and embed.type == "rich":
                parts.append(f'<div class="small">{self._text.masked(url, escaped(label))}</div>')
        foot = [escaped(embed.footer)] if embed.footer else []
        foot += [self._naming.full(embed.at)] if embed.at is not None else []
        if foot:
            parts.append(f'<div class="small">{" · ".join(foot)}</div>')
        return f'<div class="embed{self._colours.of(embed.colour)}" dir="auto">{"".join(parts)}</div>'

    def _poll(self, poll: Poll) -> str:
        total = max(1, sum(answer.votes for answer in poll.answers))
        answers = "".join(
            f'<div class="answer"><span dir="auto">{escaped(f"{answer.emoji} {answer.text}".strip())}</span>'
            f'<meter min="0" max="{total}" value="{min(max(answer.votes, 0), total)}"></meter>'
            f"<span>{answer.votes}</span></div>"
            for answer in poll.answers
        )
        several = f" · {escaped(t('several answers'))}" if poll.takes_several else ""
        state = f'<div class="small">{escaped(poll_state(poll, self._naming))}{several}</div>'
        return f'<div class="embed poll"><b dir="auto">{escaped(poll.question)}</b>{answers}{state}</div>'

    def _component(self, component: Component, dropped: Collection[int]) -> list[Piece]:
        match component:
            case Container():
                inside = [piece for each in component.items for piece in self._component(each, dropped)]
                shade = self._colours.of(component.colour)
                if component.is_spoiler:
                    begin = f'<details class="embed hidden{shade}"><summary>{escaped(t("Spoiler"))}</summary>'
                    return [begin, *inside, "</details>"]
                return [f'<div class="embed{shade}">', *inside, "</div>"]
            case Row():
                return [f'<div class="row">{"".join(self._interactive(each) for each in component.items)}</div>']
            case Text():
                return [f'<div class="text" dir="auto">{self._text.html(component.content)}</div>']
            case Section():
                return self._section(component, dropped)
            case Gallery():
                inside = [piece for each in component.items for piece in file_pieces(each, dropped, self._text)]
                return ['<div class="gallery">', *inside, "</div>"]
            case File():
                return file_pieces(component.media, dropped, self._text)
            case Separator():
                return ["<hr>" if component.has_line else '<div class="gap"></div>']
            case _:
                words = t("Something that this version does not know (component {kind})", kind=component.type)
                return [f'<div class="small">{escaped(words)}</div>']

    def _section(self, section: Section, dropped: Collection[int]) -> list[Piece]:
        texts = "".join(f'<div class="text" dir="auto">{self._text.html(each.content)}</div>' for each in section.texts)
        beside: list[Piece] = []
        if isinstance(section.accessory, Thumbnail):
            beside = file_pieces(section.accessory.media, dropped, self._text)
        elif section.accessory is not None:
            beside = [self._interactive(section.accessory)]
        return [f'<div class="section"><div>{texts}</div><div class="beside">', *beside, "</div></div>"]

    def _interactive(self, item: Button | Select) -> str:
        off = " off" if item.is_disabled else ""
        if isinstance(item, Button):
            words = escaped(f"{item.emoji} {item.label}".strip() or "…")
            if item.url:
                return f'<span class="button{off}">{self._text.masked(item.url, words)}</span>'
            return f'<span class="button{off}">{words}</span>'
        options = "".join(
            f'<div class="option{" chosen" if option.is_default else ""}">{escaped(_option_words(option))}</div>'
            for option in item.options
        )
        words = escaped(item.placeholder or t("Select"))
        return f'<details class="select{off}"><summary>{words}</summary>{options}</details>'


def _option_words(option: Option) -> str:
    words = (f"{option.emoji} {option.label}".strip(), option.description)
    return " · ".join(each for each in words if each)
