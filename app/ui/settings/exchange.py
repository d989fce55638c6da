"""How settings leave as a file, and what is said about one. All of it pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from app.core import formats, registry
from app.core.messages import t, tn
from app.core.settings.differences import Proposal, Wish
from app.core.settings.exchange_reading import File
from app.core.settings.snapshot import SettingsSnapshot
from app.core.settings.structure_reading import WHOLE
from app.ui.kit.mentions import Mention, written
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.text import plain
from app.ui.settings.proposal import Frame
from app.ui.settings.proposal_ids import ImportId, ImportPageId

FILE = "settings.json"


def exported(content: bytes, snapshot: SettingsSnapshot, gone: Sequence[str], *, mention: Mention = written) -> Reply:
    """Hand over the file, and say what is in it and what is not; `gone` names settings whose channel or role is."""
    many = sum(1 for name in snapshot.chosen if name in registry.BY_NAME)
    lines = [
        tn(
            "{count} setting that this server chose. What is not in the file has its default.",
            "{count} settings that this server chose. What is not in the file has its default.",
            many,
        ),
        *_carried(snapshot),
        t(
            "Change the file as you like, and give it to {command}, here or in another server: "
            "channels and roles are found by their names there.",
            command=mention("settings", "import"),
        ),
    ]
    if gone:
        names = formats.codes(f"`{one}`" for one in gone)
        lines.append(t("⚠️ The channel or role of these is gone: {names}", names=names))
    lines.append(
        t(
            "Not in it: entries of the FAQ ({faq}), questions of onboarding ({onboarding}), rules, reminders, "
            "tickets, and what members chose for themselves.",
            faq=mention("faq", "export"),
            onboarding=mention("onboarding", "questions", "export"),
        )
    )
    lines += _left_out(snapshot)
    return Reply("\n".join(lines), attachments=[Attachment(FILE, content)])


def _carried(snapshot: SettingsSnapshot) -> list[str]:
    """Say what of the structures is in the file."""
    made = Counter(
        scope
        for scope, kind in registry.STRUCTURES.items()
        for key in snapshot.structures(scope)
        if kind.carried.in_file(key)
    )
    listed = formats.listed(f"{registry.STRUCTURES[scope].label} ({count})" for scope, count in made.items())
    return [t("Also in it: {listed}", listed=listed)] if made else []


def _left_out(snapshot: SettingsSnapshot) -> Iterator[str]:
    """Say what a server has of what is in no file, and why."""
    for scope, kind in registry.STRUCTURES.items():
        keys = [key for key in snapshot.structures(scope) if not kind.carried.in_file(key)]
        # What runs for a while stands nowhere in a server, and nobody would look for it in a file.
        if keys and kind.part:
            why = kind.carried.why_out(keys[0])
            yield t("Not in it: {label} ({count}): {why}.", label=kind.label, count=len(keys), why=why)


def frame(
    file: File, proposal: Proposal, content: bytes, snapshot: SettingsSnapshot, *, resets_others: bool, first: bool
) -> Frame:
    """Return what stands around what a file would do. Only the `first` answer brings the file along."""
    return Frame(
        title=t("What this file would change"),
        to=ImportId(resets_others=resets_others, shown=proposal.digest),
        page=lambda page: ImportPageId(resets_others=resets_others, page=page),
        heading=list(_heading(file, snapshot, resets_others=resets_others)),
        attachments=[Attachment(FILE, content)] if first else [],
        nothing=t("That would change nothing: the settings are so already."),
    )


def others(file: File, snapshot: SettingsSnapshot, made: Collection[str]) -> list[Wish]:
    """Return the wish that what a file does not name has its default, or is removed.

    `made` names the structures that it has, as they are called here.
    """
    named = {one.name for one in file.entries}
    wishes = [Wish(one, None) for one in registry.ALL if one.name not in named and snapshot.is_chosen(one)]
    if file.structures is None:
        # A file of before there were any in files, or from which somebody took that part, says nothing of them.
        return wishes
    unclear = {one.scope for one in file.structures if one.key == WHOLE}
    for scope, kind in registry.STRUCTURES.items():
        for key in snapshot.structures(scope) if scope not in unclear else ():
            setting = registry.find(f"{scope}.{key}")
            if setting is not None and kind.carried.in_file(key) and setting.name not in made:
                wishes.append(Wish(setting, None))
    return wishes


def reason(file: File, guild_id: int) -> str:
    """Say in the history where a change came from."""
    if file.server_id is None or file.server_id == guild_id:
        return t("Imported from a file")
    return t("Imported from a file of {server}", server=file.server_name or file.server_id)


def _heading(file: File, snapshot: SettingsSnapshot, *, resets_others: bool) -> list[str]:
    lines: list[str] = []
    if file.server_id is not None and file.server_id != snapshot.guild_id:
        name = plain(file.server_name, 100) or str(file.server_id)
        lines.append(t("The file is from another server, {name}.", name=f"**{name}**"))
    if resets_others:
        lines.append(t("What the file does not name gets its default."))
        if file.structures is None:
            lines.append(t("Of ticket types, panels and the like the file says nothing, so they stay."))
        else:
            lines.append(t("Ticket types, panels and the like that it does not name are removed."))
    else:
        lines.append(t("What the file does not name stays as it is (`others:reset` gives it its default)."))
    return lines
