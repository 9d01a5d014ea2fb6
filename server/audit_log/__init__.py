"""The audit log: appended to, chained, sealed, verified."""
