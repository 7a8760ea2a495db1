"""When the next call may go: a pure state machine, its door for threads, and what is documented."""

from backends.pacing.door import Key, Pacers, Shared
from backends.pacing.state import Profile, State, from_json, to_json

__all__ = ["Key", "Pacers", "Profile", "Shared", "State", "from_json", "to_json"]
