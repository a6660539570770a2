"""What the lint takes for libpam, against libpam: the same random stacks through both, each module by itself."""
import json
import os
import pathlib
import random
import re
import signal
import subprocess

import pytest

import conftest

BUILD = pathlib.Path(conftest.GENAUTHCTL).resolve().parents[2]
DRIVER = pathlib.Path(os.environ.get("PAM_DRIVER", BUILD / "tests/pam/driver"))
SIMULATE = BUILD / "tests/ctl/simulate"
MODULES = [folder.parent for folder in pathlib.Path("/usr/lib").glob("*/security/pam_debug.so")]
CODES = ["success", "auth_err", "authinfo_unavail", "user_unknown", "ignore", "maxtries", "perm_denied"]
ACTIONS = ["ok", "done", "bad", "die", "ignore", "reset", "1", "2", "3"]

pytestmark = pytest.mark.skipif(not MODULES, reason="there is no pam_debug.so")


def any_case(choose, word):
    return choose.choice([word, word, word, word.upper(), word.capitalize()])


def blanks(choose):
    return choose.choice(["", "", "", " ", "\t"])


def pair(choose, code):
    return f"{code}{blanks(choose)}={blanks(choose)}{choose.choice(ACTIONS)}"


def control(choose):
    if choose.random() < 0.4:
        return any_case(choose, choose.choice(["required", "requisite", "sufficient", "optional", "required", "nonsense",
                                               "[sufficient]", "success=done"]))
    pairs = [pair(choose, code) for code in choose.sample(CODES, 2)]
    pairs += [pair(choose, "default") for _ in range(choose.choice([0, 1, 1, 2]))]
    if choose.random() < 0.2:
        choose.shuffle(pairs)
    if choose.random() < 0.1:
        pairs[0] = choose.choice(["SUCCESS=ok", "PAM_SUCCESS=ok", "success=OK", "success=0", "authtok_recovery_err=ok",
                                  "authtok_recover_err=ignore", "success", "=ok", "success=1default=2"])
    return "[%s]" % choose.choice([" ", " ", "  "]).join(pairs)


def phase(choose):
    return any_case(choose, choose.choice(["auth"] * 12 + ["-auth", "account", "auht", "acount", "-x"]))


def line(choose, parts):
    if parts and choose.random() < 0.2:
        text = f"{phase(choose)} {any_case(choose, choose.choice(['include', 'substack']))} {choose.choice(parts)}"
        return choose.choice([text, text, f"@include {choose.choice(parts)}"])
    text = f"{phase(choose)} {control(choose)} pam_debug.so auth={choose.choice(CODES)}"
    if choose.random() < 0.15:
        # Something is missing; an include of nothing, but not @include, which then has no control of its own.
        text = choose.choice([text.rsplit(" ", 2)[0], phase(choose), "auth include /nowhere/none",
                              "auth substack /nowhere/none", text.replace("pam_debug", "pam_not_there")])
    return text


def layout(choose, text):
    """The same line with blanks, comments and continuations."""
    words = text.split(" ")
    made = blanks(choose) + words[0]
    for word in words[1:]:
        made += choose.choice([" "] * 8 + ["\t", "   ", " \\\n", " \\ \t\n  ", " \\\n# comment\n", " \\\n\n", " \\\\\n",
                                           "\r ", " # "]) + word
    return made + choose.choice([""] * 8 + [" ", "# comment", " \\# comment", "\\", " \\\n", "\r"])


def stack(choose, parts):
    return "\n".join(layout(choose, line(choose, parts)) for _ in range(choose.randint(1, 6))) + choose.choice(
        ["\n"] * 6 + ["", "\n\n"])


def both(folder):
    """What libpam makes of the service in that folder, and what the lint does."""
    # Whole paths: with a folder of its own, libpam 1.5 looks for included files in /etc/pam.d all the same.
    real = subprocess.run([DRIVER, "--confdir", folder, "--service", "service", "--passwd", folder / "passwd", "--user",
                           "alice"], capture_output=True, text=True)
    # Debian's libpam 1.5 falls over an include without a name.
    if real.returncode == -signal.SIGSEGV:
        return None, None
    guess = subprocess.run([SIMULATE, folder, "service"], capture_output=True, text=True, check=True)
    # A stack that libpam gives up fails pam_start() already.
    code = re.search(r"pam_start: (\w+)", real.stderr)
    return code[1] if code else json.loads(real.stdout)["codes"][0], guess.stdout.strip()


