# SPDX-License-Identifier: Apache-2.0
"""Whose policy it is where rewrites, conditions and internal redirects lead elsewhere; and what was once got wrong."""

from harness import Site, configtest, policy, rows
from harness.answer import NOT_SHARED, UNTOUCHED, assert_answered, assert_denied, shared
from harness.site import EVIL, GOOD

REWRITE = ["rewrite"]


def test_a_condition_on_the_file_name_counts_without_any_section_for_files(start):
    site = Site('CorsAllowOrigin *\n<If "%{REQUEST_FILENAME} =~ m#/private/#">\nCorsEngine Off\n</If>')
    site.page("/private/page")
    server = start(site)
    assert server.get("/private/page", EVIL).cors == UNTOUCHED


def test_an_engine_that_is_off_stays_off_after_an_internal_redirect(start):
    site = Site(
        """
        CorsAllowOrigin *
        ErrorDocument 404 /sorry
        <Location /private>
            CorsEngine Off
        </Location>
        """
    )
    site.page("/sorry")
    server = start(site)
    assert server.get("/private/none", EVIL).cors == UNTOUCHED
    assert server.preflight("/private/none", EVIL).cors == UNTOUCHED


def test_what_a_directory_switches_off_stays_off_for_a_rewritten_url(start):
    site = Site(
        """
        RewriteEngine On
        RewriteRule ^/x/(.*) /private/$1 [PT]
        CorsAllowOrigin *
        <Location /x>
            CorsMaxAge 100
        </Location>
        <Directory "${DOCROOT}/private">
            CorsEngine Off
        </Directory>
        """,
        modules=REWRITE,
    )
    site.page("/private/page")
    server = start(site)
    assert server.get("/x/page", EVIL).cors == UNTOUCHED


def test_preflight_and_request_of_a_rewritten_url_follow_one_policy(start):
    site = Site(
        f"""
        RewriteEngine On
        RewriteRule ^/x/(.*) /api/$1 [PT]
        CorsAllowOrigin {GOOD}
        <Location /api>
            CorsAllowOrigin https://b.example
        </Location>
        """,
        modules=REWRITE,
    )
    site.page("/api/page")
    server = start(site)
    assert_answered(server.preflight("/x/page", GOOD), GOOD)
    assert server.get("/x/page", GOOD).cors == shared(GOOD)
    assert_denied(server.preflight("/x/page", "https://b.example"), "origin-not-allowed")
    assert server.get("/x/page", "https://b.example").cors == NOT_SHARED


def test_a_proxy_section_counts_for_a_rewritten_url_too(start):
    site = Site(
        f"""
        <VirtualHost 127.0.0.1:${{BACKEND}}>
            DocumentRoot "${{DOCROOT}}"
        </VirtualHost>
        <VirtualHost 127.0.0.1:${{PORT}}>
            RewriteEngine On
            RewriteRule ^/y/(.*) /px/$1 [PT]
            ProxyPass /px http://127.0.0.1:${{BACKEND}}/private
            CorsAllowOrigin *
            <Proxy "http://127.0.0.1:${{BACKEND}}/private*">
                CorsDenyOrigin {EVIL}
            </Proxy>
        </VirtualHost>
        """,
        modules=[*REWRITE, "proxy", "proxy_http"],
    )
    site.page("/private/page")
    server = start(site)
    assert server.get("/px/page", EVIL).cors == NOT_SHARED
    assert server.get("/y/page", EVIL).cors == NOT_SHARED


def test_a_condition_on_the_method_is_met_by_a_redirected_request(start):
    other = "https://post.example"
    site = Site(
        f"""
        CorsAllowOrigin {GOOD}
        Redirect 307 /moved /page
        <If "%{{REQUEST_METHOD}} == 'POST'">
            CorsAllowOrigin {other}
        </If>
        """
    )
    server = start(site)
    assert server.get("/moved", other, method="POST").cors == shared(other)
    assert server.get("/moved", GOOD).cors == shared(GOOD)


