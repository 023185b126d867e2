"""The house itself: what the documents promise, what may import what, and what may not be in the repository."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import typer

import policy_qa
from policy_qa.cli.app import app
from policy_qa.settings import Settings

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
READMES = ("README.md", "README.ja.md")
COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]

# The public list. A name goes in or out here and in the changelog, on purpose.
PUBLIC = [
    "Answer",
    "Citation",
    "Fact",
    "Filters",
    "Hit",
    "PolicyQA",
    "PolicyQAError",
    "Settings",
    "SyncReport",
    "Viewer",
    "open_policy_qa",
    "to_json",
]

# Longer files hold a second subject.
LONGEST = 400

# Where each library with state, a format or a search of its own is known; everybody else asks that part.
HOMES = {
    "fugashi": {"japanese/tokens.py"},
    "unidic_lite": {"japanese/tokens.py"},
    "faiss": {"storage/vectors.py"},
    "tantivy": {"storage/keywords.py"},
    "sqlite3": {"storage/", "history/"},
    "sentence_transformers": {"models/embedding.py", "models/cross_encoder.py"},
    "huggingface_hub": {"models/files.py"},
    "transformers": {"models/files.py"},
    "pydantic_settings": {"settings.py"},
    "llama_index": {"llama/"},
    "gradio": {"ui/"},
    "pypdfium2": {"documents/pdf/"},
    "uvicorn": {"web/server.py"},
    "docx": {"documents/word/"},
    "pptx": {"documents/slides/"},
    "pytesseract": {"documents/recognition.py"},
    "openpyxl": {"documents/workbook/", "spreadsheet.py"},
    "bs4": {"documents/markup/"},
    "PIL": {"documents/recognition.py", "documents/pictures.py", "documents/pdf/"},
}

# What eval/ may see of the program beside the public names and the judging, which it shares with the page 評価: benchmarks measure the text layer and encoders alone; word frequencies count the terms of the index; how well files are
# read is measured on what the readers give; LlamaIndex is given our embedding through our face for it.
EVALUATION_SEES = {
    "eval/benchmarks/tokenisation.py": {"japanese"},
    "eval/benchmarks/facts.py": {"facts", "documents", "chunking", "japanese", "types"},
    "eval/benchmarks/embedding.py": {"models", "japanese"},
    "eval/benchmarks/vectors.py": {"models", "storage"},
    "eval/extraction/odd.py": {"reading", "storage", "types"},
    "eval/extraction/reading.py": {"documents", "errors", "types"},
    "eval/retrieval/baselines.py": {"llama"},
    "eval/training/evidence.py": {"answering"},
    "eval/training/word_frequencies.py": {"japanese"},
    "eval/training/vocabulary.py": {"japanese"},
    "eval/training/synonyms.py": {"japanese", "retrieval"},
    "eval/training/everyday.py": {"japanese", "retrieval"},
    "eval/training/reranker.py": {"models", "japanese", "retrieval", "storage"},
}

# Not imported by src/ or ui/, and why it is a dependency all the same.
# sentence-transformers computes with torch; pinned here, because an open range brings CUDA. The others are named for their floors: see their advisories.
NOT_IMPORTED = {"torch", "h11", "lxml", "nltk", "python-multipart", "urllib3"}

# Every other host that our own files name. No package registry is among them: where packages come from is the reader's setting.
HOSTS = {"127.0.0.1", "creativecommons.org", "keepachangelog.com", "semver.org", "www.apache.org"}
HOSTS |= {"evil.invalid"}  # where hostile documents would lead: a name that RFC 2606 gives to nobody
# Names of XML vocabularies look like addresses; nothing is fetched from them.
HOSTS |= {"purl.oclc.org", "schemas.microsoft.com", "schemas.openxmlformats.org", "www.w3.org"}
# Documents and questions on them quote what their authors wrote.
QUOTING = ("corpus/", "tests/documents/", "eval/questions/")


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _python(*folders: str) -> list[Path]:
    found = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    assert found
    return found


def _imports(path: Path) -> Iterator[str]:
    """Every module a file imports, at its top or within; relative imports are not used here."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _shipped() -> Iterator[tuple[str, str]]:
    """Each file of src/policy_qa (relative to it) and of ui/ (as ``ui/…``) with a module it imports."""
    for path in _python("src/policy_qa", "ui"):
        inside = path.is_relative_to(ROOT / "src" / "policy_qa")
        name = path.relative_to(ROOT / "src" / "policy_qa" if inside else ROOT).as_posix()
        for module in _imports(path):
            yield name, module


