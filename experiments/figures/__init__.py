"""What people look at of a run: frames and charts."""
