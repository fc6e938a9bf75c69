"""``rig simulate`` in a process of its own, as tests use it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, final

from tests.runs import await_guardians

RIG = [sys.executable, "-m", "rig.cli"]


@final
class Served:
    """A served bench; its clients' bench file is written.

    Attributes:
        document: the endpoints, as it has printed them.
    """

    def __init__(self, client_bench: Path, *options: str) -> None:
        command = [*RIG, "simulate", "--client-bench", str(client_bench), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.document: dict[str, Any] = json.loads(self.process.stdout.readline())

    def ask(self, **request: Any) -> dict[str, Any]:
        """Ask over the control channel."""
        host, port = self.document["control"].removeprefix("tcp://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as link, link.makefile("rwb") as stream:
            stream.write(json.dumps(request).encode() + b"\n")
            stream.flush()
            answer = json.loads(stream.readline())
        assert isinstance(answer, dict)
        return answer

    def close(self) -> int:
        """Tell it to end; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)
        return self.process.returncode


@contextmanager
def serving(client_bench: Path, *options: str) -> Iterator[Served]:
    """A served bench, taken away once no guardian switches off on it any more."""
    bench = Served(client_bench, *options)
    try:
        yield bench
    finally:
        await_guardians()
        bench.process.kill()
        bench.process.communicate()
