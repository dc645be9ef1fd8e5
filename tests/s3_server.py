"""An S3 server for tests: moto's, on loopback."""

import contextlib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import boto3
import pytest

from tests.engines.ports import free_ports

WHO = {"AWS_ACCESS_KEY_ID": "name", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1"}


@contextlib.contextmanager
def s3_server(bucket: str) -> Iterator[str]:
    """Its address, with an empty bucket; who one is and where it is stand in the environment meanwhile."""
    (port,) = free_ports(1)
    server = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (WHO | {"AWS_ENDPOINT_URL": url}).items():
                patch.setenv(name, value)
            while server.poll() is None:
                try:
                    urllib.request.urlopen(url, timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.1)
            boto3.client("s3").create_bucket(Bucket=bucket)
            yield url
    finally:
        server.kill()
        server.wait()
