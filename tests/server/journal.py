"""The journal: one JSON line for all that a client does, written before it gets its answer."""
import asyncio
import json
import os
import time

from aiohttp import web


class Journal:
    def __init__(self, file):
        file.unlink(missing_ok=True)
        # Appending, so that a test may empty the file while we run. Private: passwords are in it.
        self.descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, event, **facts):
        line = json.dumps({"event": event, "time": time.time(), **facts}) + "\n"
        os.write(self.descriptor, line.encode())


class Connection(web.RequestHandler):
    """One TCP connection: numbered, and closed when idle even before its first request, as real servers do."""

    def __init__(self, server, journal, number, keepalive):
        super().__init__(server, loop=asyncio.get_running_loop(), keepalive_timeout=keepalive, access_log=None)
        self.journal = journal
        self.number = number
        self.requests = 0
        self.keepalive = keepalive
        self.idle = None
        self.tls = None
        journal.write("tcp", connection=number)

    def connection_made(self, transport):
        super().connection_made(transport)
        self.tls = tls_facts(transport)
        self.journal.write("tls", connection=self.number, **self.tls)
        self.idle = asyncio.get_running_loop().call_later(self.keepalive, transport.close)

    def data_received(self, data):
        self.idle.cancel()
        super().data_received(data)

    def connection_lost(self, error):
        self.idle.cancel()
        self.journal.write("close", connection=self.number)
        super().connection_lost(error)


def tls_facts(transport):
    tls = transport.get_extra_info("ssl_object")
    subject = (tls.getpeercert() or {}).get("subject", ())
    return {"tls": tls.version(), "client_cert": ", ".join("%s=%s" % pair for rdn in subject for pair in rdn) or None}
