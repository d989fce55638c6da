"""What pending revisions would do."""
