"""The lint of stacks and of sshd_config: each finding where it is due, and silence where it is not."""
import json
import pathlib
import re
import shutil
import subprocess

import pytest

import conftest
from conftest import GOOD
from machine import example_stacks

UNIX = "auth [success=2 default=ignore] pam_unix.so\n"
END = "auth requisite pam_deny.so\nauth required pam_permit.so\n"
ACCOUNT = "account required pam_unix.so\n"


def genauth(control, arguments="use_first_pass"):
    return f"auth {control} pam_genauth.so {arguments}\n"


def findings(world, service="sshd"):
    return [(finding["result"], finding["detail"]) for finding in
            world.check("--offline", "--service", service).get(f"pam:{service}", [])]


def lint(world, text, account=ACCOUNT):
    world.write_stack("sshd", text + account)
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
    **{f"one password each, {i}": "".join(f"auth {line}\n" for line in stack) for i, stack in
       enumerate(example_stacks("Wrong passwords: fail2ban, pam_faillock, bots", "pam_genauth.so"))},
    "prepared": genauth("optional", "prepare") + GOOD,
    "prepared, ignored in another way": genauth("[default=ignore]", "prepare") + GOOD,
    "prepared for some": "auth [success=ignore default=1] pam_succeed_if.so user ingroup genauth\n"
                         + genauth("optional", "prepare") + GOOD,
    "prepared, and asked without a flag": genauth("optional", "prepare timeout=5 debug") + UNIX
                                          + genauth("[success=1 default=ignore]", "timeout=5 nodelay") + END,
    "prepared for the second of two": genauth("optional", "prepare timeout=5") + UNIX.replace("2", "3")
                                      + genauth("[success=2 default=ignore]", "use_first_pass timeout=6")
                                      + genauth("[success=1 default=ignore]", "try_first_pass timeout=5") + END,
    **{f"of the examples, {i}": "".join(f"auth {line}\n" for line in stack)
       for i, stack in enumerate(example_stacks("The five lines", "pam_genauth.so")[:2])},
    "faillock of local passwords": "auth requisite pam_faillock.so preauth\n"
                                   "auth [success=1 default=ignore] pam_localuser.so\n"
                                   + genauth("[success=3 default=die]", "") +
                                   "auth [success=2 default=ignore] pam_unix.so\n"
                                   "auth optional pam_faillock.so authfail\n" + END,
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


GROUP = "pam_succeed_if.so user ingroup cloud quiet\n"
GATES = {
    "a jump too far": ("auth [success=3 default=ignore] pam_unix.so\nauth [success=ignore default=2] " + GROUP
                       + genauth("[success=1 default=ignore]") + END, "error", 2),
    "two gates": ("auth sufficient pam_unix.so\nauth [success=ignore default=3] pam_succeed_if.so user = alice\n"
                  + genauth("sufficient") + "auth [success=1 default=ignore] " + GROUP
                  + "auth sufficient pam_permit.so\nauth required pam_deny.so\n", "error", 4),
    "localuser": ("auth [success=4 default=ignore] pam_localuser.so\n" + genauth("[success=1 default=ignore]", "")
                  + END + "auth sufficient pam_unix.so\n", "error", None),
    "no password wanted": ("auth sufficient pam_succeed_if.so user ingroup nopasswdlogin\n" + GOOD, "warning", 1),
    "from some hosts": ("auth sufficient pam_unix.so\n" + genauth("sufficient") + "auth required pam_access.so\n",
                        "warning", 3),
}


@pytest.mark.parametrize("name", GATES)
def test_gates_that_let_in(world, name):
    """Without any right password, because of what a gate says."""
    text, result, number = GATES[name]
    hits = lint(world, text)
    found = [detail for severity, detail in hits if severity == result and "lets everybody in" in detail]
    assert len(found) == (0 if number is None else 1), hits
    assert number is None or found[0].startswith(f"{world.pam}/sshd:{number}: "), found


def test_a_gate_that_shuts_out_root(world):
    hits = lint(world, "auth required pam_succeed_if.so uid >= 1000\n" + GOOD)
    assert ("warning", f"no local way in when {world.pam}/sshd:1 (pam_succeed_if.so) says no") in hits


def test_more_gates_than_are_looked_at(world):
    gates = "".join(f"auth optional pam_succeed_if.so user ingroup g{number}\n" for number in range(10))
    assert [result for result, _ in lint(world, gates + gates + GOOD)] == ["ok"]
    hits = lint(world, gates + "auth optional pam_access.so\n" + GOOD)
    assert [result for result, _ in hits] == ["warning", "ok"] and "not all was looked at" in hits[0][1]


LENIENT = {
    "faillock that ignores": "auth required pam_faillock.so preauth\nauth sufficient pam_unix.so\n"
                             + genauth("sufficient") + "auth required pam_faillock.so authfail\n",
    "nologin that succeeds": "auth required pam_nologin.so successok\nauth sufficient pam_unix.so\n"
                             + genauth("sufficient"),
    "echo": "auth required pam_echo.so hello\nauth sufficient pam_unix.so\n" + genauth("sufficient"),
}


