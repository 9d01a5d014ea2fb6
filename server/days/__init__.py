"""Person-days: what was reported becomes a partition of each local day, packed, and pages of everybody's."""
