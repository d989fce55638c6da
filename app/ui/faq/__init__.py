"""What people see of the FAQ."""
