"""The trap: a proxy that an attacker names. It lets everything through, so that nobody notices, and counts."""

import socket
import threading


class Proxy:
    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return  # closed
            self.connections += 1
            threading.Thread(target=tunnel, args=(client,), daemon=True).start()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def tunnel(client):
    """Obeys CONNECT; whatever else comes is dropped."""
    request = b""
    while b"\r\n\r\n" not in request:
        more = client.recv(4096)
        if not more:
            return client.close()
        request += more
    method, target, _ = request.split(b"\r\n")[0].split(b" ", 2)
    if method != b"CONNECT":
        return client.close()
    host, port = target.decode().rsplit(":", 1)
    server = socket.create_connection((host, int(port)))
    client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
    threading.Thread(target=copy, args=(server, client), daemon=True).start()
    copy(client, server)


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one of the two has left
