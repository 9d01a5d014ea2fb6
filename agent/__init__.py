"""The visible, consent-gated agent on an employee's PC."""
