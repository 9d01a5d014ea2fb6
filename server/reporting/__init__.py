"""Reports by the clock and on demand: when one is due, how it is made once, and how it is delivered."""
