"""Certificates that a test's own authority issues: openssl makes them."""

from __future__ import annotations

import itertools
import ssl
import subprocess
from pathlib import Path

CONFIG = """
[ca]
default_ca = here
[here]
database = {at}/index.txt
serial = {at}/serial
new_certs_dir = {at}
default_md = sha256
policy = any
[any]
commonName = supplied
"""
VALID = ("20200101000000Z", "20491231000000Z")
OVER = ("20200101000000Z", "20200102000000Z")
_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"


class Authority:
    """Issues certificates into a folder; whoever trusts `file` believes them."""

    def __init__(self, at: Path) -> None:
        self.file = at / "authority"
        self._at, self._numbers = at, itertools.count()
        (at / "ca.cnf").write_text(CONFIG.format(at=at))
        (at / "index.txt").touch()
        (at / "serial").write_text("01")
        self._openssl(f"req -x509 {_KEY} -keyout own -out authority -subj /CN=authority -days 9")

    def issue(self, host: str, dates: tuple[str, str] = VALID) -> tuple[Path, Path]:
        """A certificate for a host (`DNS:…` or `IP:…`) and its key."""
        name = f"issued{next(self._numbers)}"
        (self._at / f"{name}.ext").write_text(f"subjectAltName={host}\n")
        start, end = dates
        self._openssl(f"req -new {_KEY} -keyout {name}.key -out {name}.asked -subj /CN={name}")
        self._openssl(
            f"ca -batch -config ca.cnf -cert authority -keyfile own -in {name}.asked -notext "
            f"-extfile {name}.ext -startdate {start} -enddate {end} -out {name}"
        )
        return self._at / name, self._at / f"{name}.key"

    def context(self) -> ssl.SSLContext:
        """What a client that trusts this authority alone makes its connections with."""
        return ssl.create_default_context(cafile=str(self.file))

    def _openssl(self, command: str) -> None:
        subprocess.run(["openssl", *command.split()], cwd=self._at, check=True, capture_output=True)
