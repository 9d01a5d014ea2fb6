"""What people have a right to: their answers and contests, a copy, an erasure; and how long anything is kept."""
