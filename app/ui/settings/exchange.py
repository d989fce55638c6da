"""How settings leave as a file, and what is said about one. All of it pure."""

from collections import Counter
from collections.abc import Sequence

from app.core import formats, registry
from app.core.messages import t, tn
from app.core.settings.differences import Proposal, Wish
from app.core.settings.exchange_reading import File
from app.core.settings.kinds import Kind
from app.core.settings.snapshot import SettingsSnapshot
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
    kinds = (registry.STRUCTURES.get(name.partition(".")[0]) for name in snapshot.chosen)
    # What stands nowhere in a server is not what somebody would look for in the file.
    made = Counter(str(kind.label) for kind in kinds if kind is not None and kind.places is not registry.no_places)
    if made:
        listed = formats.listed(f"{label} ({count})" for label, count in sorted(made.items()))
        lines.append(t("Also not in it, as it has commands of its own: {listed}", listed=listed))
    return Reply("\n".join(lines), attachments=[Attachment(FILE, content)])


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


def others(file: File, snapshot: SettingsSnapshot) -> list[Wish]:
    """Return the wish that what a file does not name has its default."""
    named = {one.name for one in file.entries}
    return [
        Wish(one, None)
        for one in registry.ALL
        if one.name not in named and snapshot.is_chosen(one) and one.kind is not Kind.STRUCTURE
    ]


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
    else:
        lines.append(t("What the file does not name stays as it is (`others:reset` gives it its default)."))
    return lines
