"""Tables as data, without a window."""
