"""AppArmor and SELinux: what the guards let genauth-signin do. A kernel that has none of them does not see to it; the
rules are read all the same."""

import bz2
import functools
import pathlib
import re
import shutil
import subprocess

import pytest
import setools

import machine
from machine import ALICE, WRONG
from package import PACKAGES, run

BUILD = PACKAGES.parent
DOMAIN = "genauth_signin_t"
HELPER = "/usr/libexec/pam_genauth/genauth-signin"
PROFILE = pathlib.Path("/etc/apparmor.d/genauth-signin")
ABSTRACTION = PROFILE.with_name("abstractions") / "authentication.d/pam_genauth"
LOADED = pathlib.Path("/sys/kernel/security/apparmor/profiles")
STORE = pathlib.Path("/var/lib/selinux/default/active/modules/100")

# As cupsd has it in Debian: its modules, and no program.
HOST = """\
abi <abi/3.0>,
include <tunables/global>
profile genauth-test-host /usr/bin/genauth-test-host {
  include <abstractions/base>
  include <abstractions/nameservice>
  include <abstractions/authentication>
  capability,
  /usr/bin/genauth-test-host mr,
}
"""


# ---- AppArmor ----------------------------------------------------------------


def parse(file, *words):
    """What apparmor_parser says, but for what it always does where the kernel has no AppArmor."""
    said = run("apparmor_parser", "--skip-kernel-load", "--skip-cache", *words, file)
    return "".join(line for line in said.splitlines(True) if not line.startswith("Cache read/write disabled"))


def test_the_profile_is_understood(installed):
    assert f"\nprofile genauth-signin {HELPER} {{\n" in PROFILE.read_text()
    assert parse(PROFILE, "--names").split()[-1] == "genauth-signin"
    assert parse(PROFILE) == ""


def test_hosts_under_a_profile_may_start_it(installed, tmp_path):
    """By abstractions/authentication, in the profile of its own and no other way."""
    host = tmp_path / "host"
    host.write_text(HOST)
    assert re.search(rf"(?m)^(?:Mode|Perms):\s+x:x\s.*Name:\s+\({HELPER}\)$", parse(host, "--debug"))
    assert f"  {HELPER} Px -> genauth-signin,\n" in ABSTRACTION.read_text()


@pytest.fixture(scope="module")
def allowed():
    """allowed(PATH): whether the profile has a rule for files of that path, and what it says."""
    text = (BUILD / "packaging/apparmor/genauth-signin").read_text()
    for name in ("openssl", "ssl_certs"):
        text += pathlib.Path("/etc/apparmor.d/abstractions", name).read_text()
    return re.findall(r"(?m)^\s*(deny |owner )?([/@]\S+)\s+([a-zA-Z]+),", text)


def test_the_profile_lets_it_read_and_nothing_else(allowed):
    assert len(allowed) > 30
    for prefix, path, permissions in allowed:
        if prefix != "deny ":
            assert set(permissions) <= set("mr") or (path, permissions) == ("/dev/null", "rw"), path


def test_the_profile_has_few_capabilities():
    text = (BUILD / "packaging/apparmor/genauth-signin").read_text()
    assert re.findall(r"(?m)^\s*capability(.*),", text) == [" setgid", " setuid", " sys_resource"]
    assert set(re.findall(r"(?m)^\s*network (.*),", text)) == {
        f"{family} {kind}" for family in ("inet", "inet6") for kind in ("stream", "dgram")}


@pytest.fixture
def loaded(installed):
    """Both profiles in the kernel, which is the machine's."""
    if subprocess.run(["aa-enabled", "--quiet"]).returncode != 0:
        pytest.skip("this kernel has no AppArmor, or this container may not load profiles")
    if re.search("^genauth-", LOADED.read_text(), re.M):
        pytest.skip("the machine itself has these profiles loaded")
    host, program = pathlib.Path("/etc/apparmor.d/genauth-test-host"), pathlib.Path("/usr/bin/genauth-test-host")
    host.write_text(HOST)
    shutil.copy("/usr/bin/pamtester", program)
    try:
        for file in (PROFILE, host):
            run("apparmor_parser", "--replace", "--skip-cache", file)
        yield program
    finally:
        for file in (PROFILE, host):
            run("apparmor_parser", "--remove", file, status=None)
        program.unlink()
        host.unlink()


def test_logins_by_a_host_under_a_profile(loaded, configured, standin):
    machine.write_stack("guarded", "required pam_genauth.so")
    for program in ("pamtester", loaded):
        ask = functools.partial(run, program, "guarded", "alice", "authenticate")
        assert "successfully authenticated" in ask(input=f"{ALICE}\n")
        assert "Authentication failure" in ask(input=f"{WRONG}\n", status=1)
    assert len(standin.posts()) == 4


# ---- SELinux -------------------------------------------------------------------


