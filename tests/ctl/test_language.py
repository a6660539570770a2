"""Translations: complete, used by tool and module where the language is set, and nowhere else."""
import json
import os
import pathlib
import re
import subprocess

import pytest

import conftest

BUILD = pathlib.Path(conftest.GENAUTHCTL).resolve().parents[2]
CHINESE = re.compile("[\u4e00-\u9fff]")
LOCKED = "Your GenAuth account is locked."


@pytest.fixture(scope="session")
def locales(tmp_path_factory):
    """Chinese and German, made from the C library's sources."""
    folder = tmp_path_factory.mktemp("locales")
    for name in ("zh_CN", "de_DE"):
        done = subprocess.run(["localedef", "-i", name, "-f", "UTF-8", "--no-archive", folder / f"{name}.UTF-8"],
                              capture_output=True, text=True)
        if not (folder / f"{name}.UTF-8").exists():
            pytest.skip("localedef cannot make a locale: " + done.stderr)
    folder.chmod(0o755)
    return folder


def language(locales, name):
    return {"LC_ALL": name, "LOCPATH": str(locales), "LANGUAGE": ""}


def test_complete(tmp_path):
    """Every text of the source is in the file, and translated."""
    pot = tmp_path / "pam_genauth.pot"
    subprocess.run([conftest.SOURCE / "po/update", "--pot", pot], check=True)
    for po in (conftest.SOURCE / "po").glob("*.po"):
        done = subprocess.run(["msgfmt", "--check", "--statistics", "-o", "/dev/null", po], check=True,
                              capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
        assert re.fullmatch(r"\d+ translated messages\.\n", done.stderr), done.stderr
        subprocess.run(["msgcmp", po, pot], check=True, env={**os.environ, "LC_ALL": "C"})


def test_all_files_with_texts_are_listed():
    listed = set((conftest.SOURCE / "po/POTFILES").read_text().split())
    used = {str(file.relative_to(conftest.SOURCE)) for file in (conftest.SOURCE / "pam_genauth").rglob("*.[ch]")
            if re.search(r"\bN?_\(\"", file.read_text())}
    assert listed == used


@pytest.mark.parametrize("name, chinese", [("zh_CN.UTF-8", True), ("C.UTF-8", False), ("de_DE.UTF-8", False),
                                           ("nonsense", False)])
def test_tool(world, locales, name, chinese):
    for words in (["--help"], ["explain", "2333"], ["check", "--offline", "--conf", world.conf]):
        shown = world.run(*words, env=language(locales, name)).stdout
        assert bool(CHINESE.search(shown)) == chinese, shown
        assert "?" not in shown


def test_numbers_have_a_point(world, locales):
    """Also where people write a comma."""
    example = world.folder / "example"
    example.write_text(conftest.GOOD)
    folders = ["--pam-dir", world.pam, "--state-dir", world.state]
    done = world.run("try", "sshd", "--minutes", "0.5", "--example", example, *folders,
                     env=language(locales, "de_DE.UTF-8"))
    assert done.returncode == 0 and "for 0.5 minutes" in done.stdout, done
    world.run("undo", "sshd", *folders)


def test_a_reason_of_the_system_is_not_mangled(world, locales):
    world.conf.unlink()
    shown = world.run("check", "--offline", "--conf", world.conf, env=language(locales, "zh_CN.UTF-8")).stdout
    assert "No such file or directory" in shown and "??" not in shown


def message(world, locales, name, *words):
    """What the module tells a locked user whose host has set that language."""
    (world.folder / "passwd").write_text("locked:x:4001:4001::/:/bin/sh\n")
    module = BUILD / "tests/pam/.libs/pam_genauth.so"
    world.write_stack("sshd", f"auth required {module} conf={world.conf}\n")
    done = subprocess.run([BUILD / "tests/pam/driver", "--confdir", world.pam, "--service", "sshd", "--user", "locked",
                           "--passwd", world.folder / "passwd", "--reply", "x", *words], capture_output=True,
                          text=True, check=True, env={**os.environ, **language(locales, name)})
    result = json.loads(done.stdout)
    assert result["codes"] == ["PAM_MAXTRIES"]
    logged = [line["text"] for line in result["log"] if "verdict=" in line["text"]]
    assert len(logged) == 1 and "the account is locked" in logged[0]
    return result["messages"]


@pytest.mark.parametrize("name, chinese", [("zh_CN.UTF-8", True), ("C.UTF-8", False), ("de_DE.UTF-8", False)])
def test_module(online, locales, name, chinese):
    text, = message(online, locales, name, "--setlocale")
    assert bool(CHINESE.search(text)) == chinese and (chinese or text.startswith(LOCKED))


def test_the_host_decides(online, locales):
    """A host that does not ask for the user's language, such as sshd, gets English."""
    text, = message(online, locales, "zh_CN.UTF-8")
    assert text.startswith(LOCKED)


def test_silent(online, locales):
    assert message(online, locales, "zh_CN.UTF-8", "--setlocale", "--silent") == []
