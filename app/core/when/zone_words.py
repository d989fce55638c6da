"""Time zones in a phrase: `UTC`, `GMT+5:30`, `+02:00`, `Europe/Brussels`, `EST`, `pacific`, `London time`."""

from datetime import timedelta, timezone
from functools import cache

from app.core.errors import InvalidInput
from app.core.scheduling.zone_names import REGIONS, zones_called
from app.core.scheduling.zone_search import zone_named, zones
from app.core.scheduling.zones import zone_info
from app.core.when.parsed_moment import TWO_TIMES, ParsedMoment
from app.core.when.tokens import Tokens, TokenType, attempt
from app.core.when.vocabulary import KNOWN

MAX_ZONE_WORDS = 4
NO_ZONES = frozenset(
    ("act", "art", "cat", "cot", "eat", "met", "pet", "wat", "west", "center", "christmas", "easter", "troll", "z")
)  # fmt: skip
"""Words that name a zone only with `time` behind them."""


def parse_zone(tokens: Tokens, parsed: ParsedMoment) -> bool:
    """Read `UTC`, `GMT+1`, `+02:00`, `Europe/Brussels`."""
    token = tokens.peek()
    if token.type is TokenType.ZONE:
        parsed.zone_name = zone_named(token.text) or _titled(token.text)
        zone_info(parsed.zone_name)
    elif token.type is TokenType.OFFSET and parsed.clocks:
        if token.text[0] == "-" and ":" in token.text and not parsed.exact:
            # `9:00-10:00` is from nine to ten for most people.
            raise InvalidInput(TWO_TIMES)
        parsed.utc_offset = _offset(token.text)
    elif token.text in ("utc", "gmt") or (token.text == "z" and parsed.clocks):
        sign, digits = tokens.peek(1), tokens.peek(2)
        if sign.type is TokenType.OFFSET:
            tokens.advance()
            parsed.utc_offset = _offset(sign.text)
        elif sign.text in ("+", "-") and digits.is_number and len(digits.text) <= 2:
            tokens.position += 2
            parsed.utc_offset = _offset(f"{sign.text}{digits.number:02}00")
        else:
            parsed.zone_name = "UTC"
    else:
        return _called(tokens, parsed)
    tokens.advance()
    if parsed.utc_offset is not None:
        parsed.context.remarks.offset = str(parsed.utc_offset)
    return True


@attempt
def _called(tokens: Tokens, parsed: ParsedMoment) -> bool:
    """Read `EST`, `pacific time`, `London time`, `in Tokyo`, `time in New York`."""
    inside = tokens.accept("time", "in") or tokens.accept("in")
    words: list[str] = []
    while len(words) < MAX_ZONE_WORDS and tokens.peek(len(words)).type is TokenType.WORD:
        words.append(tokens.peek(len(words)).text)
    for count in range(len(words), 0, -1):
        name, timed = " ".join(words[:count]), words[count - 1] == "time"
        place = name.removesuffix(" time")
        if place in NO_ZONES and not timed:
            continue
        found = list(zones_called(name, own=parsed.context.zone, at=parsed.context.now))
        if name in REGIONS and not parsed.clocks:
            continue
        if not found and (timed or inside or parsed.clocks) and (city := _cities().get(place)) is not None:
            found = [city]
        if found:
            if len(found) > 1:
                raise InvalidInput(
                    "Several places share the name `{name}`: name a city's time zone, as in `{zone}`.",
                    name=name.upper(),
                    zone=found[0],
                )
            parsed.zone_name = found[0]
            tokens.position += count
            return True
    return False


@cache
def _cities() -> dict[str, str]:
    """Return the zones by the cities that they are named after."""
    names = {name.rpartition("/")[2].replace("_", " "): name for name in zones() if "/" in name}
    return {city: zones()[name] for city, name in names.items() if city not in KNOWN and city not in NO_ZONES}


def _titled(text: str) -> str:
    return "/".join("_".join(word.capitalize() for word in part.split("_")) for part in text.split("/"))


def _offset(text: str) -> timezone:
    sign, digits = (-1 if text[0] == "-" else 1), text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 14 or minutes > 59:
        raise InvalidInput("`{offset}` is not an offset from UTC: they go from -12:00 to +14:00.", offset=text)
    return timezone(sign * timedelta(hours=hours, minutes=minutes))
