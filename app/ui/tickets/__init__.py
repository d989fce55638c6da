"""How tickets look: to members, to staff, and in transcripts of what was said."""
