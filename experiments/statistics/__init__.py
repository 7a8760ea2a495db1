"""What scores allow one to say: differences, looks, effects, ratings. It knows no store."""
