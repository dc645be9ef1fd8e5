"""A small server on loopback that speaks the Hub's protocol as huggingface_hub uses it: data sets, branches, commits,
plain LFS in one part or several. It keeps everything in memory, logs what it was asked, and fails where it is told to.
"""

import base64
import contextlib
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

WRITER, READER = "hf_writer", "hf_reader"
PAGE, PART = 3, 20_000
"""Entries of a page of a listing; bytes past which a file is uploaded in parts of so many."""


@dataclass
class Fault:
    """What the next requests of a method and path get: a status, or `cut` after the body's first bytes, or `hang`."""

    method: str
    path: str
    what: int | str
    times: int = 1
    after: int = 0
    """Requests of the kind that are answered as ever before."""


@dataclass
class Repo:
    private: bool
    branches: dict[str, dict[str, "Blob"]] = field(default_factory=lambda: {"main": {}})
    commits: list[list[str]] = field(default_factory=list)
    """Of each commit, the paths that it changed."""


@dataclass
class Blob:
    content: bytes
    lfs: bool

    def info(self, path: str) -> dict[str, Any]:
        told = {"type": "file", "path": path, "size": len(self.content), "oid": git_digest(self.content)}
        if self.lfs:
            told["lfs"] = {"oid": hashlib.sha256(self.content).hexdigest(), "size": told["size"], "pointerSize": 130}
        return told


@dataclass
class Hub:
    """The server's state, for a test to look at and to change."""

    url: str = ""
    repos: dict[str, Repo] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    """LFS: sha256 -> content."""
    puts: list[str] = field(default_factory=list)
    """The sha256 of each object that came up whole."""
    log: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    hanging: threading.Event = field(default_factory=threading.Event)
    """Set when a request hangs."""
    parts: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def tree(self, name: str, branch: str = "main") -> dict[str, bytes]:
        return {path: blob.content for path, blob in self.repos[name].branches[branch].items()}

    def fault(self, method: str, path: str) -> int | str | None:
        for fault in self.faults:
            if fault.method == method and re.search(fault.path, path):
                if fault.after:
                    fault.after -= 1
                elif fault.times:
                    fault.times -= 1
                    return fault.what
        return None


