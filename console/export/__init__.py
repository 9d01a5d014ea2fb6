"""What is on a tab as a file or on the clipboard: with its filters, zone and time, and with nothing in it that could run."""
