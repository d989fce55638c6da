"""What members and staff see of tickets."""
