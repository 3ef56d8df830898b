"""A provider's token endpoint (RFC 6749, 3.2) over HTTPS, which renews access tokens as a test tells it to."""

import json
import ssl
import threading
import urllib.parse
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from server_process import HOST, PATIENCE, Certificates


class TokenEndpoint:
    """`answer(form)` → (status, JSON object); `asked` keeps the forms that came."""

    def __init__(self, certificates: Certificates) -> None:
        self.answer: Callable[[dict[str, str]], tuple[int, object]] = lambda _form: (500, {})
        self.asked: list[dict[str, str]] = []
        self.ca_file = certificates.ca_file
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                octets = self.rfile.read(int(self.headers["Content-Length"]))
                form = dict(urllib.parse.parse_qsl(octets.decode()))
                outer.asked.append(form)
                status, told = outer.answer(form)
                body = told if isinstance(told, bytes) else json.dumps(told).encode()
                self.send_response(status)
                if status == 307:
                    self.send_header("Location", outer.url + "/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Nothing on the test's terminal."""

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificates.chain_file, certificates.key_file)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://localhost:{self._server.server_address[1]}/token"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE)
