"""A line of `concierge doctor`."""

from app.doctor.line import Line


def test_a_name_begins_no_line_of_its_own_and_does_not_speak_to_the_terminal() -> None:
    said = str(Line("server Evil\n[ok] token: fine\x1b[2J", "café #общий 🎫", "Mend it."))
    assert said == "[!!] server Evil [ok] token: fine [2J: café #общий 🎫 → Mend it."
