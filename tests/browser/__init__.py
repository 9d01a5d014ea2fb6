"""The pages in a real browser: Debian's Chromium, spoken to through a pipe."""
