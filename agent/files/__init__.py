"""Changes of files in the folders the office named: watched, settled, and rescanned where the system lost count."""
