"""What calls cost: the store, queries over it, charts of them, exports."""

from usage.ledger import Store
from usage.schema import StoreTrouble
from usage.trouble import Trouble

__all__ = ["Store", "StoreTrouble", "Trouble"]
