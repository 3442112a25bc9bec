"""What people did and what stands, a family of tables a module."""
