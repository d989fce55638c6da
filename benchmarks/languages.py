"""What translated answers take beside English ones, and what the catalogues of all languages hold."""

import gc
import statistics
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from app.core import formats, messages
from app.core.messages import languages, speaking, t, tn
from benchmarks.figures import Figure
from benchmarks.interactions import Ask, latencies, overview, owner, view
from benchmarks.processes import concierge, database, process
from standin import Person, StandIn
from standin.demo import demo_world

ROUNDS, PER_ROUND, WARM_UP = 40, 60, 60
SENTENCES = 20_000
MOST_MIB, MOST_RATIO = 5.0, 1.03


def asked_for_help(person: Person, _: int) -> Awaitable[object]:
    return person.slash("help")


async def measure() -> list[Figure]:
    # Before anything is said: what the catalogues hold is seen as they are loaded.
    held = catalogues()
    figures = [Figure(f"catalogues of {len(languages())} languages together", held, "MiB", most=MOST_MIB)]
    figures += [
        Figure(f"a sentence with a number, a percentage and a list, {locale}", sentence(locale), "µs", sentence("en"))
        for locale in languages()
    ]
    return [*figures, *await answers()]


def catalogues() -> float:
    """What all catalogues hold in memory, in MiB."""
    messages.catalogue_of.cache_clear()
    # Python's own gettext remembers files as well.
    gettext_files = getattr(messages.gettext, "_translations")  # noqa: B009 -- it has no public name
    gettext_files.clear()
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for locale in languages():
        for domain in (messages.DOMAIN, messages.NAMES_DOMAIN):
            messages.catalogue_of(locale, domain)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / 2**20


def sentence(locale: str) -> float:
    """What putting a few sentences into words takes, in microseconds: the quickest of some rounds."""

    def said() -> None:
        t("Page {page} of {pages}", page=1, pages=2)
        tn("{count} hour", "{count} hours", 12_345)
        formats.percent(12.5, 1)
        str(formats.AllOf(("a", "b", "c")))

    def round_of(say: Callable[[], None]) -> float:
        began = time.perf_counter()
        for _ in range(SENTENCES // ROUNDS):
            say()
        return (time.perf_counter() - began) / (SENTENCES // ROUNDS) * 1e6

    with speaking(locale):
        return min(round_of(said) for _ in range(ROUNDS))


async def answers() -> list[Figure]:
    """The same commands in turns, asked by somebody who reads English and by somebody who reads German."""
    asked: dict[str, Ask] = {"/settings view, one": view, "/settings view, all": overview, "/help": asked_for_help}
    figures: list[Figure] = []
    async with AsyncExitStack() as stack:
        stand_in = await stack.enter_async_context(StandIn(demo_world()))
        address = stack.enter_context(database())
        await stack.enter_async_context(process(stand_in, "app", "run", **concierge(stand_in, address)))
        person = owner(stand_in)
        for name, ask in asked.items():
            await latencies(person, ask, WARM_UP)
            taken: dict[str, list[float]] = {"en-GB": [], "de": []}
            for number in range(ROUNDS * 2):
                # In turns, and each first as often: whatever else happens on the machine meets both.
                for locale in ("en-GB", "de") if number % 2 else ("de", "en-GB"):
                    person.user.locale = locale
                    taken[locale] += await latencies(person, ask, PER_ROUND // 2)
            median = {locale: statistics.median(each) for locale, each in taken.items()}
            figures.append(Figure(f"{name}, German", median["de"], "ms", median["en-GB"], most=MOST_RATIO))
    return figures
