"""The shared words: what may be recorded, who may see it, how long it lives; imports nothing of ours and reads no clock."""
