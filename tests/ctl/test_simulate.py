"""What the lint takes for libpam, against libpam: the same random stacks through both."""
import json
import os
import pathlib
import random
import subprocess

import pytest

import conftest

BUILD = pathlib.Path(conftest.GENAUTHCTL).resolve().parents[2]
DRIVER, SIMULATE = BUILD / "tests/pam/driver", BUILD / "tests/ctl/simulate"
CODES = ["success", "auth_err", "authinfo_unavail", "user_unknown", "ignore", "maxtries", "perm_denied"]
ACTIONS = ["ok", "done", "bad", "die", "ignore", "reset", "1", "2", "3"]


def control(choose):
    if choose.random() < 0.4:
        return choose.choice(["required", "requisite", "sufficient", "optional"])
    pairs = [f"{code}={choose.choice(ACTIONS)}" for code in choose.sample(CODES, 2)]
    return "[%s]" % " ".join(pairs + [f"default={choose.choice(ACTIONS)}"] * choose.randint(0, 1))


def stack(choose, parts):
    lines = []
    for _ in range(choose.randint(1, 6)):
        if parts and choose.random() < 0.2:
            lines.append(choose.choice(["auth include %s", "auth substack %s", "@include %s"]) % choose.choice(parts))
        else:
            lines.append(f"auth {control(choose)} pam_debug.so auth={choose.choice(CODES)}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(8))
def test_random_stacks(tmp_path, seed):
    if not list(pathlib.Path("/usr/lib").glob("*/security/pam_debug.so")):
        pytest.skip("there is no pam_debug.so")
    choose = random.Random(seed)
    (tmp_path / "passwd").write_text("alice:x:4001:4001::/:/bin/sh\n")
    seen = set()
    for _ in range(25):
        # Whole paths: with a folder of its own, libpam 1.5 looks for included files in /etc/pam.d all the same.
        (tmp_path / "a").write_text(stack(choose, []))
        (tmp_path / "b").write_text(stack(choose, [tmp_path / "a"]))
        (tmp_path / "service").write_text(stack(choose, [tmp_path / "a", tmp_path / "b"]))
        real = subprocess.run([DRIVER, "--confdir", tmp_path, "--service", "service", "--passwd", tmp_path / "passwd",
                               "--user", "alice"], capture_output=True, text=True, check=True)
        code = json.loads(real.stdout)["codes"][0]
        guess = subprocess.run([SIMULATE, tmp_path, "service"], capture_output=True, text=True, check=True).stdout
        texts = "".join(f"--- {name}\n{(tmp_path / name).read_text()}" for name in ("service", "b", "a"))
        assert guess.strip() == code, texts
        seen.add(code)
    assert len(seen) > 2, seen
