# SPDX-License-Identifier: Apache-2.0
"""Preflights bear no credentials: they are answered, or denied, before access control asks for any."""

from harness import Site
from harness.paths import POLICY, assert_preflight, every_kind, everywhere, families

AUTH = 'AuthName "members"\nAuthUserFile "${ROOT}/users"\nRequire valid-user\nAuthType '
FORM = """Form
AuthFormProvider file
AuthFormLoginRequiredLocation https://login.example/
Session On
SessionCookieName session path=/"""
SECTIONS = ("<Location>", "<Directory>")  # where AllowMethods may stand

MODULES = "access_compat allowmethods auth_digest auth_form authz_owner request session session_cookie socache_shmcb"
site = Site(modules=MODULES.split())
site.file("users", "user:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")
DENIED = r"\[authz_core:error\]"


def guarded(name, text, left, loud=None, **places):
    """Rows of (name, path, status of OPTIONS without an Origin, what the log then says) of a policy with a guard."""
    return [(*row, left, loud) for row in everywhere(site, name, f"{POLICY}\n{text}", **places)]


PREFLIGHTS = {
    "a password is asked for": [
        *guarded("Basic", AUTH + "Basic", 401),
        *guarded("Digest", AUTH + "Digest", 401),
        *guarded("a form", AUTH + FORM, 302),
        *guarded("Basic, for the owner of the file", AUTH + "Basic\nRequire file-owner", 401),
    ],
    "access is denied": [
        *guarded("Require all denied", "Require all denied", 403, DENIED),
        *guarded("Require ip", "Require ip 192.0.2.1", 403, DENIED),
        *guarded("Require expr", "Require expr false", 403, DENIED),
        *guarded("Require env", "Require env allowed", 403, DENIED),
        *guarded("Deny from all", "Order Allow,Deny\nDeny from all", 403, r"\[access_compat:error\]"),
    ],
    "the method is not allowed": [
        *guarded("AllowMethods", "AllowMethods GET", 405, r"\[allowmethods:error\]", places=SECTIONS),
        *guarded("<Limit>", "<Limit OPTIONS>\nRequire all denied\n</Limit>", 403, DENIED),
        *guarded("<LimitExcept>", "<LimitExcept GET>\nRequire all denied\n</LimitExcept>", 403, DENIED),
        *guarded("Require method", "Require method GET", 403, DENIED),
    ],
}


@families("url, left, loud", PREFLIGHTS, preflight="answered")
@every_kind
def test_answered_before_access_control(server, kind, url, left, loud):
    assert_preflight(server, kind, url, left, loud)
