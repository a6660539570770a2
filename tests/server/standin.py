#!/usr/bin/python3
"""A stand-in for GenAuth on this machine: a real HTTPS server for tests and for trying pam_genauth. See README.md."""
import argparse
import asyncio
import json
import os
import pathlib
import signal
import ssl
import subprocess
import sys
import warnings

from aiohttp import web

import certificates
from certificates import write_private, write_public
from genauth import GenAuth
from journal import Connection, Journal
from seal import Seal
from tokens import Tokens
from users import Table

HERE = pathlib.Path(__file__).resolve().parent
ADDRESS = "127.0.0.1"
VERSIONS = {"1.1": ssl.TLSVersion.TLSv1_1, "1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def main():
    options = command_line()
    os.umask(0o022)     # the files' modes shall not depend on the caller
    try:
        asyncio.run(serve(options))
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        sys.exit("standin: %s" % error)


def command_line():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", required=True, type=pathlib.Path, metavar="DIR",
                        help="keys, certificates, journal and ready.json go here; keys that lie here are used again")
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    parser.add_argument("--users", type=pathlib.Path, default=HERE / "users.json", metavar="FILE",
                        help="table of apps, users and answers; read again when it changes")
    parser.add_argument("--tls-min", choices=("1.2", "1.3"), help="default: 1.2, or --tls-max if that is lower")
    parser.add_argument("--tls-max", choices=tuple(VERSIONS), default="1.3")
    parser.add_argument("--tls-tickets", type=int, default=2, help="how many TLS 1.3 sends; default: 2, as OpenSSL")
    parser.add_argument("--certificate-kind", choices=certificates.KINDS, default="good")
    parser.add_argument("--require-client-cert", action="store_true", help="accept only client.pem or its like")
    parser.add_argument("--keepalive", type=float, default=75, metavar="SECONDS",
                        help="close a connection idle for so long; 0: one request each (default: 75)")
    parser.add_argument("--delay", type=int, default=0, metavar="MS", help="wait before each answer")
    options = parser.parse_args()
    options.tls_min = options.tls_min or min("1.2", options.tls_max)
    if options.tls_min > options.tls_max:
        parser.error("--tls-min is above --tls-max")
    if not 0 <= options.port <= 65535:
        parser.error("--port must be 0 to 65535")
    return options


async def serve(options):
    folder = options.dir.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    ready = folder / "ready.json"
    ready.unlink(missing_ok=True)

    table = Table(options.users.resolve())
    try:
        app_id, app = next(iter(table.read()["apps"].items()))
        rsa_bits = table.content["system"]["rsa_bits"]
        userpool_id = table.content["system"]["userpool_id"]
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        raise ValueError("%s: %s: %s" % (options.users, type(error).__name__, error))
    context = tls_context(options, folder)
    seal = Seal(folder)
    seal.rsa_key(rsa_bits)
    journal = Journal(folder / "journal.jsonl")

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    listener = Listener(options, journal)
    port = await listener.open(options.port, context)
    host = "https://localhost:%d" % port
    listener.genauth = GenAuth(host, table, journal, seal, Tokens(folder, host), options.delay,
                               single_use=options.keepalive == 0)
    facts = {"port": port, "pid": os.getpid(), "host": host, "app_id": app_id, "app_secret": app["secret"],
             "userpool_id": userpool_id,
             "ca_file": str(folder / "ca.pem"), "ca_path": str(folder / "ca-hashed"),
             "pin": (folder / "pin.txt").read_text().strip(), "client_cert": str(folder / "client.pem"),
             "client_key": str(folder / "client.key"), "journal": str(folder / "journal.jsonl"),
             "conf": str(folder / "genauth.conf"), "users_file": str(table.file), "apps": table.content["apps"]}
    write_private(folder / "genauth.conf", genauth_conf(facts).encode())
    write_private(ready, json.dumps(facts, indent=1).encode())
    if sys.stdout.isatty():
        print(how_to(facts, table.content), flush=True)

    await stop.wait()
    ready.unlink(missing_ok=True)
    await listener.close()


class Listener:
    """The open port; hands every connection its number."""

    def __init__(self, options, journal):
        self.keepalive = options.keepalive or 75
        self.journal = journal
        self.accepted = 0
        self.genauth = None
        self.web_server = web.Server(lambda request: self.genauth.handle(request))
        self.socket = None

    async def open(self, port, context):
        loop = asyncio.get_running_loop()
        self.socket = await loop.create_server(self.accept, ADDRESS, port, ssl=context)
        return self.socket.sockets[0].getsockname()[1]

    def accept(self):
        self.accepted += 1
        return Connection(self.web_server, self.journal, self.accepted, self.keepalive)

    async def close(self):
        self.socket.close()
        await self.web_server.shutdown(timeout=0.1)


def tls_context(options, folder):
    authority = certificates.Authority.load_or_new(folder)
    key = certificates.load_or_new_key(folder / "server.key")
    certificate = certificates.server_certificate(options.certificate_kind, authority, key)
    write_public(folder / "server.pem", certificates.certificate_pem(certificate))
    write_public(folder / "pin.txt", (certificates.pin(key) + "\n").encode())
    client_key = certificates.load_or_new_key(folder / "client.key")
    client = authority.issue("pam_genauth test client", client_key, client=True)
    write_public(folder / "client.pem", certificates.certificate_pem(client))
    certificates.write_hashed_folder(folder / "ca-hashed", folder / "ca.pem")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    if options.tls_max == "1.1":
        context.set_ciphers("DEFAULT:@SECLEVEL=0")     # OpenSSL 3 speaks 1.1 at this level only
        warnings.simplefilter("ignore", DeprecationWarning)
    context.minimum_version = VERSIONS[options.tls_min]
    context.maximum_version = VERSIONS[options.tls_max]
    context.num_tickets = options.tls_tickets
    if options.require_client_cert:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(folder / "ca.pem")
    return context


def genauth_conf(facts):
    return ("app_host = %(host)s\napp_id = %(app_id)s\napp_secret = %(app_secret)s\nca_file = %(ca_file)s\n" % facts)


def how_to(facts, table):
    def state(row):
        if "answer" in row:
            return "see the table"
        return "second factor" if "mfa" in row else row.get("state", "normal")

    users = ["  %-12s %-18s %s" % (name, row.get("password", ""), state(row)) for name, row in table["users"].items()]
    return "\n".join([
        "The stand-in GenAuth server listens on %(host)s. Ctrl-C ends it." % facts, "",
        "Users: name, password, state"] + users + ["",
        "For the file genauth.conf (also in %(conf)s):" % facts, "", genauth_conf(facts),
        "What clients ask and get is written to %(journal)s" % facts])


if __name__ == "__main__":
    main()
