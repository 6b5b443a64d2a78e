"""Authentication of HTTP (RFC 9110 §11), one scheme a file."""

from netmocks.http.auth.authentication import Authentication
from netmocks.http.auth.basic import Basic
from netmocks.http.auth.bearer import Bearer
from netmocks.http.auth.credentials import Credentials
from netmocks.http.auth.digest import Digest
from netmocks.http.auth.nonces import Nonces

__all__ = ["Authentication", "Basic", "Bearer", "Credentials", "Digest", "Nonces"]
