"""Same register, two hands: the story the product opens with. It takes five minutes."""
import time

import frames
import lab
from captures import capture, tag


def hmi_steps():
    """The set-point and level every 2 s, the transmitter every 10 s, three writes and one at 272 s."""
    writes = {31: 48, 76: 45, 121: 50, 272: 50}
    steps = ["timeout 2"]
    for second in range(0, 300):
        if second % 2 == 0 and second != 272:
            steps += [f"at {second}", "3 40 4"]
        if second % 10 == 5:
            steps += [f"at {second}", "4 0 2"]
        if second in writes:
            steps += [f"at {second}", f"6 40 {writes[second]}"]
        if second == 272:
            steps += ["3 40 4"]
    return steps


# What happens and the filter that finds it, for the README.
STORY = [
    ("HMI-1 connects", "tcp.flags.syn == 1 && ip.src == 192.168.10.20"),
    ("HMI-1 writes the set-point: 48, 45, 50",
     "modbus.func_code == 6 && ip.src == 192.168.10.20 && frame.time_relative < 150"),
    ("the laptop announces itself", "arp.isannouncement && eth.src == 02:53:47:00:00:66"),
    ("the laptop asks for PLC-1", "arp.opcode == 1 && arp.dst.proto_ipv4 == 192.168.10.10 && eth.src == 02:53:47:00:00:66"),
    ("it reads 43/14, basic and regular", "modbus.func_code == 43 && ip.src == 192.168.10.66"),
    ("it reads registers 0-1 of units 1-8", "modbus.func_code == 3 && modbus.reference_num == 0"),
    ("unit 8 is not answered", "mbtcp.unit_id == 8"),
    ("it writes register 4000; refused (02)", "modbus.reference_num == 4000 || modbus.exception_code == 2"),
    ("it writes register 40 = 95; accepted", "modbus.func_code == 6 && modbus.reference_num == 40 && ip.addr == 192.168.10.66"),
    ("HMI-1 reads 95 back, from here until it is restored",
     "modbus.func_code == 3 && ip.dst == 192.168.10.20 && modbus.regval_uint16 == 95 && frame.time_relative > 200 && frame.time_relative < 203"),
    ("the level (register 41) is above 80: first time 81",
     "modbus.func_code == 3 && ip.dst == 192.168.10.20 && modbus.regval_uint16 == 81 && frame.time_relative < 260"),
    ("HMI-1 writes 50 back", "modbus.func_code == 6 && ip.addr == 192.168.10.20 && frame.time_relative > 210"),
]


@capture("demo/tank.pcapng",
         "Same register, two hands. The HMI 192.168.10.20 polls PLC-1 192.168.10.10 and writes the tank "
         "set-point (holding register 40) 45 → 48 → 45 → 50. At 165 s a laptop 192.168.10.66 appears, reads "
         "43/14, tries units 1-8 (8 never answers), writes an unmapped register (refused, 02), then the same "
         "set-point 50 → 95 (accepted at 200 s). The level (register 41) passes its limit of 80. The HMI "
         "writes 50 back at 272 s.",
         "libmodbus client (HMI), pymodbus client (laptop), pymodbus server with a small tank model",
         key="(mbtcp && ip.addr == 192.168.10.66) || modbus.func_code == 6 || "
             "(arp && eth.src == 02:53:47:00:00:66)",
         count=(30, 60),
         fires="CTL-013, NET-001, APP-016, APP-017",
         learn="150 s",
         tell="Unknown station 192.168.10.66 changed Tank-1 level set-point 50 → 95 %. PLC-1 accepted. It read "
              "back as 95 for 72 s; HMI-1 restored it. HMI-1 wrote this register 3 times before: expected.")
def tank(path):
    with lab.Lab(tag(path), ["plc", "hmi", "laptop"], late=["laptop"]) as net:
        net.pymodbus_server("--tank", "--units", "1,2,3,4,5,6,7")
        raw = lab.BIN / "tank.pcap"
        net.capture(raw, "--time-stamp-precision=nano")
        start = time.time() + 0.5
        hmi = net.station("hmi", hmi_steps(), wait=False, start_at=start)
        time.sleep(start + 165 - time.time())
        net.link_up("laptop")
        units = [s for n in range(1, 9) for s in (f"at {175 + 1.5 * n}", f"read {n} 0 2")]
        net.laptop("at 168", "identify 1", "at 170", "identify 2", *units,
                   "at 193", "write 1 4000 95", "at 200", "write 1 40 95", "at 204", "read 1 40 2",
                   start_at=start)
        hmi.wait(120)
        net.stop_capture()
    link, packets = frames.read_pcap(raw)
    frames.write_pcapng(path, [(link, "mirror", 262144, True)], [(0, p, "") for p in packets],
                        comment="Same register, two hands")
