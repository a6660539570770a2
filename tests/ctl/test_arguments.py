"""One reader of arguments for all commands: what it takes, and what it says of the rest."""
import pytest


@pytest.mark.parametrize("words, said", [
    (["check", "--nonsense"], "--nonsense: no such option"),
    (["check", "-x"], "-x: no such option"),
    (["check", "--s"], "--s: no such option"),  # two begin so
    (["check", "extra"], "extra: not expected"),
    (["check", "--offline", "--", "--json"], "--json: not expected"),
    (["check", "--conf"], "--conf: needs an argument"),
    (["check", "--json=yes"], "--json=yes: takes no argument"),
    (["check", "--replace"], "--replace: not with check"),
    (["login", "alice", "--json"], "--json: not with login"),
    (["login", "alice", "bob", "--nonsense"], "--nonsense: no such option"),
    (["explain", "2333", "--nonsense"], "--nonsense: no such option"),
    (["keep", "sshd", "--record=x"], "--record: not with keep"),
])
def test_said(world, words, said):
    done = world.run(*words)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == f'genauthctl: {said}\nSee "genauthctl {words[0]} --help".\n'


@pytest.mark.parametrize("words", [["login", "a", "b"], ["explain", "--list", "2333"], ["explain", "--list", "--list"],
                                   ["explain", "2333", "--replay", "x"],
                                   ["try", "--", "sshd", "--replace"]])
def test_operands(world, words):
    """Too many: the usage says which there are."""
    done = world.run(*words)
    assert done.returncode == 2 and done.stdout == ""
    complaint, usage = done.stderr.split("\n", 1)
    assert ("is needed" in complaint or "must be named" in complaint) and usage.startswith("usage: genauthctl ")


@pytest.mark.parametrize("words", [["2333"], ["--", "2333"]])
def test_an_operand(world, words):
    assert "apiCode    2333: " in world.run("explain", *words).stdout


@pytest.mark.parametrize("options", [["--conf", "FILE"], ["--conf=FILE"], ["--con=FILE"], ["--conf", "/x", "--conf", "FILE"]])
@pytest.mark.parametrize("before", [False, True])
def test_options(world, options, before):
    """Before the operand and behind it, short as long as only one begins so; the last counts."""
    world.write_conf("nonsense = 1\n")
    words = [option.replace("FILE", str(world.conf)) for option in options]
    done = world.run("login", *(words + ["alice"] if before else ["alice"] + words))
    assert done.returncode == 3 and f"{world.conf}:1: " in done.stderr


@pytest.mark.parametrize("words", [["login", "-h"], ["login", "--help", "--nonsense"], ["login", "--nonsense", "--he"]])
def test_help_comes_first(world, words):
    done = world.run(*words)
    assert done.returncode == 0 and done.stdout.startswith("usage: genauthctl login USER [OPTION ...]\n")
    assert done.stderr == ""


@pytest.mark.parametrize("words", [["check", "--service", "../sshd"], ["login", "alice", "--service", "SSHD"],
                                   ["undo", ".sshd"]])
def test_names_of_services(world, words):
    done = world.run(*words)
    assert done.returncode == 2 and "is not the name of a PAM service" in done.stderr
