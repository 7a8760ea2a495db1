"""The OpenAI-compatible services: one protocol, one row each."""
