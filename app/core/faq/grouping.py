"""Which of the things that people searched for are the same question, whatever script they are written in.

Each text is taken apart into pieces of its words, so that a mistake in typing or an ending changes few of them. Pieces
that many texts have say little. Two texts are as alike as the cosine between their pieces.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from app.core.faq.analysis import Word

ALIKE = 0.58
"""From here on two texts ask the same: inflections, mistakes in typing and little words do not part them."""
MAX_TEXTS = 2000
"""How many texts are compared at a time."""
MAX_PIECES = 60
"""Of one text; longer ones are compared by their beginning."""
MAX_LOOKED_UP = 10
"""How many of its pieces, the rarest, a text is found by; all of them count."""
MAX_HOLDERS = 40
"""How many groups a piece leads to."""
MAX_COMPARED = 12
"""How many groups a text is compared with: those that most of these pieces lead to."""
_MAX_WEIGHT = 3.0


def grouped(texts: Sequence[Sequence[Word]], small: Collection[str] = frozenset()) -> list[list[int]]:
    """Return the numbers of texts that ask the same, in the order of the first of each group.

    `texts` are taken apart into words, those asked most first: each joins the first one that it is like. `small` are
    words that say nothing about what a text is about.
    """
    pieces = [pieces_of(text, small) for text in texts]
    found_in = Counter(piece for one in pieces for piece in one)
    weights = {piece: _weight(len(texts), count) for piece, count in found_in.items()}
    groups = list[list[int]]()
    lengths = list[float]()
    holders = dict[str, list[int]]()
    leaders = list[Counter[str]]()
    for number, one in enumerate(pieces):
        length = math.sqrt(sum((count * weights[piece]) ** 2 for piece, count in one.items()))
        best = _nearest(one, length, weights, holders, leaders, lengths)
        if best is not None:
            groups[best].append(number)
            continue
        group = len(groups)
        groups.append([number])
        lengths.append(length)
        leaders.append(one)
        for piece in one:
            held = holders.setdefault(piece, [])
            if len(held) < MAX_HOLDERS:
                held.append(group)
    return groups


def pieces_of(text: Sequence[Word], small: Collection[str] = frozenset()) -> Counter[str]:
    """Take words apart: into three letters each, or two of scripts that write words together.

    Small words are left out, unless there are no others; a text without any word has no pieces.
    """
    telling = [word for word in text if word.text not in small] or text
    pieces = [piece for word in telling for piece in ([word.text] if word.is_pair else _threes(word.text))]
    return Counter(pieces[:MAX_PIECES])


def _threes(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[at : at + 3] for at in range(len(padded) - 2)]


def _weight(texts: int, count: int) -> float:
    return min(math.log(1.5 + texts / count), _MAX_WEIGHT)


def _nearest(
    pieces: Counter[str],
    length: float,
    weights: Mapping[str, float],
    holders: Mapping[str, Collection[int]],
    leaders: Sequence[Counter[str]],
    lengths: Sequence[float],
) -> int | None:
    """Return the group that a text is most like, if it is like one; the earlier of two that are the same."""
    rarest = sorted(pieces, key=lambda piece: -weights[piece])[:MAX_LOOKED_UP]
    candidates = Counter(group for piece in rarest for group in holders.get(piece, ()))
    best, most = None, ALIKE
    for group, _ in candidates.most_common(MAX_COMPARED):
        leader = leaders[group]
        product = sum(count * leader[piece] * weights[piece] ** 2 for piece, count in pieces.items() if piece in leader)
        alike = product / (length * lengths[group])  # neither is 0: they have a piece in common
        if alike > most or (alike == most and best is not None and group < best):
            best, most = group, alike
    return best
