"""What is claimed about speed, as comparisons anyone can run: ``make bench``."""
