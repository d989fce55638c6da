"""The vocabulary of reminders: policy, delivery, refusals."""
