"""Numbers in ten digits and 26 letters, where room is short."""

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def base36(number: int) -> str:
    """Write a number that is not negative. `int(written, 36)` reads it."""
    written = ""
    while True:
        number, digit = divmod(number, 36)
        written = DIGITS[digit] + written
        if not number:
            return written
