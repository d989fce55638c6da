"""When a series comes: zones, recurrence rules, schedules, and how they are put into words."""
