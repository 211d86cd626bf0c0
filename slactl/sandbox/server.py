"""The sandbox over HTTP on 127.0.0.1.

The one rule: one thread for each connection, connections are kept alive, and every answer leaves in
one piece; a handler never prints.
"""

from __future__ import annotations

import io
import socket
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from slactl.sandbox.app import Application, Recorded
from slactl.sandbox.errors import ConnectionDropped
from slactl.sandbox.world import World

HOST = "127.0.0.1"


class Server:
    """A running sandbox; use it in a ``with``."""

    def __init__(
        self, world: World, port: int = 0, *, keep_params: bool = True, cpu: Callable[[], float] = time.thread_time
    ) -> None:
        """Binds the port; 0 takes any free one.

        Args:
            world: what is shown first.
            port: of 127.0.0.1.
            keep_params: whether ``calls`` keeps the parameters.
            cpu: CPU seconds of the current thread.

        Raises:
            OSError: if the port is taken.
        """
        self._application = Application(world, keep_params=keep_params)
        self._http = _Http((HOST, port), self._application, cpu)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self._http.server_port}"

    @property
    def world(self) -> World:
        """What is shown; may be set while the server runs."""
        return self._application.world

    @world.setter
    def world(self, world: World) -> None:
        self._application.world = world

    @property
    def calls(self) -> list[Recorded]:
        """Every call so far, in order of their ends."""
        return self._application.calls

    @property
    def tally(self) -> Counter[str]:
        """How many calls of each operation, ``queries`` and ``datapoints`` (as the quota counts)."""
        return self._application.tally

    @property
    def failures(self) -> list[str]:
        """Tracebacks of requests the sandbox itself failed on; their connections were closed."""
        return self._http.failures

    @property
    def cpu_seconds(self) -> float:
        """CPU time spent on answering so far."""
        return self._http.cpu_seconds

    def restart(self, world: World) -> None:
        """Shows another world as a new server would, at the same port."""
        self._application.restart(world)

    def start(self) -> Self:
        """Begins to answer, in threads of this process."""
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stops answering and closes the port."""
        if self._thread is not None:
            self._http.shutdown()
            self._thread.join()
            self._thread = None
        self._http.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], application: Application, cpu: Callable[[], float]) -> None:
        super().__init__(address, _Handler)
        self.application = application
        self.cpu = cpu
        self.cpu_seconds = 0.0
        self.failures: list[str] = []
        self._cpu_lock = threading.Lock()

    def add_cpu(self, seconds: float) -> None:
        with self._cpu_lock:
            self.cpu_seconds += seconds

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """Keeps what went wrong for whoever looks; a client that went away is no news."""
        if not isinstance(sys.exception(), ConnectionError):
            self.failures.append(traceback.format_exc())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Http

    def handle_expect_100(self) -> bool:
        """Who asks before sending a body waits for the answer: it must not stay in the buffer."""
        going_on = super().handle_expect_100()
        self.wfile.flush()
        return going_on

    def _answer(self) -> None:
        begun = self.server.cpu()
        try:
            answer = self._call()
        except ConnectionDropped:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self.server.add_cpu(self.server.cpu() - begun)  # before the client can ask how much it was
            self._reply(*answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _answer  # noqa: N815 - http.server calls them so

    def _call(self) -> tuple[str, list[tuple[str, str]], bytes]:
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            begun.append((status, headers))

        parts = self.server.application(self._environ(), start_response)
        body = b"".join(parts)
        return *begun[-1], body

    def _reply(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, phrase = status.partition(" ")
        self.send_response_only(int(code), phrase)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def _environ(self) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        body = self._body()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": _unquoted(path),
            "RAW_URI": self.path,
            "REQUEST_URI": self.path,
            "QUERY_STRING": query,
            "SERVER_NAME": HOST,
            "SERVER_PORT": str(self.server.server_port),
            "SERVER_PROTOCOL": self.protocol_version,
            "REMOTE_ADDR": HOST,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            environ.setdefault("HTTP_" + name.upper().replace("-", "_"), value)
        return environ

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunks()
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def _unquoted(path: str) -> str:
    from urllib.parse import unquote

    return unquote(path, "latin-1")
