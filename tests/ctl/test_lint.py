"""The lint of stacks and of sshd_config: each finding where it is due, and silence where it is not."""
import re

import pytest

import conftest
from conftest import GOOD

UNIX = "auth [success=2 default=ignore] pam_unix.so\n"
END = "auth requisite pam_deny.so\nauth required pam_permit.so\n"


def genauth(control, arguments="use_first_pass"):
    return f"auth {control} pam_genauth.so {arguments}\n"


def findings(world, service="sshd"):
    return [(finding["result"], finding["detail"]) for finding in
            world.check("--offline", "--service", service).get(f"pam:{service}", [])]


def lint(world, text):
    world.write_stack("sshd", text)
    return findings(world)


SAFE = {
    "the example": GOOD,
    "sufficient": "auth sufficient pam_unix.so\nauth sufficient pam_genauth.so use_first_pass\n"
                  "auth required pam_deny.so\n",
    "with lines that ignore": "auth required pam_env.so\nauth required pam_nologin.so\n" + GOOD,
    "module first": "auth [success=2 default=ignore] pam_genauth.so\n"
                    "auth [success=1 default=ignore] pam_unix.so try_first_pass\n" + END,
    "continued": GOOD.replace("pam_genauth.so ", "\\\n  pam_genauth.so "),
    "argument in brackets": GOOD.replace("use_first_pass", "use_first_pass [prompt=Your password: ]"),
    "upper case and comment": GOOD.replace("requisite", "REQUISITE") + "# auth sufficient pam_permit.so\n",
    # ok and done keep the code of a refusal, and that refuses.
    "ok when unreachable": UNIX + genauth("[success=1 authinfo_unavail=ok default=die]") + END,
    "faillock": "auth required pam_faillock.so preauth\nauth sufficient pam_unix.so\n"
                "auth sufficient pam_genauth.so use_first_pass\nauth [default=die] pam_faillock.so authfail\n",
}


@pytest.mark.parametrize("name", SAFE)
def test_safe_stacks(world, name):
    (result, detail), = lint(world, SAFE[name])
    assert result == "ok" and re.search(r"/sshd:\d+ asks GenAuth$", detail), detail


OPEN = {
    "jump when unreachable": (UNIX + genauth("[success=1 authinfo_unavail=1 default=ignore]") + END,
                              "GenAuth is unreachable"),
    "any answer jumps": (UNIX + genauth("[default=1]") + END, "GenAuth is unreachable"),
    "optional, then permit": ("auth sufficient pam_unix.so\n" + genauth("optional") + "auth required pam_permit.so\n",
                              "GenAuth is unreachable"),
    "sufficient as the last line": ("auth required pam_shells.so\nauth sufficient pam_unix.so\n"
                                    + genauth("sufficient"), "GenAuth is unreachable"),
    "no deny": ("auth [success=1 default=ignore] pam_unix.so\n" + genauth("[default=ignore]")
                + "auth required pam_permit.so\n", "GenAuth is unreachable"),
    "jump on skip": (UNIX + genauth("[success=1 user_unknown=1 default=ignore]") + END, "does not serve"),
    "jump on config": (UNIX + genauth("[success=1 service_err=1 default=ignore]") + END, "genauth.conf is wrong"),
    "jump on wrong password": (UNIX + genauth("[success=1 auth_err=1 default=ignore]") + END, "password is wrong"),
    "jump on locked": (UNIX + genauth("[success=1 maxtries=1 default=ignore]") + END, "locked"),
    "jump on disabled": (UNIX + genauth("[success=1 perm_denied=1 default=ignore]") + END, "refuses access"),
    "jump on internal": (UNIX + genauth("[success=1 system_err=1 default=ignore]") + END, "helper cannot"),
    "jump on a missing module": (UNIX + genauth("[success=1 module_unknown=1 default=ignore]") + END,
                                 "pam_genauth.so is missing"),
    "reset": ("auth sufficient pam_unix.so\n" + genauth("[success=done default=bad]")
              + "auth [default=reset] pam_warn.so\nauth required pam_permit.so\n", "GenAuth is unreachable"),
}


