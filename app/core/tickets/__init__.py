"""The vocabulary of tickets: types, policy, business hours, transcripts, refusals."""