@pytest.mark.parametrize("name", LENIENT)
def test_modules_that_succeed(world, name):
    assert any("lets everybody in when" in detail for _, detail in lint(world, LENIENT[name]))


def test_the_first_default_counts(world):
    hits = lint(world, "auth sufficient pam_unix.so\n" + genauth("sufficient")
                + "auth [default=ignore default=bad] pam_deny.so\nauth required pam_permit.so\n")
    assert any("lets everybody in" in detail for _, detail in hits), hits


# What libpam refuses the right local password for: with what is said, and whether root is still let in.
REFUSED = {
    "a typing error in the phase": ("auht required pam_env.so\n" + GOOD, '"auht" is none of', True),
    "another, further down": (GOOD + "acount required pam_unix.so\n", '"acount" is none of', True),
    "a code in upper case": (GOOD.replace("success=2", "SUCCESS=2"), "unknown control", True),
    "a code as in C": (GOOD.replace("success=2", "PAM_SUCCESS=2"), "unknown control", True),
    "an action in upper case": (GOOD.replace("default=ignore] pam_unix", "default=IGNORE] pam_unix"),
                                "unknown control", True),
    "a code that pam.d(5) has": (GOOD.replace("success=2", "success=2 authtok_recovery_err=ignore"),
                                 "unknown control", True),
    "a missing module": ("auth required pam_not_there.so\n" + GOOD, "/pam_not_there.so", True),
    "one that may be missing": ("-auth required pam_not_there.so\n" + GOOD, "/pam_not_there.so", True),
    "a module for sessions": ("auth required pam_umask.so\n" + GOOD, "pam_umask.so has nothing for auth", True),
    "a jump beyond all": (GOOD.replace("success=2", "success=4294967298"), "unknown control", True),
    "a byte that is none": (GOOD.replace("requisite ", "requisite \0"), "a NUL byte", False),
    "an end in the middle": (GOOD + "auth required \\", "ends with a backslash", False),
    "DOS": (GOOD.replace("\n", "\r\n"), "pam_permit.so?", True),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_libpam_refuses(world, name):
    text, words, shut_out = REFUSED[name]
    hits = lint(world, text, account="")
    assert any(result == "error" and words in detail for result, detail in hits), hits
    assert any("no local way in" in detail for _, detail in hits) or not shut_out, hits


def test_a_missing_module_that_does_not_matter(world):
    hits = lint(world, "auth optional pam_not_there.so\n" + GOOD)
    assert [result for result, _ in hits] == ["warning", "ok"] and "pam_not_there.so" in hits[0][1]


# What libpam up to 1.5 and later ones read in different ways: what it is to each of them, and where it is.
LONG = "longer than 1023 bytes, which libpam up to 1.5 cuts up"
GAP = "libpam up to 1.5 goes on behind this backslash, later ones end the line"
LETS_IN = "auth sufficient pam_unix.so\n" + genauth("sufficient") + "auth optional pam_warn.so {}\n" + \
    "auth sufficient pam_permit.so\nauth required pam_deny.so\n"
DIFFERENT = {
    "a long line": ("auth optional pam_warn.so " + "x" * 1100 + "\n" + GOOD, LONG, 1, False, True),
    "a long comment": ("# " + "x" * 1021 + "auth requisite pam_deny.so\n" + GOOD, LONG, 1, False, True),
    "a line of many": ("auth optional pam_warn.so " + ("x" * 500 + "\\\n") * 3 + "x\n" + GOOD, LONG, 1, False, True),
    "a comment within": (GOOD.replace("requisite ", "requisite \\\n# comment\n\n "), GAP, 3, True, False),
    "a blank line within": (GOOD.replace("requisite ", "requisite \\ \n \t\n "), GAP, 3, True, False),
    "a line that lets in": (LETS_IN.format("\\\n"), GAP, 3, True, False),
    "the same with a comment": (LETS_IN.format("x \\\ny \\\n# comment"), GAP, 4, True, False),
    "the end": (GOOD + "auth optional pam_warn.so \\\n\n", GAP, 6, False, True),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_versions_of_libpam_differ_in(world, ends_at_gaps, name):
    text, words, number, good_up_to_1_5, good_later = DIFFERENT[name]
    hits = lint(world, text, account="")
    good = good_later if ends_at_gaps else good_up_to_1_5
    assert any(result == "error" for result, _ in hits) != good, hits
    where = f"{world.pam}/sshd:{number}: {words}"
    assert ("warning", where) in hits or (not ends_at_gaps and ("error", where) in hits), hits
    if name == "a line that lets in":
        assert any("lets everybody in when" in detail for _, detail in hits) == ends_at_gaps, hits


def test_a_comment_behind_a_backslash(world):
    assert [result for result, _ in lint(world, GOOD.replace("pam_deny.so", "pam_deny.so \\#"))] == ["ok"]


def test_modules_that_are_not_known(world):
    """They may be a second factor, so they do not count as the end of local logins."""
    hits = lint(world, f"auth required {world.folder}/pam_otp.so nullok\n" + GOOD)
    assert any("no /" in detail for _, detail in hits)
    (world.folder / "pam_otp.so").write_bytes(b"\0pam_sm_authenticate\0")
    hits = lint(world, f"auth required {world.folder}/pam_otp.so nullok\n" + GOOD)
    assert [result for result, _ in hits] == ["warning", "ok"] and "no local way in when" in hits[0][1]


FAILLOCK = {
    "GenAuth is unreachable": "auth sufficient pam_unix.so\nauth sufficient pam_genauth.so use_first_pass\n"
                              "auth [default=die] pam_faillock.so authfail\n",
    "genauth.conf is wrong": UNIX.replace("2", "3") + genauth("[success=2 authinfo_unavail=die default=ignore]")
                             + "auth optional pam_faillock.so authfail\n" + END,
    "the helper cannot be started": UNIX.replace("2", "3") + genauth("[success=2 auth_err=ignore system_err=ignore "
                                    "default=die]") + "auth optional pam_faillock.so authfail\n" + END,
    "GenAuth accepts it": UNIX.replace("2", "3") + "auth optional pam_faillock.so authfail\n"
                          + genauth("[success=1 default=die]") + END,
}


@pytest.mark.parametrize("when", FAILLOCK)
def test_faillock_counts_what_is_no_wrong_password(world, when):
    text = FAILLOCK[when]
    number = [i for i, line in enumerate(text.splitlines(), 1) if "authfail" in line][0]
    assert [hit for hit in lint(world, text) if "pam_faillock counts" in hit[1]] == [
        ("warning", f"{world.pam}/sshd:{number}: pam_faillock counts a wrong password when {when}")]


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


@pytest.mark.parametrize("control", ["required", "requisite", "sufficient", "[success=ok default=1]",
                                     "[auth_err=ok default=ignore]", "[module_unknown=die default=ignore]"])
def test_prepare_must_be_optional(world, control):
    """It never succeeds; with all of these but one, nobody gets in any more."""
    hits = lint(world, genauth(control, "prepare") + GOOD)
    assert ("error", f"{world.pam}/sshd:1: prepare never succeeds, and so must be optional") in hits
    assert any("no local way in" in detail for _, detail in hits) == (control != "sufficient"), hits


def test_prepare_lets_nobody_in(world):
    """optional ignores that it refuses, and required does not."""
    permit = "auth required pam_permit.so\n"
    assert any("lets everybody in" in detail for _, detail in lint(world, genauth("optional", "prepare") + permit))
    hits = lint(world, genauth("required", "prepare") + permit)
    assert not any("lets everybody in" in detail for _, detail in hits), hits


PREPARE = genauth("optional", "prepare")
USELESS = {
    "behind pam_unix": (UNIX.replace("2", "3") + PREPARE + genauth("[success=1 default=ignore]") + END, 2, "too late"),
    "behind another that may ask": ("auth optional pam_debug.so auth=auth_err\n" + PREPARE + GOOD, 2,
                                    "too late"),
    "nobody else asks": (PREPARE + genauth("[success=2 default=ignore]", "")
                         + "auth [success=1 default=ignore] pam_unix.so try_first_pass\n" + END, 1, "but no "),
    "behind it": (GOOD + PREPARE, 6, "but no pam_genauth"),
    "alone": (PREPARE + "auth required pam_unix.so\n", 1, "but no pam_genauth"),
    "another time limit": (PREPARE + GOOD.replace("first_pass", "first_pass timeout=5"), 1,
                           "other options than on {pam}/sshd:3"),
    "an option too much": (PREPARE.replace("prepare", "prepare timeout=5") + GOOD, 1,
                           "other options than on {pam}/sshd:3"),
    "another file": (PREPARE.replace("prepare", "prepare conf=/a") + GOOD.replace("first_pass", "first_pass conf=/b"),
                     1, "other options than on {pam}/sshd:3"),
}


@pytest.mark.parametrize("name", USELESS)
def test_prepare_that_is_of_no_use(world, name):
    text, number, words = USELESS[name]
    hits = [detail for result, detail in lint(world, text, account="") if result == "warning" and "prepare" in detail]
    where = f"{world.pam}/sshd:{number}: "
    assert any(hit.startswith(where) and words.format(pam=world.pam) in hit for hit in hits), hits
    assert len(hits) == (2 if name == "behind it" else 1), hits


def test_a_stack_that_only_prepares(world):
    hits = lint(world, PREPARE + "auth required pam_unix.so\n")
    assert ("error", f"pam_genauth is never asked: {world.pam}/sshd:2 (pam_unix.so) ends the stack") in hits


def test_the_line_that_logs_in_is_named(world):
    assert lint(world, PREPARE + GOOD) == [("ok", f"{world.pam}/sshd:3 asks GenAuth")]
    hits = lint(world, PREPARE + OPEN["any answer jumps"][0])
    assert hits == [("error", f"{world.pam}/sshd:3: lets everybody in when GenAuth is unreachable")]


@pytest.mark.parametrize("arguments, words", [
    ("use_first_pass", "asks nobody"), ("try_first_pass", "asks nobody"), ("nodelay", "asks nobody"),
    ("nonsense", "unknown option 'nonsense'")])
def test_arguments_of_prepare(world, arguments, words):
    hits = lint(world, PREPARE.replace("prepare", f"prepare {arguments}") + GOOD)
    assert any(result == "error" and words in detail and "/sshd:1: " in detail for result, detail in hits), hits


@pytest.mark.parametrize("arguments, words", [
    ("nonsense", "unknown option 'nonsense'"), ("timeout=0", "timeout"), ("app_secret=x", "must not stand"),
    ("timeout=5 timeout=6", "twice"), ("use_first_pass try_first_pass", "exclude")])
def test_arguments(world, arguments, words):
    hits = lint(world, UNIX + genauth("[success=1 default=ignore]", arguments) + END)
    assert any(result == "error" and words in detail and "/sshd:2: " in detail for result, detail in hits), hits


def test_missing_module(world):
    hits = lint(world, GOOD.replace("pam_genauth.so", "/nowhere/pam_genauth.so"))
    assert hits == [("error", f"{world.pam}/sshd:2: there is no /nowhere/pam_genauth.so")]


@pytest.mark.parametrize("line", ["account sufficient pam_genauth.so", "password optional pam_genauth.so prepare"])
def test_other_phases(world, line):
    hits = lint(world, GOOD + line + "\n")
    assert ("warning", f"{world.pam}/sshd:6: pam_genauth does nothing in {line.split()[0]}") in hits


# ---- changes of the password ----

CONTROL = "[success=done user_unknown=ignore ignore=ignore default=die]"
JUMP = "[success=2 user_unknown=ignore ignore=ignore default=die]"
LOCAL = ("password [success=1 default=ignore] pam_unix.so\npassword requisite pam_deny.so\n"
         "password required pam_permit.so\n")


def changes(control=CONTROL, arguments=""):
    return f"password {control} pam_genauth.so {arguments}\n"


CHANGES = {
    "done": changes() + LOCAL,
    "a jump": changes(JUMP) + LOCAL,
    "root is left to pam_unix": changes(CONTROL.replace("ignore=ignore", "authtok_recover_err=ignore ignore=ignore")) + LOCAL,
    "for a group": "password [success=ignore default=1] pam_succeed_if.so quiet user ingroup genauth\n" + changes() + LOCAL,
    "for others than a group": "password [success=1 default=ignore] pam_succeed_if.so quiet user ingroup local\n"
                               + changes() + LOCAL,
    "behind pam_pwquality": "password requisite pam_pwquality.so\n" + changes(JUMP, "use_authtok") + LOCAL,
    "alone": changes(),
    "alone, required": changes("required"),
    "a substack of local lines": changes() + "password substack local\n",
}


def lint_changes(world, text):
    world.write_stack("local", LOCAL)
    world.write_stack("passwd", text)
    # Whether that module is installed is another matter.
    return [hit for hit in findings(world, "passwd") if "pam_pwquality.so" not in hit[1] or "use_authtok" in hit[1]]


@pytest.mark.parametrize("name", CHANGES)
def test_lines_that_change_passwords(world, name):
    hits = lint_changes(world, CHANGES[name])
    if name == "behind pam_pwquality":
        assert all("there is no" in detail for _, detail in hits)
    else:
        (result, detail), = hits
        assert result == "ok" and re.search(r"/passwd:\d+ changes passwords at GenAuth$", detail)


def test_the_stacks_of_the_readme_that_change_passwords(world):
    section = (conftest.SOURCE / "pam.d-examples/README").read_text().split("\nChanging the password\n---")[1]
    section = section.split("\n---")[0]
    world.write_stack("common-password", LOCAL)
    stacks = [[]]
    for line in section.splitlines():
        if line.startswith(("    password  ", "    @include")):
            stacks[-1].append(line.strip() + "\n")
        elif stacks[-1]:
            stacks.append([])
    found = [lint_changes(world, "".join(stack)) for stack in stacks if stack]
    assert len(found) == 2 and all(severity == "ok" or "there is no" in detail for hits in found for severity, detail in hits)


PASSED_OVER = "a refusal of GenAuth's is passed over"
EXPIRED = "whose local password has expired cannot log in"
OTHERS = "who is not served, root among them, cannot change"
WRONG_CHANGES = {
    "behind pam_unix": ("password sufficient pam_unix.so\n" + changes(), "error", "behind pam_unix.so"),
    "behind an include": ("@include local\n" + changes(), "error", "behind pam_unix.so"),
    "sufficient": (changes("sufficient") + LOCAL, "error", PASSED_OVER),
    "optional": (changes("optional") + "password required pam_permit.so\n", "error", PASSED_OVER),
    "as pam-auth-update writes them": (changes("[success=2 default=ignore]") + LOCAL, "error", PASSED_OVER),
    "one code": (changes(CONTROL.replace("default", "try_again=ignore default")) + LOCAL, "error", PASSED_OVER),
    "a missing module": (changes(CONTROL.replace("default", "module_unknown=ignore default")) + LOCAL, "warning",
                         "where the module is missing, local passwords alone are changed"),
    "ignore dies": (changes(CONTROL.replace(" ignore=ignore", "")) + LOCAL, "error", EXPIRED),
    "unknown dies": (changes(CONTROL.replace("user_unknown=ignore ", "")) + LOCAL, "warning", OTHERS),
    "required": (changes("required") + LOCAL, "warning", "pam_unix.so then wants to change"),
    "a jump too short": (changes("[success=ignore user_unknown=ignore ignore=ignore default=die]") + LOCAL, "warning",
                         "pam_unix.so then wants to change"),
    "a jump into the end": (changes(JUMP.replace("2", "1")) + LOCAL, "error", "fails when GenAuth has changed"),
    "use_authtok": (changes(arguments="use_authtok") + LOCAL, "error", "use_authtok, but nothing before asks"),
    "use_authtok behind a gate": ("password [success=ignore default=1] pam_succeed_if.so user ingroup genauth\n"
                                  + changes(arguments="use_authtok") + LOCAL, "error", "use_authtok, but nothing"),
    "an argument": (changes(arguments="nonsense=1") + LOCAL, "error", "unknown option 'nonsense'"),
    "the second line": (changes() + changes(arguments="tiemout=1") + LOCAL, "error", "unknown option 'tiemout'"),
}


@pytest.mark.parametrize("name", WRONG_CHANGES)
def test_lines_that_change_no_passwords(world, name):
    text, result, words = WRONG_CHANGES[name]
    hits = lint_changes(world, text)
    assert [severity for severity, detail in hits if words in detail] == [result], hits
    assert all("/passwd:" in detail for _, detail in hits)


def test_logins_and_changes(world):
    hits = lint(world, GOOD + changes("sufficient") + LOCAL)
    assert [result for result, _ in hits] == ["error"] and PASSED_OVER in hits[0][1]


def test_a_change_needs_the_pool(world):
    def errors(*words):
        return [finding["detail"] for finding in world.check("--offline", *words)["options"]
                if finding["result"] == "error"]

    (world.pam / "sshd").unlink()
    world.write_stack("common-password", changes() + LOCAL)
    for service in ("chpasswd", "passwd"):
        world.write_stack(service, "@include common-password\n")
    missing = f"{world.conf}: user_pool_id is missing, and {world.pam}/common-password:1 cannot change passwords"
    # Once, however many services include the line.
    assert errors() == errors("--service", "passwd") == [missing]
    world.write_conf(world.conf.read_text() + "user_pool_id = x\n")
    assert errors() == errors("--service", "passwd") == []
    world.write_stack("common-password", changes(arguments="connection=LDAP") + LOCAL)
    assert "connection is not PASSWORD" in errors()[0] and len(errors()) == 1
    world.write_stack("common-password", changes(arguments="user_pool_id=") + LOCAL)
    assert "pam:passwd" in world.check("--offline")


def warnings_of_options(world, conf, text):
    world.write_conf(conf)
    world.write_stack("passwd", text)
    return [finding["detail"] for finding in world.check("--offline", "--service", "passwd")["options"]
            if finding["result"] == "warning"]


@pytest.mark.parametrize("conf, said", [
    ("allow_groups = genauth\n", []), ("allow_users = alice\n", []), ("[passwd]\nallow_groups = genauth\n", []),
    ("", ["asks everybody from min_uid on"]), ("[sshd]\nallow_groups = genauth\n", ["asks everybody from min_uid on"]),
    ("allow_users = alice\nallow_hosts = 10.0.0.0/8\n", ["allow_hosts has no word local"]),
    ("allow_users = alice\nallow_hosts = 10.0.0.0/8\n[passwd]\nallow_hosts = 10.0.0.0/8 local\n", [])])
def test_whose_password_is_changed(world, conf, said):
    hits = [hit for hit in warnings_of_options(world, world.conf.read_text() + "user_pool_id = x\n" + conf, changes() + LOCAL)
            if f"{world.pam}/passwd:1" in hit]
    assert len(hits) == len(said) and all(words in hit for words, hit in zip(said, hits)), hits


def test_the_same_application_in_two_lines(world):
    conf = world.conf.read_text() + "user_pool_id = x\nallow_users = alice\n"
    said = f"{world.pam}/passwd:2: the same application as in a line before"
    hits = warnings_of_options(world, conf, changes("required") * 2)
    assert [hit.startswith(said) for hit in hits if "application" in hit] == [True]
    hits = warnings_of_options(world, conf, changes("required") + changes("required", "app_id=another"))
    assert not any("application" in hit for hit in hits)


SESSION = "session optional pam_genauth.so"
TOKENS = "export_tokens = id_token\ntoken_file = yes\n"


@pytest.mark.parametrize("words", [(), ("--service", "sshd")])
@pytest.mark.parametrize("option, line, result, said", [
    ("", SESSION, "warning", "sshd:6: pam_genauth does nothing in session without token_file"),
    (TOKENS, "", "warning", "without a line in the session phase, the tokens are variables"),
    ("[sshd]\n" + TOKENS, "", "warning", "for the service sshd: without a line in the session phase, the tokens are"
                                        " variables"),
    ("token_file = yes\n", SESSION, "warning", "for the service sshd: export_tokens names no token"),
    (TOKENS, SESSION + " token_fil=yes", "error", "sshd:6: unknown option 'token_fil' (see pam_genauth(8))"),
    (TOKENS, SESSION + " token_file=no", "warning", "sshd:6: pam_genauth does nothing in session without token_file"),
    (TOKENS, SESSION, None, ""), ("", "", None, ""),
    ("second_factor_grace = 5\n", "", "warning", "sshd: second_factor asks for none"),
    ("second_factor = required\nsecond_factor_grace = 5\n", "", None, "")])
def test_options_that_have_no_effect_alone(world, words, option, line, result, said):
    world.sshd_config.write_text("UsePAM yes\nKbdInteractiveAuthentication yes\n")
    world.write_stack("sshd", GOOD + line + "\n")
    world.write_conf(world.conf.read_text() + option)
    hits = [(finding["result"], finding["detail"]) for finding in world.check("--offline", *words)["options"]
            if finding["result"] != "ok"]
    assert [hit[0] for hit in hits] == ([result] if result else []) and all(hit[1].endswith(said) for hit in hits)


@pytest.mark.parametrize("words", [(), ("--service", "sudo")])
def test_what_holds_for_all_may_have_no_effect_for_sudo(world, words):
    """Its session is another user's: it gets no token, whatever its stack has."""
    world.write_stack("sshd", GOOD + SESSION + "\n")
    world.write_stack("sudo", GOOD)
    world.write_conf(world.conf.read_text() + TOKENS + "[sshd]\nsecond_factor_grace = 0\n[sudo]\n"
                     "second_factor_grace = 5\n")
    assert [finding["result"] for finding in world.check("--offline", *words)["options"]] == ["ok"]


@pytest.mark.parametrize("words", [(), ("--service", "sshd")])
@pytest.mark.parametrize("section, said", [("ssh", True), ("ssh sshd", False), ("sshd", False), ("sudo sudo-i", True)])
def test_sections_of_no_service(world, words, section, said):
    """What it demands is demanded of nobody."""
    world.write_conf(world.conf.read_text() + f"[{section}]\nrequire_roles = linux\n")
    details = [finding["detail"] for finding in world.check("--offline", *words)["options"]
               if finding["result"] == "warning"]
    assert details == ([f"{world.conf}:3: there is no service {section} on this host"] if said else [])


def test_no_account_lines(world):
    hits = lint(world, UNIX + genauth("[success=1 default=ignore]") + END, account="")
    assert ("warning", 'sshd has no account line: libpam takes those of the service "other"') in hits


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
    ("account include nothing\n", "nothing: No such file"), ("session required\n", "no module"),
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


@pytest.mark.parametrize("service", ["sshd", "sudo", "login", "su", "passwd", "common-password"])
def test_the_examples_are_clean(world, service):
    for part in ("common-account", "common-session", "common-session-noninteractive", "common-password"):
        world.write_stack(part, {"common-account": ACCOUNT, "common-password": LOCAL}.get(part, ""))
    world.write_stack(service, (conftest.SOURCE / "pam.d-examples" / service).read_text())
    assert [result for result, _ in findings(world, service)] == ["ok"]


def test_stacks_of_the_vendor(world):
    """libpam takes them where /etc/pam.d has none; only there."""
    build = pathlib.Path(conftest.GENAUTHCTL).resolve().parent
    own, vendor = build / "pam.d", build / "vendor.d"
    for folder in (own, vendor):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    try:
        (vendor / "su").write_text("auth include vendor-auth\n" + ACCOUNT)
        (vendor / "vendor-auth").write_text(GOOD)
        words = ["check", "--offline", "--json", "--conf", world.conf, "--service", "su"]
        assert f"{vendor}/vendor-auth:2 asks GenAuth" in world.run(*words).stdout
        assert "pam:su" in world.run(*words[:5]).stdout
        assert "does not name" in world.run(*words, "--pam-dir", world.pam).stdout
        done = world.run("try", "su", "--state-dir", world.state)
        assert done.returncode == 1 and f"say first: cp {vendor}/su {own}/su" in done.stderr
        (own / "vendor-auth").write_text("")
        assert "does not name" in world.run(*words).stdout
    finally:
        for folder in (own, vendor):
            shutil.rmtree(folder)


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
    ("UsePAM false\n", "error", "UsePAM is off"), ("UsePAM true\n", "ok", "are on"),
    ("UsePAM yes\nAuthenticationMethods publickey\n", "error", "sshd_config:2: AuthenticationMethods"),
    ("UsePAM yes\nAuthenticationMethods publickey publickey,keyboard-interactive\n", "ok", "are on"),
    ("UsePAM yes\nAuthenticationMethods any\n", "ok", "are on"),
])
def test_sshd_config(world, text, result, words):
    (world.folder / "part.conf").write_text("UsePAM yes\nMatch User x\n")
    world.sshd_config.write_text(text.format(folder=world.folder))
    finding, = world.check("--offline")["sshd"]
    assert finding["result"] == result and words in finding["detail"]


