# SPDX-License-Identifier: Apache-2.0
"""Every code block of README.md and docs is run or checked; a block that nobody knows how to check fails."""

import ast
import functools
import re
import xml.etree.ElementTree as ElementTree

import pytest
from harness import Site, configtest
from harness.commands import check, simple
from harness.document import all_blocks, anchors, commands, documents, indented_blocks, text_of
from harness.installed import REPOSITORY, load_line

BLOCKS = all_blocks()
# Languages that no test can check, and why
REASONS = {
    "nginx": "another server's configuration, which is to be replaced; it was tried by hand with nginx 1.22",
    "java": "a program of a framework that is to be replaced",
}
# What programs print: the document and the beginning of the block, and the test that knows it
BEGINNINGS = "test_525_troubleshooting_doc.test_the_beginnings_are_in_the_document"
PRINTED = {
    ("docs/troubleshooting.md", "Access to fetch at"): BEGINNINGS,
    ("docs/troubleshooting.md", "Response to preflight"): BEGINNINGS,
    ("docs/troubleshooting.md", "Cross-Origin Request"): BEGINNINGS,
    ("docs/troubleshooting.md", "PUT https://api.example.com/items"): "test_315_documents.test_the_answer_of_explain",
}
MODULES = """
access_compat actions allowmethods cache cache_disk cgi dav dav_fs dbd deflate expires filter include info log_config
macro mime negotiation proxy proxy_balancer proxy_fcgi proxy_http proxy_wstunnel remoteip reqtimeout rewrite slotmem_shm
socache_shmcb ssl status unique_id
""".split()

site = Site()
site.add(
    """
    AliasMatch "^/(?!cors-status)" "${DOCROOT}/page"
    <Location "/">
        CorsAllowOrigin  https://app.example.com
        CorsAllowMethods PUT
        CorsAllowHeaders X-Api-Key
        CorsAllowCredentials On
    </Location>
    <Location "/cors-status">
        SetHandler cors-status
    </Location>
    """
)
site.page("/page")


def of(language, *marks):
    """A case for each block of this language that has exactly these marks."""
    found = [block for block in BLOCKS if block.language == language and set(block.marks) == set(marks)]
    assert found, f"no block of {language} {marks}"
    return pytest.mark.parametrize("block", found, ids=str)


def modules():
    """Those of MODULES that are there; what the harness loads by itself is no part of it."""
    return [name for name in MODULES if load_line(name)]


def site_of(text):
    """A site for a document's configuration: all modules, the files of the repository's conf, and /srv/app."""
    loaded = set(re.findall(r"^LoadModule (\w+)_module modules/mod_(\w+)\.so$", text, re.M))
    assert all(name == file and (name in MODULES or name == "cors") for name, file in loaded), loaded
    made = Site("TypesConfig /dev/null", modules=modules())
    made.add(re.sub(r"^LoadModule .*\n", "", text, flags=re.M).replace("/srv/", "${ROOT}/srv/"))
    made.file("srv/app/index.html")
    for name in ("development", "production"):
        made.file(f"conf/origins/{name}.origins", (REPOSITORY / f"conf/origins/{name}.origins").read_text())
    return made


@of("apache")
def test_a_configuration_is_accepted_without_a_word(block):
    result = configtest(site_of(block.text))
    result.assert_nothing_said()
    assert result.lines == ["Syntax OK"], result.output


@functools.lru_cache(None)
def message_of(block):
    """The message that stands below a configuration that is refused."""
    return next(each for each in BLOCKS if each.name == block.name and each.number == block.number + 1)


@of("apache", "refused")
def test_a_configuration_that_is_wrong_is_refused_with_the_message(block):
    message = message_of(block)
    assert (message.language, message.marks) == ("text", ["message"])
    result = configtest(site_of(block.text))
    assert result.code != 0
    said = [re.sub(r"^(CORS\d+: )\S+:\d+: ", r"\1", line) for line in result.messages()]
    assert any(line.startswith(message.text.strip()) for line in said), "\n".join(said)


@of("text", "message")
def test_a_message_is_about_a_configuration(block):
    refused = [each for each in BLOCKS if each.language == "apache" and "refused" in each.marks]
    assert block in map(message_of, refused)


@of("sh")
def test_commands(block, server):
    lines = commands(block)
    assert lines
    for line in lines:
        for words in simple(line):
            check(words, server)


