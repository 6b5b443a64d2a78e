"""Files: what stands in for the system's files in the seal, so that programs find names and trust.

They are covered where they exist; what a system does not have, its programs do not read.
"""

import socket
from pathlib import Path

#: Where the resolver lives: the last address of the range of names (RFC 2544).
RESOLVER = "198.19.255.254"

#: Where distributions keep the bundle of authorities.
BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)

#: The variables by which programs are told of a bundle of their own.
VARIABLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "GIT_SSL_CAINFO",
    "PIP_CERT",
    "AWS_CA_BUNDLE",
)


class Files:
    """The files of one seal.

    Arguments:
        folder: an empty one.
    """

    def __init__(self, folder: Path) -> None:
        self.bundle = folder / "ca.pem"
        self.bundle.touch()
        nsswitch = Path("/etc/nsswitch.conf")
        system = nsswitch.read_text(encoding="utf-8") if nsswitch.exists() else ""
        written = {
            "/etc/resolv.conf": f"nameserver {RESOLVER}\n",
            "/etc/hosts": f"127.0.0.1 localhost {socket.gethostname()}\n::1 localhost\n",
            "/etc/nsswitch.conf": "".join(
                f"{'hosts: files dns' if line.startswith('hosts:') else line}\n"
                for line in system.splitlines()
            ),
        }
        #: the path of each file, and of what it covers
        self.covers = [(str(self.bundle), path) for path in BUNDLES]
        # A caching daemon would answer from outside (nscd(8)): nobody is at its socket.
        (folder / "nobody").mkdir()
        self.covers.append((str(folder / "nobody"), "/run/nscd"))
        for path, text in written.items():
            file = folder / Path(path).name
            file.write_text(text, encoding="utf-8")
            self.covers.append((str(file), path))

    def trust(self, pem: str) -> dict[str, str]:
        """Write the bundle anew, in place; return the variables that tell of it."""
        self.bundle.write_text(pem, encoding="ascii")
        return dict.fromkeys(VARIABLES, str(self.bundle))
