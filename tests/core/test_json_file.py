"""What somebody puts into a file costs no more than the file is large."""

import json
import tracemalloc

import pytest

from app.core import json_file


@pytest.mark.parametrize("text", ["x" * 3_000_000, "\n" * 1_500_000, "\\" * 1_500_000, '"' * 1_500_000])
def test_a_long_text_takes_little_memory(text: str) -> None:
    content = json.dumps({"a": {"long": text}, "b": 1}).encode()
    tracemalloc.start()
    try:
        assert json_file.lines_of_paths(content, 3) == {("a",): 1, ("a", "long"): 1, ("b",): 1}
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8 * len(content), most
