"""What the FAQ does in Discord beside answering."""
