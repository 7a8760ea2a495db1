"""What an answer is worth: every kind of score, the judge among them."""
