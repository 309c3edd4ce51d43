#!/bin/bash
# Makes the captures again: all of them, or those whose file name contains one of the arguments.
# Needs root (network namespaces) and, on Debian:
#   gcc libmodbus-dev python3-pymodbus python3-serial python3-serial-asyncio
#   iproute2 ethtool tcpdump tshark
# and for OPC UA node, with SGP_NODE naming the folder of `npm install node-opcua@2.182.0`.
set -eu
cd "$(dirname "$0")"
export SGP_BIN=${SGP_BIN:-$(mktemp -d)} PYTHONDONTWRITEBYTECODE=1
for peer in controller station; do
  gcc -O1 -Wall -o "$SGP_BIN/$peer" "peers/$peer.c" -lmodbus
done
/usr/bin/python3 captures.py make "$@"
/usr/bin/python3 captures.py readme
