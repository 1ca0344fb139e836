# SPDX-License-Identifier: Apache-2.0
"""What the manual says of origins and patterns, once more and apart from the module: who is to be denied."""

import ipaddress
import re

_DEFAULT_PORTS = {"https": "443", "http": "80"}
_SHAPE = re.compile(r"([a-z][a-z0-9+.-]*)://(\[[0-9a-f:]+\]|[a-z0-9_.-]+)(?::([1-9][0-9]{0,4}))?", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)


def is_origin(text):
    """One serialized origin, as a browser may send it, or null."""
    if text == "null":
        return True
    found = _SHAPE.fullmatch(text)
    if not found or len(text) > 400:
        return False
    scheme, host, port = found.groups()
    return _is_host(host) and (port is None or (int(port) <= 65535 and port != _DEFAULT_PORTS.get(scheme)))


def _is_host(host):
    if host.startswith("["):
        return _is_same_address(ipaddress.IPv6Address, host[1:-1])
    labels = host.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _is_same_address(ipaddress.IPv4Address, host)
    return len(host.removesuffix(".")) <= 253 and all(0 < len(label) <= 63 for label in labels)


def _is_same_address(kind, text):
    try:
        return str(kind(text)) == text
    except ValueError:
        return False


def matches(pattern, origin):
    """Does the pattern stand for this origin?"""
    if pattern in ("*", origin) or "null" in (pattern, origin):
        return pattern in ("*", origin)
    expression = re.escape(pattern).replace(r"://\*\.", r"://(?:[^.:/]+\.)+")
    if pattern.endswith(":*"):
        expression = expression.removesuffix(r":\*") + r"(?::[0-9]+)?"
    return re.fullmatch(expression, origin) is not None
