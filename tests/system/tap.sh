#!/usr/bin/env bash
# A network TAP: each direction of a conversation on an interface of its own, at full speed, into one
# sensor. Each response must find its request; an interface that is gone must be told by name.
# usage: tap.sh SOURCE RELEASE
set -euo pipefail
cd "$1"
release=$(cd "$2" 2>/dev/null && pwd) || { echo "skipped: no release build"; exit 77; }
[ "$(id -u)" = 0 ] || { echo "skipped: network namespaces need root"; exit 77; }
ip netns add sgl-tap 2>/dev/null || { echo "skipped: no network namespaces here"; exit 77; }
work=$(mktemp -d)
chmod 755 "$work"
net=/run/netns/sgl-tap # nsenter and not `ip netns exec`, which also mounts and so cannot work in a chroot
sensor=
cleanup() {
  [ -z "$sensor" ] || kill "$sensor" 2>/dev/null || true
  wait 2>/dev/null || true
  ip netns del sgl-tap 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
fail() { echo "tap: $*" >&2; cat "$work/sensor.log" >&2; exit 1; }
within() { # SECONDS COMMAND...
  for _ in $(seq "$(($1 * 10))"); do "${@:2}" && return; sleep 0.1; done
  return 1
}

for side in a b; do
  nsenter --net=$net ip link add "wire-$side" type veth peer name "tap-$side"
  nsenter --net=$net sysctl -qw "net.ipv6.conf.wire-$side.disable_ipv6=1" "net.ipv6.conf.tap-$side.disable_ipv6=1"
  nsenter --net=$net ip link set "wire-$side" up
  nsenter --net=$net ip link set "tap-$side" up
done
cat >"$work/sensor.yaml" <<YAML
capture:
  interfaces:
    - tap-a
    - {interface: tap-b, filter: tcp port 502}
  ring_mib: 64
judge: {learn_for: off}
record: {directory: record}
control: {socket: record/sensor.sock}
run_as: nobody
YAML
nsenter --net=$net "$release/sightglass-sensor" --config "$work/sensor.yaml" >"$work/sensor.log" 2>&1 &
sensor=$!
within 10 grep -q "listening on tap-a, tap-b" "$work/sensor.log" || fail "the sensor did not start"
grep -q "bytes each" "$work/sensor.log" || fail "it does not say what a flow takes"
status() { "$release/sightglass" sensor --socket "$work/record/sensor.sock" status; }
counter() { # NAME
  status | python3 -c 'import json, sys; print(json.load(sys.stdin)["counters"].get(sys.argv[1], 0))' "$1"
}

# Requests on one wire, responses on the other, each right after the other: no time to wait for a block.
rounds=40000
nsenter --net=$net python3 - $rounds <<'PY'
import socket, struct, sys

def mac(host):
    return bytes([2, 0, 0, 0, 0, host])

def frame(source, target, ports, sequence, acknowledgment, flags, payload=b""):
    tcp = struct.pack("!HHIIBBHHH", *ports, sequence, acknowledgment, 0x50, flags, 8192, 0, 0) + payload
    ip = struct.pack("!BBHHHBBHII", 0x45, 0, 20 + len(tcp), sequence & 0xffff, 0, 64, 6, 0,
                     0x0a000000 + source, 0x0a000000 + target)
    return mac(target) + mac(source) + b"\x08\x00" + ip + tcp

client, server = (49152, 502), (502, 49152)
wires = []
for name in ("wire-a", "wire-b"):
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind((name, 0))
    wires.append(wire)
request_wire, response_wire = wires
frames = [(0, frame(1, 2, client, 999, 0, 2)), (1, frame(2, 1, server, 4999, 1000, 0x12)),
          (0, frame(1, 2, client, 1000, 5000, 0x10))]
sent, received = 1000, 5000
for number in range(int(sys.argv[1])):
    transaction = number & 0xffff
    request = struct.pack("!HHHBBHH", transaction, 0, 6, 1, 3, 0, 2)
    response = struct.pack("!HHHBBBHH", transaction, 0, 7, 1, 3, 4, number & 0xffff, 7)
    frames.append((0, frame(1, 2, client, sent, received, 0x18, request)))
    sent += len(request)
    frames.append((1, frame(2, 1, server, received, sent, 0x18, response)))
    received += len(response)
# What the filter of the second interface keeps out, and the first has none.
other = frame(2, 1, (9, 49153), 1, 1, 0x10)
frames += [(0, other), (1, other)]
for wire, octets in frames:
    wires[wire].send(octets)
PY
packets=$((2 * rounds + 4))
arrived() { [ "$(counter capture.packets)" = $packets ]; }
within 20 arrived || fail "$(counter capture.packets) of $packets packets: $(status)"
answered() { [ "$(counter request.accepted)" = $rounds ]; }
within 10 answered || fail "$(counter request.accepted) of $rounds requests are answered: $(status)"
for zero in request.unseen request.unanswered request.late capture.dropped_by_kernel stream.gaps.acknowledged; do
  [ "$(counter $zero)" = 0 ] || fail "$zero is $(counter $zero)"
done
[ "$(counter interface.tap-a.packets)" = $((rounds + 3)) ] || fail "tap-a: $(counter interface.tap-a.packets)"
[ "$(counter interface.tap-b.packets)" = $((rounds + 1)) ] || fail "tap-b: $(counter interface.tap-b.packets)"
echo "tap: $rounds requests on one interface found their responses on the other"

# One that is gone is told by name while the other goes on; without any the process ends.
nsenter --net=$net ip link del wire-b
within 10 grep -q "tap-b: the interface is gone" "$work/sensor.log" || fail "its end was not logged"
told() {
  [ "$(sqlite3 -readonly "$work/record/record.db" \
    "select count(*) from alert where kind = 'SYS-001' and sentence like '%tap-b%gone%'" 2>/dev/null)" = 1 ]
}
within 30 told || fail "no SYS-001 that names tap-b"
status | grep -q '"name":"tap-b","gone":true' || fail "status does not say so: $(status)"
kill -0 "$sensor" || fail "it ended though tap-a is there"
nsenter --net=$net ip link del wire-a
ended=0
wait "$sensor" || ended=$?
sensor=
[ $ended = 75 ] || fail "it ended with $ended"
echo "tap: passed"
