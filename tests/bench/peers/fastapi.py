# SPDX-License-Identifier: Apache-2.0
"""FastAPI under uvicorn: bare, and with CORSMiddleware; asgi.py. One process, with its fastest loop and parser."""

import importlib.metadata
import pathlib
import platform
import sys

from .program import Program

_DIRECTORY = pathlib.Path(__file__).parent


def _serve(factory):
    def command(root, port):
        # The application alone is on the path of this process: this file has the name of a package it needs.
        (root / "asgi.py").write_bytes((_DIRECTORY / "asgi.py").read_bytes())
        return [
            sys.executable, "-B", "-m", "uvicorn", "--app-dir", str(root), "--host", "127.0.0.1", "--port", str(port),
            "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning",
            "--factory", f"asgi:{factory}",
        ]
    return Program(command)


def bare():
    """Without CORS."""
    return _serve("application")


def middleware():
    """With CORSMiddleware."""
    return _serve("with_cors")


def version():
    """Of all the layers."""
    of = importlib.metadata.version
    return (f"FastAPI {of('fastapi')} with Starlette {of('starlette')} under uvicorn {of('uvicorn')}"
            f" on Python {platform.python_version()}")
