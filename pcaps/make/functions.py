"""Every function code, sub-function and exception, with the stacks that know them."""
import lab
from captures import capture, tag

LIBMODBUS = "libmodbus client and server"
PYMODBUS = "pymodbus client and server"
SCRIPTED = "libmodbus client; scripted server, because no stack gives these answers"


@capture("modbus/libmodbus-all-functions.pcap",
         "1-6, 15, 16, 17, 22, 23 answered; 8, 11, 12, 20, 21, 24, 43/14, 43/13, 65, 90, 100 refused with 01; "
         "7 never answered; exceptions 02 and 03", LIBMODBUS, key="modbus", count=(50, 80))
def libmodbus_all(path):
    with lab.Lab(tag(path), ["plc", "hmi"]) as net:
        net.libmodbus_server()
        net.capture(path)
        net.station("hmi", "timeout 1", "1 0 20", "2 0 20", "3 0 10", "4 0 10", "5 3 1", "5 3 0", "6 3 4660",
                    "15 0 1 0 1 1 0 0 1 0 1 1 1 0", "16 0 5 6 7 8 9", "17", "22 3 242 37",
                    "23 0 6 0 11 22 33", "3 5000 10", "1 100 150", "3 0 125", "3 199 1", "3 199 2",
                    "raw 03 00 00 00 00", "raw 08 00 00 A5 37", "raw 0B", "raw 0C",
                    "raw 14 07 06 00 04 00 01 00 02", "raw 15 09 06 00 04 00 01 00 01 06 AF",
                    "raw 18 04 DE", "raw 2B 0E 01 00", "raw 2B 0D 00 00", "raw 41 01", "raw 5A 00 02",
                    "raw 64 01 02", "raw 07", "3 0 2")


@capture("modbus/pymodbus-all-functions.pcap",
         "1-8 (8 with sub-functions 0-3, 10-21, then 4 and 1), 11, 12, 15-17, 20-24, 43/14 with read codes 1-4, "
         "all answered; exception 02. After 8/4 the server is silent until 8/1.", PYMODBUS,
         key="modbus", count=(70, 110))
def pymodbus_all(path):
    diagnostics = ["ReturnQueryDataRequest [0xA537]", "ReturnDiagnosticRegisterRequest",
                   "ChangeAsciiInputDelimiterRequest 0x0A00", "ClearCountersRequest",
                   "ReturnBusMessageCountRequest", "ReturnBusCommunicationErrorCountRequest",
                   "ReturnBusExceptionErrorCountRequest", "ReturnSlaveMessageCountRequest",
                   "ReturnSlaveNoResponseCountRequest", "ReturnSlaveNAKCountRequest",
                   "ReturnSlaveBusyCountRequest", "ReturnSlaveBusCharacterOverrunCountRequest",
                   "ReturnIopOverrunCountRequest", "ClearOverrunCountRequest",
                   "GetClearModbusPlusRequest 3", "RestartCommunicationsOptionRequest True"]
    others = ["ReadCoilsRequest 1, 16", "ReadDiscreteInputsRequest 1, 8", "ReadHoldingRegistersRequest 1, 8",
              "ReadInputRegistersRequest 1, 8", "WriteSingleCoilRequest 1, True",
              "WriteSingleRegisterRequest 1, 99", "ReadExceptionStatusRequest",
              *diagnostics, "GetCommEventCounterRequest", "GetCommEventLogRequest",
              "WriteMultipleCoilsRequest 1, [True] * 10", "WriteMultipleRegistersRequest 1, [5] * 8",
              "ReportSlaveIdRequest",
              "ReadFileRecordRequest [FileRecord(file_number=4, record_number=1, record_length=2)]",
              "WriteFileRecordRequest [FileRecord(file_number=4, record_number=1, "
              "record_data=b'\\x01\\x02\\x03\\x04')]",
              "MaskWriteRegisterRequest 1, 0xF2, 0x25",
              "ReadWriteMultipleRegistersRequest read_address=1, read_count=8, write_address=1, "
              "write_registers=[20] * 8",
              "ReadFifoQueueRequest 4"]
    with lab.Lab(tag(path), ["plc", "eng"]) as net:
        net.pymodbus_server()
        net.capture(path)
        net.laptop(*[f"request {r}" for r in others], "identify 1", "identify 2", "identify 3", "identify 4 1",
                   "read 1 9000 8", "request ForceListenOnlyModeRequest", "read 1 0 2",
                   "request RestartCommunicationsOptionRequest False", "reconnect", "read 1 0 2", host="eng")


@capture("modbus/file-fifo-and-canopen.pcap",
         "20 with one and with two groups, 21, 24 with three values, 43/13, 43/14, 8/2, 12 with events: answers "
         "filled as the standard shows them", SCRIPTED, key="modbus", count=18)
def filled(path):
    with lab.Lab(tag(path), ["plc", "eng"]) as net:
        net.scripted_server("plain")
        net.capture(path)
        net.station("eng", "raw 14 07 06 00 04 00 01 00 02",
                    "raw 14 0E 06 00 04 00 01 00 02 06 00 03 00 09 00 02",
                    "raw 15 0D 06 00 04 00 07 00 03 06 AF 04 BE 10 0D", "raw 18 04 DE",
                    "raw 2B 0D 00 10 08 00 00 00 00 00", "raw 2B 0E 01 00", "raw 08 00 02 00 00", "raw 0C",
                    "raw 07")