@pytest.mark.parametrize("text, result, words", [
    ("UsePAM yes\n", "ok", "are on"),
    ("UsePAM yes\nKbdInteractiveAuthentication no\n", "error", "sshd_config:2: sshd cannot ask for a second factor"),
    ("UsePAM yes\nAuthenticationMethods password\n", "error", "sshd_config:2: sshd cannot ask for a second factor"),
    ("UsePAM yes\nAuthenticationMethods publickey,keyboard-interactive\n", "ok", "are on"),
])
@pytest.mark.parametrize("option", ["second_factor = required\n", "[sshd]\nmfa = ask\n"])
def test_sshd_config_and_a_second_factor(world, option, text, result, words):
    world.sshd_config.write_text(text)
    world.write_conf(world.conf.read_text() + option)
    finding, = world.check("--offline")["sshd"]
    assert finding["result"] == result and words in finding["detail"]


@pytest.mark.parametrize("service, option, warned", [
    ("vsftpd", "second_factor = if_enrolled\n", True), ("vsftpd", "mfa = ask\n", True), ("vsftpd", "", False),
    ("vsftpd", "second_factor = required\n[vsftpd]\nsecond_factor = none\n", False),
    ("sudo", "second_factor = required\n", False)])
def test_hosts_that_only_know_a_password(world, service, option, warned):
    world.write_stack(service, GOOD)
    world.write_conf(world.conf.read_text() + option)
    for words in (), ("--service", service):
        found = [finding["detail"] for finding in world.check("--offline", *words)["options"]]
        assert any(f"service {service} cannot ask" in text for text in found) == warned


