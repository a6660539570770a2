"""What the documents for developers say of the tree."""
import importlib.machinery
import importlib.util
import re
import subprocess

import pytest

import conftest

SOURCE = conftest.SOURCE
PAGES = [*(f"docs/{file.name}" for file in sorted((SOURCE / "docs").glob("*.md"))), "CONTRIBUTING.md", "tests/README.md",
         "tests/systems/README.md", "README.md", "SECURITY.md"]


def paths(text):
    """What stands in backticks or behind a link and looks like a file or folder of the tree."""
    named = re.findall(r"`([^`\n]+)`", text) + re.findall(r"\]\(([^)#]+)", text)
    return [name for name in named if re.fullmatch(r"[\w.*-]+(/[\w.*-]*)+", name)]


@pytest.mark.parametrize("page", PAGES)
def test_files_that_are_named_are_there(page):
    file = SOURCE / page
    folders = [SOURCE, SOURCE / "pam_genauth", file.parent]
    for name in paths(file.read_text()):
        if name.startswith(("/", "packages/", "http")) or "NAME" in name or name.endswith(("/auth.log", "x/y")):
            continue
        assert any(list(folder.glob(name.rstrip("/"))) for folder in folders), f"{page}: {name}"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    file = SOURCE / page
    for link in re.findall(r"\]\(([^)#]+)", file.read_text()):
        assert link.startswith("https://") or (file.parent / link).exists(), f"{page}: {link}"


def skeleton(page):
    """What a translation takes over: headings, rows of tables, links, names in backticks, and what is to be typed."""
    text = re.sub(r"\[中文\]\(.*\)\n+", "", page.read_text()).replace(".zh_CN.md", ".md")
    lines = text.splitlines()
    typed = [line.split("      ")[0] for line in lines if line.startswith("    ")]
    names = sorted(set(re.findall(r"`([^`]+)`", text.replace("\n", " "))))
    return {"headings": sum(line.startswith("#") for line in lines), "rows": sum(line.startswith("|") for line in lines),
            "points": sum(line.startswith("- ") for line in lines), "links": sorted(re.findall(r"\]\(([^)]+)\)", text)),
            "typed": typed, "names": [re.sub(r"\s+", " ", name) for name in names]}


@pytest.mark.parametrize("page", sorted(SOURCE.glob("**/*.zh_CN.md")), ids=lambda page: page.name)
def test_translations_keep_up(page):
    assert skeleton(page) == skeleton(page.with_name(page.name.replace(".zh_CN", "")))


def test_the_readme_is_read_in_one_sitting():
    assert len((SOURCE / "README.md").read_text().splitlines()) < 250


def test_the_proofs_are_there():
    tests = "".join(file.read_text() for ending in ("c", "py") for file in (SOURCE / "tests").rglob(f"*.{ending}"))
    for name in re.findall(r"`([a-z]+(?:_[a-z0-9]+){2,})`", (SOURCE / "SECURITY.md").read_text()):
        assert f"{name}(" in tests, name


def test_the_design_names_every_folder():
    text = (SOURCE / "docs/design.md").read_text()
    for folder in (SOURCE / "pam_genauth").iterdir():
        if folder.is_dir() and list(folder.glob("*.c")):
            assert f"`pam_genauth/{folder.name}/`" in text, folder.name


def test_every_suite_is_described():
    suites = subprocess.run([SOURCE / "check", "--list"], capture_output=True, text=True, check=True).stdout.split()
    described = re.findall(r"^\| `(\w+)` \|", (SOURCE / "tests/README.md").read_text(), re.MULTILINE)
    assert described == suites


@pytest.mark.parametrize("name", ["install.md", "install.zh_CN.md"])
def test_what_the_package_is_built_with_is_named(name):
    """Of debian/control, where the package debhelper provides debhelper-compat."""
    fields = (SOURCE / "debian/control").read_text()
    needed = set(re.findall(r"(?m)^ ([a-z0-9-]+)", fields.split("Build-Depends:")[1].split("Standards-Version:")[0]))
    words = set(re.findall(r"[\w.+-]+", (SOURCE / "docs" / name).read_text()))
    assert len(needed) > 5 and {package.removesuffix("-compat") for package in needed} - words == set()


def test_the_faults_to_be_seeded_fit_the_source():
    file = str(SOURCE / "tests/mutants/run")
    loader = importlib.machinery.SourceFileLoader("mutants", file)
    mutants = importlib.util.module_from_spec(importlib.util.spec_from_loader("mutants", loader))
    loader.exec_module(mutants)
    faults = mutants.read_list(SOURCE / "tests/mutants/list")
    assert len(faults) > 300 and mutants.misfits(faults) == []


@pytest.mark.parametrize("words, said", [
    (["--in"], "--in needs an argument"), (["-k"], "-k needs an argument"), (["--on", "x"], "no option --on"),
    (["nosuch"], "no suite nosuch")])
def test_check_says_what_is_wrong_with_its_arguments(words, said):
    done = subprocess.run([SOURCE / "check", *words], capture_output=True, text=True)
    assert done.returncode == 2 and said in done.stderr and "--help" in done.stderr


def functions(file):
    """Name and length of each; they begin in the first column and end with a brace there."""
    lines, start = file.read_text().splitlines(), None
    for number, line in enumerate(lines):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            yield lines[start - 1], number - start + 1
            start = None


def test_files_and_functions_are_short():
    for file in (SOURCE / "pam_genauth").rglob("*.[ch]"):
        assert len(file.read_text().splitlines()) <= 400, file
        for name, length in functions(file):
            assert length <= 60, (file, name)


def test_no_circle_of_files():
    """Who calls whom, within a folder as over all of them: genauth_FILE_VERB( names the file that is called."""
    sources = {file.stem: file for file in (SOURCE / "pam_genauth").rglob("*.c")}
    longest_first = "|".join(sorted(sources, key=len, reverse=True))
    calls = {stem: set(re.findall(rf"\bgenauth_({longest_first})_\w+\(", file.read_text())) - {stem}
             for stem, file in sources.items()}
    assert "signin" in calls["operations"] and "helper" in calls["login"]
    done, way = set(), []

    def visit(name):
        assert name not in way, " → ".join([*way[way.index(name):], name])
        if name in done:
            return
        way.append(name)
        for other in sorted(calls[name]):
            visit(other)
        done.add(way.pop())

    for name in sorted(calls):
        visit(name)
