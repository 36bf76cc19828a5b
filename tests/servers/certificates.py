"""A throw-away certificate authority and server certificates, made for one test run."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = timedelta(days=1)
#: The names that the certificate of a web server has.
WEB_NAMES = ("firm.test", "*.firm.test", "autoconfig.thunderbird.net")


def make_certificates(folder: Path) -> Path:
    """Write ca.crt and the pairs good, expired, wrongname, web (.crt, .key) into `folder`; return the CA's
    path."""
    now = datetime.now(UTC)
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = (
        _builder("Test authority", "Test authority", ca_key, now - DAY, now + 2 * DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(True, False, False, False, False, True, True, False, False), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    ca_file = folder / "ca.crt"
    ca_file.write_bytes(ca.public_bytes(Encoding.PEM))
    here = [
        x509.DNSName("localhost"),
        x509.DNSName("imap.firm.test"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    for name, names, begins, ends in (
        ("good", here, now - DAY, now + 2 * DAY),
        ("expired", here, now - 10 * DAY, now - DAY),
        ("web", [x509.DNSName(name) for name in WEB_NAMES], now - DAY, now + 2 * DAY),
        ("wrongname", [x509.DNSName("mail.example.org")], now - DAY, now + 2 * DAY),
    ):
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = (
            _builder(name, "Test authority", key, begins, ends)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
            )
            .sign(ca_key, hashes.SHA256())
        )
        (folder / f"{name}.crt").write_bytes(leaf.public_bytes(Encoding.PEM))
        (folder / f"{name}.key").write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
    return ca_file


def _builder(
    subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