@of("python")
def test_a_program_is_one(block):
    ast.parse(block.text)


@of("xml")
def test_xml_is_well_formed(block):
    ElementTree.fromstring(block.text)


@of("text")
def test_what_is_printed_is_known_to_a_test(block):
    (test,) = [test for (name, start), test in PRINTED.items() if name == block.name and block.text.startswith(start)]
    file, function = test.split(".")
    assert f"def {function}(" in (REPOSITORY / f"tests/http/{file}.py").read_text()


def test_the_answer_of_explain(server):
    """Its labels, and the reason's sentence."""
    shown = next(block for block in BLOCKS if block.text.startswith("PUT https://api.example.com/items")).text
    said = server.get("/cors-status?explain=1&format=text&url=/items&origin=https://app.example.com&method=PATCH").body
    for pattern in (r"^Verdict +denied$", r"^Reason +method-not-allowed: .*\.$",
                    r"^Decided by CorsAllowMethods at \S+$", r"^To mend it CorsAllowMethods \w+$",
                    r"^ +Write it beside CorsAllowMethods at \S+;"):
        assert re.search(pattern, shown, re.M) and re.search(pattern, said, re.M), pattern
    reason = re.compile(r"^Reason.*", re.M)
    assert reason.search(shown)[0] == reason.search(said)[0]


CHECKED = {
    ("apache",), ("apache", "refused"), ("text", "message"), ("text",), ("sh",), ("python",), ("xml",),
    # by test_316_recipes.py
    ("apache", "recipe"), ("apache", "policy"), ("apache", "htaccess", "recipe"), ("apache", "htaccess", "policy"),
}


def test_no_block_is_of_an_unknown_kind():
    kinds = {block: (block.language, *sorted(block.marks)) for block in BLOCKS}
    unknown = [f"{block}: {' '.join(kind) or 'no language'}" for block, kind in kinds.items()
               if kind not in CHECKED and block.language not in REASONS]
    assert not unknown, "nobody knows how to check these blocks:\n" + "\n".join(unknown)
    assert [reason for reason in REASONS if not any(block.language == reason for block in BLOCKS)] == []
    assert len(BLOCKS) > 60 and len(documents()) > 12


def test_recipes_stand_where_they_are_run():
    marked = {block.name for block in BLOCKS if {"recipe", "policy"} & set(block.marks)}
    assert marked == {"docs/guides/from-header-recipes.md"}


@pytest.mark.parametrize("name", documents())
def test_each_block_has_a_fence(name):
    assert indented_blocks(name) == []


@pytest.mark.parametrize("name", documents())
def test_links_lead_somewhere(name):
    for link in re.findall(r"\]\((?!https?://)([^)\s]+)\)", text_of(name)):
        file, _, fragment = link.partition("#")
        target = ((REPOSITORY / name).parent / file).resolve() if file else REPOSITORY / name
        assert target.exists(), f"{link}: there is no such file"
        assert not fragment or fragment in anchors(target.relative_to(REPOSITORY)), f"{link}: there is no such heading"


@pytest.mark.parametrize("name", documents())
def test_directives_and_numbers_exist(name):
    table = (REPOSITORY / "src/httpd/cors_directives.c").read_text()
    named = {each for each in re.findall(r"\bCors[A-Z]\w+", text_of(name)) if each not in ("CorsOrigin", "CorsFilter")}
    assert [each for each in named if f'"{each}"' not in table and not is_of_another(each)] == []
    numbers = set(re.findall(r"\bCORS0\d\d\d", text_of(name)))
    numbers.discard("CORS0001")  # "CORS0001 ...": all of them
    assert [each for each in numbers if f"### {each}\n" not in text_of("docs/messages.md")] == []


def is_of_another(name):
    """Names of Spring's classes look like ours."""
    return name in ("CorsConfiguration", "CorsConfigurationSource")


def test_each_document_can_be_reached():
    """From README.md, by links."""
    seen, todo = set(), ["README.md"]
    while todo:
        name = todo.pop()
        seen.add(name)
        for link in re.findall(r"\]\(([^)#\s]+\.md)[^)]*\)", text_of(name)):
            target = ((REPOSITORY / name).parent / link).resolve()
            if target.is_relative_to(REPOSITORY) and str(target.relative_to(REPOSITORY)) not in seen:
                todo.append(str(target.relative_to(REPOSITORY)))
    assert set(documents()) - seen == set()
