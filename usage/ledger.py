"""The store: every call is a row, durable before its first byte leaves.

One writer thread per process commits what has gathered as one transaction; `open` and `close`
return when theirs is on disk. Settling is guarded by the state, so it happens once.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    Select,
    select,
    tuple_,
)
from sqlalchemy.exc import DatabaseError

from backends import Call, NotRead, NotRecorded
from usage import rollups
from usage.ballast import Ballast
from usage.emergency import Emergency
from usage.engine import compact, connect, version
from usage.filters import Filter
from usage.owners import Owner
from usage.ready import NotMet
from usage.receipt import Receipt
from usage.recovery import (
    RECOVER_EVERY,
    RENEW_EVERY,
    orphans,
    release,
    renew,
    sweep,
)
from usage.rows import digests, files, to_call
from usage.schema import upgrade
from usage.tables import attachments, calls
from usage.unwritable import (
    CROWDED,
    FULL,
    OtherSchema,
    is_explained,
    is_full,
    is_out_of_order,
    sentence,
    unread,
    unwritten,
    worth_again,
)
from usage.writing import (
    Final,
    Growth,
    Opening,
    Row,
    begun,
    ended_as,
    open_with,
    settled,
    write_rows,
)

log = logging.getLogger("tunedesk.store")

T = TypeVar("T")


Work = Callable[[Connection], Any]
Write = Work | Row | Opening | Growth
Job = tuple[Write, Receipt[Any]]

_MOST_IN_BATCH = 500
_PAGE = 200
_LATE_EVERY = 1.0  # seconds
# Reads at once. The engine's pool has connections for more, so the writer always finds one.
_READERS, _READ_PATIENCE = 12, 10.0
# After a deadlock whoever had the better of it goes first; seconds.
_TRIES, _AFTER_YOU = 4, 0.05
# As PostgreSQL's commit_delay and commit_siblings have it; who writes alone never waits.
_COMMIT_DELAY, _SIBLINGS = 0.004, 5


class Store:
    """Calls on record, in the database at an SQLAlchemy URL. Usable from any thread."""

    def __init__(self, url: str) -> None:
        self._engine = connect(url)
        self.url = self._engine.url
        self._version = upgrade(self._engine)
        self._writing = self._engine.execution_options(tunedesk_write=self._version)
        # A lease is of every version: calls stay this process's, whose ends it keeps elsewhere.
        self._leasing = self._engine.execution_options(tunedesk_write=True)
        self._writes: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._late: queue.SimpleQueue[Write] = queue.SimpleQueue()
        self._growing: dict[str, Growth] = {}
        self._growing_lock = threading.Lock()
        self._readers = threading.BoundedSemaphore(_READERS)
        self._crowd = 0  # writes in the last transaction
        self._shut = False
        self._owner = Owner()
        self._ballast = Ballast(self.url)
        self._emergency = Emergency(self.url, self._owner.name)
        self._renew_at = self._recover_at = 0.0
        self._writer = threading.Thread(target=self._write_all, name="tunedesk-store", daemon=True)
        self._writer.start()

    def begin(self, call: Call) -> Receipt[None]:
        """Record a call about to be made, which it may be once the row is durable.

        Raises:
            NotRecorded: it cannot be, so it must not be made; so may the receipt.
        """
        if self._ballast.spent:
            raise NotRecorded(FULL)
        return self._ask(Opening(call, self._owner.name))

    def open(self, call: Call) -> None:
        """The same; returns when the row is durable."""
        self.begin(call).result()

    def keep(self, call: Call) -> None:
        """Record what has come so far of an answer that goes on, some time soon: what of it still
        waits then is not written any more."""
        with self._growing_lock:
            waiting = self._growing.get(call.id)
            if waiting is not None:
                waiting.call = call
                return
            self._growing[call.id] = grown = Growth(call)
        self._ask(grown)

    def close(self, call: Call, *, wait: bool = True) -> None:
        """Record its final state, on disk on return unless told not to `wait` for that. A row that
        has one already stays as it is.

        While the store cannot be written (locked, damaged, on a full disk) the state is
        kept in a file elsewhere and tried again every second; the answer is never held back for it.
        """
        done = self._ask(settled(call))
        if wait and (trouble := done.exception()) is not None and not is_out_of_order(trouble):
            raise trouble

    def take_over(self, made: Sequence[Call]) -> None:
        """Record calls that were made elsewhere, all or none; returns when they are durable."""
        rows = [begun(call) for call in made]
        kept = {digest: data for call in made for digest, data in files(call).items()}
        self.write(lambda connection: open_with(connection, rows, kept)).result()

    def find(self, call_id: str) -> Call | None:
        """One call by its id."""
        found = self._calls(self.rows(select(calls).where(calls.c.id == call_id)))
        return found[0] if found else None

    def each(self, run: str | None = None, which: Filter | None = None) -> Iterator[Call]:
        """Every call, those of a run, or `which`, oldest first. Each page is a read of its own, so
        that a slow reader never keeps writers waiting; calls that begin meanwhile are included."""
        which = which or Filter(run=run)
        after: tuple[int, str] | None = None
        order = tuple_(calls.c.started_ms, calls.c.id)
        while True:
            query = select(calls).order_by(calls.c.started_ms, calls.c.id).limit(_PAGE)
            query = which.apply(query)
            page = self.rows(query if after is None else query.where(order > after))
            yield from self._calls(page)
            if len(page) < _PAGE:
                return
            after = (page[-1]["started_ms"], page[-1]["id"])

    def _calls(self, rows: Sequence[Mapping[str, Any]]) -> list[Call]:
        wanted = {digest for row in rows for digest in digests(row)}
        if not wanted:
            return [to_call(row, {}) for row in rows]
        stored = self.rows(select(attachments).where(attachments.c.sha256.in_(wanted)))
        by_digest = {row["sha256"]: row["data"] for row in stored}
        return [to_call(row, by_digest) for row in rows]

    def rows(self, query: Select[*tuple[Any, ...]]) -> Sequence[Mapping[str, Any]]:
        """The rows of a query over `usage.tables`."""
        with self._reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def tuples(self, query: Select[*tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
        """The same without the columns' names, for a fraction of the time."""
        with self._reading() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def write(self, work: Callable[[Connection], T]) -> Receipt[T]:
        """Do further work in the next transaction; its result is there once that is durable.

        `work` is done again when another's work in the same transaction fails. The result is
        `NotRecorded` where the store cannot be written.
        """
        return self._ask(work)

    def _ask(self, write: Write) -> Receipt[Any]:
        if self._shut:
            raise RuntimeError("the store is shut")
        done: Receipt[Any] = Receipt()
        self._writes.put((write, done))
        return done

    def compact(self) -> None:
        """Give the space of deleted rows back to the disk."""
        compact(self._engine)

    def shut(self) -> None:
        """Commit what is waiting and let go of the database; a second time does nothing."""
        if self._shut:
            return
        self._shut = True
        self._writes.put(None)
        self._writer.join(timeout=10)
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if not self._readers.acquire(timeout=_READ_PATIENCE):
            raise NotRead(CROWDED)
        try:
            with self._engine.connect() as connection:
                yield connection
        except DatabaseError as trouble:
            trouble = self._explained(trouble)
            if not is_out_of_order(trouble):
                raise
            raise NotRead(unread(trouble)) from None
        finally:
            self._readers.release()

    def _explained(self, trouble: DatabaseError) -> DatabaseError:
        """What reads fail of that are right for one schema and meet another."""
        with contextlib.suppress(DatabaseError):
            if not is_explained(trouble) and version(self._engine) != self._version:
                return OtherSchema()
        return trouble

    def _write_all(self) -> None:
        ended = False
        with self._owner:
            while not ended:
                self._hold_on()
                batch = self._gather()
                self._commit([job for job in batch if job is not None])
                self._settle_late()
                ended = None in batch
        self._try([lambda connection: release(connection, self._owner.name)], self._leasing)

    def _hold_on(self) -> None:
        """Renew the lease on this process's calls; end those of processes that are no more."""
        if time.monotonic() < self._renew_at:
            return
        self._renew_at = time.monotonic() + RENEW_EVERY
        self._ballast.fill()
        self._try([lambda connection: renew(connection, self._owner.name)], self._leasing)
        if time.monotonic() >= self._recover_at:
            self._recover_at = time.monotonic() + RECOVER_EVERY
            self._recover()

    def _recover(self) -> None:
        for path, ends in self._emergency.left_behind():
            found = self._try([ended_as(call_id, values) for call_id, values in ends])
            if not isinstance(found, Exception):
                path.unlink(missing_ok=True)
        with contextlib.suppress(NotRead):
            with self._reading() as connection:
                lost = orphans(connection, self._owner.name)
            # Settling is guarded, so of two processes that find one, one is heard.
            ended = (
                replace(call, state="interrupted", billed="possible")
                for call in map(self.find, lost)
                if call is not None
            )
            self._try([*map(settled, ended), sweep])

    def _gather(self) -> list[Job | None]:
        """What has been asked for since the last commit; None is among it when the store shuts."""
        batch: list[Job | None] = []
        with contextlib.suppress(queue.Empty):
            batch.append(self._writes.get(timeout=_LATE_EVERY))
            if self._crowd >= _SIBLINGS:
                # Many write at once: those who come in this moment share one commit.
                time.sleep(_COMMIT_DELAY)
            while len(batch) < _MOST_IN_BATCH:
                batch.append(self._writes.get_nowait())
        with self._growing_lock:
            for write in (job[0] for job in batch if job is not None):
                if isinstance(write, Growth):
                    del self._growing[write.call.id]
        self._crowd = len(batch)
        return batch

    def _commit(self, batch: list[Job]) -> None:
        """All of a batch in one transaction; if a row of it is bad, each in its own."""
        results = self._try([write for write, _ in batch])
        for place, (write, done) in enumerate(batch):
            own = results if isinstance(results, Exception) else [results[place]]
            # A store that cannot be written fails all alike: trying each would only add waits.
            if isinstance(own, Exception) and len(batch) > 1 and not is_out_of_order(own):
                own = self._try([write])
            if isinstance(own, Exception):
                self._failed(write, own)
                done.fail(_told(write, own))
            else:
                done.give(own[0])

    def _failed(self, write: Write, trouble: Exception) -> None:
        """An end that could not be recorded is kept; whoever waits for it hears only then."""
        if not isinstance(write, Row) or write.what != "settle":
            return
        call = write.call_id
        if is_out_of_order(trouble):
            log.warning("the final state of call %s is not recorded yet; trying again", call)
            self._emergency.add(call, write.values)
            self._late.put(write)
        else:
            log.error("the final state of call %s could not be recorded", call, exc_info=trouble)

    def _settle_late(self) -> None:
        while not self._late.empty():
            write = self._late.get()
            if isinstance(self._try([write]), Exception):
                self._late.put(write)
                return
            if self._late.empty():
                self._emergency.clear()

    def _try(self, writes: list[Write], engine: Engine | None = None) -> list[Any] | Exception:
        outcome = self._once(writes, engine)
        for tried in range(1, _TRIES):
            if not isinstance(outcome, Exception) or not worth_again(outcome):
                break
            time.sleep(tried * _AFTER_YOU)
            outcome = self._once(writes, engine)
        return outcome

    def _once(
        self, writes: list[Write], engine: Engine | None, *, together: bool = True
    ) -> list[Any] | Exception:
        if not writes:
            return []
        try:
            ready = [one.prepared() if isinstance(one, Opening | Growth) else one for one in writes]
            with (engine or self._writing).begin() as connection:
                rows = [one for one in ready if isinstance(one, Row)]
                final = write_rows(connection, rows, together=together)
                results = [None if isinstance(one, Row) else one(connection) for one in ready]
                for more in results:
                    final += more if isinstance(more, Final) else ()
                rollups.add(connection, final, together=together)
                return results
        except NotMet:
            return self._once(writes, engine, together=False)
        except Exception as exc:  # noqa: BLE001 - handed to the caller who is waiting for it
            if is_full(exc) and self._ballast.drop():
                return self._once(writes, engine)
            return exc


def _told(write: Write, trouble: Exception) -> Exception:
    """What whoever waits for a write hears of its failure."""
    if isinstance(write, Row) or not is_out_of_order(trouble):
        return trouble
    return NotRecorded((sentence if isinstance(write, Opening) else unwritten)(trouble))
