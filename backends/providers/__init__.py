"""The providers there are. A further OpenAI-compatible service is a row in `openai_style.py`."""
