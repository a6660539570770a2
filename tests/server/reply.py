"""One reply: what it says, the ways to spoil it, and how it is put on the wire.

A "spoiler" is the "answer" object of users.json, described in README.md.
"""
import asyncio
import base64
import copy
import json
import socket
import struct
import uuid

from aiohttp import web

REDIRECT = 302
CHUNK = 16384


class Refused(Exception):
    """A request ends with this statusCode and apiCode; the message tells a tester why."""

    def __init__(self, status, api_code, message, data=None, http=200):
        super().__init__(message)
        self.status = status
        self.api_code = api_code
        self.message = message
        self.data = data
        self.http = http


class Reply:
    """HTTP status, headers and body; spoil() and send() know the rest."""

    def __init__(self, document, http=200):
        self.http = http
        self.document = document        # the JSON to be sent, None if the body is no JSON of ours
        self.headers = {"Content-Type": "application/json; charset=utf-8"}
        self.body = None
        self.raw = None
        self.spoiler = {}

    def spoil(self, spoiler, words=()):
        """Change the reply as SPOILER says; WORDS are what {word} stands for in its texts."""
        self.spoiler = spoiler
        self.http = spoiler.get("http", self.http)
        words = {**dict(words), "good": json.dumps(self.document)}
        if "redirect" in spoiler:
            self.http = spoiler.get("http", REDIRECT)
            self.headers["Location"] = spoiler["redirect"]
        if "raw" in spoiler:
            self.raw, self.document = fill_in(spoiler["raw"], words), None
        elif "body_base64" in spoiler:
            self.body, self.document = base64.b64decode(spoiler["body_base64"]), None
        elif "body" in spoiler:
            self.body, self.document = fill_in(spoiler["body"], words), None
        elif "json" in spoiler:
            self.document = json.loads(fill_in(json.dumps(spoiler["json"]), words))
        else:
            self.document = merged(self.document, spoiler.get("merge", {}))
            for path, value in spoiler.get("set", {}).items():
                put(self.document, path, value)
            for path in spoiler.get("remove", ()):
                remove(self.document, path)
        self.headers.update(spoiler.get("headers", {}))
        if "repeat_to_bytes" in spoiler:
            size, body = spoiler["repeat_to_bytes"], self.content() or b" "
            self.body, self.document = (body * (size // len(body) + 1))[:size], None

    def content(self):
        return json.dumps(self.document).encode() if self.body is None else self.body

    def summary(self):
        """What the journal tells about the reply; null where nothing of the kind is sent."""
        unsent = self.raw is not None or self.spoiler.get("close") in ("before-reply", "reset")
        document = self.document if isinstance(self.document, dict) and not unsent else {}
        return {"http": None if unsent else self.http, "statusCode": document.get("statusCode"),
                "code": document.get("code"), "apiCode": document.get("apiCode"),
                "requestId": document.get("requestId")}

    async def send(self, request, last):
        """Answer REQUEST. LAST announces that the connection ends here. Returns what aiohttp wants to see."""
        await asyncio.sleep(self.spoiler.get("delay_ms", 0) / 1000)
        close = self.spoiler.get("close")
        if request.transport is None:
            pass        # the client has left
        elif close == "reset":
            # A zero linger time turns the close into a TCP reset.
            linger = struct.pack("ii", 1, 0)
            request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            request.transport.abort()
        elif close == "before-reply":
            request.transport.close()
        elif self.raw is not None:
            await self.send_raw(request.transport)
        elif self.plain():
            response = web.Response(status=self.http, headers=self.headers, body=self.content())
            if last:
                response.force_close()
            return response
        else:
            try:
                return await self.send_slowly(request)
            except ConnectionError:
                pass    # the client has left
        return web.Response()       # not sent, the connection is gone

    def plain(self):
        return not self.spoiler.keys() & {"endless", "truncate", "drip_ms", "close"}

    async def send_raw(self, transport):
        for piece in self.pieces(self.raw):
            transport.write(piece)
            await asyncio.sleep(self.spoiler.get("drip_ms", 0) / 1000)
            if transport.is_closing():
                return
        transport.close()

    async def send_slowly(self, request):
        response = web.StreamResponse(status=self.http, headers=self.headers)
        body = self.content()
        endless = self.spoiler.get("endless")
        if endless:
            body = (body or b" ") * (1 if self.spoiler.get("drip_ms") else CHUNK)
        if not endless:
            response.content_length = len(body) * 2 if self.spoiler.get("truncate") else len(body)
        await response.prepare(request)
        while True:
            for piece in self.pieces(body):
                await response.write(piece)
                await asyncio.sleep(self.spoiler.get("drip_ms", 0) / 1000)
            if not endless:
                break
        if self.spoiler.get("truncate") or self.spoiler.get("close"):
            request.transport.close()
        return response

    def pieces(self, content):
        size = 1 if self.spoiler.get("drip_ms") else CHUNK
        return (content[i:i + size] for i in range(0, len(content), size))


def fill_in(text, words):
    for word, value in words.items():
        text = text.replace("{%s}" % word, value)
    return text.encode()


def merged(document, changes):
    """DOCUMENT with CHANGES laid over it, object by object."""
    if not isinstance(document, dict) or not isinstance(changes, dict):
        return copy.deepcopy(changes)
    result = dict(document)
    for name, value in changes.items():
        result[name] = merged(result.get(name), value)
    return result


def put(document, path, value):
    """In place; PATH is names and places in lists, with dots between them. What leads there must be there."""
    holder, key = walk(document, path)
    holder[key] = value


def remove(document, path):
    """In place; what is not there is no fault."""
    try:
        holder, key = walk(document, path)
        del holder[key]
    except (LookupError, TypeError, ValueError):
        pass


def walk(document, path):
    *parents, last = path.split(".")
    for name in parents:
        document = document[key_in(document, name)]
    return document, key_in(document, last)


def key_in(holder, name):
    return int(name) if isinstance(holder, list) else name


def success(data=None):
    return failure(200, None, "", data)


def failure(status, api_code, message, data=None, http=200):
    """HTTP 200 by default: genauth-docs reference/error-code.md."""
    document = {"statusCode": status, "message": message, "requestId": str(uuid.uuid4())}
    if api_code is not None:
        document["apiCode"] = api_code
    if data is not None:
        document["data"] = data
    return Reply(document, http)


def v2_success(data):
    return Reply({"code": 200, "message": "", "data": data})


def v2_failure(status, api_code, message, codes="code"):
    """The form of V2. Most of its clients look at "code" alone (guard-android Guardian.java); with CODES "apiCode" the
    reason stands where authing-mfa-component looks for it (send-email.ts)."""
    document = {"code": status, "message": message, "uniqueId": str(uuid.uuid4())}
    if api_code is not None:
        document[codes] = api_code
    return Reply(document)
