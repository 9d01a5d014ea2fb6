"""The doors at which other trackers' clients and tools knock: their requests, their answers, our ledger."""