def test_sshd_config_before_the_stack(world):
    world.write_stack("sshd", "auth required pam_unix.so\n")
    world.sshd_config.write_text("UsePAM no\n")
    found = world.check("--offline", "--service", "sshd")
    assert [finding["result"] for finding in found["pam"]] == ["warning"]
    assert [finding["result"] for finding in found["sshd"]] == ["error"]


def test_sshd_config_is_for_sshd(world):
    world.write_stack("sudo", GOOD)
    assert "sshd" not in world.check("--offline", "--service", "sudo")


ROLES = {"require_roles": "sudoer ops", "require_groups": "linux"}
# The stack, and the line of a password that lets in whom pam_genauth refuses.
SWALLOWED = {
    "another module": (UNIX.replace("2", "3") + genauth("[success=2 default=ignore]")
                       + "auth [success=1 default=ignore] pam_unix.so try_first_pass\n" + END, 3),
    "sufficient": (UNIX.replace("2", "3") + genauth("sufficient")
                   + "auth sufficient pam_unix.so try_first_pass\n" + END, 3),
    "another pam_genauth": (UNIX.replace("2", "3") + genauth("[success=2 default=ignore]")
                            + genauth("[success=1 default=ignore]", "use_first_pass timeout=5") + END, 3),
    "a jump": (UNIX.replace("2", "4") + genauth("[success=3 perm_denied=1 default=die]") + "auth required pam_deny.so\n"
               "auth [success=1 default=ignore] pam_unix.so try_first_pass\n" + END, 4),
}


