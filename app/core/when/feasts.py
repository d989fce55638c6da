"""Feasts by their English names: `christmas day`, `thanksgiving`, `easter monday`.

Each is a date, a weekday of a month, or some days from Easter; what differs between countries is known for the places
that are sure of it, and has to be named by its date anywhere else.
"""

from datetime import date, timedelta

from app.core.errors import InvalidInput
from app.core.messages import Message, msgc
from app.core.records import record
from app.core.when.tokens import Tokens


@record
class Feast:
    """When a feast is: on `day` of `month`; or on the weekday of that rank in it, `days` later; or by Easter."""

    month: int = 0
    day: int = 0
    weekday: tuple[int, int] | None = None
    days: int = 0

    def of(self, year: int) -> date:
        """Return its date in a year."""
        if self.day:
            return date(year, self.month, self.day)
        if self.weekday is None:
            # The import is needed by few phrases.
            from dateutil.easter import easter

            return easter(year) + timedelta(days=self.days)
        rank, weekday = self.weekday
        last = date(year + self.month // 12, self.month % 12 + 1, 1) - timedelta(days=1)
        first = last.replace(day=1)
        found = first + timedelta(days=(weekday - first.weekday()) % 7, weeks=rank - 1)
        found = last - timedelta(days=(last.weekday() - weekday) % 7) if rank < 0 else found
        return found + timedelta(days=self.days)

    def next(self, today: date) -> date:
        """Return the next one, from today on."""
        found = self.of(today.year)
        return found if found >= today else self.of(today.year + 1)


def _plain(word: str) -> str:
    """Return a word without what people leave out or add: `fool`, `fools`, `fool's`."""
    return word.replace("'", "").removesuffix("s")


def _named(*names: str, feast: Feast) -> dict[tuple[str, ...], Feast]:
    return {tuple(map(_plain, name.split())): feast for name in names}


MON, THU, SUN = 0, 3, 6
US_THANKSGIVING, CANADIAN_THANKSGIVING = Feast(11, weekday=(4, THU)), Feast(10, weekday=(2, MON))
FEASTS = {
    **_named("flag day", feast=Feast(6, 14)),
    **_named("christmas eve", feast=Feast(12, 24)),
    **_named("christmas day", "christmas", "first christmas day", feast=Feast(12, 25)),
    **_named("boxing day", "st stephen's day", "second christmas day", feast=Feast(12, 26)),
    **_named("new year's eve", feast=Feast(12, 31)),
    **_named("new year's day", "new year", feast=Feast(1, 1)),
    **_named("epiphany", "three kings day", feast=Feast(1, 6)),
    **_named("groundhog day", feast=Feast(2, 2)),
    **_named("valentine's day", "valentine's", feast=Feast(2, 14)),
    **_named("pi day", feast=Feast(3, 14)),
    **_named("st patrick's day", "st paddy's day", "st patty's day", "paddy's day", feast=Feast(3, 17)),
    **_named("april fool's day", "april fools", feast=Feast(4, 1)),
    **_named("earth day", feast=Feast(4, 22)),
    **_named("australia day", feast=Feast(1, 26)),
    **_named("women's day", "international women's day", feast=Feast(3, 8)),
    **_named("remembrance day", feast=Feast(11, 11)),
    **_named("anzac day", feast=Feast(4, 25)),
    **_named("may day", feast=Feast(5, 1)),
    **_named("cinco de mayo", feast=Feast(5, 5)),
    **_named("juneteenth", feast=Feast(6, 19)),
    **_named("independence day", "4th of july", feast=Feast(7, 4)),
    **_named("canada day", feast=Feast(7, 1)),
    **_named("bastille day", feast=Feast(7, 14)),
    **_named("halloween", "hallowe'en", "halloween day", "all hallows eve", feast=Feast(10, 31)),
    **_named("all saints day", "all hallows day", feast=Feast(11, 1)),
    **_named("all souls day", feast=Feast(11, 2)),
    **_named("guy fawkes night", "guy fawkes day", "bonfire night", feast=Feast(11, 5)),
    **_named("veterans day", "armistice day", feast=Feast(11, 11)),
    **_named("st martin's day", "martinmas", feast=Feast(11, 11)),
    **_named("st nicholas day", feast=Feast(12, 6)),
    **_named("martin luther king day", "mlk day", feast=Feast(1, weekday=(3, MON))),
    **_named("presidents day", feast=Feast(2, weekday=(3, MON))),
    **_named("memorial day", feast=Feast(5, weekday=(-1, MON))),
    **_named("labor day", feast=Feast(9, weekday=(1, MON))),
    **_named("columbus day", feast=Feast(10, weekday=(2, MON))),
    **_named("black friday", feast=Feast(11, weekday=(4, THU), days=1)),
    **_named("cyber monday", feast=Feast(11, weekday=(4, THU), days=4)),
    **_named("mardi gras", "shrove tuesday", "fat tuesday", "pancake day", feast=Feast(days=-47)),
    **_named("ash wednesday", feast=Feast(days=-46)),
    **_named("palm sunday", feast=Feast(days=-7)),
    **_named("maundy thursday", "holy thursday", feast=Feast(days=-3)),
    **_named("good friday", feast=Feast(days=-2)),
    **_named("holy saturday", "easter eve", feast=Feast(days=-1)),
    **_named("easter sunday", "easter day", "easter", feast=Feast()),
    **_named("easter monday", feast=Feast(days=1)),
    **_named("ascension day", "ascension thursday", "ascension", feast=Feast(days=39)),
    **_named("pentecost sunday", "whit sunday", "pentecost", feast=Feast(days=49)),
    **_named("pentecost monday", "whit monday", feast=Feast(days=50)),
    **_named("corpus christi", feast=Feast(days=60)),
    **_named("thanksgiving day", "thanksgiving", feast=US_THANKSGIVING),
    **_named("mother's day", feast=Feast(5, weekday=(2, SUN))),
    **_named("father's day", feast=Feast(6, weekday=(3, SUN))),
}
FIRST_WORDS = frozenset(words[0] for words in FEASTS)
BY_LENGTH = sorted(FEASTS, key=len, reverse=True)
MAX_WORDS = len(BY_LENGTH[0])

CANADA = frozenset({"Toronto", "Vancouver", "Edmonton", "Winnipeg", "Halifax", "Regina", "Montreal", "Moncton"})
MOTHERING_SUNDAY = frozenset({"Europe/London", "Europe/Dublin", "Europe/Belfast", "Europe/Jersey", "Europe/Guernsey"})
SECOND_SUNDAY_OF_MAY = frozenset(
    f"Europe/{city}" for city in ("Berlin", "Brussels", "Amsterdam", "Vienna", "Zurich", "Rome", "Copenhagen", "Athens")
)
THIRD_SUNDAY_OF_JUNE = MOTHERING_SUNDAY | {"Europe/Amsterdam", "Europe/Paris"}


def is_feast_word(word: str) -> bool:
    """Tell whether the name of a feast may begin with a word."""
    return _plain(word) in FIRST_WORDS


def parse_feast(tokens: Tokens, zone: str) -> Feast | None:
    """Read a feast; nothing is read when there is none. `zone` says where, for those that differ between countries.

    Raises InvalidInput where it is not known which day that is.
    """
    if not is_feast_word(tokens.peek().text):
        return None
    here = tuple(_plain(tokens.peek(ahead).text) for ahead in range(MAX_WORDS))
    words = next((words for words in BY_LENGTH if here[: len(words)] == words), None)
    if words is None:
        return None
    tokens.position += len(words)
    area, _, city = zone.partition("/")
    american = area in ("America", "US") or zone == "Pacific/Honolulu"
    if FEASTS[words] is US_THANKSGIVING:
        return CANADIAN_THANKSGIVING if city in CANADA or area == "Canada" else US_THANKSGIVING
    if words[0].startswith("mother"):
        if zone in MOTHERING_SUNDAY:
            return Feast(days=-21)
        if not american and zone not in SECOND_SUNDAY_OF_MAY and area != "Australia":
            raise _differs(msgc("a feast", "mother's day"))
    if words[0] == "independence" and not american:
        raise _differs(msgc("a feast", "independence day"))
    if words[0].startswith("father") and not american and zone not in THIRD_SUNDAY_OF_JUNE:
        raise _differs(msgc("a feast", "father's day"))
    return FEASTS[words]


def _differs(name: Message) -> InvalidInput:
    return InvalidInput("Countries have `{name}` on different days: write the date, as in `15 june 9am`.", name=name)
