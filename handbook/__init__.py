"""The built-in model: answers from a handbook of Tunedesk, without key or network.

An n-gram model with real sampling knobs, not a large language model. Nothing here sleeps, reads
the environment or knows a provider: text in, sampled tokens with their log-probabilities out.
"""

from .model import Handbook, count_tokens, load
from .sampling import Distribution, Sampling, Token

__all__ = ["Distribution", "Handbook", "Sampling", "Token", "count_tokens", "load"]