def swallowed(world, text, service="sshd"):
    world.write_stack(service, text + ACCOUNT)
    return [detail for result, detail in findings(world, service) if result == "warning" and "may get in by" in detail]


@pytest.mark.parametrize("option", ROLES)
@pytest.mark.parametrize("name", SWALLOWED)
def test_a_refusal_that_another_line_makes_good(world, option, name):
    text, other = SWALLOWED[name]
    file = f"{world.pam}/sshd"
    world.write_conf(f"app_host = https://localhost:1\napp_id = x\n{option} = {ROLES[option]}\n")
    assert f"{file}:2: whom {option} refuses may get in by {file}:{other} " in swallowed(world, text)[0]


@pytest.mark.parametrize("name", SWALLOWED)
def test_a_refusal_that_nobody_demands(world, name):
    assert swallowed(world, SWALLOWED[name][0]) == []


@pytest.mark.parametrize("control", ["[success=2 perm_denied=die default=ignore]", "required", "requisite",
                                     "[success=2 perm_denied=bad default=ignore]", "[success=2 default=die]"])
def test_a_refusal_that_is_the_end(world, control):
    world.write_conf("app_host = https://localhost:1\napp_id = x\nrequire_roles = sudoer\n")
    text = SWALLOWED["another module"][0]
    assert swallowed(world, text) and swallowed(world, text.replace("[success=2 default=ignore]", control)) == []


