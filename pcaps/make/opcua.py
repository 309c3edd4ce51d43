"""OPC UA sessions between two node-opcua stacks, one capture for each kind of service or security.

Needs node and, in the folder SGP_NODE, `npm install node-opcua@2.182.0`.
"""
import os

import lab
from captures import capture, tag

STACK = "node-opcua client and server"
NODE_MODULES = os.path.join(os.environ.get("SGP_NODE", str(lab.HERE)), "node_modules")
PEERS = lab.HERE / "peers/opcua"


def declare(name, what, mode, user, *steps, fires=""):
    @capture(f"opcua/{name}.pcap", what, STACK, key="opcua", fires=fires)
    def make(path):
        folder = str(lab.BIN / f"opcua-{name}")
        env = {"NODE_PATH": NODE_MODULES, "HOME": folder}
        with lab.Lab(tag(path), ["plc", "hmi"]) as net:
            net.start("plc", "node", PEERS / "server.js", lab.PLC, folder, env=env)
            for _ in range(600):
                listening = lab.subprocess.run(
                    ["ip", "netns", "exec", net.space("plc"), "ss", "-Hltn", "sport = :4840"],
                    capture_output=True).stdout
                if listening.strip():
                    break
                lab.time.sleep(0.1)
            net.capture(path)
            net.run("hmi", "node", PEERS / "client.js", lab.PLC, folder, mode, user, *steps, env=env)


declare("read-and-write", "Read of three nodes, one of them missing; Write, accepted and refused; policy None",
        "None", "anonymous", "read", "write", "denied")
declare("browse", "Browse, TranslateBrowsePathsToNodeIds, RegisterNodes; policy None", "None", "anonymous",
        "browse", "path", "register")
declare("method-call", "Call of a method with an argument; policy None", "None", "anonymous", "call")
declare("history", "HistoryRead of ten values; policy None", "None", "anonymous", "history")
declare("subscription", "CreateSubscription, CreateMonitoredItems, Publish with values, and their end; policy None",
        "None", "anonymous", "subscribe")
declare("chunks", "An answer of 24 kB in chunks of 8 kB; policy None", "None", "anonymous", "curve")
declare("node-deletion", "AddNodes and DeleteNodes, refused; policy None", "None", "anonymous", "add", "delete")
declare("user-name", "ActivateSession with a user name and encrypted password; policy None", "None", "operator", "read")
declare("user-refused", "ActivateSession with a wrong password, refused; policy None", "None", "admin")
declare("sign", "Policy Basic256Sha256, mode Sign: Read, Write", "Sign", "operator", "read", "write")
declare("sign-and-encrypt", "Policy Basic256Sha256, mode SignAndEncrypt: Read, Write", "SignAndEncrypt",
        "operator", "read", "write")
