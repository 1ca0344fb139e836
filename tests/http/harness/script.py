# SPDX-License-Identifier: Apache-2.0
"""A script on a page of another origin: what fetch() lets it do, by the rules of the Fetch standard."""

SAFE_METHODS = ("GET", "HEAD", "POST")
SAFE_HEADERS = ("accept", "accept-language", "content-language")


class Script:
    """Asks a server from a page of an origin."""

    def __init__(self, server, host, origin):
        self.server = server
        self.host = ("Host", host)
        self.origin = origin

    def fetch(self, path, method="GET", headers=(), credentials=False):
        """'200 ok': status and body; or 'unreadable', or 'preflight: ...' for a request that was never sent."""
        names = sorted(name.lower() for name, _ in headers if name.lower() not in SAFE_HEADERS)
        if method not in SAFE_METHODS or names:
            fault = self._preflight(path, method, names, credentials)
            if fault:
                return f"preflight: {fault}"
        response = self.server.get(path, self.origin, self.host, *headers, method=method)
        if not self._is_shared(response, credentials):
            return "unreadable"
        return f"{response.status} {response.body.strip()}" if response.status == 200 else str(response.status)

    def _preflight(self, path, method, names, credentials):
        response = self.server.preflight(path, self.origin, method, ",".join(names) or None, self.host)
        if not self._is_shared(response, credentials):
            return "origin"
        if not 200 <= response.status < 300:
            return f"status {response.status}"
        methods, allowed = (_list(response, f"Access-Control-Allow-{what}") for what in ("Methods", "Headers"))
        if method not in SAFE_METHODS and method not in methods and ("*" not in methods or credentials):
            return "method"
        allowed = [name.lower() for name in allowed]
        for name in names:
            if name not in allowed and ("*" not in allowed or credentials or name == "authorization"):
                return f"header {name}"
        return None

    def _is_shared(self, response, credentials):
        value = ", ".join(response.all("Access-Control-Allow-Origin"))
        if credentials:
            return value == self.origin and response.all("Access-Control-Allow-Credentials") == ["true"]
        return value in ("*", self.origin)


def _list(response, name):
    return [each.strip() for value in response.all(name) for each in value.split(",")]
