"""What `concierge doctor` prints: one line for each thing that it looked at."""

from app.core.records import record


@record
class Line:
    """One thing that was checked; `fix` is empty when it is right, and only advice when it `can_stay`."""

    what: str
    found: str
    fix: str = ""
    can_stay: bool = False

    def __str__(self) -> str:
        """Return the line that is printed."""
        mark = "ok" if not self.fix else "--" if self.can_stay else "!!"
        line = f"[{mark}] {self.what}: {self.found}" + (f" → {self.fix}" if self.fix else "")
        # Names are chosen by strangers: none of them begins a line of its own, or speaks to the terminal.
        return "".join(each if each.isprintable() else " " for each in line)
