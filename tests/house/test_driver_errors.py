"""What the driver of the database may raise is listed once: whoever listed it anew has left something out."""

import re
from pathlib import Path

APP = Path(__file__).resolve().parents[2] / "app"
LISTED = APP / "driver_errors.py"
OWN = re.compile(r"asyncpg\.(InterfaceError|InternalClientError)")


def test_what_the_driver_raises_is_listed_in_one_place() -> None:
    naming = [path for path in APP.rglob("*.py") if OWN.search(path.read_text(encoding="utf-8"))]
    assert naming == [LISTED]