class Handler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True
    protocol_version = "HTTP/1.1"
    hub: ClassVar[Hub]
    lock: ClassVar[threading.Lock]

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def answer(self) -> None:
        split = urlsplit(self.path)
        path, self.query = unquote(split.path), parse_qs(split.query)
        with self.lock:
            self.hub.log.append(f"{self.command} {path}")
            fault = self.hub.fault(self.command, path)
        length = int(self.headers.get("Content-Length", 0))
        if fault in ("hang", "cut"):
            self.rfile.read(min(length, 10))
            self.close_connection = True
            if fault == "hang":
                self.hub.hanging.set()
                threading.Event().wait(30)
            return
        self.body = self.rfile.read(length)
        if isinstance(fault, int):
            self.reply({"error": "for the test"}, fault)
            return
        if not path.startswith("/objects/"):
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            if token not in (WRITER, READER):
                self.reply({"error": "Invalid username or password."}, 401)
                return
            asks = re.search(r"paths-info|/preupload/|validate-yaml", path) or self.command == "GET"
            if token == READER and not asks:
                self.reply({"error": "You do not have the rights."}, 403)
                return
        with self.lock:
            self.route(path)

    do_GET = do_POST = do_PUT = answer

    def reply(self, value: Any, status: int = 200, **headers: str) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        for name, text in (headers | {"Content-Type": "application/json", "Content-Length": str(len(content))}).items():
            self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(content)

    def missing(self, what: str) -> None:
        self.reply({"error": "not found"}, 404, X_Error_Code=what)

    def route(self, path: str) -> None:
        if path == "/api/repos/create":
            self.create(json.loads(self.body))
        elif path == "/api/validate-yaml":
            bad = not json.loads(self.body)["content"].startswith("---\n")
            self.reply({"errors": [{"message": "no front matter"}], "warnings": []}, 400) if bad else self.reply(
                {"errors": [], "warnings": []})  # fmt: skip
        elif path.startswith("/objects/"):
            self.store(path)
        elif found := re.fullmatch(r"/datasets/([^/]+/[^/]+)\.git/info/lfs/objects/batch", path):
            self.batch(found[1])
        elif found := re.fullmatch(r"/api/datasets/([^/]+/[^/]+)(?:/([a-z-]+)/(.+))?", path):
            repo = self.hub.repos.get(found[1])
            if repo is None:
                self.missing("RepoNotFound")
            elif found[2] == "branch":
                repo.branches.setdefault(found[3], dict(repo.branches["main"]))
                self.reply({})
            elif found[3] and found[3] not in repo.branches:
                self.missing("RevisionNotFound")
            else:
                self.data_set(found[1], repo, found[2], found[3])
        else:
            self.missing("EntryNotFound")

    def create(self, asked: Any) -> None:
        name = f"{asked['organization']}/{asked['name']}"
        status = 409 if name in self.hub.repos else 200
        self.hub.repos.setdefault(name, Repo(asked.get("visibility") == "private"))
        self.reply({"url": f"{self.hub.url}/datasets/{name}", "error": "exists"}, status)

    def data_set(self, name: str, repo: Repo, what: str | None, branch: str | None) -> None:
        files = repo.branches[branch or "main"]
        if what in (None, "revision"):
            self.reply({"id": name, "private": repo.private, "sha": f"{len(repo.commits):040x}"})
        elif what == "tree":
            self.listing(files)
        elif what == "paths-info":
            asked = parse_qs(self.body.decode())["paths"]
            self.reply([files[path].info(path) for path in asked if path in files])
        elif what == "preupload":
            self.reply({"files": [self.preupload(files, each["path"]) for each in json.loads(self.body)["files"]]})
        elif what == "commit":
            self.commit(name, repo, files)

    def listing(self, files: dict[str, Blob]) -> None:
        """A page of files and folders, and where the next one is."""
        folders = {path.rsplit("/", n)[0] for path in files for n in range(1, path.count("/") + 1)}
        every = [{"type": "directory", "path": path, "oid": "0" * 40, "size": 0} for path in sorted(folders)]
        every += [blob.info(path) for path, blob in sorted(files.items())]
        first = int(self.query.get("cursor", ["0"])[0])
        url = f"{self.hub.url}{urlsplit(self.path).path}?recursive=true&cursor={first + PAGE}"
        more = {"Link": f'<{url}>; rel="next"'} if first + PAGE < len(every) else {}
        self.reply(every[first : first + PAGE], **more)

    def preupload(self, files: dict[str, Blob], path: str) -> dict[str, Any]:
        info = files[path].info(path) if path in files else {}
        oid = info["lfs"]["oid"] if "lfs" in info else info.get("oid")
        mode = "lfs" if path.endswith((".parquet", ".bin", ".png")) else "regular"
        return {"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": oid}

    def batch(self, name: str) -> None:
        if name not in self.hub.repos:
            self.missing("RepoNotFound")
            return
        objects = []
        for each in json.loads(self.body)["objects"]:
            told = {"oid": each["oid"], "size": each["size"]}
            if each["oid"] not in self.hub.objects:
                url, header = f"{self.hub.url}/objects/{each['oid']}", {}
                if each["size"] > PART:
                    numbers = range(1, -(-each["size"] // PART) + 1)
                    header = {"chunk_size": str(PART)} | {f"{n:05d}": f"{url}/{n}" for n in numbers}
                told["actions"] = {"upload": {"href": url, "header": header}}
            objects.append(told)
        self.reply({"transfer": "basic", "objects": objects})

    def store(self, path: str) -> None:
        _, _, oid, *part = path.split("/")
        content = self.body
        if part:
            self.hub.parts[oid, int(part[0])] = content
            self.reply({}, ETag=f'"{part[0]}"')
            return
        if self.command == "POST":
            numbers = [each["partNumber"] for each in json.loads(content)["parts"]]
            content = b"".join(self.hub.parts.pop((oid, number)) for number in numbers)
        if hashlib.sha256(content).hexdigest() != oid:
            self.reply({"error": "another digest"}, 400)
            return
        self.hub.objects[oid] = content
        self.hub.puts.append(oid)
        self.reply({})

    def commit(self, name: str, repo: Repo, files: dict[str, Blob]) -> None:
        lines = [json.loads(line) for line in self.body.splitlines()]
        after, changed = dict(files), list[str]()
        for line in lines[1:]:
            value = line["value"]
            changed.append(value["path"])
            if line["key"] == "file":
                after[value["path"]] = Blob(base64.b64decode(value["content"]), False)
            elif line["key"] == "lfsFile" and value["oid"] in self.hub.objects:
                after[value["path"]] = Blob(self.hub.objects[value["oid"]], True)
            elif line["key"] == "deletedFile" and value["path"] in after:
                del after[value["path"]]
            else:
                self.reply({"error": f"cannot {line['key']} {value['path']}"}, 400)
                return
        files.clear()
        files.update(after)
        repo.commits.append(changed)
        oid = f"{len(repo.commits):040x}"
        self.reply({"commitUrl": f"{self.hub.url}/datasets/{name}/commit/{oid}", "commitOid": oid})


def git_digest(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@contextlib.contextmanager
def serving() -> Iterator[Hub]:
    """A Hub on a free port of loopback."""
    hub = Hub()
    handler = type("Handler", (Handler,), {"hub": hub, "lock": threading.Lock()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
