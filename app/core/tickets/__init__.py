"""The vocabulary of tickets: types, status, what a transcript knows."""
