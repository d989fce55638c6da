"""What members and operators see of personal data. All pure."""