def _tracked() -> list[str]:
    """The files under version control, or those that would be; skips where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: nothing says which files belong to it")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _names(requirements: list[str]) -> set[str]:
    return {_canonical(re.split(r"[\[<>=!~ ]", requirement, maxsplit=1)[0]) for requirement in requirements}


# -- what the documents say -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(readme: str, command: str) -> None:
    assert re.search(rf"\| `policy-qa {command}\b[^`]*` \|", _read(readme))


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_readme_with_its_default(readme: str, name: str) -> None:
    default = Settings.model_fields[name].default
    shown = r"[^|`]+" if default is None else rf"`{re.escape(str(default))}`"
    assert re.search(rf"^\| `{name}` \| {shown} \| [^|]+ \|$", _read(readme), re.MULTILINE)


@pytest.mark.parametrize("readme", READMES)
def test_every_target_of_the_makefile_is_in_the_readme(readme: str) -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", _read("Makefile"), re.MULTILINE)) - {"help"}
    assert targets
    assert targets <= set(re.findall(r"^\| `make ([a-z]+)\b", _read(readme), re.MULTILINE))


@pytest.mark.parametrize("readme", READMES)
def test_every_link_of_the_readme_leads_to_a_file(readme: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", _read(readme))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_readmes_say_the_same_commands_and_settings() -> None:
    first, second = (re.findall(r"^\| `([^` ]+ ?[a-z]*)", _read(readme), re.MULTILINE) for readme in READMES)
    assert first == second


def test_the_version_is_one_and_in_the_changelog() -> None:
    assert PROJECT["version"] == policy_qa.__version__
    assert f"## [{policy_qa.__version__}]" in _read("CHANGELOG.md")


def test_the_public_list_is_frozen_and_every_name_of_it_is_there() -> None:
    assert sorted(policy_qa.__all__) == sorted(PUBLIC)
    assert all(getattr(policy_qa, name) is not None for name in PUBLIC)


def test_importing_the_package_imports_none_of_its_parts() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, policy_qa; print([n for n in sys.modules if n.startswith('policy_qa.')])"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "source",
    [
        "JaQuAD",
        "JGLUE",
        "JSICK",
        "NIILC",
        "行政事業レビュー",
        "e-Gov",
        "shinagawa-gikai-db",
        "地域未来戦略の推進について",
    ],
)
def test_notice_names_every_source_of_what_ships(source: str) -> None:
    assert source in _read("NOTICE")


def test_notice_names_every_source_that_the_model_names() -> None:
    card = _read("src/policy_qa/models/policy-static-ja-2/README.md")
    repositories = set(re.findall(r"\(([\w.-]+/[\w-]+)(?: [\d.]+)?\)", card))
    assert repositories
    assert [name for name in repositories if name not in _read("NOTICE")] == []


# -- what may import what (the layers are in pyproject.toml, for import-linter) -------------------------------------------


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_is_known_in_its_home_only(library: str) -> None:
    users = {name for name, module in _shipped() if module.split(".")[0] == library}
    assert users, f"nobody imports {library}: take it out of the table"
    assert [name for name in sorted(users) if not any(name.startswith(home) for home in HOMES[library])] == []


def test_only_the_settings_read_the_environment() -> None:
    readers = [name for name, module in _shipped() if module in {"os.environ", "os.getenv"}]
    for path in _python("src/policy_qa", "ui"):
        if any(word in path.read_text(encoding="utf-8") for word in ("os.environ", "os.getenv", "load_dotenv")):
            readers.append(path.name)
    assert readers == []


def test_evaluation_sees_the_public_names_and_a_few_argued_parts() -> None:
    for path in _python("eval"):
        name = path.relative_to(ROOT).as_posix()
        seen = {module.split(".")[1] for module in _imports(path) if module.startswith("policy_qa.")}
        assert seen - set(PUBLIC) - {"judging"} - EVALUATION_SEES.get(name, set()) == set(), name


def test_training_asks_the_program_for_nothing_but_its_terms_and_measures() -> None:
    users = {
        path.name
        for path in _python("eval/training")
        if any(m.startswith("policy_qa") and not m.startswith("policy_qa.judging") for m in _imports(path))
    }
    assert users <= {
        "word_frequencies.py",
        "synonyms.py",
        "everyday.py",
        "evidence.py",
        "reranker.py",
        "vocabulary.py",
    }


# -- what is installed ------------------------------------------------------------------------------------------------


def test_dependencies_are_what_is_imported() -> None:
    own = {"policy_qa", "ui"}
    modules = {module.split(".")[0] for _, module in _shipped()} - own - sys.stdlib_module_names
    known = packages_distributions()
    used: dict[str, set[str]] = {module: {_canonical(name) for name in known[module]} for module in sorted(modules)}
    declared = _names(PROJECT["dependencies"])
    assert [module for module, names in used.items() if module != "llama_index" and not names & declared] == []
    assert "llama-index" in declared
    assert declared - {name for names in used.values() for name in names} - {"llama-index"} == NOT_IMPORTED


def test_what_evaluation_and_tests_import_is_installed_for_them() -> None:
    paths = [path for path in _python("eval", "tests") if "training" not in path.parts]
    modules = {module.split(".")[0] for path in paths for module in _imports(path)}
    modules -= {"policy_qa", "ui", "eval", "tests", "llama_index"} | sys.stdlib_module_names
    extras = PROJECT["optional-dependencies"]
    declared = _names(PROJECT["dependencies"]) | _names(extras["eval"] + extras["test"])
    known = packages_distributions()
    assert [name for name in sorted(modules) if not {_canonical(dist) for dist in known.get(name, ())} & declared] == []


def test_constraints_pin_every_declared_package_once_and_name_no_place() -> None:
    lines = [line for line in _read("constraints.txt").splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    pinned = [_canonical(line.split("==")[0]) for line in lines]
    assert len(pinned) == len(set(pinned))
    extras = [requirement for extra in PROJECT["optional-dependencies"].values() for requirement in extra]
    assert (_names(PROJECT["dependencies"]) | _names(extras)) - {"policy-qa"} <= set(pinned)


def test_what_is_pinned_is_above_every_floor() -> None:
    pins = dict(line.split("==") for line in _read("constraints.txt").splitlines() if "==" in line and line[0] != "#")
    pinned = {_canonical(name): _numbers(version) for name, version in pins.items()}
    floors = {
        _canonical(one.split(">=")[0]): _numbers(one.split(">=")[1]) for one in PROJECT["dependencies"] if ">=" in one
    }
    assert floors
    assert {name: floor for name, floor in floors.items() if pinned[name] < floor} == {}


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"[0-9]+", version.split(",", maxsplit=1)[0]))


# -- what is in the repository ------------------------------------------------------------------------------------------


def test_every_test_file_has_a_name_of_its_own() -> None:
    """Two of one name in different folders stop pytest before the first test."""
    names = sorted(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert names == sorted(set(names))


def test_no_file_of_the_program_is_too_long() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _python("src", "ui")}
    assert {path.name: length for path, length in lengths.items() if length > LONGEST} == {}


def test_our_own_files_name_known_hosts_only() -> None:
    named: dict[str, set[str]] = {}
    for name in _tracked():
        if name.startswith(QUOTING):
            continue
        try:
            text = _read(name)
        except UnicodeDecodeError:
            continue  # weights, pictures
        for host in re.findall(r"(?:https?|ftp)://([\w.-]+)", text):
            named.setdefault(host, set()).add(name)
    assert {host: sorted(names) for host, names in named.items() if host not in HOSTS} == {}


def test_nothing_that_sync_builds_is_under_version_control() -> None:
    assert [name for name in _tracked() if name.startswith("index/")] == ["index/README.md"]
