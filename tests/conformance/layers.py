#!/usr/bin/python3
"""Holds the layers below the application against tshark, in every tunnel and under every tag.

usage: layers.py SIGHTGLASS WRAP_CAPTURE CAPTURE...

Each capture is wrapped by WRAP_CAPTURE; `sightglass dissect` and tshark then print the same fields
of every frame. A field that they print differently is a difference, and each must be explained by
EXPLAINED below, by its wrapping. Exit status: 0 when all are, and every explanation is needed; 1 when not.
"""

import os
import subprocess
import sys
import tempfile

TSHARK = ["tshark", "-n", "-2", "-o", "tcp.reassemble_out_of_order:TRUE",
          "--enable-protocol", "prp"]
FIELDS = """
frame.len frame.cap_len eth.src eth.dst eth.type vlan.id vlan.priority vlan.etype ieee8021ad.id
ieee8021ad.priority ieee8021ah.isid ieee8021ah.priority ieee8021ah.cdst ieee8021ah.csrc
ieee8021ah.etype vntag.dir vntag.dst vntag.src vntag.etype etag.pcp etag.iecid_base etag.ecid_base
etag.etype hsr.path hsr.lsdu_size hsr.sequence_nr hsr.type prp.trailer.prp_sequence_nr
prp.trailer.prp_lan prp.trailer.prp_size prp.trailer.prp1_suffix mpls.label mpls.exp mpls.bottom
mpls.ttl pppoe.type pppoe.code pppoe.session_id pppoe.payload_length ip.src ip.dst ip.proto ip.id
ip.len ip.ttl ip.frag_offset ip.flags.mf ip.fragment.count ip.reassembled.length ipv6.src ipv6.dst
ipv6.nxt ipv6.plen gre.flags_and_version gre.flags.checksum gre.flags.key
gre.flags.sequence_number gre.proto gre.checksum gre.key gre.sequence_number erspan.version
erspan.vlan erspan.cos erspan.truncated erspan.spanid erspan.index erspan.timestamp
erspan.direction vxlan.flags vxlan.gbp vxlan.vni geneve.version geneve.flags.oam
geneve.flags.critical geneve.proto_type geneve.vni udp.srcport udp.dstport udp.length tcp.srcport
tcp.dstport tcp.len tcp.seq_raw tcp.flags arp.opcode arp.src.proto_ipv4 modbus.func_code
mbtcp.trans_id mbtcp.unit_id
""".split()

# wrapping -> why
EXPLAINED = {
    "mpls-ethernet": "a pseudowire without control word whose first MAC address begins with a zero:"
                     " tshark takes four bytes of it for a control word",
}


def rows(program, capture, options=()):
    command = [*program, *options, "-T", "fields"]
    for name in FIELDS:
        command += ["-e", name]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if run.returncode != 0:
        sys.exit(f"{' '.join(command[:4])}: {run.stderr.decode(errors='replace')[:400]}")
    return [line.split("\t") for line in run.stdout.decode(errors="replace").split("\n")[:-1]]


def main():
    sightglass, wrap, *captures = sys.argv[1:]
    open_ones, used, compared = {}, set(), 0
    for capture in captures:
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([wrap, capture, directory], check=True)
            for file in sorted(os.listdir(directory)):
                path, wrapping = os.path.join(directory, file), file.split(".")[0]
                ours = rows([sightglass, "dissect", path], path)
                theirs = rows([*TSHARK, "-r", path], path)
                if len(ours) != len(theirs):
                    open_ones[wrapping, "frame"] = (0, len(ours), len(theirs))
                for number, (one, other) in enumerate(zip(ours, theirs), 1):
                    for name, a, b in zip(FIELDS, one, other):
                        compared += 1
                        if a == b:
                            continue
                        if wrapping in EXPLAINED:
                            used.add(wrapping)
                        else:
                            open_ones.setdefault((wrapping, name),
                                                 (f"{os.path.basename(capture)} {number}", a, b))
    for (wrapping, name), (where, ours, theirs) in sorted(open_ones.items()):
        print(f"{wrapping} {name} ({where}): ours {ours!r}, tshark {theirs!r}")
    stale = set(EXPLAINED) - used
    for wrapping in sorted(stale):
        print(f"{wrapping}: explains nothing any more")
    print(f"{compared} values compared, {len(open_ones)} differences")
    return 1 if open_ones or stale else 0


if __name__ == "__main__":
    sys.exit(main())
