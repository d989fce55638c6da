"""The demo and large worlds, and what changes in a world mean for what people may do."""

import time

import pytest

from standin import Change, ChangeKind, ChannelType, Guild, StandIn, World, permissions
from standin.demo import demo_world, large_world


def test_the_demo_is_the_same_every_time():
    one, two = demo_world(), demo_world()
    assert list(one.users) == list(two.users)
    assert list(one.channels) == list(two.channels)
    assert [guild.name for guild in one.guilds.values()] == ["The Lighthouse", "The Boathouse"]
    assert one.guild("The Lighthouse").channel("general").messages


def test_who_may_do_what_in_the_demo(world: World, lighthouse: Guild):
    general, staff, welcome = (lighthouse.channel(name) for name in ("general", "staff-only", "welcome"))
    for name, sees_staff, speaks_in_welcome, manages in (
        ("olivia", True, True, True),
        ("adam", True, True, True),
        ("maya", True, True, False),
        ("alice", False, False, False),
        ("nils", False, False, False),
        ("eve", False, False, False),
    ):
        user = world.user(name)
        assert world.can(user, general, permissions.SEND_MESSAGES)
        assert world.can(user, staff, permissions.VIEW_CHANNEL) == sees_staff
        assert world.can(user, welcome, permissions.SEND_MESSAGES) == speaks_in_welcome
        assert world.can(user, general, permissions.MANAGE_GUILD) == manages
    assert world.permissions(world.application.owner, general) == 0
    assert not world.can(world.bot, general, permissions.ADMINISTRATOR)
    assert world.can(world.user("eve"), world.guild("The Boathouse").channel("general"), permissions.ADMINISTRATOR)


def test_a_large_world_is_cheap():
    began = time.process_time()
    world = large_world(guilds=1000, channels=50, roles=20)
    # Half a second on an idle machine.
    assert time.process_time() - began < 30
    assert len(world.guilds) == 1000
    guild = next(iter(world.guilds.values()))
    assert (len(guild.channels), len(guild.roles)) == (50, 20)
    assert world.has_bot(guild)
    shards = {(guild.id >> 22) % 4 for guild in world.guilds.values()}
    assert shards == {0, 1, 2, 3}


def test_overwrites_are_applied_in_discords_order(world: World, lighthouse: Guild):
    channel = world.create_channel(lighthouse, "order")
    alice, member, watch = lighthouse.member("alice"), lighthouse.role("Member"), lighthouse.role("Night Watch")
    send = permissions.SEND_MESSAGES

    def may_send() -> bool:
        return world.can(alice.user, channel, send)

    assert may_send()
    world.set_overwrite(channel, lighthouse.everyone, deny=send)
    assert not may_send()
    world.set_overwrite(channel, member, allow=send)
    assert may_send()
    # Among roles what one allows outweighs what another denies.
    world.grant(alice, watch)
    world.set_overwrite(channel, watch, deny=send)
    assert may_send()
    world.set_overwrite(channel, alice, deny=send)
    assert not may_send()
    world.set_overwrite(channel, alice, allow=send, deny=permissions.VIEW_CHANNEL)
    assert world.permissions(alice.user, channel) == 0
    world.clear_overwrite(channel, alice.user.id)
    world.revoke(alice, member)
    assert not may_send()
    world.delete_role(watch)
    assert watch.id not in channel.overwrites
    assert world.permissions(world.user("olivia"), channel) == permissions.ALL


def test_who_cannot_speak_cannot_ping_or_attach(world: World, lighthouse: Guild):
    channel, maya = world.create_channel(lighthouse, "quiet"), world.user("maya")
    assert world.can(maya, channel, permissions.MENTION_EVERYONE | permissions.ATTACH_FILES)
    world.set_overwrite(channel, lighthouse.everyone, deny=permissions.SEND_MESSAGES)
    assert not world.permissions(maya, channel) & (permissions.MENTION_EVERYONE | permissions.ATTACH_FILES)


