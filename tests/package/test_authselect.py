"""authselect-profile, on profiles in authselect's form (authselect/README says what they are), as far as Debian's libpam
can show it."""

import re
import shutil

import pytest

from dialogue import ssh
from machine import ALICE, PAM_D
from package import LOCAL_AND_GENAUTH, ONLY_LOCAL, SOURCE, run, ways_in

PROFILES = SOURCE / "tests" / "package" / "authselect"
PROGRAM = SOURCE / "packaging" / "authselect-profile"
PREPARE = "optional pam_genauth.so prepare"
GENAUTH = "[success=done maxtries=die default=ignore] pam_genauth.so use_first_pass"
BOTH = ("system-auth", "password-auth")


def make(profile, to, status=0):
    return run(PROGRAM, "--from", profile, "--to", to, status=status)


def auth(text):
    return [re.sub(r"\s+", " ", line)[5:].strip() for line in text.splitlines() if line.startswith("auth")]


def render(text, features=()):
    """As authselect does it with these features."""
    def line(match):
        return (match.group(1) == "include") == (match.group(2) in features)

    kept = []
    for row in text.splitlines():
        row = re.sub(r'\{if (not )?"([^"]*)":([^}]*)\}',
                     lambda match: match.group(3) if (not match.group(1)) == (match.group(2) in features) else "", row)
        condition = re.search(r'\{(include|exclude) if "([^"]*)"\}', row)
        if not condition or line(condition):
            kept.append(row[:condition.start()] if condition else row)
    return "\n".join(kept) + "\n"


@pytest.mark.parametrize("profile, first", [("local", "sufficient pam_unix.so"), ("sssd", "[default=1 ignore=ignore")])
def test_two_lines_come_in(profile, first, tmp_path):
    said = make(PROFILES / profile, tmp_path / "genauth")
    assert "authselect select genauth\n" in said and f"authselect select {profile} " in said
    for file in BOTH:
        before, after = (auth((folder / file).read_text()) for folder in (PROFILES / profile, tmp_path / "genauth"))
        assert [line for line in after if "genauth" not in line] == before
        assert after[after.index(PREPARE) + 1].startswith(first)
        behind = after.index(GENAUTH)
        assert re.match(r"sufficient pam_(unix|sss).so", after[behind - 1])
        assert after[behind + 1].startswith("required pam_faillock.so authfail")
    names = {file.name for file in (tmp_path / "genauth").iterdir()}
    assert names == {file.name for file in (PROFILES / profile).iterdir()}
    assert [file.name for file in tmp_path.iterdir()] == ["genauth"]


@pytest.mark.parametrize("features", [(), ("with-faillock",)])
def test_who_gets_in(configured, before, sshd, tmp_path, features):
    """By sshd with password-auth and login with system-auth, as Fedora has them."""
    make(PROFILES / "local", tmp_path / "genauth")
    for file in BOTH:
        (PAM_D / file).write_text(render((tmp_path / "genauth" / file).read_text(), features))
    for service, control, file in (("sshd", "substack", "password-auth"), ("login", "substack", "system-auth")):
        text = before[PAM_D / service][0].decode()
        (PAM_D / service).write_text(re.sub("(?m)^@include common-auth$", f"auth {control} {file}", text))
    assert ways_in(sshd) == LOCAL_AND_GENAUTH
    # The profile as it was.
    for file in BOTH:
        (PAM_D / file).write_text(render((PROFILES / "local" / file).read_text(), features))
    assert ways_in(sshd) == ONLY_LOCAL
    assert ssh(sshd.port, "alice", ALICE).status == 255


def edit(profile, file, pattern, replacement):
    text, count = re.subn(pattern, replacement, (profile / file).read_text(), flags=re.MULTILINE)
    assert count
    (profile / file).write_text(text)


@pytest.mark.parametrize("file", BOTH)
@pytest.mark.parametrize("pattern, replacement, said", [
    # Over pam_unix and over what comes behind it.
    (r"^(auth +)required( +pam_env.so)", r"\1[success=4 default=ignore]\2", "jumps over the place"),
    (r"^(auth +)sufficient( +pam_unix.so.*)", r"\1[success=1 default=ignore]\2", "does not end with its success"),
    (r"^auth.*pam_unix.so.*\n", "", "no line takes a password"),
    (r"^(auth.*pam_deny.so)", r"auth sufficient pam_genauth.so\n\1", "names pam_genauth.so already"),
])
def test_what_it_does_not_understand(tmp_path, file, pattern, replacement, said):
    """Then there is no profile."""
    shutil.copytree(PROFILES / "local", tmp_path / "local")
    edit(tmp_path / "local", file, pattern, replacement)
    assert said in make(tmp_path / "local", tmp_path / "genauth", status=1)
    assert [path.name for path in tmp_path.iterdir()] == ["local"]


def test_a_profile_of_somebody_else_stays(tmp_path):
    shutil.copytree(PROFILES / "sssd", tmp_path / "genauth")
    assert "not made by this program" in make(PROFILES / "local", tmp_path / "genauth", status=1)
    assert (tmp_path / "genauth" / "README").read_text() == (PROFILES / "sssd" / "README").read_text()


def test_made_again(tmp_path):
    make(PROFILES / "sssd", tmp_path / "genauth")
    make(PROFILES / "local", tmp_path / "genauth")
    assert "pam_sss" not in (tmp_path / "genauth" / "system-auth").read_text()


def test_the_one_that_is_selected(tmp_path):
    """Its features are kept in the command that is told."""
    (tmp_path / "authselect").write_text("#!/bin/sh\n[ \"$*\" = 'current --raw' ] && echo local with-faillock\n")
    (tmp_path / "authselect").chmod(0o755)
    shelf = tmp_path / "shelf"
    shutil.copytree(PROFILES / "local", shelf / "default" / "local")
    program = tmp_path / "program"
    program.write_text(PROGRAM.read_text().replace("/usr/share/authselect", str(shelf)))
    said = run("env", f"PATH={tmp_path}:/usr/bin:/bin", "sh", program)
    assert "authselect select genauth with-faillock\n" in said and "authselect select local with-faillock " in said
    assert (shelf / "vendor" / "genauth" / "system-auth").exists()
