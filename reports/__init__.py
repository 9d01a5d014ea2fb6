"""Figures in, documents and charts out."""
