"""The codes of second factors: of an authenticator app, and those that were sent. For the server and for tests."""
import base64
import hashlib
import hmac
import struct
import time

STEP_SECONDS = 30
DIGITS = 6


def totp(secret, at=None):
    """The code for the shared secret in base32 at the time AT (seconds since 1970), by default now: RFC 6238 with
    HMAC-SHA-1, 30 seconds, 6 digits."""
    return code_of_step(secret, step_of(time.time() if at is None else at))


def step_of(at):
    return int(at) // STEP_SECONDS


def code_of_step(secret, step):
    text = secret.replace(" ", "").rstrip("=").upper()
    key = base64.b32decode(text + "=" * (-len(text) % 8))
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 15                                     # RFC 4226, 5.3
    number = struct.unpack_from(">L", digest, start)[0] & 0x7FFFFFFF
    return "%0*d" % (DIGITS, number % 10 ** DIGITS)


def last_code(journal, channel):
    """The code that was sent last by CHANNEL: "email" or "sms", or one of GenAuth's channels such as
    "CHANNEL_VERIFY_MFA". JOURNAL is what Standin.journal() returns, or the Standin itself."""
    entries = journal if isinstance(journal, list) else journal.journal()
    for entry in reversed(entries):
        sent = entry.get("sent")
        if sent and channel in (sent["by"], sent["channel"]):
            return sent["code"]
    raise LookupError("no code was sent by %s" % channel)
