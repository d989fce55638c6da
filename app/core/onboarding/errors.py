"""What can be wrong about onboarding, in one sentence each."""

from app.core.errors import Conflict, NotAllowed, NotFound


class ManagersOnly(NotAllowed):
    """Only managers set onboarding up."""

    def __init__(self) -> None:
        super().__init__("Only managers can set up onboarding: whoever has the permission Manage Server.")


class ExportIsForManagers(NotAllowed):
    """Only managers get the answers of everybody."""

    def __init__(self) -> None:
        super().__init__(
            "Only managers can get all answers as a table: whoever has the permission Manage Server. `/onboarding "
            "member` shows staff those of one."
        )


class StaffOnly(NotAllowed):
    """Only staff see what others answered."""

    def __init__(self) -> None:
        super().__init__("Only staff of this server can see how others are getting on.")


class QuestionNotFound(NotFound):
    """There is no such question in this server."""

    def __init__(self) -> None:
        super().__init__("There is no such question any more. `/onboarding questions list` shows those there are.")


class RuleNotFound(NotFound):
    """There is no such rule in this server."""

    def __init__(self) -> None:
        super().__init__("There is no such rule any more. `/rules status` shows those there are.")


class PanelNotFound(NotFound):
    """There is no such panel in this server."""

    def __init__(self) -> None:
        super().__init__("There is no such panel any more. `/onboarding panel list` shows those there are.")


class NoRulesPublished(NotFound):
    """Nothing has been published that could be accepted."""

    def __init__(self) -> None:
        super().__init__("This server has not published any rules yet.")


class VersionNotFound(NotFound):
    """The rules have no such version."""

    def __init__(self) -> None:
        super().__init__("There is no such version of the rules. `/rules history` shows those there are.")


class FormChanged(Conflict):
    """The questions are others than those that were answered."""

    def __init__(self) -> None:
        super().__init__("These questions were changed while you answered. Continue, and you see them as they are now.")


class NotYours(NotAllowed):
    """Somebody pressed what was sent to another member."""

    def __init__(self) -> None:
        super().__init__("That is for somebody else. Begin with `/onboarding start`.")


class SwitchedOff(NotAllowed):
    """Nobody has anything to do in this server."""

    def __init__(self) -> None:
        super().__init__("Nothing is asked of new members in this server.")


class NotStarted(NotFound):
    """Somebody has begun nothing here, or left since."""

    def __init__(self) -> None:
        super().__init__("You have not begun here yet. Begin with `/onboarding start`.")


class HasLeft(NotAllowed):
    """Somebody presses what was sent to them directly, and is not in the server any more."""

    def __init__(self) -> None:
        super().__init__("You are not in that server any more. Join it again, and then begin.")


class IsPending(NotAllowed):
    """Discord itself has not let them in yet."""

    def __init__(self) -> None:
        super().__init__("Agree to what Discord shows you about this server first. Then begin here.")


class IsQuarantined(NotAllowed):
    """Discord holds them back because of what they are called."""

    def __init__(self) -> None:
        super().__init__(
            "Discord holds you back in this server because of your name or server tag. Change it there, then begin."
        )


class IsGuest(NotAllowed):
    """They are there for a conversation, and no member."""

    def __init__(self) -> None:
        super().__init__("You are a guest here. Join the server first, and then begin.")


class NothingToDo(NotFound):
    """New members are to do something, and nothing is there to do."""

    def __init__(self) -> None:
        super().__init__("There are no rules and no questions in this server yet. Its staff have to set them up first.")


class RulesChanged(Conflict):
    """There is a newer version of the rules than the one that was read."""

    def __init__(self) -> None:
        super().__init__("The rules were changed meanwhile. Please read them again.")


class MemberNotFound(NotFound):
    """There is no row of such a member in this server."""

    def __init__(self) -> None:
        super().__init__("I know nothing about how this member joined: they came before onboarding was set up.")


class NotStuck(NotFound):
    """Somebody is done, has left, or never joined as far as the bot knows."""

    def __init__(self) -> None:
        super().__init__("They are not among those who have something left to do. `/onboarding stuck` shows who is.")
