"""How two schemas differ, and the SQL that repairs it."""
