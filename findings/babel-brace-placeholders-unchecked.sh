#!/bin/sh
# Babel marks a sentence with {name} as python-brace-format, and then never looks at it.
#
# Versions: Babel 2.19.0, Python 3.11.
# Input: a German catalogue in which the translation of "{name} is free" says {nam}, and that of "%(name)s is free" says
# %(nam)s. Both messages carry the flag of their format, set by Babel itself.
# Expected: `Message.check` and `pybabel compile` report both, as GNU msgfmt -c does.
# Behaviour: only the percent format is checked. The brace format compiles without a word, and `str.format` raises
# KeyError for whoever reads German.
# Output seen:
#   %(name)s is free | python-format | unknown named placeholder 'nam'
#   {name} is free | python-brace-format | no complaint
#   {nam} ist frei
#   KeyError: 'nam'
# What follows for us: a test compares the placeholders of every translation with those of its English.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.19.0
cd "$work"
cat > check.py <<'PYTHON'
import gettext
import io

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

catalogue = Catalog(locale="de")
catalogue.add("%(name)s is free", "%(nam)s ist frei")
catalogue.add("{name} is free", "{nam} ist frei")
for message in catalogue:
    if message.id:
        found = "; ".join(str(error) for error in message.check(catalogue)) or "no complaint"
        print(message.id, "|", ", ".join(sorted(message.flags)), "|", found)
text = io.BytesIO()
write_po(text, catalogue)
text.seek(0)
compiled = io.BytesIO()
write_mo(compiled, read_po(text, locale="de"))
compiled.seek(0)
said = gettext.GNUTranslations(compiled).gettext("{name} is free")
print(said)
try:
    said.format(name="The room")
except KeyError as error:
    print("KeyError:", error)
PYTHON
"$work/venv/bin/python" check.py > seen
cat seen
cat > expected <<'TEXT'
%(name)s is free | python-format | unknown named placeholder 'nam'
{name} is free | python-brace-format | no complaint
{nam} ist frei
KeyError: 'nam'
TEXT
cmp seen expected
