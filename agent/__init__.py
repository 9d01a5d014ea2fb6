"""The visible, consent-gated program on an employee's PC: it counts, buffers and sends; it never reads content."""

VERSION = "0.1.0"
