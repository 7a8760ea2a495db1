"""PostgreSQL and MariaDB servers that live as long as the tests: own folder, own socket, no port.

PostgreSQL refuses to run as root, so a server of root's tests runs as nobody.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

KINDS = ("sqlite", "postgresql", "mariadb")
_START = 60.0  # seconds that a server may take to answer on a busy machine


class Server:
    """A running server; each `database` is a fresh one."""

    def __init__(self, kind: str, url: Callable[[str], str], first: str) -> None:
        self._kind, self._url = kind, url
        self._names = (f"store{number}" for number in itertools.count())
        # Databases are made and dropped outside transactions.
        self._engine = create_engine(url(first), isolation_level="AUTOCOMMIT")

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database, dropped in the end with whoever still uses it."""
        name = next(self._names)
        self._run(f"CREATE DATABASE {name}")
        yield self._url(name)
        self._run(f"DROP DATABASE {name}" + " WITH (FORCE)" * (self._kind == "postgresql"))

    def wait(self, process: subprocess.Popen[bytes], log: Path) -> None:
        """Until it answers."""
        deadline = time.monotonic() + _START
        while True:
            try:
                return self._run("SELECT 1")
            except OperationalError:
                if process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"{self._kind} does not start: {log.read_text()[-2000:]}")
                time.sleep(0.05)

    def _run(self, words: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(words))

    def close(self) -> None:
        self._engine.dispose()


@contextmanager
def running(kind: str) -> Iterator[Server]:
    """A server of this kind; the test is skipped where it is not installed."""
    programs = _programs(kind)
    # A socket's path may have 100 characters, too few for pytest's own folders.
    folder = Path(tempfile.mkdtemp(prefix="tunedesk-"))
    if os.getuid() == 0:
        shutil.chown(folder, "nobody")
    try:
        with _started(kind, programs, folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(kind: str, programs: tuple[str, str], folder: Path) -> Iterator[Server]:
    install, serve, server = (_postgresql if kind == "postgresql" else _mariadb)(*programs, folder)
    log = folder / "log"
    with log.open("wb") as out:
        how: dict[str, Any] = {"cwd": folder, "stdout": out, "stderr": out, **_as_nobody()}
        subprocess.run(install, check=True, **how)
        process = subprocess.Popen([*_bound_to_us(), *serve], **how)
    try:
        server.wait(process, log)
        yield server
    finally:
        server.close()
        process.terminate()
        process.wait(_START)


def _postgresql(initdb: str, postgres: str, folder: Path) -> tuple[list[str], list[str], Server]:
    data = str(folder / "data")
    install = [initdb, "-D", data, "-U", "tunedesk", "-A", "trust", "-E", "UTF8"]
    # Kills end clients, never the server: what it has is in the machine's memory all the time.
    options = ("listen_addresses=", "fsync=off", "shared_buffers=16MB", "max_connections=200")
    settings = [word for option in options for word in ("-c", option)]
    serve = [postgres, "-D", data, "-k", str(folder), *settings]

    def url(name: str) -> str:
        return f"postgresql+psycopg://tunedesk@/{name}?host={folder}"

    return [*install, "--locale=C", "--no-sync"], serve, Server("postgresql", url, "postgres")


def _mariadb(install_db: str, mariadbd: str, folder: Path) -> tuple[list[str], list[str], Server]:
    where = ["--no-defaults", f"--datadir={folder}/data"]
    install = [install_db, *where, "--auth-root-authentication-method=normal", "--skip-test-db"]
    # A server's default may be any character set; the store's own must win.
    serve = [mariadbd, *where, f"--socket={folder}/socket", "--skip-networking",
             f"--pid-file={folder}/pid", "--character-set-server=latin1",
             "--innodb-buffer-pool-size=32M", "--innodb-log-file-size=16M",
             "--innodb-flush-log-at-trx-commit=2"]  # fmt: skip

    def url(name: str) -> str:
        return f"mariadb+pymysql://root@localhost/{name}?unix_socket={folder}/socket"

    return install, serve, Server("mariadb", url, "mysql")


def _programs(kind: str) -> tuple[str, str]:
    names = {"postgresql": ("initdb", "postgres"), "mariadb": ("mariadb-install-db", "mariadbd")}
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    path = os.pathsep.join([*map(str, debian), os.environ["PATH"], "/usr/sbin"])
    install, serve = (shutil.which(name, path=path) for name in names[kind])
    if install is None or serve is None:
        pytest.skip(f"{kind} is not installed: make test-db installs it")
    return install, serve


def _as_nobody() -> dict[str, Any]:
    if os.getuid() != 0:
        return {}
    return {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}


def _bound_to_us() -> list[str]:
    """A test run that is killed takes its servers along, where the system can do that."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []
