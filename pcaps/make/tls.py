"""TLS where the three protocols have it: Modbus/TCP Security on port 802, and inside of COTP on port 102."""
import contextlib
import pathlib
import subprocess
import tempfile

import lab
from captures import capture, tag

SSL = "Python's ssl (OpenSSL) at both ends"
ROLE = "1.3.6.1.4.1.50316.802.1=ASN1:UTF8String:Operator"


def certificate(folder, name, common_name, *options):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "3650", "-subj", f"/O=Cell/CN={common_name}", "-keyout", folder / f"{name}.key",
                    "-out", folder / f"{name}.pem", *options], check=True, capture_output=True)


@contextlib.contextmanager
def ends(path, what, port):
    """Certificates, a server on PLC-1, a capture."""
    with tempfile.TemporaryDirectory() as made, lab.Lab(tag(path), ["plc", "hmi"]) as net:
        folder = pathlib.Path(made)
        certificate(folder, "server", "PLC-1")
        certificate(folder, "client", "HMI-1", "-addext", ROLE)
        peer = lab.HERE / "peers/tls.py"
        net.server("plc", lab.PYTHON, peer, "answer", what, folder, lab.PLC, port=port)
        net.capture(path, only=f"tcp port {port} or arp")
        yield lambda: net.run("hmi", lab.PYTHON, peer, "ask", what, folder, lab.PLC)


@capture("modbus/tls.pcap",
         "Modbus/TCP Security on port 802: reads in TLS 1.2 and in TLS 1.3 with certificates of both sides, that of HMI-1 "
         "with the role Operator; a client without a certificate is refused", SSL, key="tls", count=(15, 40))
def modbus(path):
    with ends(path, "modbus", 802) as ask:
        ask()


@capture("s7comm/tls.pcap",
         "TLS inside of COTP: InitSSL, then a handshake of TLS 1.2 and data, whose records fill a data unit, share one, or "
         "go on in the next", SSL + "; what they say inside is made up", key="cotp.type == 0x0f", count=(12, 40))
def in_cotp(path):
    with ends(path, "cotp", 102) as ask:
        ask()
