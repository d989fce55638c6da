"""The channels of tickets, and what is in them."""
