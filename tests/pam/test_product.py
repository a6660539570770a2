"""What is built and shipped, against the tables that it comes from."""
import os
import pathlib
import re
import subprocess

import pytest

import pam

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PAM_DRIVER", "/x/x/x")).resolve().parents[2]
ENTRIES = ["pam_sm_acct_mgmt", "pam_sm_authenticate", "pam_sm_chauthtok", "pam_sm_close_session",
           "pam_sm_open_session", "pam_sm_setcred"]


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def options():
    """The table: key -> default."""
    lines = output(BUILD / "tests/unit/test_options", "--list").splitlines()
    return dict(line.split("\t") for line in lines)


@pytest.fixture(params=["pam_genauth.la", "tests/pam/pam_genauth.la"])
def module(request):
    """The module that is installed, and the one that these tests run."""
    folder, name = os.path.split(request.param)
    return BUILD / folder / ".libs" / name.replace(".la", ".so")


def test_exports(module):
    names = [line.split()[-1] for line in output("nm", "-D", "--defined-only", module).splitlines()]
    assert sorted(names) == ENTRIES


def test_links_neither_network_nor_crypto(module):
    libraries = re.findall(r"^\s*(\S+) =>", output("ldd", module), re.MULTILINE)
    assert any(name.startswith("libpam.") for name in libraries)
    assert not [name for name in libraries if re.match(r"lib(curl|ssl|crypto|json-c|gnutls)", name)]


def test_hardening(module):
    for binary in (module, BUILD / "genauth-signin", BUILD / "genauthctl"):
        dynamic, headers = output("readelf", "-d", binary), output("readelf", "-lW", binary)
        assert "BIND_NOW" in dynamic or "NOW" in dynamic, binary
        assert "GNU_RELRO" in headers and re.search(r"GNU_STACK.* RW ", headers), binary
        assert "TEXTREL" not in dynamic and "RPATH" not in dynamic and "RUNPATH" not in dynamic
    assert "DYN" in output("readelf", "-h", BUILD / "genauth-signin")


def test_only_the_module_includes_pam():
    for file in (SOURCE / "pam_genauth").rglob("*.[ch]"):
        includes = re.findall(r"#include [<\"]([^>\"]+)", file.read_text())
        part = file.parent.name
        if part != "module" and file.stem not in ("pam_codes", "libpam"):
            assert not [name for name in includes if name.startswith("security/")], file
        if not re.fullmatch(r"http(_\w+)?\.[ch]", file.name):
            assert not [name for name in includes if name.startswith("curl/")], file
        # Calls go down only.
        parts = {"common": [], "genauth": ["common"], "signin": ["genauth", "common"], "login": ["common"],
                 "listen": ["common"], "caller": ["login", "signin", "common"],
                 "stack": ["common"], "trial": ["common"], "module": ["login", "common"],
                 "ctl": ["stack", "trial", "login", "genauth", "common"]}
        used = {name.split("/")[0] for name in includes if "/" in name}
        assert used & set(parts) <= {part, *parts[part]}, file


# ---- manuals and examples ----

def test_the_manual_describes_every_option_and_no_other():
    text = (BUILD / "man/genauth.conf.5").read_text()
    described = re.findall(r"^\.It Cm (\w+)$", text, re.MULTILINE)
    assert sorted(described) == sorted(options())
    for key, default in options().items():
        paragraph = text.split(f".It Cm {key}\n", 1)[1].split(".It Cm ", 1)[0]
        plain = re.sub(r"[\"\\&]|^\.[A-Z][a-z] ", "", paragraph, flags=re.MULTILINE)
        assert not default or default.strip() in plain, f"{key}: the default {default} is not in the manual"


@pytest.mark.parametrize("page", ["pam_genauth.8", "genauth.conf.5", "genauthctl.8"])
def test_the_manuals_are_clean(page):
    output("mandoc", "-Tlint", "-W", "warning", (SOURCE if page == "genauthctl.8" else BUILD) / "man" / page)


def rows(macro):
    text = (SOURCE / "pam_genauth/genauth/apicodes.def").read_text()
    return re.findall(macro + r"\((-?\d+), (?:(\d+), )?([A-Z_]+), \"", text)


def test_the_manual_lists_every_code_with_its_verdict():
    text = re.sub(r"\\&", "", (BUILD / "man/pam_genauth.8").read_text())
    for code, _, verdict in rows("APICODE"):
        assert re.search(rf"^.*\b{code}\b.*\b{verdict}\b", text, re.MULTILINE), (code, verdict)
    for first, last, verdict in rows("STATUSCODE"):
        name = first if first == last else rf"{first}\W+{last}"
        assert re.search(rf"^.*\b{name}\b.*\b{verdict}\b", text, re.MULTILINE), (first, verdict)


def test_the_sample_has_every_option_and_is_read_by_the_parser(world):
    sample = (SOURCE / "pam.d-examples/genauth.conf").read_text()
    keys = re.findall(r"^#?(\w+) = ", sample, re.MULTILINE)
    assert sorted(set(keys)) == sorted(options())
    # As installed it lacks the required keys, and says so.
    world.write_conf(sample)
    assert "app_host is not set" in world.run("x").line["reason"]
    # With every line uncommented but those that exclude each other or need files.
    left_out = ("app_secret_file", "client_cert", "client_key", "ca_file", "ca_path", "pinned_public_key", "proxy",
                "password_public_key_file", "allow_nologin", "deny_groups", "account_map")
    lines = []
    for line in sample.splitlines():
        match = re.match(r"#(\w+) = ", line)
        # Sections in the sample repeat keys; the first of each is enough.
        if match and match[1] not in left_out and f"{match[1]} = " not in "\n".join(lines):
            line = line[1:]
        lines.append(line)
    text = re.sub(r"^app_host = .*$", f"app_host = {world.server.host}", "\n".join(lines), flags=re.MULTILINE)
    world.write_conf(text + f"\nca_file = {world.server.ready['ca_file']}\n")
    result = world.run("correct horse")
    assert result.line["verdict"] == "CONFIG" and result.line["api_code"] != "0", result.line