def build(*command):
    """Seconds of one processor; it takes the time that a busy machine needs."""
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def policy(tmp_path_factory):
    """What Debian's policy says with the module in it, as a host would load it; compiled, not loaded."""
    folder = tmp_path_factory.mktemp("policy")
    build("make", "-C", BUILD, "selinux")
    module = folder / "genauth_signin.cil"
    pp = next(path for path in ("/usr/libexec/selinux/hll/pp", "/usr/lib/selinux/hll/pp") if pathlib.Path(path).exists())
    build(pp, BUILD / "policy/genauth_signin.pp", module)
    parts = [module]
    for cil in STORE.glob("*/cil"):
        part, content = folder / f"{cil.parent.name}.base.cil", cil.read_bytes()
        part.write_bytes(bz2.decompress(content) if content.startswith(b"BZh") else content)
        parts.append(part)
    assert len(parts) > 100
    # As semodule does it.
    build("secilc", "--mls=true", "--multiple-decls", "--policyvers=31", f"--output={folder}/policy", f"--filecontext={folder}/contexts",
            *parts)

    loaded = setools.SELinuxPolicy(str(folder / "policy"))

    @functools.cache
    def rules(kind, end, name):
        found = setools.TERuleQuery(loaded, ruletype=[kind], **{end: name}).results()
        return list(map(str, found))

    def search(kind="allow", *permissions, source=None, target=None, of=None):
        """The rules, as text, for that source and target; of an object of that class, with one of the permissions."""
        found = rules(kind, "source", source) if target is None else rules(kind, "target", target)
        if source is not None:
            names = {source, *map(str, loaded.lookup_type(source).attributes())}
            found = [rule for rule in found if rule.split()[1] in names]
        return [rule for rule in found if (of is None or f":{of} " in rule) and (
            not permissions or set(permissions) & set(re.split(r"\W+", rule.split(":", 1)[1])))]

    search.folder = folder
    search.types = set(map(str, loaded.types()))
    return search


def objects(rules):
    """The types that rules of "allow" are about."""
    return {line.split()[2].split(":")[0] for line in rules}


@pytest.mark.parametrize("host", [
    "sshd_t", "local_login_t", "remote_login_t", "xdm_t", "policykit_t", "policykit_auth_t", "cockpit_session_t",
    "staff_sudo_t", "sysadm_sudo_t", "user_sudo_t", "staff_su_t", "sysadm_su_t", "user_su_t"])
def test_hosts_start_it_in_its_domain(policy, host):
    if host == "remote_login_t" and host not in policy.types:
        pytest.skip("rlogin has no domain in this policy, newer than Debian 13's")
    [line] = policy("type_transition", source=host, target="genauth_signin_exec_t")
    assert line.endswith(":process genauth_signin_t;")
    [line] = policy(source=host, target="genauth_signin_t", of="process2")
    assert "nnp_transition" in line
    for kind in ("genauth_conf_t", "genauth_key_t"):
        assert policy("allow", "read", source=host, target=kind, of="file")


def test_it_executes_nothing_but_libraries(policy):
    executed = policy("allow", "execute", source=DOMAIN, of="file")
    assert objects(executed) == {"ld_so_t", "lib_t", "textrel_shlib_t", "genauth_signin_exec_t"}
    assert policy("allow", "execute_no_trans", source=DOMAIN) == []
    assert policy("allow", "transition", "dyntransition", source=DOMAIN) == []
    assert policy("allow", "execute", source="local_login_t", target="shell_exec_t")  # the control


def test_it_reads_no_secret_of_the_hosts(policy):
    for kind in ("shadow_t", "genauth_conf_t", "genauth_runtime_t"):
        assert policy(source=DOMAIN, target=kind) == []
    # What options name it gets open.
    assert policy(source=DOMAIN, target="genauth_key_t") == [
        "allow genauth_signin_t genauth_key_t:file { getattr read };"]
    assert policy("allow", "read", source="chkpwd_t", target="shadow_t")  # the control


def test_it_writes_nothing(policy):
    """Its own entries in /proc are of its own type."""
    assert objects(policy("allow", "write", "append", "create", "unlink", "link", source=DOMAIN, of="file")) <= {DOMAIN}
    assert objects(policy("allow", "write", "add_name", "create", source=DOMAIN, of="dir")) <= {DOMAIN}


def test_it_speaks_to_these_ports(policy):
    rules = policy("allow", "name_connect", source=DOMAIN)
    always = [line for line in rules if "[" not in line]
    assert objects(always) == {"dns_port_t", "http_port_t", "http_cache_port_t", "squid_port_t"}
    [other] = [line for line in rules if line not in always]
    assert other.endswith("[ genauth_signin_connect_any ]:True")
    assert policy("allow", "name_bind", "node_bind", source=DOMAIN) == []
    for kind in ("tcp_socket", "udp_socket"):
        assert policy("allow", "bind", "listen", "accept", source=DOMAIN, of=kind) == []


def test_it_reaches_no_socket_of_the_hosts(policy):
    """setrans_t, which translates labels, is everybody's."""
    assert objects(policy("allow", "connectto", source=DOMAIN)) <= {"setrans_t"}
    assert policy(source=DOMAIN, of="dbus") == []


def test_it_has_few_capabilities(policy):
    assert policy(source=DOMAIN, of="capability") == [
        "allow genauth_signin_t genauth_signin_t:capability { setgid setuid sys_resource };"]
    assert policy(source=DOMAIN, of="capability2") == []


@pytest.mark.parametrize("path, kind", [
    (HELPER, "genauth_signin_exec_t"),
    ("/etc/security/genauth.conf", "genauth_conf_t"),
    ("/etc/security/genauth-postgresql.conf", "genauth_conf_t"),
    ("/etc/security/genauth.secret", "genauth_key_t"),
    ("/etc/security/genauth-client.key", "genauth_key_t"),
    ("/etc/security/genauth-password-key", "genauth_key_t"),
    ("/etc/security/genauth-ca.pem", "cert_t"),
    ("/etc/security/genauth-ca/0a1b2c3d.0", "cert_t"),
    ("/run/pam_genauth/rsa-example.genauth.ai", "genauth_runtime_t"),
])
def test_files_have_their_types(policy, path, kind):
    assert f":{kind}:" in run("matchpathcon", "-n", "-m", "file", "-f", policy.folder / "contexts", path)
