"""A server that goes wrong at one point of the conversation: raw sockets, and real TLS where it gets that far."""
import contextlib
import json
import socket
import ssl
import struct
import threading
import time

PATIENCE = 30  # seconds; every test is over long before

GOOD_BODY = json.dumps({
    "statusCode": 200, "message": "ok",
    "data": {"id_token": "e30.e30.c2ln", "token_type": "Bearer", "expire_in": 7200}}).encode()
GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(GOOD_BODY), GOOD_BODY)


class FaultServer:
    """Runs script(server, connection) in a thread for each TCP connection. received holds what came over TLS."""

    def __init__(self, script, certificate, key):
        self.script = script
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.received = []
        self.over = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                connection.settimeout(PATIENCE)
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        # What the other side does after the fault is its own business.
        with contextlib.suppress(OSError, ssl.SSLError), connection:
            self.script(self, connection)

    def stop(self):
        self.over.set()
        self.listener.close()

    # ---- what scripts are made of ----

    def hang(self):
        self.over.wait(PATIENCE)

    def tls(self, connection):
        return self.context.wrap_socket(connection, server_side=True)

    def request(self, tls):
        """Reads one whole request; returns its bytes."""
        text = b""
        while b"\r\n\r\n" not in text:
            text += self.more(tls)
        head, body = text.split(b"\r\n\r\n", 1)
        length = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        while length and len(body) < length[0]:
            body += self.more(tls)
        return head + b"\r\n\r\n" + body

    def more(self, tls):
        data = tls.recv(65536)
        if not data:
            raise OSError("closed")
        self.received.append(data)
        return data

    def drip(self, tls, data, seconds=1.0):
        for i in range(len(data)):
            tls.sendall(data[i:i + 1])
            if self.over.wait(seconds):
                return


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def after_request(then):
    """A script that reads the login, answering the GET that made the connection ready like a good server."""
    def script(server, connection):
        with server.tls(connection) as tls:
            while server.request(tls).startswith(b"GET"):
                tls.sendall(GOOD)
            then(server, tls)
    return script


def answer(data, close=True):
    def then(server, tls):
        tls.sendall(data)
        if not close:
            server.hang()
    return after_request(then)


def endless(head, piece):
    def then(server, tls):
        tls.sendall(head)
        while not server.over.is_set():
            tls.sendall(piece)
            time.sleep(0.0005)
    return after_request(then)


# ---- before TLS ----

def never_speaks(server, connection):
    server.hang()


def resets_at_once(server, connection):
    reset(connection)


def resets_after_client_hello(server, connection):
    connection.recv(65536)
    reset(connection)


def closes_after_client_hello(server, connection):
    connection.recv(65536)


def stalls_after(bytes_of_flight):
    """Lets so many bytes of the server's first flight through, then nothing."""
    def script(server, connection):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = server.context.wrap_bio(incoming, outgoing, server_side=True)
        incoming.write(connection.recv(65536))
        with contextlib.suppress(ssl.SSLWantReadError):
            tls.do_handshake()
        connection.sendall(outgoing.read()[:bytes_of_flight])
        server.hang()
    return script


def talks_http(server, connection):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n<html>")


def talks_nonsense(server, connection):
    connection.sendall(bytes(range(256)) * 16)
    server.hang()


def sends_an_alert(server, connection):
    connection.recv(65536)
    connection.sendall(b"\x15\x03\x03\x00\x02\x02\x28")
    server.hang()


def stalls_after_handshake(server, connection):
    with server.tls(connection):
        server.hang()


def closes_after_handshake(server, connection):
    server.tls(connection).unwrap()


# ---- after the login has arrived ----

def hangs(server, tls):
    server.hang()


def resets(server, tls):
    reset(tls)


def drips(data):
    return after_request(lambda server, tls: server.drip(tls, data))


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
SIZE = b"%x\r\n" % len(GOOD_BODY)

# name -> script; none of them may let anybody in
FAULTS = {
    "never speaks": never_speaks,
    "reset at once": resets_at_once,
    "reset after ClientHello": resets_after_client_hello,
    "closed after ClientHello": closes_after_client_hello,
    "stall: 1 byte of the handshake": stalls_after(1),
    "stall: half a ServerHello": stalls_after(60),
    "stall: half the certificate": stalls_after(400),
    "HTTP in place of TLS": talks_http,
    "nonsense in place of TLS": talks_nonsense,
    "alert in place of ServerHello": sends_an_alert,
    "stall after the handshake": stalls_after_handshake,
    "closed after the handshake": closes_after_handshake,
    "no answer": after_request(hangs),
    "reset in place of an answer": after_request(resets),
    "closed in place of an answer": answer(b""),
    "one byte a second": drips(GOOD),
    "headers at once, body by bytes": after_request(
        lambda server, tls: (tls.sendall(GOOD[:-len(GOOD_BODY)]), server.drip(tls, GOOD_BODY))),
    "endless headers": endless(b"HTTP/1.1 200 OK\r\n", b"X-Filler: %s\r\n" % (b"x" * 1000)),
    "endless header line": endless(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 4096),
    "endless 100 Continue": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50),
    "endless body": endless(HEAD + b"\r\n", b" " * 4096),
    "endless chunks": endless(CHUNKED, b"1000\r\n" + b" " * 4096 + b"\r\n"),
    "endless chunk extension": endless(CHUNKED, b"x" * 4096),
    "cut in the status line": answer(GOOD[:8]),
    "cut in the headers": answer(GOOD[:40]),
    "cut behind the headers": answer(GOOD[:-len(GOOD_BODY)]),
    "cut in the body": answer(GOOD[:-1]),
    "stall in the body": answer(GOOD[:-1], close=False),
    "Content-Length too large": answer(HEAD + b"Content-Length: 9999\r\n\r\n" + GOOD_BODY),
    "Content-Length too small": answer(HEAD + b"Content-Length: 10\r\n\r\n" + GOOD_BODY),
    "Content-Length twice": answer(HEAD + b"Content-Length: 10\r\nContent-Length: 20\r\n\r\n" + GOOD_BODY),
    "Content-Length negative": answer(HEAD + b"Content-Length: -5\r\n\r\n" + GOOD_BODY),
    "bad chunk size": answer(CHUNKED + b"zz\r\n" + GOOD_BODY + b"\r\n0\r\n\r\n"),
    "negative chunk size": answer(CHUNKED + b"-1\r\n" + GOOD_BODY + b"\r\n0\r\n\r\n"),
    "huge chunk size": answer(CHUNKED + b"ffffffffffffffffffff\r\n" + GOOD_BODY),
    "no last chunk": answer(CHUNKED + SIZE + GOOD_BODY + b"\r\n"),
    "stall before the last chunk": answer(CHUNKED + SIZE + GOOD_BODY + b"\r\n", close=False),
    "chunk longer than it says": answer(CHUNKED + b"5\r\n" + GOOD_BODY + b"\r\n0\r\n\r\n"),
    "compressed unasked": answer(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n\x1f\x8b\x08aaaaaaa"),
    "HTTP/0.9": answer(GOOD_BODY),
    "HTTP/2 preface": answer(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "nonsense in place of HTTP": answer(bytes(range(256)) * 16),
    "a NUL in the headers": answer(b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n" + GOOD_BODY),
}
