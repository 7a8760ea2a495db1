"""Whom calls believe to be who they say: the authorities that come with `requests`.

The system's own list and what SSL_CERT_FILE names count for nothing, for HTTP and WebSocket alike.
"""

from __future__ import annotations

import functools
import ssl

from requests.utils import DEFAULT_CA_BUNDLE_PATH


@functools.cache
def tls() -> ssl.SSLContext:
    """Verifies certificate and host name. Made once: reading the authorities takes longer than all
    the rest of a call."""
    return ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
