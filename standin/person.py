"""A person at their keyboard: what they do in one channel, and what they see.

A `Person` behaves like Discord's own client: it offers only what the account may use, refuses values the client would
not send, and shows private replies to nobody else. `raw=True` bypasses the client, for people who mean harm.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from standin import forms, inputs, permissions
from standin.command_rules import is_let_in
from standin.commands import MESSAGE_COMMAND, SLASH_COMMAND, USER_COMMAND
from standin.contents import FORWARDABLE, forwarding
from standin.inputs import Upload
from standin.interaction_tracker import InteractionTracker
from standin.interactions import AnswerType, Interaction, InteractionType
from standin.locales import localized
from standin.model import Channel, ChannelType, Guild, Member, Message, User
from standin.refusals import DidNotRespond, NoSuchCommand, NotPossible, NotVisible, StillThinking
from standin.reply import Reply
from standin.world import World


class Person:
    """One account in one channel. What they cannot do raises a `Refused` (see `standin.refusals`).

    `patience` is how many seconds they wait for a deferred answer.
    """

    def __init__(
        self, world: World, interactions: InteractionTracker, user: User, channel: Channel, patience: float = 10.0
    ) -> None:
        self._world = world
        self._interactions = interactions
        self.user = user
        self.channel = channel
        self.patience = patience

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def mention(self) -> str:
        return self.user.mention

    @property
    def guild(self) -> Guild | None:
        return self.channel.guild

    @property
    def permissions(self) -> int:
        """What they may do here, as Discord's bits."""
        return self._world.permissions(self.user, self.channel)

    def at(self, channel: Channel) -> "Person":
        """The same account in another channel."""
        return Person(self._world, self._interactions, self.user, channel, self.patience)

    def in_dm(self) -> "Person":
        """The same account in its direct message with the bot."""
        return self.at(self._world.open_dm(self.user))

    # Seeing

    @property
    def messages(self) -> list[Message]:
        """What they see here, oldest first: everybody's messages and their own private replies."""
        if not self.permissions & permissions.VIEW_CHANNEL:
            return []
        return [m for m in self.channel.by_id.values() if m.visible_to in (None, self.user)]

    @property
    def last_message(self) -> Message | None:
        return next(reversed(self.messages), None)

    @property
    def pings(self) -> list[Message]:
        """Messages here that notified them."""
        return [message for message in self.messages if self.user in message.pinged]

    @property
    def commands(self) -> list[dict[str, Any]]:
        """The application commands they are offered here, as Discord describes them in this person's language."""
        offered = [command for command in self._world.commands.all(self.guild) if self._is_offered(command)]
        return [localized(command, self.user.locale) for command in offered]

    # Commands

    async def slash(
        self, command: str, /, *, raw: bool = False, options: Mapping[str, Any] | None = None, **named: Any
    ) -> Reply:
        """Use a slash command, e.g. `slash("settings set", key="language")`, and wait for the answer.

        Options take what a person chooses: text, numbers, booleans, a `Channel`, `User`, `Member` or `Role` (or its
        id), an `Upload` for an attachment. `options` holds those whose names Python does not allow.
        """
        found = self._world.commands.find(command, SLASH_COMMAND, self.guild)
        if not raw:
            self._require_offered(found.command)
        data = inputs.sending(self._world, self.user, found, self.channel, {**(options or {}), **named}, raw=raw)
        return await self._wait(self._begin(InteractionType.COMMAND, data, name=command))

    async def autocomplete(
        self, command: str, /, option: str, typed: str = "", *, options: Mapping[str, Any] | None = None, **named: Any
    ) -> list[dict[str, Any]]:
        """The choices (`name`, `value`) offered while typing into one option; `named` are filled in already."""
        found = self._world.commands.find(command, SLASH_COMMAND, self.guild)
        self._require_offered(found.command)
        data = inputs.typing(self._world, self.user, found, self.channel, option, typed, {**(options or {}), **named})
        interaction = self._begin(InteractionType.AUTOCOMPLETE, data, name=command)
        await self._wait(interaction)
        return [localized(choice, self.user.locale) for choice in interaction.choices]

    async def context_menu(
        self, command: str, target: Message | Reply | User | Member, /, *, raw: bool = False
    ) -> Reply:
        """Use a command from the menu of a message or a person."""
        if isinstance(target, Reply):
            target = self._message(target)
        kind = MESSAGE_COMMAND if isinstance(target, Message) else USER_COMMAND
        if isinstance(target, Message) and not raw:
            self._require_visible(target)
        found = self._world.commands.find(command, kind, self.guild)
        if not raw:
            self._require_offered(found.command)
        data = inputs.targeting(self._world, self.user, found, self.channel, target)
        return await self._wait(self._begin(InteractionType.COMMAND, data, name=command))

    # Components and forms

    async def click(self, on: Message | Reply, button: str, /, *, raw: bool = False, wait: bool = True) -> Reply:
        """Press a button, by label or custom id.

        This waits for the edit or follow-up after a silent acknowledgement. With `wait=False` the acknowledgement is
        enough.
        """
        message = self._message(on)
        if not raw:
            self._require_visible(message)
            self._require_let_in()
        data = forms.press(message, button, raw=raw)
        return await self._wait(self._begin(InteractionType.COMPONENT, data, source=message), silent=not wait)

    async def choose(
        self, on: Message | Reply, menu: str, values: Any, /, *, raw: bool = False, wait: bool = True
    ) -> Reply:
        """Choose from a menu, by custom id or placeholder: labels or values, or the people, roles or channels."""
        message = self._message(on)
        if not raw:
            self._require_visible(message)
            self._require_let_in()
        data = forms.pick(self._world, self.user, message, menu, values, raw=raw)
        return await self._wait(self._begin(InteractionType.COMPONENT, data, source=message), silent=not wait)

    async def submit(
        self, form: Reply, values: Mapping[str, Any] | None = None, /, *, raw: bool = False, wait: bool = True
    ) -> Reply:
        """Fill in the modal that a reply opened, by label or custom id, and send it.

        Fields that are not given keep what was filled in beforehand.
        """
        if form.modal is None:
            raise NotPossible("No form is open.")
        if form.interaction.user is not self.user and not raw:
            raise NotVisible("That form is open on somebody else's screen.")
        data = forms.fill_in(self._world, self.user, self.channel, form.modal, values or {}, raw=raw)
        interaction = self._begin(InteractionType.MODAL_SUBMIT, data, source=form.interaction.source)
        return await self._wait(interaction, silent=not wait)

    # Talking

    async def say(
        self,
        text: str = "",
        /,
        *,
        reply_to: Message | Reply | None = None,
        files: Sequence[Upload] = (),
        **contents: Any,
    ) -> Message:
        """Write a message here. Raises NotPossible without the permission to.

        `contents` are fields of `Message`: a `poll`, `stickers`, `flags` (see `standin.contents`).
        """
        self._require_let_in()
        if not self._world.can(self.user, self.channel, permissions.VIEW_CHANNEL | permissions.SEND_MESSAGES):
            raise NotPossible("You do not have permission to send messages in this channel.")
        state = self.channel.thread
        if state and state.locked and not self.permissions & permissions.MANAGE_THREADS:
            raise NotPossible("This thread is locked.")
        if files and not self._world.can(self.user, self.channel, permissions.ATTACH_FILES):
            raise NotPossible("You do not have permission to attach files in this channel.")
        guild = self.channel.guild
        words = guild.blocked_words | guild.harmful_links if guild else set()
        if not self.permissions & permissions.MANAGE_GUILD and any(word in text.lower() for word in words):
            raise NotPossible("Your message could not be sent: it holds something that this server blocks.")
        if len(text) > 2000:
            raise NotPossible("Your message is too long.")
        self._require_slowness()
        if any(len(file.content) > self._world.upload_limit_of(self.channel) for file in files):
            raise NotPossible("Your files are too powerful.")
        board, store = self._world.messages, self._world.files
        attachments = [
            store.add(self.channel, file.name, file.content, file.content_type, about=file.about) for file in files
        ]
        answered = self._message(reply_to) if reply_to is not None else None
        return board.post(self.channel, self.user, text, attachments=attachments, reply_to=answered, **contents)

    async def open_post(self, title: str, text: str = "", /) -> Message:
        """Open a post in this forum, and return its first message, which has the post's id."""
        self._require_let_in()
        if self.channel.type is not ChannelType.FORUM or not self.permissions & permissions.SEND_MESSAGES:
            raise NotPossible("You cannot open a post in this channel.")
        thread = self._world.create_thread(self.channel, title, self.user)
        return self._world.messages.post(thread, self.user, text, id=thread.id)

    async def forward(self, message: Message, /) -> Message:
        """Forward a message that they see from elsewhere to this channel."""
        self._require_visible(message)
        if message.type not in FORWARDABLE or message.poll:
            raise NotPossible("This message cannot be forwarded.")
        return await self.say(**forwarding(message))

    async def edit(self, message: Message, text: str, /) -> None:
        if message.author is not self.user:
            raise NotPossible("You can edit only your own messages.")
        self._world.messages.edit(message, text=text)

    async def delete(self, message: Message | Reply, /) -> None:
        """Delete one of their own messages, or anybody's with the permission; dismiss a private reply."""
        found = self._message(message)
        self._require_visible(found)
        may = found.author is self.user or found.visible_to is self.user
        if not may and not self.permissions & permissions.MANAGE_MESSAGES:
            raise NotPossible("You do not have permission to delete this message.")
        self._world.messages.delete(found)

    async def type(self) -> None:
        self._world.typing(self.channel, self.user)

    # Details

    def _begin(
        self, kind: InteractionType, data: dict[str, Any], *, name: str = "", source: Message | None = None
    ) -> Interaction:
        if self.guild is not None and self.user.id not in self.guild.members:
            raise NotVisible(f"{self.user.name} is not in {self.guild.name}.")
        return self._interactions.begin(kind, self.user, self.channel, data, name=name, source=source)

    async def _wait(self, interaction: Interaction, *, silent: bool = False) -> Reply:
        while interaction.answer is None and not interaction.is_dead:
            # This ends: the interaction expires at its deadline.
            await interaction.progress(None)
        if interaction.is_dead:
            raise DidNotRespond("The application did not respond")
        try:
            if interaction.answer is AnswerType.DEFERRED_MESSAGE:
                while (original := interaction.original) and original.is_loading:
                    if original.deleted and interaction.followups:
                        # It was taken back, and the answer is a message of its own.
                        break
                    await interaction.progress(self.patience)
            if interaction.answer is AnswerType.DEFERRED_UPDATE and not silent and interaction.steps < 2:
                await interaction.progress(self.patience)
        except TimeoutError:
            raise StillThinking(f"{self._world.bot.display_name} is thinking...") from None
        return Reply(interaction)

    def _require_slowness(self) -> None:
        if self.permissions & permissions.BYPASS_SLOWMODE:
            return
        mine = next((each for each in reversed(self.channel.messages) if each.author is self.user), None)
        if mine and (self._world.now() - mine.created_at).total_seconds() < self.channel.slowmode:
            raise NotPossible("You are sending messages too fast: this channel is in slow mode.")

    def _message(self, on: Message | Reply) -> Message:
        message = on.message if isinstance(on, Reply) else on
        if message is None:
            raise NotPossible("There is no message.")
        return message

    def _require_visible(self, message: Message) -> None:
        if message.deleted:
            raise NotPossible("That message was deleted.")
        if message.visible_to not in (None, self.user):
            raise NotVisible("Only somebody else can see that message.")
        if not self._world.can(self.user, message.channel, permissions.VIEW_CHANNEL):
            raise NotVisible("You cannot see that channel.")

    def _is_offered(self, command: dict[str, Any]) -> bool:
        context = 1 if self.guild is None else 0
        if command["contexts"] is not None and context not in command["contexts"]:
            return False
        if self.guild is None:
            return command["contexts"] is not None or command.get("dm_permission") is not False
        mine = self.permissions
        if not mine & permissions.VIEW_CHANNEL or not mine & permissions.USE_APPLICATION_COMMANDS:
            return False
        if command["nsfw"] and not self.channel.nsfw:
            return False
        needed = command["default_member_permissions"]
        if mine & permissions.ADMINISTRATOR:
            return True
        if (let_in := self._let_in_by_server(command)) is not None:
            return let_in
        if needed is None:
            return True
        # "0" hides a command from all but administrators.
        return int(needed) != 0 and mine & int(needed) == int(needed)

    def _let_in_by_server(self, command: dict[str, Any]) -> bool | None:
        """What the server set under Integrations; None if the command's own permissions decide."""
        guild, channel = self.guild, self.channel
        assert guild is not None
        ids = int(command["id"]), self._world.application.id
        channels = [one for one in (channel.id, channel.parent_id) if one is not None]
        roles = guild.members[self.user.id].role_ids if self.user.id in guild.members else ()
        return is_let_in(self._world.commands.rules(guild), ids, guild.id, self.user.id, roles, channels)

    def _require_let_in(self) -> None:
        """Who has not agreed to the server's screening can read, and do nothing else."""
        member = self.guild.members.get(self.user.id) if self.guild else None
        if member and member.pending:
            raise NotPossible("You have to agree to the rules of this server in Discord's own screening first.")

    def _require_offered(self, command: dict[str, Any]) -> None:
        self._require_let_in()
        if not self._is_offered(command):
            raise NoSuchCommand(f"{self.user.name} cannot use {command['name']!r} in {self.channel.name!r}.")
