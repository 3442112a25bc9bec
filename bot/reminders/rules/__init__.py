"""What is told: one module a family of rules. Each says when, to whom, whether it is still true, and in which words."""
