# SPDX-License-Identifier: Apache-2.0
"""Chromium's messages on CORS, without their beginning; what differs from case to case is a word in capitals."""

import re

BEGINNING = "Access to fetch at 'URL' from origin 'ORIGIN' has been blocked by CORS policy: "
PREFLIGHT = "Response to preflight request doesn't pass access control check: "

NO_ORIGIN = "No 'Access-Control-Allow-Origin' header is present on the requested resource."
OTHER_ORIGIN = (
    "The 'Access-Control-Allow-Origin' header has a value 'VALUE' that is not equal to the supplied origin. Have the "
    "server send the header with a valid value."
)
SEVERAL = (
    "The 'Access-Control-Allow-Origin' header contains multiple values 'VALUE', but only one is allowed. Have the "
    "server send the header with a valid value."
)
INVALID = (
    "The 'Access-Control-Allow-Origin' header contains the invalid value 'VALUE'. Have the server send the header "
    "with a valid value."
)
WILDCARD = (
    "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the "
    "request's credentials mode is 'include'."
)
CREDENTIALS = (
    "The value of the 'Access-Control-Allow-Credentials' header in the response is 'VALUE' which must be 'true' when "
    "the request's credentials mode is 'include'."
)
METHOD = "Method METHOD is not allowed by Access-Control-Allow-Methods in preflight response."
HEADER = "Request header field HEADER is not allowed by Access-Control-Allow-Headers in preflight response."
BAD_METHODS = "Cannot parse Access-Control-Allow-Methods response header field in preflight response."
BAD_HEADERS = "Cannot parse Access-Control-Allow-Headers response header field in preflight response."
REDIRECT = f"{PREFLIGHT}Redirect is not allowed for a preflight request."
NOT_OK = f"{PREFLIGHT}It does not have HTTP ok status."
PASSWORD = (
    "Redirect location 'VALUE' contains a username and password, which is disallowed for cross-origin requests."
)
NOT_PERMITTED = "Permission was denied for this request to access the `ADDRESS` address space."
NOT_SECURE = (
    "The request client is not a secure context and the resource is in more-private address space `ADDRESS`."
)
OTHER_SPACE = (
    "Request had a target IP address space of `ADDRESS` yet the resource is in address space `ADDRESS`."
)
SAME_ORIGIN = (     # with another beginning
    "Fetch API cannot load URL. Request mode is \"same-origin\" but the URL's origin is not same as the request origin "
    "ORIGIN."
)
SCHEME = "Cross origin requests are only supported for protocol schemes: VALUE."

WORD = re.compile("URL|ORIGIN|VALUE|METHOD|HEADER|ADDRESS")


def says(message, text, beginning=BEGINNING):
    """Is this the message that a console's text, begun as fetch() does, has?"""
    pattern = WORD.sub(".*", re.escape(beginning + message).replace(r"\ ", " "))
    return re.fullmatch(pattern, text) is not None