def test_threads_have_their_own_permission_to_write(world: World, lighthouse: Guild):
    channel, alice = world.create_channel(lighthouse, "lectures"), world.user("alice")
    thread = world.create_thread(channel, "questions", world.user("ben"))
    world.set_overwrite(channel, lighthouse.everyone, deny=permissions.SEND_MESSAGES)
    assert not world.can(alice, channel, permissions.SEND_MESSAGES)
    assert world.can(alice, thread, permissions.SEND_MESSAGES | permissions.ATTACH_FILES)
    world.set_overwrite(channel, lighthouse.everyone, deny=permissions.SEND_MESSAGES_IN_THREADS)
    assert world.can(alice, channel, permissions.SEND_MESSAGES)
    assert not world.can(alice, thread, permissions.SEND_MESSAGES)


def test_what_goes_with_a_deleted_category_and_channel(world: World, lighthouse: Guild):
    category = lighthouse.channel("Community")
    general = lighthouse.channel("general")
    thread = world.create_thread(general, "lamps", world.user("alice"))
    world.delete_channel(category)
    assert general.parent_id is None
    world.delete_channel(general)
    assert thread.id not in world.channels
    with pytest.raises(LookupError, match="no such channel of The Lighthouse: general"):
        lighthouse.channel("general")
    world.remove_member(lighthouse, world.user("alice"))
    with pytest.raises(LookupError):
        lighthouse.member("alice")


def test_a_channel_begins_with_the_overwrites_of_its_category(world: World, lighthouse: Guild):
    staff = lighthouse.channel("Staff")
    world.set_overwrite(staff, lighthouse.everyone, deny=permissions.VIEW_CHANNEL)
    made = world.create_channel(lighthouse, "plans", ChannelType.TEXT, parent=staff)
    assert not world.permissions(world.user("alice"), made)
    world.clear_overwrite(made, lighthouse.id)
    assert staff.overwrites
    with pytest.raises(TypeError, match="a channel has no colour"):
        world.edit_channel(made, colour="red")


def test_ids_only_grow_and_follow_the_clock_once_live(world: World):
    before = [world.next_id() for _ in range(10)]
    assert before == sorted(set(before))
    began_ms = time.time() * 1000
    world.go_live()
    after = [world.next_id() for _ in range(10_000)]
    assert after == sorted(set(after))
    assert after[0] > before[-1]
    created_ms = (after[0] >> 22) + 1_420_070_400_000
    assert began_ms - 1 <= created_ms <= time.time() * 1000 + 1


async def test_subscribers_hear_what_concerns_them(discord_: StandIn, world: World, lighthouse: Guild):
    general, alice, eve = lighthouse.channel("general"), world.user("alice"), world.user("eve")
    heard: list[Change] = []
    stop = discord_.subscribe(heard.append)
    message = world.messages.post(general, alice, "hello")
    world.messages.edit(message, text="hello!")
    world.messages.delete(message)
    world.messages.post(general, world.bot, "psst", visible_to=alice)
    world.typing(general, eve)
    stop()
    world.messages.post(general, alice, "unheard")
    assert [change.kind for change in heard] == [
        ChangeKind.MESSAGE_CREATED,
        ChangeKind.MESSAGE_EDITED,
        ChangeKind.MESSAGE_DELETED,
        ChangeKind.MESSAGE_CREATED,
        ChangeKind.TYPING,
    ]
    assert [change.concerns(alice) for change in heard] == [True] * 5
    assert [change.concerns(eve) for change in heard] == [True, True, True, False, True]


async def test_until_waits_for_the_world(discord_: StandIn, world: World, lighthouse: Guild):
    support = lighthouse.channel("support")
    with pytest.raises(TimeoutError):
        await discord_.until(lambda: support.messages, 0.02)
    with pytest.raises(TimeoutError):
        await discord_.ready(0.02)
    with pytest.raises(TimeoutError):
        await discord_.has_command("nothing", 0.02)
    world.messages.post(support, world.user("alice"), "here")
    await discord_.until(lambda: support.messages)