@pytest.mark.parametrize("seed", range(8))
def test_random_stacks(tmp_path, seed):
    choose = random.Random(seed)
    (tmp_path / "passwd").write_text("alice:x:4001:4001::/:/bin/sh\n")
    seen = set()
    for _ in range(30):
        (tmp_path / "a").write_text(stack(choose, []), newline="")
        (tmp_path / "b").write_text(stack(choose, [tmp_path / "a"]), newline="")
        (tmp_path / "service").write_text(stack(choose, [tmp_path / "a", tmp_path / "b"]), newline="")
        code, guess = both(tmp_path)
        texts = "".join(f"--- {name}\n{(tmp_path / name).read_text()!r}\n" for name in ("service", "b", "a"))
        assert guess == code, texts
        seen.add(code)
    assert len(seen) > 2, seen


@pytest.mark.parametrize("depth, code", [(15, "PAM_SUCCESS"), (16, "PAM_PERM_DENIED")])
def test_how_deep(tmp_path, depth, code):
    (tmp_path / "passwd").write_text("alice:x:4001:4001::/:/bin/sh\n")
    for i in range(depth):
        (tmp_path / ("service" if i == 0 else f"part{i}")).write_text(f"auth substack {tmp_path}/part{i + 1}\n")
    (tmp_path / f"part{depth}").write_text("auth required pam_debug.so auth=success\n")
    assert both(tmp_path) == (code, code)


# ---- what single modules answer ----

SOURCE = (conftest.SOURCE / "pam_genauth/stack/modules.c").read_text()
STEADY = re.findall(r'\{ "(\w+\.so)", (?:NULL|"(\w+)"), (PAM_\w+) \}', SOURCE)
# What the module wants besides.
NEEDS = {"pam_faillock.so": "dir={folder}", "pam_issue.so": "issue=/etc/hostname"}


def answer(folder, line, wrapper=()):
    """The code of one module: what it returns ends the stack; only PAM_IGNORE, which would be refused, is renamed."""
    (folder / "passwd").write_text("alice:x:4001:4001::/:/bin/sh\n")
    (folder / "service").write_text(f"auth [ignore=1 default=done] {line}\nauth requisite pam_deny.so\n"
                                    "auth [default=done] pam_debug.so auth=cred_unavail\n")
    done = subprocess.run([*wrapper, DRIVER, "--confdir", folder, "--service", "service", "--passwd", folder / "passwd",
                           "--user", "alice"], capture_output=True, text=True)
    if wrapper and done.returncode != 0:
        pytest.skip("the build folder is closed to others")
    code = json.loads(done.stdout)["codes"][0]
    return "PAM_IGNORE" if code == "PAM_CRED_UNAVAIL" else code


@pytest.mark.parametrize("module, argument, code", STEADY)
def test_steady_modules(tmp_path, module, argument, code):
    if not (MODULES[0] / module).exists():
        pytest.skip(f"there is no {module}")
    tmp_path.chmod(0o777)
    wrapper = ["setpriv", "--reuid", "65534", "--clear-groups"] if module == "pam_rootok.so" else []
    for folder in tmp_path.parents:
        if wrapper and str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
    arguments = f"{argument} {NEEDS.get(module, '')}".format(folder=tmp_path)
    assert answer(tmp_path, f"{module} {arguments}", wrapper) == code


def test_all_steady_modules_are_seen():
    assert len(STEADY) == SOURCE[:SOURCE.index("gates[] =")].count("\t{ \"") > 15


# They start programs, prompt, or keep files.
BUSY = {"pam_stress.so", "pam_filter.so", "pam_exec.so", "pam_ftp.so", "pam_timestamp.so"}
ASKABLE = sorted({path.name for folder in MODULES[:1] for path in folder.glob("*.so")} - BUSY)


@pytest.mark.parametrize("module", ASKABLE)
def test_modules_without_auth(tmp_path, world, module):
    """The lint says so exactly of those in which libpam finds nothing to call."""
    unknown = answer(tmp_path, module) == "PAM_MODULE_UNKNOWN"
    world.write_stack("sshd", conftest.GOOD + f"auth optional {module}\n")
    details = [finding["detail"] for finding in world.check("--offline", "--service", "sshd")["pam:sshd"]]
    assert any("has nothing for auth" in detail for detail in details) == unknown, details
