"""The one store, on SQLite or PostgreSQL: its engines, its writer, its keys, and statements that have to be quick."""
