"""`make bench`: run all measurements, or those named, and print the table.

With `--write`, docs/performance.md is given the tables of what was measured.
"""

import argparse
import asyncio
import importlib
import pkgutil
import platform
import re
import sys
from pathlib import Path

import benchmarks
from app.core.loading import loading
from benchmarks.figures import Figure, table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


def suites() -> dict[str, str]:
    """Every module here that measures something, and the first line of what it says about itself."""
    found = {}
    for module in sorted(one.name for one in pkgutil.iter_modules(benchmarks.__path__)):
        path = Path(str(benchmarks.__file__)).with_name(f"{module}.py")
        if path.exists() and "async def measure(" in path.read_text():
            found[module] = (importlib.import_module(f"benchmarks.{module}").__doc__ or "").splitlines()[0]
    return found


def write(name: str, title: str, figures: list[Figure]) -> None:
    """Put a suite's table between its marks in the page."""
    page = PAGE.read_text()
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    section = f"{begin}\n{title}\n\n{table(figures)}\n{end}"
    if begin in page:
        page = re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: section, page, flags=re.DOTALL)
    else:
        page = f"{page.rstrip()}\n\n{section}\n"
    PAGE.write_text(page)


def main() -> int:
    known = suites()
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("suite", nargs="*", choices=[*known, []], help=f"of: {', '.join(known)}")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/performance.md")
    parsed = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}", flush=True)
    held = True
    for name in parsed.suite or known:
        with loading():
            # As the bot itself does it: its garbage collector never looks at what was imported.
            suite = importlib.import_module(f"benchmarks.{name}")
        figures = asyncio.run(suite.measure())
        print(f"\n{known[name]}\n\n{table(figures)}", flush=True)
        held = held and all(figure.holds for figure in figures)
        if parsed.write:
            write(name, known[name], figures)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
