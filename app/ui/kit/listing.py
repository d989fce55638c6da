"""Lines of a list: as many as there is room for, or all of them on several pages."""

from collections.abc import Iterable, Sequence

from app.core.messages import tn


def fitting(lines: Sequence[str], room: int) -> str:
    """Return as many lines as there is room for, and say how many are left."""
    shown = list[str]()
    for place, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            left = len(lines) - place
            return "\n".join([*shown, tn("… and {count} more", "… and {count} more", left)])
        shown.append(line)
    return "\n".join(shown)


def in_pages(lines: Iterable[str], room: int) -> list[str]:
    """Divide lines into pages of so many characters at most; a longer line has a page of its own. There is one page."""
    pages, page = list[str](), ""
    for line in lines:
        if page and len(page) + 1 + len(line) > room:
            pages.append(page)
            page = line
        else:
            page = f"{page}\n{line}" if page else line
    return [*pages, page] if page or not pages else pages
