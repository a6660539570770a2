"""Keys and certificates of the stand-in: a small authority, and every kind of leaf a client must judge.

Tests import this too, for certificates of their own.
"""
import base64
import datetime
import hashlib
import ipaddress
import os
import pathlib
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOSTS = ("localhost", "genauth.test", "127.0.0.1", "::1")
KINDS = ("good", "expired", "wrong-host", "self-signed", "other-ca")
DAY = datetime.timedelta(days=1)


class Authority:
    """A certificate authority: .key and .certificate."""

    def __init__(self, key, certificate):
        self.key = key
        self.certificate = certificate

    @classmethod
    def new(cls, name="Stand-in GenAuth CA"):
        key = new_ec_key()
        builder = _builder(name, key, days=3650)
        builder = builder.issuer_name(_name(name))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        return cls(key, builder.sign(key, hashes.SHA256()))

    @classmethod
    def load_or_new(cls, folder):
        """The authority kept in FOLDER, so that a ca.pem somebody trusts stays valid over restarts."""
        key_file, certificate_file = folder / "ca.key", folder / "ca.pem"
        if key_file.exists() and certificate_file.exists():
            return cls(load_key(key_file), x509.load_pem_x509_certificate(certificate_file.read_bytes()))
        authority = cls.new()
        write_private(key_file, key_pem(authority.key))
        write_public(certificate_file, certificate_pem(authority.certificate))
        return authority

    def issue(self, name, key, hosts=(), days=30, client=False):
        """A leaf certificate for KEY; negative DAYS make one that expired a day ago."""
        builder = _builder(name, key, days).issuer_name(self.certificate.subject)
        authority_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(authority_id, critical=False)
        return _leaf(builder, hosts, client).sign(self.key, hashes.SHA256())


def self_signed(name, key, hosts=HOSTS):
    return _leaf(_builder(name, key, days=30).issuer_name(_name(name)), hosts, client=False).sign(key, hashes.SHA256())


def server_certificate(kind, authority, key):
    """The server's certificate; every KIND but "good" must make a client hang up."""
    if kind == "good":
        return authority.issue("localhost", key, HOSTS)
    if kind == "expired":
        return authority.issue("localhost", key, HOSTS, days=-1)
    if kind == "wrong-host":
        return authority.issue("elsewhere.example", key, ("elsewhere.example",))
    if kind == "self-signed":
        return self_signed("localhost", key)
    if kind == "other-ca":
        return Authority.new("Some other CA").issue("localhost", key, HOSTS)
    raise ValueError("unknown certificate kind " + kind)


def new_ec_key():
    return ec.generate_private_key(ec.SECP256R1())


def new_rsa_key(bits=2048):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def load_key(file):
    return serialization.load_pem_private_key(file.read_bytes(), password=None)


def load_or_new_key(file, new=new_ec_key):
    if file.exists():
        return load_key(file)
    key = new()
    write_private(file, key_pem(key))
    return key


def key_pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


def certificate_pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def public_der(key):
    return key.public_key().public_bytes(serialization.Encoding.DER,
                                         serialization.PublicFormat.SubjectPublicKeyInfo)


def pin(key):
    """The public key's pin, as curl's --pinnedpubkey takes it."""
    return "sha256//" + base64.b64encode(hashlib.sha256(public_der(key)).digest()).decode()


def write_hashed_folder(folder, certificate_file):
    """FOLDER with CERTIFICATE_FILE under the name that OpenSSL looks for."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    for old in folder.iterdir():
        old.unlink()
    digest = subprocess.run(["openssl", "x509", "-noout", "-subject_hash", "-in", certificate_file],
                            stdout=subprocess.PIPE, check=True, text=True).stdout.strip()
    write_public(folder / (digest + ".0"), certificate_file.read_bytes())


def write_private(file, content):
    write_atomically(file, content, 0o600)


def write_public(file, content):
    write_atomically(file, content, 0o644)


def write_atomically(file, content, mode):
    """FILE with CONTENT (bytes), never seen half written or with a wider mode."""
    file = pathlib.Path(file)
    draft = file.with_name("%s.%d" % (file.name, os.getpid()))
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as stream:
        stream.write(content)
    draft.chmod(mode)
    draft.replace(file)


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(name, key, days):
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    first, last = (now - DAY, now + days * DAY) if days > 0 else (now - 30 * DAY, now + days * DAY)
    builder = x509.CertificateBuilder().subject_name(_name(name)).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(first).not_valid_after(last)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _leaf(builder, hosts, client):
    purpose = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(digital_signature=True), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
    return builder


def _host(host):
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _key_usage(**allowed):
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names})
