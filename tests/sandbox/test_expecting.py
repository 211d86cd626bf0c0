"""The server lets whoever asks before sending a body go on at once, as S3's clients do."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from slactl.sandbox.server import Server
from tests.failures.small import world


def test_who_asks_first_is_answered_before_the_body_comes() -> None:
    with Server(world()) as server:
        address = urlsplit(server.url)
        with socket.create_connection((str(address.hostname), address.port or 0), timeout=10) as line:
            line.sendall(b"PUT /kept/a HTTP/1.1\r\nHost: s3\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n")
            assert line.recv(64).startswith(b"HTTP/1.1 100 ")
