"""Beam's worker pool: a process that engines of the environment EXTERNAL ask for workers."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ports import free_ports


@contextlib.contextmanager
def worker_pool(code: Path, log: Path) -> Iterator[tuple[str, ...]]:
    """A pool whose workers run the packages in `code`; gives the options of a build that uses it."""
    (port,) = free_ports(1)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # Beam starts `python`
    command = [sys.executable, "-m", "apache_beam.runners.worker.worker_pool_main", "--service_port", str(port)]
    with open(log, "wb") as file:
        pool = subprocess.Popen(command, cwd=code, env=os.environ | {"PATH": path, "PYTHONPATH": str(code)},
                                stdout=file, stderr=file, start_new_session=True)  # fmt: skip
    try:
        while pool.poll() is None:
            with contextlib.suppress(OSError):
                socket.create_connection(("localhost", port), 1).close()
                break
            time.sleep(0.1)
        yield ("--environment_type", "EXTERNAL", "--environment_config", f"localhost:{port}")
    finally:
        os.killpg(pool.pid, signal.SIGKILL)  # and its workers
        pool.wait()
