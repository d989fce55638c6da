#!/bin/sh
# py-cord refuses translations of commands into Arabic and Hebrew, which Discord's API description allows.
#
# Versions: py-cord 2.8.1, Python 3.11.
# Input: a slash command with its name in three languages. Discord's API description lists "ar" and "he" among the locales
# of name_localizations, as clients offer both languages.
# Expected: all three are taken.
# Behaviour: ValidationError for the two, because they are missing in discord.commands.core.valid_locales.
# Output seen:
#   de: taken
#   ar: Locale 'ar' is not a valid locale, see https://docs.discord.com/developers/reference#locales for list of supported locales.
#   he: Locale 'he' is not a valid locale, see https://docs.discord.com/developers/reference#locales for list of supported locales.
# What follows for us: translations are added to what is registered after py-cord has made it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check py-cord==2.8.1
cd "$work"
cat > check.py <<'PYTHON'
import discord


async def remind(ctx):
    await ctx.respond("done")


for locale, name in (("de", "erinnern"), ("ar", "تذكير"), ("he", "תזכורת")):
    try:
        discord.SlashCommand(remind, name="remind", description="Remind me", name_localizations={locale: name})
        print(f"{locale}: taken")
    except discord.ValidationError as error:
        print(f"{locale}: {error}")
PYTHON
"$work/venv/bin/python" check.py > seen
cat seen
cut -d, -f1 seen > short
cat > expected <<'TEXT'
de: taken
ar: Locale 'ar' is not a valid locale
he: Locale 'he' is not a valid locale
TEXT
cmp short expected
