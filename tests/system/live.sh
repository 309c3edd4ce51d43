#!/usr/bin/env bash
# A live run: two hosts and a mirror port in namespaces, real Modbus peers, the sensor on the mirror,
# the alert on disk within a second of the write; kill -9, restart, nothing lost.
# usage: live.sh SOURCE RELEASE
set -euo pipefail
cd "$1"
release=$(cd "$2" 2>/dev/null && pwd) || { echo "skipped: no release build"; exit 77; }
[ "$(id -u)" = 0 ] || { echo "skipped: network namespaces need root"; exit 77; }
ip netns add sgl-probe 2>/dev/null || { echo "skipped: no network namespaces here"; exit 77; }
ip netns del sgl-probe
work=$(mktemp -d)
chmod 755 "$work"
pids=()
nets=/run/netns/sgl # nsenter and not `ip -n` or `ip netns exec`, which also mount and so cannot work in a chroot
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  for name in switch plc hmi laptop span; do ip netns del "sgl-$name" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT
fail() { echo "live: $*" >&2; cat "$work"/sensor*.log >&2; exit 1; }

# A switch with three hosts, every access port mirrored to the sensor's.
ip netns add sgl-switch
nsenter --net="$nets-switch" ip link add br0 type bridge
nsenter --net="$nets-switch" ip link set br0 up
port() { # NAME ADDRESS
  ip netns add "sgl-$1"
  nsenter --net="$nets-switch" ip link add "p-$1" type veth peer name eth0 netns "sgl-$1"
  nsenter --net="$nets-switch" ip link set "p-$1" up
  nsenter --net="$nets-$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
  [ -z "$2" ] || nsenter --net="$nets-$1" ip address add "$2/24" dev eth0
  nsenter --net="$nets-$1" ip link set eth0 up
  nsenter --net="$nets-$1" ip link set lo up
}
port span ""
for host in plc:10.88.0.10 hmi:10.88.0.20 laptop:10.88.0.66; do
  port "${host%%:*}" "${host##*:}"
  nsenter --net="$nets-switch" ip link set "p-${host%%:*}" master br0
  nsenter --net="$nets-switch" tc qdisc add dev "p-${host%%:*}" clsact
  nsenter --net="$nets-switch" tc filter add dev "p-${host%%:*}" ingress protocol all prio 1 u32 match u32 0 0 \
    action mirred egress mirror dev p-span
done

printf 'assets:\n  - {name: PLC-1, addresses: [10.88.0.10], roles: [plc]}\n' >"$work/site.yaml"
printf '  - {name: HMI-1, addresses: [10.88.0.20], roles: [hmi]}\n' >>"$work/site.yaml"
cat >"$work/sensor.yaml" <<YAML
capture: {interface: eth0, ring_mib: 8}
judge: {site: site.yaml, learn_for: off}
record: {directory: record}
control: {socket: record/sensor.sock}
run_as: nobody
YAML
start_sensor() { # LOG
  nsenter --net="$nets-span" "$release/sightglass-sensor" --config "$work/sensor.yaml" >"$work/$1" 2>&1 &
  sensor=$!
  pids+=("$sensor")
  for _ in $(seq 100); do
    grep -q "listening on" "$work/$1" && return
    kill -0 "$sensor" 2>/dev/null || fail "the sensor ended"
    sleep 0.1
  done
  fail "the sensor did not start"
}
alerts() { sqlite3 -readonly "$work/record/record.db" "select count(*) from alert" 2>/dev/null || echo 0; }
has() { # KIND
  sqlite3 -readonly "$work/record/record.db" "select count(*) from alert where kind = '$1'" 2>/dev/null || echo 0
}
write_register() { # HOST VALUE
  nsenter --net="$nets-$1" /usr/bin/python3 - "$2" <<'PY'
import sys
from pymodbus.client import ModbusTcpClient
client = ModbusTcpClient("10.88.0.10", port=502)
client.connect()
client.write_register(40, int(sys.argv[1]), slave=1)
client.close()
PY
}

