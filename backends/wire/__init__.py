"""The one room that talks to the network; what stands here is all that the others may use.

Redirects and cookies are off, proxies and netrc unless `backends.route` says otherwise;
certificates are always verified. Every exception of the libraries below leaves here as one of
`backends.errors`, its text built from parts.
"""

from backends.wire.exchange import Reply, fetch, post
from backends.wire.websockets import HandshakeRefused, frames

__all__ = ["HandshakeRefused", "Reply", "fetch", "frames", "post"]
