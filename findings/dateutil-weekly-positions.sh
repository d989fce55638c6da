#!/bin/sh
# python-dateutil counts BYSETPOS from the start in a week, and from the first day in a month.
#
# Versions: python-dateutil 4.0.0, Python 3.11.
# Input: two rules that take the first of two days of each period, begun on the second of them. Weekly: the first of
# Monday and Sunday in weeks that begin on Monday, from Sunday, 1 January 2023. Monthly: the first of the 1st and the 15th,
# from 15 January 2023.
# Expected: both skip the period that they begin in, whose first day is past (RFC 5545 applies BYSETPOS to all that the
# rule names within the period).
# Behaviour: the monthly rule does. The weekly one looks at the first week from its start on only, where the Sunday is
# the first of what is left, and reports it.
# Output seen:
#   weekly: 2023-01-01 2023-01-02 2023-01-09
#   monthly: 2023-02-01 2023-03-01 2023-04-01
# What follows for us: the comparison of our rules with dateutil's lets such rules begin on the first day of a week.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check python-dateutil==4.0.0
cd "$work"
cat > check.py <<'PYTHON'
from datetime import datetime
from itertools import islice

from dateutil.rrule import rrulestr

for name, rule, start in (
    ("weekly", "FREQ=WEEKLY;BYDAY=MO,SU;BYSETPOS=1;WKST=MO", datetime(2023, 1, 1)),
    ("monthly", "FREQ=MONTHLY;BYMONTHDAY=1,15;BYSETPOS=1", datetime(2023, 1, 15)),
):
    found = islice(rrulestr(rule, dtstart=start), 3)
    print(f"{name}:", *(f"{at:%Y-%m-%d}" for at in found))
PYTHON
"$work/venv/bin/python" check.py > seen
cat seen
cat > expected <<'TEXT'
weekly: 2023-01-01 2023-01-02 2023-01-09
monthly: 2023-02-01 2023-03-01 2023-04-01
TEXT
cmp seen expected
