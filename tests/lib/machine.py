"""The files of the sandbox's machine that decide who gets in: PAM stacks and genauth.conf."""

import os
import pathlib
import shutil

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "pam.d-examples"
SANDBOX = pathlib.Path("/run/sandbox")
PAM_D = pathlib.Path("/etc/pam.d")
CONF = pathlib.Path("/etc/security/genauth.conf")
CA = pathlib.Path("/etc/security/genauth-ca.pem")
SYSLOG = pathlib.Path("/var/log/syslog")
SERVICES = ("sshd", "sudo", "login", "su")

ALICE_UID = "20001"
LOCAL_PASSWORD = "local-password"  # localuser's; both as sandbox --help says
ALICE = "correct horse"  # her password in the stand-in's users.json
BOB = "correct battery"
WRONG = "wrong-password"

MODULE = os.environ.get("PAM_GENAUTH_SO", "")
CACHE = pathlib.Path(MODULE).parent.parent / "cache"  # of the module as the tests build it


# Options that each genauth.conf gets, such as those of the way to a helper that a whole test is about.
ALWAYS = {}


def empty_cache():
    for path in CACHE.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def save_stacks():
    shutil.copytree(PAM_D, SANDBOX / "pam.d", dirs_exist_ok=True)


def restore_stacks():
    shutil.rmtree(PAM_D)
    shutil.copytree(SANDBOX / "pam.d", PAM_D)


def write_stack(service, *auth):
    """The auth lines as given; nothing else has a say."""
    lines = [*(f"auth {line}" for line in auth), "account required pam_permit.so", "session required pam_permit.so"]
    (PAM_D / service).write_text("\n".join(lines) + "\n")


def write_genauth_stacks(flags=""):
    """For every service: GenAuth or nothing."""
    for service in SERVICES:
        write_stack(service, f"sufficient {MODULE} {flags}", "required pam_deny.so")


def install_example(name):
    """As an admin would, but with the path of the module under test."""
    text = (EXAMPLES / name).read_text()
    (PAM_D / name).write_text(text.replace("pam_genauth.so", MODULE))


def example_stacks(heading, module=MODULE):
    """The auth lines of each stack below that heading in the README of the examples, as write_stack takes them."""
    section = (EXAMPLES / "README").read_text().split(f"\n{heading}\n---", 1)[1].split("\n---", 1)[0]
    stacks = [[]]
    for line in section.splitlines():
        if line.startswith("    auth "):
            stacks[-1].append(line.split(None, 1)[1].replace("pam_genauth.so", module))
        elif stacks[-1]:
            stacks.append([])
    return [stack for stack in stacks if stack]


def write_conf(standin, sections=None, file=CONF, owner="root", **keys):
    """keys hold for all services (None: leave that out), sections is {service: {key: value}}."""
    keys = {
        "app_host": standin.host,
        "app_id": standin.app_id,
        "app_secret": standin.app_secret,
        "ca_file": CA,
        **ALWAYS,
        **keys,
    }
    lines = [f"{key} = {value}" for key, value in keys.items() if value is not None]
    for section, entries in (sections or {}).items():
        lines += [f"[{section}]", *(f"{key} = {value}" for key, value in entries.items())]
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text("\n".join(lines) + "\n")
    shutil.chown(file, owner)
