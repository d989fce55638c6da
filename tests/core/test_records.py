"""Records: like frozen dataclasses, made in less time."""

import json
import subprocess
import sys
from dataclasses import asdict, field, fields, is_dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest

from app.core.records import record

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
WRITING = """
from app.core.records import record
@record
class Place:
    row: int
@record(kw_only=True)
class Choice:
    first: bool = False
Place(1).row = 2
Choice(first=True).first = False
print(Place(1).row)
"""


@record
class Place:
    """Where something is."""

    row: int
    column: int = 1
    seen: list[str] = field(default_factory=list[str], compare=False, repr=False)

    @cached_property
    def both(self) -> tuple[int, int]:
        return self.row, self.column


@record
class Seat(Place):
    name: str = "none"


@record(kw_only=True)
class Choice:
    first: bool = False
    second: str


@record
class Boxed(Generic[T]):
    value: T


@record
class Empty:
    pass


@record
class Folded:
    text: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Folded) and self.text.lower() == other.text.lower()

    def __hash__(self) -> int:
        return hash(self.text.lower())

    def __repr__(self) -> str:
        return "folded"


def test_records_that_hold_the_same_are_the_same() -> None:
    assert Place(1) == Place(1, 1, ["seen"])
    assert Place(1) != Place(2)
    assert len({Place(1), Place(1), Place(2), Seat(1)}) == 3
    assert {Place(1): "found"}[Place(1, seen=["before"])] == "found"
    assert Boxed("one") == Boxed("one") != Boxed("two")
    assert Empty() == Empty()
    assert hash(Empty()) == hash(Empty())


def test_records_of_other_classes_are_others() -> None:
    assert Place(1) != Seat(1)
    assert Boxed(1) != 1
    assert Place(1) != (1, 1)
    assert Seat(1, name="a") != Seat(1, name="b")


def test_what_cannot_be_hashed_is_no_key() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Boxed(["a list"]))


def test_a_record_shows_what_it_holds() -> None:
    assert repr(Place(1, 2, ["hidden"])) == "Place(row=1, column=2)"
    assert repr(Seat(1)) == "Seat(row=1, column=1, name='none')"
    assert repr(Boxed(Choice(second="x"))) == "Boxed(value=Choice(first=False, second='x'))"
    assert repr(Empty()) == "Empty()"


def test_what_a_class_says_itself_holds() -> None:
    assert Folded("A") == Folded("a")
    assert len({Folded("A"), Folded("a")}) == 1
    assert repr(Folded("A")) == "folded"


def test_a_record_is_a_dataclass() -> None:
    assert is_dataclass(Place)
    assert [one.name for one in fields(Seat)] == ["row", "column", "seen", "name"]
    assert replace(Place(1, 2), row=3) == Place(3, 2)
    assert asdict(Choice(second="x")) == {"first": False, "second": "x"}
    assert Place(4).both == (4, 1)
    match Seat(1, 2):
        case Seat(row, column):
            assert (row, column) == (1, 2)
    choice: Any = Choice
    with pytest.raises(TypeError, match="positional"):
        choice("x")


def test_a_record_keeps_its_docstring_and_gets_no_signature() -> None:
    assert Place.__doc__ == "Where something is."
    assert Empty.__doc__ == "Empty"


def test_the_type_checker_refuses_to_write_to_a_record(tmp_path: Path) -> None:
    (tmp_path / "pyrightconfig.json").write_text(
        json.dumps({"extraPaths": [str(ROOT)], "typeCheckingMode": "standard"})
    )
    (tmp_path / "writing.py").write_text(WRITING)
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, cwd=tmp_path)
    found = {one["range"]["start"]["line"]: one["message"] for one in json.loads(said.stdout)["generalDiagnostics"]}
    assert found.keys() == {8, 9}
    assert all("read-only" in one for one in found.values())
