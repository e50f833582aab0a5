"""Make a self-signed development certificate for localhost and this machine's addresses on the local network.

A phone's camera works only over HTTPS. Start the server with the two files this program writes and open
https://ADDRESS:PORT on the phone; its warning about the unknown certificate has to be confirmed once.
"""

from __future__ import annotations

import argparse
import datetime
import ipaddress
import socket
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tools.arguments import run_tool
from tools.errors import ToolError

# Longer-lived server certificates are refused by Apple's devices (support.apple.com/102028).
_DAYS = 397
_CERTIFICATE, _KEY = "dev-cert.pem", "dev-key.pem"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m tools.dev_cert",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("folder", type=Path, help="where to write the two files")
    options.add_argument(
        "--name",
        action="append",
        default=[],
        help="another host name or IP address (repeatable)",
    )
    return options


def local_addresses() -> list[str]:
    """The address other machines on the network reach this one by, if there is a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # No packet is sent: connecting a UDP socket only chooses the interface (RFC 5737 address).
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return []
        return [probe.getsockname()[0]]


def make_certificate(names: Sequence[str]) -> tuple[bytes, bytes]:
    """A certificate valid for ``names`` (host names and IP addresses), and its private key, both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "LiveHair development")])
    begin = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM), private


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status.

    Raises:
        ToolError: the files cannot be written.
    """
    options = parser().parse_args(arguments)
    names = list(dict.fromkeys(["localhost", "127.0.0.1", "::1", *local_addresses(), *options.name]))
    certificate, key = make_certificate(names)
    certfile, keyfile = options.folder / _CERTIFICATE, options.folder / _KEY
    try:
        options.folder.mkdir(parents=True, exist_ok=True)
        certfile.write_bytes(certificate)
        keyfile.touch(mode=0o600)
        keyfile.write_bytes(key)
    except OSError as error:
        raise ToolError(f"Cannot write to {options.folder}: {error.strerror}.") from None
    print(f"Valid for {', '.join(names)}, {_DAYS} days. Start the server with")
    print(f"  python run_server.py --host 0.0.0.0 --certfile {certfile} --keyfile {keyfile}")
    return 0


if __name__ == "__main__":
    run_tool(main)
