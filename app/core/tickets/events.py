"""What can happen to a ticket: the `kind` of each entry of its events, and where changes are announced."""

from enum import StrEnum

TICKETS_CHANNEL = "concierge_tickets"
"""Where every process hears that a ticket has to be looked at: PostgreSQL's NOTIFY, sent with the commit.

The payload is the moment in Unix seconds."""


class EventKind(StrEnum):
    """What happened."""

    OPENED = "opened"
    CLAIMED = "claimed"
    UNCLAIMED = "unclaimed"
    TRANSFERRED = "transferred"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"
    PRIORITY = "priority"
    LABELS = "labels"
    TURN = "turn"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    ESCALATED = "escalated"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    NOTE = "note"
    REPLIED = "replied"
    CLOSE_REQUESTED = "close_requested"
    CLOSE_DECLINED = "close_declined"
    CLOSED = "closed"
    REASON = "reason"
    REOPENED = "reopened"
    MERGED = "merged"
    RATED = "rated"
    REMINDED = "reminded"
    WARNED = "warned"
    MISSED = "missed"
    LEFT = "left"
    CAME_BACK = "came_back"
    CHANNEL_GONE = "channel_gone"
    EDITED = "edited"
    DELETED = "deleted"
    TRANSCRIPT = "transcript"
    TAKEN_BACK = "taken_back"