start_sensor sensor-1.log
for capability in CapEff CapPrm; do
  grep -q "^$capability:[[:space:]]*0000000000000000$" "/proc/$sensor/status" || fail "it kept $capability"
done
grep -q "^Uid:.*$(id -u nobody)" "/proc/$sensor/status" || fail "it is not nobody"
nsenter --net="$nets-plc" /usr/bin/python3 - <<'PY' >"$work/plc.log" 2>&1 &
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartTcpServer
store = ModbusSlaveContext(hr=ModbusSequentialDataBlock(0, [0] * 100))
StartTcpServer(context=ModbusServerContext(slaves=store, single=True), address=("10.88.0.10", 502))
PY
pids+=($!)
for _ in $(seq 100); do
  nsenter --net="$nets-hmi" bash -c 'exec 3<>/dev/tcp/10.88.0.10/502' 2>/dev/null && break
  sleep 0.1
done

write_register hmi 45
write_register laptop 95
wrote=$(date +%s%N)
for _ in $(seq 50); do [ "$(has CTL-013)" = 1 ] && break; sleep 0.1; done
[ "$(has CTL-013)" = 1 ] || fail "no CTL-013 for the laptop's write"
echo "live: the alert was on disk $((($(date +%s%N) - wrote) / 1000000)) ms after the write"
before=$(alerts)

# An interface that goes down and comes back is survived.
nsenter --net="$nets-span" ip link set eth0 down
sleep 0.5
nsenter --net="$nets-span" ip link set eth0 up
kill -0 "$sensor" || fail "the sensor did not survive its interface going down"

# SIGHUP reloads; a site file with a mistake changes nothing.
echo 'assets: {' >"$work/site.yaml"
kill -HUP "$sensor"
for _ in $(seq 50); do grep -q "the old one stays" "$work/sensor-1.log" && break; sleep 0.1; done
grep -q "the old one stays" "$work/sensor-1.log" || fail "a bad site file was not reported"
echo 'assets: []' >"$work/site.yaml"

# What a console tells of an alert is on disk when the answer comes.
triage() { # ARGS
  /usr/bin/python3 - "$work/record/sensor.sock" "$1" <<'PY'
import json, socket, sys
sensor = socket.socket(socket.AF_UNIX)
sensor.settimeout(10)
sensor.connect(sys.argv[1])
sensor.sendall((json.dumps({"v": 1, "id": 1, "do": "triage", "args": json.loads(sys.argv[2])}) + "\n").encode())
print(sensor.makefile().readline().strip())
PY
}
held=$(sqlite3 -readonly "$work/record/record.db" "select lower(hex(id)) from alert where kind = 'CTL-013'")
page="{\"source\": \"live\", \"after\": 0, \"upto\": 1, \"last\": true,
       \"alerts\": [{\"id\": \"$held\", \"state\": \"held\"}]}"
triage "$page" | grep -q '"source":"live","cursor":1' || fail "the sensor did not take what it was told"

# Killed at any moment: what was shown is there, and the record opens.
kill -KILL "$sensor"
wait "$sensor" 2>/dev/null || true
[ "$(alerts)" = "$before" ] || fail "alerts were lost by kill -9"
start_sensor sensor-2.log
"$release/sightglass" sensor --socket "$work/record/sensor.sock" status | grep -q '"interfaces":\[{"name":"eth0"' ||
  fail "no status over the control socket"
triage "{}" | grep -q '"source":"live","cursor":1' || fail "what a console told was lost by kill -9"
[ "$(sqlite3 -readonly "$work/record/record.db" "select state from triage")" = held ] || fail "the hold was lost"
kill -TERM "$sensor"
wait "$sensor" || fail "SIGTERM did not end it cleanly"
grep -q "packets dropped by the kernel" "$work/sensor-2.log" || fail "no summary at its end"
[ "$(alerts)" -ge "$before" ] || fail "alerts were lost over the restart"
echo "live: passed with $before alerts"