@pytest.mark.parametrize("name", OPEN)
def test_everybody_gets_in(world, name):
    text, words = OPEN[name]
    hits = [detail for result, detail in lint(world, text) if result == "error" and "everybody" in detail]
    assert len(hits) == 1 and words in hits[0] and f"{world.pam}/sshd:" in hits[0], hits


LOCKED_OUT = {
    "required": ("auth required pam_genauth.so\n", "no local way in for root"),
    "requisite before unix": ("auth requisite pam_genauth.so\nauth required pam_unix.so try_first_pass\n",
                              "no local way in for root"),
    "only genauth": ("auth sufficient pam_genauth.so\nauth required pam_deny.so\n", "no local way in for root"),
    "dies when unreachable": ("auth [success=2 authinfo_unavail=die default=ignore] pam_genauth.so\n"
                              "auth [success=1 default=ignore] pam_unix.so try_first_pass\n" + END, "unreachable"),
    "dies when wrong": ("auth [success=2 service_err=die default=ignore] pam_genauth.so\n"
                        "auth [success=1 default=ignore] pam_unix.so try_first_pass\n" + END, "genauth.conf"),
    "dies when missing": ("auth [success=2 module_unknown=die default=ignore] pam_genauth.so\n"
                          "auth [success=1 default=ignore] pam_unix.so try_first_pass\n" + END,
                          "pam_genauth.so is missing"),
    "jump over the end": ("auth [success=4 default=ignore] pam_unix.so\n" + genauth("sufficient")
                          + "auth required pam_deny.so\n", "no local way in for root"),
}


@pytest.mark.parametrize("name", LOCKED_OUT)
def test_no_local_way_in(world, name):
    text, words = LOCKED_OUT[name]
    hits = [detail for result, detail in lint(world, text) if result == "error" and "no local way" in detail]
    assert len(hits) == 1 and words in hits[0], hits


@pytest.mark.parametrize("before, number", [
    ("auth requisite pam_deny.so\n", 1), ("auth sufficient pam_permit.so\n", 1),
    ("auth sufficient pam_unix.so\nauth requisite pam_deny.so\n", 2), ("auth requisite pam_unix.so\n", 1)])
def test_never_asked(world, before, number):
    hits = [detail for _, detail in lint(world, before + genauth("sufficient") + END) if "never asked" in detail]
    assert len(hits) == 1 and f"{world.pam}/sshd:{number} " in hits[0], hits


def test_second_factor(world):
    hits = lint(world, "auth required pam_unix.so\n" + genauth("[success=ok default=ignore]"))
    assert ("warning", "a GenAuth password alone does not get in") in hits


def test_use_first_pass_without_a_prompt(world):
    text = genauth("[success=2 default=ignore]") + "auth [success=1 default=ignore] pam_unix.so\n" + END
    assert any("nothing before asks" in detail for _, detail in lint(world, text))
    assert len(lint(world, text.replace(" use_first_pass", ""))) == 1


@pytest.mark.parametrize("arguments, words", [
    ("nonsense", "unknown option 'nonsense'"), ("timeout=0", "timeout"), ("app_secret=x", "must not stand"),
    ("timeout=5 timeout=6", "twice"), ("use_first_pass try_first_pass", "exclude")])
def test_arguments(world, arguments, words):
    hits = lint(world, UNIX + genauth("[success=1 default=ignore]", arguments) + END)
    assert any(result == "error" and words in detail and "/sshd:2: " in detail for result, detail in hits), hits


def test_missing_module(world):
    hits = lint(world, GOOD.replace("pam_genauth.so", "/nowhere/pam_genauth.so"))
    assert hits == [("error", f"{world.pam}/sshd:2: there is no /nowhere/pam_genauth.so")]


@pytest.mark.parametrize("phase", ["account", "session", "password"])
def test_other_phases(world, phase):
    hits = lint(world, GOOD + f"{phase} sufficient pam_genauth.so\n")
    assert ("warning", f"{world.pam}/sshd:6: pam_genauth does nothing in {phase}") in hits


# ---- reading ----

