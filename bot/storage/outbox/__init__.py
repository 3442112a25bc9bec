"""What comes in and goes out: updates, dialogues, notices, and what the tick looks at."""
