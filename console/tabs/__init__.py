"""One file for each tab, and the frame around them all."""
