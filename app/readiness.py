"""Whether the bot can do its work at this moment, for whoever watches over it."""

from app.bot import Bot
from app.database_probe import NoAnswer
from app.migrate.status import SchemaStatus


class Readiness:
    """Says what keeps the bot from its work: Discord, the database, or a schema that this release was not made for."""

    def __init__(self, bot: Bot, schema: SchemaStatus | None) -> None:
        self._bot = bot
        self._head = schema.head if schema is not None else None
        # With MIGRATIONS_ON_BOOT=warn an operator has let the bot run on what it found.
        self._accepted = {schema.versions, (schema.head,)} if schema is not None else None

    async def __call__(self) -> str | None:
        """Return None if all is well, else the reason in a few words."""
        if not self._bot.is_ready():
            return "not connected to Discord yet"
        if any(shard.is_closed() for shard in self._bot.shards.values()):
            return "a shard has lost its connection to Discord"
        try:
            revisions = await self._bot.database.revisions()
        except NoAnswer:
            return "the database does not answer"
        if revisions is None or self.fits(revisions):
            return None
        return f"the schema is at {', '.join(revisions) or 'no revision'}, and this release needs {self._head}"

    def fits(self, revisions: tuple[str, ...]) -> bool:
        """Whether the bot was made for a schema at these revisions; always, if it was told not to check."""
        return self._accepted is None or revisions in self._accepted
