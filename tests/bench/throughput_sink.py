"""An SMTP server that says yes to everything and writes one line a letter to its standard output: when, and to whom."""

import asyncio
import sys
import time


class _Session(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport
        self.waiting, self.in_data, self.recipient = b"", False, ""
        self.transport.write(b"220 sink\r\n")

    def data_received(self, octets: bytes) -> None:
        self.waiting += octets
        while self._step():
            pass

    def _step(self) -> bool:
        end = b"\r\n.\r\n" if self.in_data else b"\r\n"
        said, found, rest = self.waiting.partition(end)
        if not found:
            return False
        self.waiting = rest
        if self.in_data:
            self.in_data = False
            print(f"{time.time():.6f} {self.recipient}", flush=True)
            self.transport.write(b"250 2.0.0 taken\r\n")
        else:
            self._command(said)
        return True

    def _command(self, said: bytes) -> None:
        verb = said[:4].upper()
        if verb == b"EHLO":
            self.transport.write(b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
        elif verb == b"DATA":
            self.in_data = True
            self.transport.write(b"354 go on\r\n")
        elif verb == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
        else:
            if verb == b"RCPT":
                self.recipient = said.partition(b"<")[2].partition(b">")[0].decode("ascii", "replace")
            self.transport.write(b"250 ok\r\n")


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Session, "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
