"""Pages a browser shows; self-contained, with no script from anywhere."""