@capture("modbus/user-and-reserved-functions-answered.pcap",
         "65 and 100 answered by a device that knows them, 90 (UMAS) sub-functions 02 and 04; then 0, 9, 10, 13, "
         "14, 18, 19, 41, 42, 72, 91, 110, 125-127 refused with 01, and 0x83 and 0xFF as requests", SCRIPTED,
         key="modbus || mbtcp", count=(40, 48))
def user_functions(path):
    odd = ["raw 41 01 02 03", "raw 64 0A", "raw 5A 00 02", "raw 5A 00 04",
           *[f"raw {f:02X} 00 01" for f in (0, 9, 10, 13, 14, 18, 19, 41, 42, 72, 91, 110, 125, 126, 127,
                                            0x83, 0xFF)]]
    with lab.Lab(tag(path), ["plc", "eng"]) as net:
        net.scripted_server("plain")
        net.capture(path)
        net.station("eng", odd, "3 0 2")


@capture("modbus/exceptions.pcap",
         "exceptions 01-06, 08, 0A, 0B to function 3, then 02 to each of 1-6, 15, 16, 22, 23", SCRIPTED,
         key="modbus.exception_code", count=19)
def exceptions(path):
    with lab.Lab(tag(path), ["plc", "hmi"]) as net:
        net.scripted_server("plain")
        net.capture(path)
        net.station("hmi", [f"3 {900 + code} 2" for code in (1, 2, 3, 4, 5, 6, 8, 10, 11)],
                    "1 902 8", "2 902 8", "3 902 8", "4 902 8", "5 902 1", "6 902 7", "15 902 1 0 1",
                    "16 902 1 2", "22 902 255 1", "23 902 1 902 5")


@capture("modbus/unanswered.pcap",
         "polling, function 7 sent three times and never answered, polling goes on", LIBMODBUS,
         key="modbus.func_code == 7", count=3)
def unanswered(path):
    with lab.Lab(tag(path), ["plc", "hmi"]) as net:
        net.libmodbus_server()
        net.capture(path)
        net.station("hmi", ["3 0 4"] * 3, ["raw 07", "sleep 0.3"] * 3, ["3 0 4"] * 3)


@capture("modbus/late-answers.pcap",
         "a device that answers after 0.7 s while the client gives up after 0.5 s: each answer meets the next "
         "request", SCRIPTED, key="modbus", count=(14, 16))
def late(path):
    with lab.Lab(tag(path), ["plc", "hmi"]) as net:
        net.scripted_server("slow:0.7")
        net.capture(path)
        net.station("hmi", ["timeout 0.5", *[f"3 {n} 2" for n in range(6)], "timeout 3", "3 10 2", "3 11 2",
                            "sleep 1"])


@capture("modbus/largest-and-smallest.pcap",
         "quantities 1 and the largest allowed: 2000 bits, 125 registers, write 1968 coils and 123 registers, "
         "23 with 125 read and 121 written; address 65535", SCRIPTED, key="modbus", count=(18, 28))
def limits(path):
    with lab.Lab(tag(path), ["plc", "hmi"]) as net:
        net.scripted_server("plain")
        net.capture(path)
        net.station("hmi", "1 0 1", "1 0 2000", "2 0 2000", "3 0 1", "3 0 125", "4 0 125",
                    "15 0 " + " ".join("1" if i % 5 else "0" for i in range(296)),
                    "raw 0F 00 00 07 B0 F6 " + " ".join(f"{i:02X}" for i in range(246)),
                    "raw 10 00 00 00 7B F6 " + " ".join(f"{i:02X}" for i in range(246)),
                    "raw 17 00 00 00 7D 00 00 00 79 F2 " + " ".join(f"{i:02X}" for i in range(242)),
                    "3 65535 1")


RTU_PORT = 4001  # as serial device servers use


@capture("modbus/rtu-over-tcp.pcap",
         "Modbus RTU over TCP on port 4001: 1-7, 8/0, 8/11, 11, 15, 16, 22, 23 and 43/14 answered, exception 02", PYMODBUS,
         key="mbrtu", count=30)
def rtu(path):
    with lab.Lab(tag(path), ["plc", "eng"]) as net:
        net.pymodbus_server("--rtu", port=RTU_PORT)
        net.capture(path)
        steps = ["ReadCoilsRequest 1, 16", "ReadDiscreteInputsRequest 1, 8", "ReadHoldingRegistersRequest 0, 2",
                 "ReadInputRegistersRequest 1, 8", "WriteSingleCoilRequest 1, True",
                 "WriteSingleRegisterRequest 1, 99", "ReadExceptionStatusRequest",
                 "ReturnQueryDataRequest [0xA537]", "ReturnBusMessageCountRequest", "GetCommEventCounterRequest",
                 "WriteMultipleCoilsRequest 1, [True] * 10", "WriteMultipleRegistersRequest 1, [5] * 8",
                 "MaskWriteRegisterRequest 1, 0xF2, 0x25",
                 "ReadWriteMultipleRegistersRequest read_address=1, read_count=8, write_address=1, "
                 "write_registers=[20] * 8", "ReadHoldingRegistersRequest 5000, 2"]
        net.laptop("--rtu", *["request " + s for s in steps], "identify 1", host="eng", port=RTU_PORT)


@capture("modbus/rtu-on-502.pcap", "Modbus RTU over TCP on the port of Modbus/TCP: registers read five times, one written",
         PYMODBUS, key="tcp.port == 502 && tcp.len > 0", count=12)
def rtu_on_502(path):
    with lab.Lab(tag(path), ["plc", "eng"]) as net:
        net.pymodbus_server("--rtu")
        net.capture(path)
        net.laptop("--rtu", *["read 1 0 2", "sleep 0.2"] * 4, "write 1 1 77", "read 1 0 2", host="eng")
