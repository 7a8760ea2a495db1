"""The three ChatGLM servers."""
