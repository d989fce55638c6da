"""What is on a board: a server's open tickets, the most urgent and longest waiting first."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import BigInteger, and_, case, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.errors import LimitReached, NotFound
from app.core.records import record
from app.core.tickets import limits
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import BOARDS, Board, to_json
from app.models import BotSetting, SettingsHistory, SupportTicket
from app.models.support_ticket import Turn
from app.services.structures import Settings, structure
from app.services.tickets.access import UNFINISHED, of_guild
from app.services.tickets.managing import require_manager

T = SupportTicket
MAX_SHOWN = 15


Mark = tuple[int, datetime | None]
"""How many tickets of a server are open, and when one of them was changed last."""


@record
class BoardRows:
    """What a board shows, and how many tickets are open in all."""

    tickets: Sequence[SupportTicket]
    total: int


class TicketBoardService:
    """Keeps the boards of a server, and reads what is on them."""

    def __init__(self, session: AsyncSession, settings: Settings) -> None:
        self._session = session
        self._settings = settings

    async def put(self, actor: Actor, policy: TicketPolicy, board: Board) -> SettingsHistory:
        """Let there be a board, or move the one that there is. Raises ManagersOnly, AlreadySo, LimitReached."""
        require_manager(actor)
        found = policy.boards.get(board.key)
        if found is None and len(policy.boards) >= limits.MAX_BOARDS:
            raise LimitReached(
                "A server has at most {count} boards. Turn one off with `/tickets board`.", count=limits.MAX_BOARDS
            )
        if found is not None and found.channel_id == board.channel_id:
            board = found
        return await self._settings.change(actor, structure(BOARDS, board.key), to_json(board))

    async def remove(self, actor: Actor, policy: TicketPolicy, key: str) -> SettingsHistory:
        """Let there be no board any more. Raises ManagersOnly, NotFound."""
        require_manager(actor)
        if key not in policy.boards:
            raise NotFound("There is no such board. Set one up with `/tickets board channel:`.")
        return await self._settings.reset(actor, structure(BOARDS, key))

    async def posted(self, guild_id: int, board: Board, message_id: int) -> bool:
        """Write down its message, unless the board was moved meanwhile.

        The message is nothing that anybody chose: it becomes a part of the change that made the board.
        """
        made = replace(board, message_id=message_id)
        return await self._settings.amend(guild_id, structure(BOARDS, board.key), to_json(board), to_json(made))

    async def made_by(self, guild_id: int, board: Board) -> int | None:
        """Return the id of the change that made it as it is."""
        here = (SettingsHistory.guild_id == guild_id, SettingsHistory.scope == BOARDS, SettingsHistory.key == board.key)
        return await self._session.scalar(select(func.max(SettingsHistory.id)).where(*here))

    async def servers(self) -> dict[int, Mark]:
        """Return the servers that have a board, in whatever process, each with a mark that changes with its tickets."""
        having = select(BotSetting.guild_id).where(BotSetting.scope == BOARDS).distinct().subquery()
        query = (
            select(having.c.guild_id, func.count(T.id), func.max(T.updated_at))
            .select_from(having)
            .outerjoin(T, and_(T.guild_id == having.c.guild_id, UNFINISHED))
            .group_by(having.c.guild_id)
        )
        return {guild_id: (count, newest) for guild_id, count, newest in await self._session.execute(query)}

    async def rows(self, guild_id: int, role_id: int | None) -> BoardRows:
        """Return what a board shows: of one team, or all."""
        conditions = [of_guild(guild_id), UNFINISHED]
        if role_id is not None:
            conditions.append(or_(literal(role_id, BigInteger) == func.any(T.team_role_ids), T.escalated_to == role_id))
        found = await self._session.execute(
            select(T, func.count().over())
            .where(*conditions)
            .order_by(T.priority.desc(), case((T.turn == Turn.STAFF, 0), else_=1), T.turn_since.nulls_last(), T.number)
            .limit(MAX_SHOWN)
        )
        rows = found.all()
        return BoardRows([row[0] for row in rows], rows[0][1] if rows else 0)