def test_a_refusal_in_the_five_lines(world):
    """Behind them, nobody takes a password: what the examples say is enough."""
    world.write_conf("app_host = https://localhost:1\napp_id = x\nrequire_roles = sudoer\n")
    assert swallowed(world, GOOD) == []
    stack, = example_stacks("Only with a role or a group of GenAuth", "pam_genauth.so")
    assert any("perm_denied=die" in line for line in stack)
    assert [result for result, _ in lint(world, "".join(f"auth {line}\n" for line in stack))] == ["ok"]


def test_a_refusal_of_one_service(world):
    """Of the section alone, of an argument, and where all stacks are looked at."""
    text = SWALLOWED["another module"][0]
    world.write_conf("app_host = https://localhost:1\napp_id = x\n[sudo sudo-i]\nrequire_roles = sudoer\n")
    assert len(swallowed(world, text, "sudo")) == 1 and swallowed(world, text, "sshd") == []
    assert [name for name, hits in world.check("--offline").items()
            if any("may get in by" in hit["detail"] for hit in hits)] == ["pam:sudo"]
    assert len(swallowed(world, text.replace("use_first_pass", "use_first_pass require_groups=linux"), "sshd")) == 1


def test_roles_without_a_token(world):
    base = "app_host = https://localhost:1\napp_id = x\nmfa = ask\nrequire_roles = sudoer\n"
    world.write_conf(base)
    assert [detail for _, detail in lint(world, GOOD) if "has no access token, and require_roles refuses" in detail]
    for more in ("mfa_token_exchange = yes\n", "[sshd]\nmfa = refuse\n"):
        world.write_conf(base + more)
        assert [result for result, _ in lint(world, GOOD)] == ["ok"], more


