#!/bin/bash
# Makes the captures again: all of them, or those whose file name contains one of the arguments.
# Needs root (network namespaces) and, on Debian:
#   gcc libmodbus-dev python3-pymodbus python3-serial python3-serial-asyncio
#   iproute2 ethtool tcpdump tshark openssh-client openssh-server
# and for OPC UA node, with SGP_NODE naming the folder of `npm install node-opcua@2.182.0`.
# and for S7comm, with npm, the sources of snap7 that node-snap7 holds (LGPL; nothing of it is kept here).
set -eu
cd "$(dirname "$0")"
export SGP_BIN=${SGP_BIN:-$(mktemp -d)} PYTHONDONTWRITEBYTECODE=1
for peer in controller station; do
  gcc -O1 -Wall -o "$SGP_BIN/$peer" "peers/$peer.c" -lmodbus
done
snap7=$SGP_BIN/snap7/package/deps/snap7/src
if [ ! -d "$snap7" ]; then
  mkdir -p "$SGP_BIN/snap7"
  tar xzf "$(cd "$SGP_BIN/snap7" && npm pack --silent node-snap7@1.0.9 | sed "s|^|$SGP_BIN/snap7/|")" -C "$SGP_BIN/snap7"
fi
for peer in s7_controller s7_station; do
  [ -x "$SGP_BIN/$peer" ] && [ "$SGP_BIN/$peer" -nt "peers/$peer.cpp" ] && continue
  g++ -O1 -w -pthread -I"$snap7/sys" -I"$snap7/core" -I"$snap7/lib" -I"$SGP_BIN/snap7/package/src" \
    -o "$SGP_BIN/$peer" "peers/$peer.cpp" "$snap7"/sys/snap_{msgsock,sysutils,tcpsrvr,threads}.cpp \
    "$snap7"/core/s7_*.cpp "$snap7/lib/snap7_libmain.cpp"
done
/usr/bin/python3 captures.py make "$@"
/usr/bin/python3 captures.py readme
