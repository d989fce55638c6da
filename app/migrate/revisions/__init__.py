"""The revision files: reading, writing, checking and freezing them."""
