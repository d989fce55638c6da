"""What is measured, each figure against a yardstick from the same run. `make bench` runs it all."""
