"""Sealed copies of the store for emergencies, and how one is put back."""
