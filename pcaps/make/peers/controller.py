"""A Modbus/TCP server on pymodbus.

    controller.py ADDRESS PORT [--units 1,2,3] [--tank] [--broadcast] [--missing answer|ignore] [--rtu]

--tank       unit 1 is a tank: holding 40 set-point %, 41 level %, 42 inlet valve %, 43 pump run hours
--broadcast  unit 0 is written to all units and not answered
--missing    an unknown unit gets exception 0B, or silence (default)
--rtu        frames of a serial line on TCP, without MBAP header
"""
import argparse
import logging
import threading
import time

import pymodbus.device as device
from pymodbus.datastore import (ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext)
from pymodbus.server import StartTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

logging.disable(logging.CRITICAL)


def unit(points, first_value):
    registers = ModbusSequentialDataBlock(0, [(first_value + i) & 0xFFFF for i in range(points)])
    inputs = ModbusSequentialDataBlock(0, [1000 + i for i in range(points)])
    coils = ModbusSequentialDataBlock(0, [i % 3 == 0 for i in range(points)])
    states = ModbusSequentialDataBlock(0, [i % 2 == 0 for i in range(points)])
    return ModbusSlaveContext(di=states, co=coils, ir=inputs, hr=registers, zero_mode=True)


def run_tank(plc):
    """The level follows the set-point at 0.65 % a second, like a pump at full load."""
    level, hours = 45.0, 1207
    plc.setValues(3, 40, [45, 45, 30, hours])
    plc.setValues(4, 0, [450, 2150])
    step = 0
    while True:
        time.sleep(0.5)
        step += 1
        wanted = plc.getValues(3, 40, 1)[0]
        error = wanted - level
        level += max(-0.325, min(0.325, error))
        valve = max(0, min(100, round(30 + 14 * error)))
        plc.setValues(3, 41, [round(level), valve, hours + step // 400])
        # The transmitter gives tenths and has a little noise; second input is the temperature.
        plc.setValues(4, 0, [round(level * 10) + (step * 7) % 3 - 1, 2150 + (step * 5) % 4])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("--units", default="")
    parser.add_argument("--tank", action="store_true")
    parser.add_argument("--broadcast", action="store_true")
    parser.add_argument("--missing", default="ignore")
    parser.add_argument("--rtu", action="store_true")
    options = parser.parse_args()

    identity = device.ModbusDeviceIdentification(info_name={
        "VendorName": "Example Controls", "ProductCode": "EC-200", "MajorMinorRevision": "2.4.1",
        "VendorUrl": "http://www.example.com", "ProductName": "Tank controller",
        "ModelName": "EC-200-8AI", "UserApplicationName": "TANK-1"})
    numbers = [int(n) for n in options.units.split(",") if n]
    slaves = {n: unit(200 if n == 1 else 8 * n, 100 * n) for n in numbers}
    context = (ModbusServerContext(slaves=slaves, single=False) if slaves
               else ModbusServerContext(slaves=unit(200, 100), single=True))
    if options.tank:
        threading.Thread(target=run_tank, args=(context[1],), daemon=True).start()

    listening_only = False

    def obey_listen_only(response):
        """pymodbus notes "listen only" (8/4) but goes on answering: this makes it silent until 8/1."""
        nonlocal listening_only
        sub_function = getattr(response, "sub_function_code", None)
        if response.function_code == 8 and sub_function == 4:
            listening_only = True
        elif response.function_code == 8 and sub_function == 1 and listening_only:
            listening_only = False
            response.should_respond = False
        elif listening_only:
            response.should_respond = False
        return response, False

    # With unknown units ignored the framer already drops them; else every number has to be "known".
    extra = {"ignore_missing_slaves": True}
    if options.missing == "answer" and slaves:
        class Everyone(ModbusServerContext):
            def slaves(self):
                return list(range(1, 248))
        context.__class__ = Everyone
        extra = {"ignore_missing_slaves": False}
    StartTcpServer(context=context, identity=identity, address=(options.address, options.port),
                   framer=ModbusRtuFramer if options.rtu else ModbusSocketFramer,
                   broadcast_enable=options.broadcast, response_manipulator=obey_listen_only, **extra)


main()
