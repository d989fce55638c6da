"""What the search of the FAQ finds, by script and kind of query, and what it makes of anything that may be typed."""

from collections.abc import AsyncGenerator

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.models.faq_entry import FaqEntry
from app.services.faq.indexing import FaqIndexingService, search_values
from app.services.faq.searching import FaqSearchService

ENTRIES = [
    ("en-US", "How do I reset my password?", "Open the settings and choose Forgotten. A link is sent.", ["login"]),
    ("en-US", "Where are the rules?", "They are pinned in the channel for newcomers.", ["code of conduct"]),
    ("en-US", "Steam - link account", "See https://example.com/steam/link for the role/permission set-up.", []),
    ("en-US", "How to compile C++ and C#", "Use the newest compiler.", []),
    ("de", "Wie ändere ich meine Einstellungen?", "Öffne die Übersicht und drücke auf das Zahnrad.", ["Passwörter"]),
    ("fr", "Où télécharger le café ?", "La page des téléchargements est ouverte à tous.", []),
    ("ru", "Как сменить пароль?", "Откройте настройки и выберите «Забыли пароль».", ["учётная запись"]),
    ("ja", "パスワードを変更するには？", "設定画面を開いて「パスワードを忘れた」を選びます。", []),
    ("zh-CN", "怎样修改密码？", "打开设置页面，选择忘记密码。", []),
    ("ko", "비밀번호를 어떻게 바꾸나요?", "설정을 열고 비밀번호 찾기를 누르세요.", []),
    ("hi", "पासवर्ड कैसे बदलें?", "सेटिंग खोलें।", []),
    ("en-US", "🎉", "A party.", []),
]


@pytest.fixture
async def filled(own_engine: AsyncEngine) -> AsyncGenerator[AsyncSession]:
    """The entries, in two guilds."""
    session = AsyncSession(own_engine, expire_on_commit=False)
    for guild_id in (1, 2):
        for language, title, answer, keywords in ENTRIES:
            values = search_values(guild_id, title, answer, keywords, language)
            session.add(
                FaqEntry(guild_id=guild_id, title=title, summary=answer, keywords=keywords, language=language, **values)
            )
    await session.flush()
    yield session
    await session.close()


ASKED = [
    ("reset password", "How do I reset my password?"),
    ("resetting passwords", "How do I reset my password?"),
    ("pasword reste", "How do I reset my password?"),
    ("login", "How do I reset my password?"),
    ("Steam - link account", "Steam - link account"),
    ("steam –link", "Steam - link account"),
    ("https://example.com/steam/link", "Steam - link account"),
    ("permission", "Steam - link account"),
    ("c++", "How to compile C++ and C#"),
    ("Einstellung andern", "Wie ändere ich meine Einstellungen?"),
    ("passworter", "Wie ändere ich meine Einstellungen?"),
    ("cafe", "Où télécharger le café ?"),
    ("teléchargement", "Où télécharger le café ?"),
    ("пароля сменить", "Как сменить пароль?"),
    ("учетная", "Как сменить пароль?"),
    ("変更", "パスワードを変更するには？"),
    ("密码", "怎样修改密码？"),
    ("비밀번호", "비밀번호를 어떻게 바꾸나요?"),
    ("पासवर्ड", "पासवर्ड कैसे बदलें?"),
    ("🎉", "🎉"),
]


async def test_it_finds_words_however_they_are_written(filled: AsyncSession) -> None:
    for typed, title in ASKED:
        found = await FaqSearchService(filled).search(1, typed, ["de", "en-US", "fr", "ru"])
        assert title in [hit.title for hit in found[:2]], (typed, found)
        mine = await filled.scalars(select(FaqEntry.guild_id).where(FaqEntry.id.in_([hit.id for hit in found])))
        assert set(mine) == {1}


async def test_autocomplete_finds_what_begins_like_that(filled: AsyncSession) -> None:
    search = FaqSearchService(filled)
    for typed in ("h", "How d", "how do i r", "reset", "rese", "reset m", "reset my pas", "pass", "log"):
        assert "How do I reset my password?" in [one.title for one in await search.suggest(1, typed, ["en-US"])], typed
    assert await search.suggest(1, "", ["en-US"])


async def test_rows_of_before_are_indexed_in_batches(filled: AsyncSession) -> None:
    indexing, search = FaqIndexingService(filled), FaqSearchService(filled)
    made_of = select(FaqEntry.id, FaqEntry.search, FaqEntry.title_key).order_by(FaqEntry.id)
    made = (await filled.execute(made_of)).all()
    await filled.execute(update(FaqEntry).values(search=None, search_version=0, title_key=None))
    assert not await search.search(1, "reset password", ["en-US"])
    done = list[int]()
    while count := await indexing.index_next(10):
        done.append(count)
    assert done == [10, 10, 4]
    assert (await filled.execute(made_of)).all() == made