# ---- services that are not root -------------------------------------------------

CACHE = pathlib.Path(conftest.GENAUTHCTL).parent.parent / "pam/cache"  # where the socket of the tests is
UNITS = "/usr/lib/systemd/system"
LOCKER, DATABASE = "[i3lock]\nallow_user_callers = yes\n", "allow_service_callers = www-data:x postgres:postgresql\n"


def asked(world, service, options="", socket=False, unit=False, mode=0o600, line="", result="warning"):
    """What is said of a service about the rights that it has, with a socket and a unit of polkit's, or without."""
    world.write_conf(f"app_host = https://localhost:1\napp_id = x\n{options}", mode)
    world.write_stack(service, GOOD.replace("use_first_pass", f"use_first_pass {line}"))
    CACHE.mkdir(exist_ok=True)
    script = f"mount -t tmpfs tmpfs {CACHE} && mount -t tmpfs tmpfs {UNITS} || exit 99; "
    if socket:
        script += f"touch {CACHE}/signin; "
    if unit:
        script += f"touch {UNITS}/polkit-agent-helper@.service; "
    words = "check", "--offline", "--json", "--conf", world.conf, "--pam-dir", world.pam, "--service", service
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script + 'exec "$@"', "sh", conftest.GENAUTHCTL,
                           *map(str, words)], capture_output=True, text=True)
    if "unshare" in done.stderr or done.returncode == 99:
        pytest.skip("no private mounts here")
    return [(finding["detail"].replace(f"{world.pam}/", ""), finding["cure"]) for finding in json.loads(done.stdout)
            if finding["check"] == f"pam:{service}" and finding["result"] == result]