@pytest.mark.parametrize("line", ["@include common-auth\n", "auth include common-auth\n"])
def test_includes(world, line):
    world.write_stack("common-auth", GOOD)
    assert lint(world, line) == [("ok", f"{world.pam}/common-auth:2 asks GenAuth")]
    world.write_stack("common-auth", GOOD.replace("default=ignore] pam_genauth", "default=1] pam_genauth"))
    assert "everybody" in findings(world)[0][1]


def test_a_substack_keeps_its_end_to_itself(world):
    """done in a substack ends that, not the stack; and it counts as one line for a jump."""
    part = "auth sufficient pam_unix.so\nauth sufficient pam_genauth.so use_first_pass\nauth required pam_deny.so\n"
    world.write_stack("part", part)
    assert [result for result, _ in lint(world, "auth substack part\nauth required pam_permit.so\n")] == ["ok"]
    assert any("no local way" in detail for _, detail in
               lint(world, "auth substack part\nauth requisite pam_deny.so\n"))
    assert [result for result, _ in lint(world, "auth include part\nauth requisite pam_deny.so\n")] == ["ok"]
    text = "auth [success=1 default=ignore] pam_permit.so\nauth substack part\nauth required pam_permit.so\n"
    assert any("never asked" in detail for _, detail in lint(world, text))


@pytest.mark.parametrize("line, words", [
    ("auth nonsense pam_unix.so\n", "unknown control"), ("auth [success=zero] pam_unix.so\n", "unknown control"),
    ("auth required\n", "no module"), ("auth\n", "no control"), ("@include nothing\n", "nothing: No such file"),
    ("auth include sshd\n", "nested too deep")])
def test_lines_that_are_none(world, line, words):
    hits = lint(world, GOOD + line)
    assert any(result == "error" and words in detail and ":6: " in detail for result, detail in hits), hits


def test_which_stacks_are_looked_at(world):
    world.write_stack("common-auth", GOOD)
    world.write_stack("sudo", "@include common-auth\n")
    world.write_stack("cron", "auth required pam_permit.so\n")
    world.write_stack("login.dpkg-old", GOOD)
    found = world.check("--offline")
    assert [name for name in found if name.startswith("pam")] == ["pam:sshd", "pam:sudo"]


def test_no_stack_at_all(world):
    (world.pam / "sshd").unlink()
    found = world.check("--offline")
    assert [finding["result"] for finding in found["pam"]] == ["warning"]
    assert "pam" in world.check("--offline", "--service", "sshd")


@pytest.mark.parametrize("service", ["sshd", "sudo", "login", "su"])
def test_the_examples_are_clean(world, service):
    for part in ("common-account", "common-session", "common-session-noninteractive", "common-password"):
        world.write_stack(part, "")
    world.write_stack(service, (conftest.SOURCE / "pam.d-examples" / service).read_text())
    assert [result for result, _ in findings(world, service)] == ["ok"]


# ---- sshd_config ----

@pytest.mark.parametrize("text, result, words", [
    ("UsePAM yes\n", "ok", "are on"),
    ("usepam=YES\nkbdinteractiveauthentication yes\n", "ok", "are on"),
    ("KbdInteractiveAuthentication yes\n", "error", "UsePAM is off"),
    ("UsePAM no\nUsePAM yes\n", "error", "sshd_config:1: UsePAM is off"),
    ("UsePAM yes\nChallengeResponseAuthentication no\n", "warning", "sshd_config:2: without"),
    ("UsePAM yes\nKbdInteractiveAuthentication no\nPasswordAuthentication no\n", "error", "no passwords at all"),
    ("UsePAM yes\nMatch User x\nKbdInteractiveAuthentication no\n", "ok", "are on"),
    ("UsePAM yes\nMatch User x\nMatch all\nKbdInteractiveAuthentication no\n", "warning", "without"),
    ("Include {folder}/*.conf\n", "ok", "are on"),
])
def test_sshd_config(world, text, result, words):
    (world.folder / "part.conf").write_text("UsePAM yes\nMatch User x\n")
    world.sshd_config.write_text(text.format(folder=world.folder))
    finding, = world.check("--offline")["sshd"]
    assert finding["result"] == result and words in finding["detail"]


def test_sshd_config_is_for_sshd(world):
    world.write_stack("sudo", GOOD)
    assert "sshd" not in world.check("--offline", "--service", "sudo")
