# SPDX-License-Identifier: Apache-2.0
"""A certificate of our own, made by openssl when a test first needs one."""

import functools
import subprocess
import tempfile
from pathlib import Path


@functools.lru_cache(None)
def certificate():
    """The text of a certificate and its key in one file."""
    with tempfile.TemporaryDirectory() as scratch:
        key, signed = Path(scratch, "key"), Path(scratch, "certificate")
        command = "openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 2"
        command += " -subj /CN=localhost -addext basicConstraints=critical,CA:FALSE"
        subprocess.run([*command.split(), "-keyout", key, "-out", signed], check=True, capture_output=True)
        return signed.read_text() + key.read_text()


def speak_tls(site):
    """The lines that make a virtual host of this site speak TLS.

    mod_ssl warns of OpenSSL versions and session caches, which the tests are not about.
    """
    site.add("LogLevel ssl:error")
    site.file("conf/certificate", certificate(), mode=0o600)
    return 'SSLEngine On\nSSLCertificateFile "${ROOT}/conf/certificate"'
