"""Replies that are made in a thread."""

import threading

from app.core.messages import speaking, t
from app.ui.kit.composing import composed


async def test_a_reply_is_made_in_a_thread_and_in_the_language_of_the_task():
    with speaking("de"):
        said, thread = await composed(lambda: (t("Undo"), threading.get_ident()))
    assert said == "Rückgängig"
    assert thread != threading.get_ident()
