"""What pending revisions would do, before anything is done."""
