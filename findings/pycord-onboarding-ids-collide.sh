#!/bin/sh
# Prompts and options of Discord's onboarding that are made one after the other in py-cord have the same id.
#
# Versions: py-cord 2.8.1, Python 3.11.
# Input: five options, and five prompts, made in a loop without an id, as the documentation of both classes allows.
# Expected: each has an id of its own, which is what Discord needs to tell new ones apart.
# Behaviour: the id that is made up is a snowflake of the current millisecond whose lower bits are all set, so that
# everything that is made within a millisecond shares it.
# Output seen:
#   options share ids: True
#   prompts share ids: True
#   lower bits of an id: 4194303
# What follows for us: prompts and options that are sent to Discord get ids that are counted up.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check py-cord==2.8.1
cd "$work"
cat > look.py <<'PYTHON'
import discord

options = [discord.PromptOption(f"Option {number}") for number in range(1000)]
prompts = [
    discord.OnboardingPrompt(discord.PromptType.multiple_choice, f"Prompt {number}", options[:1], True, False, True)
    for number in range(1000)
]
print("options share ids:", len({one.id for one in options}) < len(options))
print("prompts share ids:", len({one.id for one in prompts}) < len(prompts))
print("lower bits of an id:", options[0].id & 0x3FFFFF)
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
options share ids: True
prompts share ids: True
lower bits of an id: 4194303
TEXT
diff expected seen
