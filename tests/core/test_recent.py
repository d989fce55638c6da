import time
from datetime import timedelta

from app.core.recent import Recent


def test_the_last_few_are_remembered_each_for_a_while() -> None:
    recent = Recent(most=2, lasting=timedelta(seconds=0.2))
    assert recent.get("a") is None
    recent.keep("a", 1)
    recent.keep("b", 2)
    recent.keep("a", 3)
    recent.keep("c", 4)
    assert [recent.get(key) for key in "abc"] == [3, None, 4]
    time.sleep(0.15)
    recent.keep("c", 5)
    time.sleep(0.1)
    assert [recent.get(key) for key in "abc"] == [None, None, 5]


def test_what_is_forgotten_is_gone() -> None:
    recent = Recent()
    for key in "abc":
        recent.keep(key, key)
    recent.forget("a")
    recent.forget("unknown")
    assert [recent.get(key) for key in "abc"] == [None, "b", "c"]
    recent.clear()
    assert [recent.get(key) for key in "abc"] == [None, None, None]