@rows("path, status", [("not a path", "/%zz", 400), ("a fault in .htaccess", "/broken/page", 500)])
def test_faults_stay_what_they_are_whatever_their_error_page(start, path, status):
    site = Site(f"CorsAllowOrigin {GOOD}\nErrorDocument 400 /sorry\nErrorDocument 500 /sorry")
    site.page("/sorry")
    site.htaccess("/broken", "Nonsense On")
    server = start(site)
    server.log.allow("Nonsense")
    assert server.preflight(path, GOOD).status == status


def test_an_error_page_refuses_nobody_who_asked_for_something_else(start):
    site = Site(f"ErrorDocument 404 /sorry\n<Location /sorry>\n{policy('CorsDisallowed Reject')}\n</Location>")
    site.page("/sorry", "sorry\n")
    server = start(site)
    response = server.get("/none", EVIL)
    assert (response.status, response.body, response.cors) == (404, "sorry\n", NOT_SHARED)


def test_an_unsafe_policy_takes_one_line_of_the_log_however_long_its_list(start):
    site = Site(expects=["CORS0621"])
    origins = "".join(f"http://h{i}.example\n" for i in range(2000))
    site.file("conf/many", origins)
    site.add('<Directory "${DOCROOT}">\nCorsOriginsFile conf/many\n</Directory>')
    path = site.htaccess("/tenant", "CorsAllowCredentials On")
    server = start(site)
    server.log.expect("CORS0403")
    assert server.get(path, EVIL).cors == NOT_SHARED
    assert len(server.log.find("CORS0403")) == 1


KEEP = f"CorsAllowOrigin {GOOD}\nCorsUpstreamHeaders Keep\nHeader always set Access-Control-Allow-Origin *"


def test_answers_of_our_own_have_no_upstream_to_keep_from(start):
    server = start(Site(f"<Location />\n{KEEP}\n</Location>"))
    assert_answered(server.preflight("/page", GOOD), GOOD)
    assert_denied(server.preflight("/page", EVIL), "origin-not-allowed")


CREDENTIALS = "CorsAllowCredentials On"


@rows(
    "text",
    [
        (
            "expressions enclose nothing",
            f'<Location ~ "^/private">\n{policy(CREDENTIALS)}\n</Location>\n'
            '<Location ~ "^/public">\nCorsAllowOrigin *\n</Location>',
        ),
        (
            "the engine is off",
            f"CorsEngine Off\n<Location /pub>\nCorsAllowOrigin *\n{CREDENTIALS}\n</Location>",
        ),
        (
            "the virtual host's section comes after the server's",
            f"<Location /pub>\nCorsAllowOrigin *\n</Location>\n<VirtualHost *:1>\n{policy(CREDENTIALS)}\n"
            "<Location /pub>\nCorsAllowCredentials Off\n</Location>\n</VirtualHost>",
        ),
    ],
)
def test_what_never_meets_is_not_refused(text):
    result = configtest(text)
    assert "CORS06" not in result.output, result.output


@rows(
    "text",
    [
        (
            "the server's section under the virtual host's",
            f"<Location />\n{CREDENTIALS}\n</Location>\n"
            "<VirtualHost *:1>\n<Location /pub>\nCorsAllowOrigin *\n</Location>\n</VirtualHost>",
        ),
        (
            "files in a directory below one with credentials",
            f'<Directory "${{DOCROOT}}">\n{CREDENTIALS}\n</Directory>\n'
            '<Directory "${DOCROOT}/a">\n<Files x>\nCorsAllowOrigin *\n</Files>\n</Directory>',
        ),
    ],
)
def test_what_always_meets_is_refused(text):
    result = configtest(Site(text))
    assert result.code != 0 and "CORS0601" in result.output, result.output


def test_a_list_that_many_sections_share_is_warned_about_once():
    site = Site("CorsOriginsFile conf/many\n" + "".join(f"<Location /{i}>\nCorsMaxAge {i}\n</Location>\n" for i in range(50)))
    site.file("conf/many", "".join(f"http://h{i}.example\n" for i in range(100)))
    result = configtest(site)
    assert result.code == 0 and result.output.count("CORS0621") == 100, result.output[:2000]
