"""The sandbox made ready for the benchmark: the system trusts the fast server, and PAM has a service for each way to
log in. Nothing names a file of certificates; everyone uses the system's as it does by default."""
import json
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "server"))

import certificates  # noqa: E402
from genauth import success  # noqa: E402
from tokens import Tokens  # noqa: E402

BUILD = pathlib.Path(os.environ["BENCH_BUILD"])
PROGRAMS = BUILD / "tests/bench"
LOGIN = str(PROGRAMS / "login")
FLOOR, PASSWORD = (PROGRAMS / ".libs" / name for name in ("floor.so", "password.so"))
MODULE = BUILD / "tests/pam/.libs/pam_genauth.so"
CONTROL = BUILD / "tests/hostile/.libs/control.so"

FOLDER = pathlib.Path("/run/bench")
PAM_D = pathlib.Path("/etc/pam.d")
CERTIFICATES = pathlib.Path("/etc/ssl/certs")
NAME = "genauth.test"
APP_ID, SECRET = "0123456789abcdef01234567", "0123456789abcdef0123456789abcdef"
USER, PASSPHRASE = "alice", "correct-horse"


def prepare():
    FOLDER.mkdir(mode=0o755)
    with open("/etc/hosts", "a") as file:
        file.write(f"127.0.0.1 {NAME}\n")
    authority = certificates.Authority.new("Benchmark CA")
    trust(certificates.certificate_pem(authority.certificate))
    key = certificates.new_ec_key()
    certificates.write_private(FOLDER / "server.key", certificates.key_pem(key))
    certificates.write_public(FOLDER / "server.pem",
                              certificates.certificate_pem(authority.issue(NAME, key, [NAME])))
    write_replies()
    # libpam reads it for every transaction, whatever the service.
    write_service("other", *(f"{phase} required pam_deny.so" for phase in ("auth", "account", "password", "session")))


def trust(pem):
    """What update-ca-certificates does."""
    certificates.write_hashed_folder(FOLDER / "hashed", write(FOLDER / "ca.pem", pem))
    for hashed in (FOLDER / "hashed").iterdir():
        certificates.write_public(CERTIFICATES / hashed.name, pem)
    with open(CERTIFICATES / "ca-certificates.crt", "ab") as file:
        file.write(pem)


def trusted():
    return (CERTIFICATES / "ca-certificates.crt").read_text().count("BEGIN CERTIFICATE")


def write(path, content):
    path.write_bytes(content)
    return path


def write_replies():
    # The tokens of a good login, as long as real ones.
    tokens = Tokens(FOLDER, f"https://{NAME}")
    app = {"id_token_alg": "RS256", "secret": SECRET}
    user = {"id": "0" * 24, "username": USER, "email": f"{USER}@example.com"}
    login = success(tokens.login(APP_ID, app, user, "openid profile"))
    for name, reply in (("signin", login), ("system", success({"rsa": {"publicKey": "x" * 216}}))):
        write(FOLDER / f"{name}.json", json.dumps(reply.document).encode())


class Server:
    """The fast server; .port is its."""

    def __enter__(self):
        files = [str(FOLDER / name) for name in ("server.pem", "server.key", "system.json", "signin.json")]
        self.process = subprocess.Popen([str(PROGRAMS / "server"), *files], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.wait()


class Listener:
    """genauth-listen, and its spares."""
    SPARES = 16

    def __enter__(self):
        self.process = subprocess.Popen([BUILD / "tests/pam/genauth-listen", "--listen", "--spares", str(self.SPARES)])
        self.wait()
        return self

    def wait(self):
        """Until those that have served are replaced, so that nobody else is measured meanwhile."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        while [self.is_ready(pid) for pid in children.read_text().split()].count(True) != self.SPARES:
            time.sleep(0.005)

    @staticmethod
    def is_ready(pid):
        """It waits in accept4(0, NULL, NULL, SOCK_CLOEXEC)."""
        try:
            return pathlib.Path(f"/proc/{pid}/syscall").read_text().split()[1:5] == ["0x0", "0x0", "0x0", "0x80000"]
        except OSError:
            return False

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait()


def write_service(name, *lines):
    (PAM_D / name).write_text("".join(f"{line}\n" for line in lines))


def local_first(line):
    """What pam.d-examples have, but for the line that prepares."""
    return ("auth [success=2 default=ignore] pam_unix.so",
            f"auth [success=1 maxtries=die default=ignore] {line} use_first_pass", "auth requisite pam_deny.so",
            "auth required pam_permit.so")


def write_services(port, suffix=""):
    """The services of all contenders, with the server at that port of this machine."""
    host = f"https://{NAME}:{port}"
    conf = FOLDER / f"genauth{suffix}.conf"
    warm = FOLDER / f"warm{suffix}.conf"
    keys = f"app_host = {host}\napp_id = {APP_ID}\napp_secret = {SECRET}\n"
    certificates.write_private(conf, keys.encode())
    certificates.write_private(warm, f"{keys}helper_socket = yes\n".encode())
    asked = f"auth required {PASSWORD}"
    line = f"{MODULE} conf={conf}"
    genauth = f"auth required {line}"
    script = f"auth required pam_exec.so quiet expose_authtok {HERE}"
    for name, *lines in (
            ("genauth", asked, f"{genauth} use_first_pass"),
            ("warm", asked, f"auth required {MODULE} conf={warm} use_first_pass"),
            ("typed", genauth),
            ("later", f"{genauth} preconnect=no"),
            ("prepared", f"auth optional {line} prepare", *local_first(line)),
            ("unprepared", *local_first(line)),
            ("unix", "auth optional pam_unix.so", "auth required pam_permit.so"),
            ("control", asked, f"auth required {CONTROL} host={host} app_id={APP_ID} secret={SECRET}"),
            ("floor", asked, f"auth required {FLOOR} {NAME} {port} {APP_ID} {SECRET}"),
            ("curl", asked, f"{script}/signin.sh {host} {APP_ID} {SECRET}"),
            ("python", asked, f"{script}/signin.py {host} {APP_ID} {SECRET}"),
            ("load-genauth", f"account required {MODULE} conf={conf}", "account required pam_permit.so"),
            ("load-unix", "account required pam_unix.so", "account required pam_permit.so"),
            ("load-nothing", "account required pam_permit.so")):
        write_service(f"{name}{suffix}", *lines)


def floor_program(port):
    return ["-x", str(PROGRAMS / "floor"), NAME, str(port), APP_ID, SECRET, USER, PASSPHRASE]


def service(name, *options):
    """The arguments of login for one of the services."""
    return [*options, USER, PASSPHRASE, name]
