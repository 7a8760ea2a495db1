"""Tables in, tables out, and prompts made of their rows."""
