# SPDX-License-Identifier: Apache-2.0
"""explain and the host of the URL: whose virtual host it is, and what of the host sections can ask for."""

import pytest
from harness import Httpd, Site, policy, rows
from harness.site import GOOD
from harness.status import HANDLER, explain

site = Site(HANDLER, modules=["vhost_alias"])
site.page("/page")
site.page("/hosts/one.example/page")
site.file("htdocs/hosts/one.example/.htaccess", policy("CorsAllowMethods PUT") + "\n")
site.page("/hosts/two.example/page")
site.add(
    f"""
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName localhost
        {HANDLER}
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName api.example.com
        ServerAlias *.api.example.com
        {policy("CorsAllowMethods PUT")}
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName by-port.example
        <If "%{{HTTP_HOST}} == 'by-port.example:${{PORT}}'">
            {policy("CorsAllowMethods PUT")}
        </If>
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName by-name.example
        ServerAlias *.by-name.example
        UseCanonicalName Off
        <If "%{{SERVER_NAME}} == 'a.by-name.example'">
            {policy("CorsAllowMethods PUT")}
        </If>
    </VirtualHost>
    <VirtualHost 127.0.0.1:${{PORT}}>
        ServerName many.example
        ServerAlias one.example two.example
        UseCanonicalName Off
        VirtualDocumentRoot "${{DOCROOT}}/hosts/%0"
        <Directory "${{DOCROOT}}/hosts">
            AllowOverride All
        </Directory>
    </VirtualHost>
    """
)


@pytest.fixture(scope="module")
def server():
    """All hosts."""
    with Httpd(site) as running:
        yield running


@rows(
    "url, allowed",
    [
        ("a path, of the server that is asked", "/page", False),
        ("its own name", "http://localhost:{port}/page", False),
        ("another host", "http://api.example.com:{port}/page", True),
        ("another host, in capitals", "http://API.example.com:{port}/page", True),
        ("an alias", "http://v2.api.example.com:{port}/page", True),
        ("an unknown host", "http://nobody.example:{port}/page", False),
        ("TLS that a proxy takes off: no host has port 443", "https://api.example.com/page", True),
        ("an alias behind such a proxy", "https://v2.api.example.com/page", True),
        ("a port that only the proxy has", "http://api.example.com:1/page", True),
        ("an unknown host behind such a proxy", "https://nobody.example/page", False),
        ("a Host with its port", "http://by-port.example:{port}/page", True),
        ("a name that an <If> asks for", "http://a.by-name.example:{port}/page", True),
        ("another name", "http://b.by-name.example:{port}/page", False),
        ("a directory by the host's name", "http://one.example:{port}/page", True),
        ("another directory", "http://two.example:{port}/page", False),
    ],
)
def test_whose_policy(server, url, allowed):
    told = explain(server, url.format(port=server.port), GOOD, method="PUT")
    assert told["verdict"] == ("allowed" if allowed else "off")


@rows(
    "url",
    [
        ("a name", "http://localhost:{port}"), ("an IPv6 address", "http://[::1]:{port}"),
        ("an address", "http://127.0.0.1:{port}"), ("the default port", "https://api.example.com"),
    ],
)
def test_a_host_is_its_own_origin(server, url):
    url = url.format(port=server.port)
    assert explain(server, f"{url}/page", url)["browser"]["reads"]
    assert explain(server, f"{url}/page", f"{url}1")["browser"]["reads"] is False


@rows(
    "host",
    [(name, name) for name in ("api.example.com", "v2.api.example.com", "by-port.example", "a.by-name.example",
                               "b.by-name.example", "one.example", "two.example", "nobody.example")],
)
def test_as_the_server_does(server, host):
    told = explain(server, f"http://{host}:{server.port}/page", GOOD, method="PUT")
    answer = server.request("OPTIONS", "/page", [("Host", f"{host}:{server.port}"), ("Origin", GOOD),
                                              ("Access-Control-Request-Method", "PUT")])
    assert bool(answer.all("Access-Control-Allow-Methods")) == (told["verdict"] == "allowed")
