# SPDX-License-Identifier: Apache-2.0
"""For "make bench-peers": an application that answers twelve bytes of JSON, with CORSMiddleware or without."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware


def application():
    """Without CORS."""
    app = FastAPI()

    @app.get("/data.json")
    async def data():
        return {"abc": 1234}

    return app


def with_cors():
    """With the policy."""
    app = application()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://app.example.com", "https://www.example.com"],
        allow_methods=["GET", "HEAD", "POST", "PUT"],
        allow_headers=["X-Request-ID"],
        expose_headers=["ETag", "Link"],
        allow_credentials=True,
        max_age=600,
    )
    return app
