"""A Cloudflare of this machine: a web server that answers from the sandbox, or what it was told to answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from slactl.aws.session import Timing
from slactl.sandbox.cloudflare import PATH, TOKEN, Cloudflare
from slactl.sandbox.wire import Answer, Request
from slactl.sources.cloudflare.client import CloudflareClient
from slactl.sources.cloudflare.token import Token


@dataclass
class Served:
    """The server: its address, what was asked of it, and what it says before the sandbox gets its turn."""

    shown: Cloudflare
    now: float
    url: str = ""
    told: list[Answer] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def answers(self, status: int, body: object, *headers: tuple[str, str]) -> None:
        """The next answer; a text is sent as it is."""
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.told.append(Answer(status, "application/json", content, headers))

    def client(self, token: str = TOKEN) -> CloudflareClient:
        """A client that never waits."""
        return CloudflareClient(Token(token), self.url, Timing(lambda: 0.0, self.slept.append), "1")

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.body) for request in self.asked if request.body]


Serve = Callable[[Cloudflare, float], Served]


@contextmanager
def serving() -> Iterator[Serve]:
    """Starts servers, each over one Cloudflare; all are stopped at the end."""
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(shown: Cloudflare, now: float) -> Served:
        served = Served(shown, now)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(served))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        servers.append((server, thread))
        served.url = f"http://127.0.0.1:{server.server_port}{PATH}"
        return served

    try:
        yield start
    finally:
        for server, thread in servers:
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(served: Served) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # one packet an answer

        def do_POST(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            """Nobody listens."""

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, "", headers, body)
            served.asked.append(request)
            answer = served.told.pop(0) if served.told else served.shown.answer(request, served.now)
            assert answer is not None
            self.send_response(answer.status)
            for name, value in (("Content-Type", answer.content_type), *answer.headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
            self.wfile.flush()

    return Handler
