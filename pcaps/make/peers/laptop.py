"""A Modbus/TCP client on pymodbus. Each argument is one step.

    laptop.py [--rtu] ADDRESS PORT STEP...

    --rtu                    frames of a serial line on TCP, without MBAP header

    identify CODE [OBJECT]   43/14, read device identification
    read UNIT ADDR QTY       holding registers
    write UNIT ADDR VALUE    one register
    request NAME [ARGS]      a pymodbus request class by name, arguments as Python
    sleep SECONDS, at SECONDS (after START_AT), timeout SECONDS, reconnect
"""
import logging
import os
import sys
import time

from pymodbus import (bit_read_message, bit_write_message, diag_message, file_message, mei_message,
                      other_message, register_read_message, register_write_message)
from pymodbus.client import ModbusTcpClient
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

logging.disable(logging.CRITICAL)
MODULES = (bit_read_message, bit_write_message, diag_message, file_message, mei_message, other_message,
           register_read_message, register_write_message)


def request(text):
    name, _, arguments = text.partition(" ")
    for module in MODULES:
        if hasattr(module, name):
            return eval(f"make({arguments})",  # steps come from our own scripts
                        {"make": getattr(module, name), "FileRecord": file_message.FileRecord})
    raise SystemExit(f"no request {name}")


def main():
    rtu = "--rtu" in sys.argv
    address, port, *steps = [a for a in sys.argv[1:] if a != "--rtu"]
    start = float(os.environ.get("START_AT", time.time()))
    client = ModbusTcpClient(address, port=int(port), timeout=1, retries=0,
                             framer=ModbusRtuFramer if rtu else ModbusSocketFramer)

    def send(message, unit=1):
        message.unit_id = unit
        if not client.is_socket_open():
            client.connect()
        try:
            return client.execute(message)
        except Exception as error:
            return error

    for step in steps:
        word, _, rest = step.partition(" ")
        numbers = [float(x) for x in rest.split() if x.replace(".", "").isdigit()]
        if word == "sleep":
            time.sleep(numbers[0])
        elif word == "at":
            time.sleep(max(0, start + numbers[0] - time.time()))
        elif word == "timeout":
            client.params.timeout = numbers[0]
        elif word == "reconnect":
            client.close()
        else:
            if not client.is_socket_open():
                client.connect()
            if word == "identify":
                code, object_id = int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 0
                answer = send(mei_message.ReadDeviceInformationRequest(read_code=code,
                                                                       object_id=object_id))
            elif word == "read":
                unit, start_at, quantity = map(int, numbers)
                answer = client.read_holding_registers(start_at, quantity, slave=unit)
            elif word == "write":
                unit, register, value = map(int, numbers)
                answer = client.write_register(register, value, slave=unit)
            else:
                answer = send(request(rest))
            print(f"{step}: {answer}", flush=True)
    client.close()


main()
