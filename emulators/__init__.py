"""Local servers that speak the providers' wire protocols, strictly where the services are strict.

They import nothing of the clients: a client and an emulator that share constants agree on their
mistakes.
"""

from .answers import Answer
from .faults_rows import FAULTS
from .limits import Limits
from .listing import listed
from .script import read_script
from .server import Emulators, start

__all__ = [
    "FAULTS",
    "Answer",
    "Emulators",
    "Limits",
    "listed",
    "read_script",
    "start",
]
