"""Beam's S3 file system with three faults mended.

It makes a client of boto3 for every call, which costs a fifth of a CPU-second; it cannot write an empty file; and where
nobody answers it asks again for ten minutes, so the driver looks at each bucket by itself before it begins.
"""

import functools
import threading
from types import SimpleNamespace
from typing import Any

from apache_beam.io.aws import s3io
from apache_beam.io.aws.clients.s3 import boto3_client
from apache_beam.options.pipeline_options import PipelineOptions

MISSING = "s3:// needs boto3: pip install 'winnow[s3]'"


def look(path: str, options: PipelineOptions) -> None:
    """List one object below `path`, a pattern. Raises what boto3 does where the bucket cannot be listed."""
    if not s3io.BOTO3_INSTALLED:
        raise RuntimeError(MISSING)
    bucket, key = s3io.parse_s3_path(path, object_optional=True)
    client = boto3_client.Client(options).client
    client.list_objects_v2(Bucket=bucket, Prefix=key.split("*")[0].split("?")[0].split("[")[0], MaxKeys=1)


@functools.cache
def mend() -> None:
    """Let Beam find a client that is there already, and upload at least one part."""
    if not s3io.BOTO3_INSTALLED:
        return
    making, session = threading.Lock(), boto3_client.boto3.session.Session()
    made = functools.cache(session.client)

    def client(**settings: Any) -> Any:
        with making:  # threads may share a client, but not make one together
            return made(**settings)

    boto3_client.boto3 = SimpleNamespace(session=SimpleNamespace(Session=lambda: SimpleNamespace(client=client)))
    finish = s3io.S3Uploader.finish

    def finish_empty(uploader: Any) -> None:
        if not uploader.parts and not uploader.buffer:
            uploader._write_to_s3(b"")
        finish(uploader)

    s3io.S3Uploader.finish = finish_empty
