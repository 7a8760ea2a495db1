"""Commands of desk.py that are more than a call into a room."""
