"""What people are told when something cannot be done."""

import logging

import pytest

from app.core.errors import InvalidInput
from app.ui.kit.errors import told


def test_a_refusal_is_never_longer_than_a_message(caplog: pytest.LogCaptureFixture) -> None:
    assert told(InvalidInput("That is too long.")) == "That is too long."
    assert told(InvalidInput("{typed}", typed="x" * 2000)) == "x" * 2000
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]
    long = told(InvalidInput("{typed}", typed="x" * 2001))
    assert len(long) == 2000
    assert long.endswith("…")
    assert "a refusal is too long" in caplog.text