@pytest.mark.parametrize("service", ["i3lock", "swaylock", "kde"])
def test_a_locker_that_may_not_ask(world, service):
    (said, cure), = asked(world, service, socket=True)
    assert f"{service}:2: {service} runs as whoever sits there, who cannot read {world.conf}" in said
    assert f"allow_user_callers = yes in the section [{service}] and enable pam_genauth.socket" in cure


@pytest.mark.parametrize("service, account", [("postgresql", "postgres"), ("nginx", "www-data")])
@pytest.mark.parametrize("options", ["", "allow_service_callers = postgres:postgres www-data:postgresql2 x:inx "
                                     "nosuchuser:postgresql nosuchuser:nginx\nallow_user_callers = yes\n"])
def test_an_account_that_may_not_ask(world, service, account, options):
    (said, cure), = asked(world, service, options, socket=True)
    assert f"{service} runs as {account}, who cannot read {world.conf}" in said
    assert f"allow_service_callers = {account}:{service} and enable" in cure


@pytest.mark.parametrize("service, options", [("i3lock", LOCKER), ("i3lock", "allow_user_callers = yes\n"),
                                              ("postgresql", DATABASE)])
def test_who_may_ask_and_where(world, service, options):
    assert asked(world, service, options, socket=True) == []
    (said, cure), = asked(world, service, options)
    assert f"{service}:2: {service} asks at {CACHE}/signin, and that is not there" == said
    assert cure == "systemctl enable --now pam_genauth.socket"


@pytest.mark.parametrize("service, options", [("i3lock", LOCKER), ("postgresql", DATABASE)])
def test_an_option_that_nobody_would_hear(world, service, options):
    (said, cure), = asked(world, service, options, socket=True, line="prompt=x deny_users=alice", result="error")
    assert said == f"{service}:2: deny_users is not heard at the socket, and refuses everybody"
    assert cure == "write it into genauth.conf, in the section of the service"
    assert asked(world, service, options, socket=True, line="prompt=x debug", result="error") == []


@pytest.mark.parametrize("service, how", [
    ("i3lock", {"mode": 0o644}), ("postgresql", {"mode": 0o644}), ("i3lock", {"line": "conf=/etc/own.conf"}),
    ("sudo", {}), ("cups", {}), ("xscreensaver", {}), ("polkit-1", {})])
def test_who_needs_no_socket(world, service, how):
    """Options without a secret, a file of its own, and root."""
    assert asked(world, service, **how) == []


def test_polkit_without_a_network(world):
    (said, cure), = asked(world, "polkit-1", unit=True, socket=True)
    assert "polkit's helper has no network here" in said and "helper_socket = yes in the section [polkit-1]" in cure
    options = "[polkit-1]\nhelper_socket = yes\n"
    assert asked(world, "polkit-1", options, unit=True, socket=True) == []
    (said, _), = asked(world, "polkit-1", options, unit=True)
    assert "is not there" in said
