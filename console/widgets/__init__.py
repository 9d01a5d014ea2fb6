"""The small parts every tab is made of."""
