"""Opens passwords encrypted by a client, in the forms the vendor's clients send.

Wire facts: authing-js-sdk packages/miniapp-jsencrypt and packages/miniapp-sm2encrypt, authing-ios-sdk-v3 Util.swift.
"""
import base64
import subprocess

from certificates import load_or_new_key, new_rsa_key, public_der, write_private
from reply import Refused


class Unreadable(Exception):
    """The text is not a password encrypted with our key."""


class Seal:
    """The server's password keys, kept in FOLDER: password-rsa-BITS.pem and password-sm2.pem."""

    def __init__(self, folder):
        self.folder = folder
        self.rsa_keys = {}
        self.sm2_file = folder / "password-sm2.pem"
        if not self.sm2_file.exists():
            write_private(self.sm2_file, openssl("genpkey", "-algorithm", "SM2"))
        self.sm2_public = openssl("pkey", "-in", self.sm2_file, "-pubout", "-outform", "DER")[-65:].hex()

    def rsa_key(self, bits):
        if bits not in self.rsa_keys:
            file = self.folder / ("password-rsa-%d.pem" % bits)
            self.rsa_keys[bits] = load_or_new_key(file, lambda: new_rsa_key(bits))
        return self.rsa_keys[bits]

    def rsa_public(self, bits, form):
        """The key as "pem" or as one line of "base64"."""
        line = base64.b64encode(public_der(self.rsa_key(bits))).decode()
        if form == "base64":
            return line
        rows = [line[i:i + 64] for i in range(0, len(line), 64)]
        return "\n".join(["-----BEGIN PUBLIC KEY-----", *rows, "-----END PUBLIC KEY-----", ""])

    def opened(self, form, text, settings):
        """A request's password in the clear, and the form in which it came encrypted, None if it did not. FORM is its
        passwordEncryptType, SETTINGS are "system" of users.json."""
        try:
            if form in (None, "", "none"):
                return text, None
            if form == "rsa":
                return self.open_rsa(text, settings["rsa_bits"])
            if form == "sm2":
                return self.open_sm2(text)
        except Unreadable as error:
            code = settings["cannot_decrypt"]
            raise Refused(499 if code == 2016 else 403, code, "The password cannot be decrypted: %s." % error)
        raise Refused(400, None, "passwordEncryptType must be none, rsa or sm2.")

    def open_rsa(self, text, bits):
        try:
            sealed = base64.b64decode(text, validate=True)
        except ValueError:
            raise Unreadable("not one line of base64")
        private = self.rsa_key(bits).private_numbers()
        if len(sealed) != bits // 8:
            raise Unreadable("not as long as the key")
        # By hand: OpenSSL 3.2 and later answers bad padding with made-up plaintext instead of an error.
        number = pow(int.from_bytes(sealed, "big"), private.d, private.public_numbers.n)
        block = number.to_bytes(bits // 8, "big")
        end = block.find(b"\0", 2)
        if block[:2] != b"\0\2" or end < 10:
            raise Unreadable("not PKCS #1 v1.5 padding of type 2")
        return utf8(block[end + 1:]), "rsa"

    def open_sm2(self, text):
        """Either vendor form. A coordinate may itself begin with 04, so the form cannot be told from the text:
        try both; the hash inside the ciphertext lets only the right one pass."""
        try:
            sealed = bytes.fromhex(text)
        except ValueError:
            raise Unreadable("not hexadecimal")
        try:
            return utf8(self.sm2_decrypt(sealed[:32], sealed[32:64], sealed[64:96], sealed[96:])), "sm2 c1c3c2"
        except Unreadable:
            if sealed[:1] != b"\4":
                raise
        plain = self.sm2_decrypt(sealed[1:33], sealed[33:65], sealed[-32:], sealed[65:-32])
        try:
            return utf8(base64.b64decode(plain, validate=True)), "sm2 04c1c2c3-base64"
        except ValueError:
            raise Unreadable("the 04 form holds no base64")

    def sm2_decrypt(self, x, y, digest, cipher):
        if not cipher:
            raise Unreadable("too short")
        der = der_item(0x30, der_number(x) + der_number(y) + der_item(4, digest) + der_item(4, cipher))
        try:
            return openssl("pkeyutl", "-decrypt", "-inkey", self.sm2_file, given=der)
        except subprocess.CalledProcessError:
            raise Unreadable("not encrypted with our SM2 key")


def utf8(plain):
    try:
        return plain.decode()
    except UnicodeDecodeError:
        raise Unreadable("the plaintext is not UTF-8")


def openssl(*arguments, given=b""):
    """The openssl command, because python3-cryptography has no SM2."""
    return subprocess.run(["openssl", *arguments], input=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=True).stdout


def der_item(tag, content):
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(digits)]) + digits + content


def der_number(coordinate):
    number = int.from_bytes(coordinate, "big")
    return der_item(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))
