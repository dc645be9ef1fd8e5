"""A Flink cluster of separate processes on loopback: a JobManager, TaskManagers, and Beam's job server before them.

python tests/engines/flink.py        starts one, says how a build runs on it, and ends it after Ctrl-C
"""

import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from fetch import JARS
from ports import free_ports

SLOTS = 2
"""Slots a TaskManager: Beam gives all of them one worker process, which runs their bundles in threads."""
READY_SECONDS = 180
CONFIG = """\
jobmanager:
  rpc: {{address: localhost, port: {rpc}}}
  bind-host: 127.0.0.1
  memory:
    {{heap.size: 384m, off-heap.size: 64m, jvm-metaspace.size: 192m, jvm-overhead.min: 64m, jvm-overhead.max: 64m}}
rest: {{address: localhost, port: {rest}, bind-address: 127.0.0.1, bind-port: {rest}}}
taskmanager: {{host: localhost, bind-host: 127.0.0.1, numberOfTaskSlots: {slots}}}
restart-strategy: {{type: fixed-delay, fixed-delay: {{attempts: 5, delay: 1 s}}}}
heartbeat: {{interval: 2000, timeout: 10000}}
classloader: {{resolve-order: parent-first}}
io.tmp.dirs: {home}
"""
MEMORY = {
    "framework.heap.size": "128m", "framework.off-heap.size": "64m", "task.heap.size": "384m",
    "task.off-heap.size": "32m", "managed.size": "192m", "network.min": "256m", "network.max": "256m",
    "jvm-metaspace.size": "192m", "jvm-overhead.min": "64m", "jvm-overhead.max": "64m",
}  # fmt: skip
"""Of a TaskManager, for which Flink's own start script would reckon it out."""
OPENED = (
    "java.util", "java.lang", "java.net", "java.io", "java.nio", "sun.nio.ch", "java.time", "java.text",
    "java.lang.reflect", "java.util.concurrent", "java.util.concurrent.atomic", "java.util.concurrent.locks",
)  # fmt: skip
"""Packages of Java's that Flink looks into; since Java 17 each must be opened by name."""
FLINK = "org.apache.flink.runtime"


class Cluster:
    """`with Cluster(home) as cluster:`; its logs and temporary files lie in `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.rest, self.rpc, self.jobs, self.artifacts = free_ports(4)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Cluster":
        config = CONFIG.format(rest=self.rest, rpc=self.rpc, slots=SLOTS, home=self.home)
        (self.home / "config.yaml").write_text(config)
        try:
            self._java("jobmanager", 384, f"{FLINK}.entrypoint.StandaloneSessionClusterEntrypoint", "--configDir",
                       str(self.home), "-D", "execution.target=standalone")  # fmt: skip
            self.add("taskmanager-1")
            self._java("jobserver", 512, "org.apache.beam.runners.flink.FlinkJobServerDriver", "--job-host=localhost",
                       f"--job-port={self.jobs}", f"--artifact-port={self.artifacts}", "--expansion-port=0",
                       f"--flink-master=localhost:{self.rest}")  # fmt: skip
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait()

    @property
    def options(self) -> tuple[str, ...]:
        """Of a build on this cluster."""
        return ("--runner", "PortableRunner", "--job_endpoint", f"localhost:{self.jobs}", "--parallelism", str(SLOTS))

    def add(self, name: str) -> None:
        """Start a TaskManager."""
        memory = [part for key, size in MEMORY.items() for part in ("-D", f"taskmanager.memory.{key}={size}")]
        self._java(name, 512, f"{FLINK}.taskexecutor.TaskManagerRunner", "--configDir", str(self.home),
                   "-D", f"taskmanager.resource-id={name}", "-D", "taskmanager.cpu.cores=1.0", *memory)  # fmt: skip

    def kill(self, name: str) -> None:
        """End one process as a power cut would."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def _java(self, name: str, heap_mib: int, main: str, *arguments: str) -> None:
        opened = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
        command = ["java", f"-Xmx{heap_mib}m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", *opened,
                   *(_apart() if name == "jobserver" else ["-cp", f"{JARS}/*"]), main, *arguments]  # fmt: skip
        with open(self.home / f"{name}.log", "wb") as log:
            self.processes[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _wait(self) -> None:
        """Until slots are offered and the job server listens."""
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            for name, process in self.processes.items():
                if process.poll() is not None:
                    raise RuntimeError(f"{name} ended: {(self.home / f'{name}.log').read_text()[-2000:]}")
            try:
                with urllib.request.urlopen(f"http://localhost:{self.rest}/overview", timeout=3) as answer:
                    slots = json.load(answer)["slots-total"]
                socket.create_connection(("localhost", self.jobs), 3).close()
                if slots == SLOTS:
                    return
            except OSError:
                pass
            time.sleep(0.5)
        raise RuntimeError(f"the cluster is not ready after {READY_SECONDS} s; see {self.home}/*.log")


def _apart() -> list[str]:
    """The job server sends its class path to the cluster with every job: only what must see Flink is on it."""
    jars = sorted(JARS.glob("*.jar"))
    low = [jar for jar in jars if not jar.name.startswith(("beam-", "flink-")) or "-shaded-" in jar.name]
    low += [jar for jar in jars if jar.name.startswith("beam-vendor-")]
    high = [jar for jar in jars if jar not in low and "-akka-" not in jar.name]
    return [f"-Xbootclasspath/a:{':'.join(map(str, low))}", "-cp", ":".join(map(str, high))]


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # as with Ctrl-C, the cluster ends too
    with tempfile.TemporaryDirectory() as home, Cluster(Path(home)) as cluster:
        print(f"ready, see http://localhost:{cluster.rest}; Ctrl-C ends it. Options of a build on it:\n")
        print(f"  {' '.join(cluster.options)} --environment_type LOOPBACK", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
