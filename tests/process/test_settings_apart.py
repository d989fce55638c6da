"""Settings read by a process of its own are those that would be read here, and so are mistakes in them."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from app.config import ConfigurationError, apart, load_settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("DATABASE_URL=postgres://me:pw@h/bot\nSHARD_COUNT=4\n")


def test_they_are_the_same_and_the_process_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "abc.def")
    monkeypatch.setenv("BOT_ADMIN_IDS", "1001,1002")
    monkeypatch.setenv("DISCORD_API_URL", "http://127.0.0.1:9000/api/v10")
    before = set(psutil.Process().children())
    found = apart.begin()()
    assert found == load_settings()
    assert (found.discord_token, found.shard_count, found.bot_admin_ids) == ("abc.def", 4, {1001, 1002})
    assert found.secrets() == ("abc.def", "pw")
    assert not any(secret in repr(found) for secret in found.secrets())
    assert set(psutil.Process().children()) <= before


def test_mistakes_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PORT", "x")
    monkeypatch.setenv("LOG_LEVEL", "y")
    with pytest.raises(ConfigurationError) as refused:
        apart.begin()()
    assert [line.partition(":")[0] for line in refused.value.mistakes] == ["HTTP_PORT", "LOG_LEVEL"]


def test_what_ends_without_an_answer_is_done_again_here(monkeypatch: pytest.MonkeyPatch) -> None:
    here = os.getpid()

    def killed() -> None:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)

    real = load_settings
    monkeypatch.setattr(apart, "load_settings", lambda: killed() or real())
    assert apart.begin()() == real()
