"""OPC UA sessions between two node-opcua stacks, one capture for each kind of service or security, and attacks.

Needs node and, in the folder SGP_NODE, `npm install node-opcua@2.182.0`.
"""
import contextlib
import os
import shutil

import lab
from captures import capture, tag

STACK = "node-opcua client and server"
MANAGED = "node-opcua client and server; the server's answers are made up, because the stack refuses these services"
SCRIPTED = "scripted client, because no stack sends this; node-opcua server"
NODE_MODULES = os.path.join(os.environ.get("SGP_NODE", str(lab.HERE)), "node_modules")
PEERS = lab.HERE / "peers/opcua"
LAPTOP = "Unknown station 192.168.10.66"
FROM_LAPTOP = "opcua && ip.src == 192.168.10.66"
FROM_HMI = "opcua && ip.src == 192.168.10.20"


class Plant:
    """PLC-1 with a server, and stations of which each has its own keys."""

    def __init__(self, net, name):
        self.net, self.folder = net, lab.BIN / f"opcua-{name}"
        self.env = {"NODE_PATH": NODE_MODULES, "HOME": str(self.folder)}

    def server(self, *ways, keys="keys"):
        process = self.net.start("plc", "node", PEERS / "server.js", lab.PLC, self.folder / keys, *ways, env=self.env)
        for _ in range(600):
            listening = lab.subprocess.run(
                ["ip", "netns", "exec", self.net.space("plc"), "ss", "-Hltn", "sport = :4840"],
                capture_output=True).stdout
            if listening.strip():
                return process
            lab.time.sleep(0.1)
        raise RuntimeError("the server does not listen")

    def station(self, host, mode, users, *steps, to=lab.PLC):
        name = {"hmi": "HMI-1", "eng": "ENG-1", "laptop": "laptop"}[host]
        self.net.run(host, "node", PEERS / "client.js", to, self.folder / "keys", name, mode, users, *steps,
                     env=self.env)


@contextlib.contextmanager
def plant(path, *hosts, ways=()):
    with lab.Lab(tag(path), ["plc", *hosts]) as net:
        one = Plant(net, path.stem)
        shutil.rmtree(one.folder, ignore_errors=True)
        one.process = one.server(*ways)
        net.capture(path)
        yield one


def session(name, what, mode, users, *steps, ways=(), by=STACK):
    @capture(f"opcua/{name}.pcap", what, by, key="opcua")
    def make(path):
        with plant(path, "hmi", ways=ways) as cell:
            cell.station("hmi", mode, users, *steps)


session("discovery", "FindServers, GetEndpoints; policy None", "None", "anonymous", "discover")
session("discovery-registration", "FindServersOnNetwork, RegisterServer, RegisterServer2, answered", "None", "anonymous",
        "find-on-network", "register-server", ways=["manages"], by=MANAGED)
session("read-and-write", "Read of three nodes, one of them missing, and of attributes; Write, accepted and refused; "
        "policy None", "None", "anonymous", "read", "attributes", "write", "denied")
session("all-types", "Read of a value of each type that a Variant can hold, and of a matrix", "None", "anonymous", "types")
session("browse", "Browse, BrowseNext, TranslateBrowsePathsToNodeIds, RegisterNodes, UnregisterNodes; policy None", "None",
        "anonymous", "browse", "browse-next", "path", "register", "unregister")
session("method-call", "Call of a method with an argument, with a wrong one, and of a missing method; policy None", "None",
        "anonymous", "call", "call-wrong")
session("usual-method", "Call of a method, and again after three seconds; policy None", "None", "anonymous", "call", "pause",
        "call")
session("history", "HistoryRead of ten values; policy None", "None", "anonymous", "history")
session("history-update", "HistoryUpdate: values replaced, a period deleted, answered", "None", "anonymous",
        "history-update", ways=["manages"], by=MANAGED)
session("subscription", "CreateSubscription, CreateMonitoredItems, Publish with values, and their end; policy None",
        "None", "anonymous", "subscribe")
session("subscription-changes", "ModifyMonitoredItems, SetTriggering, SetMonitoringMode, SetPublishingMode, "
        "ModifySubscription, Republish of a notification kept and of one not kept", "None", "anonymous", "modify")
session("subscription-transfer", "TransferSubscriptions to a second session of the same client", "None", "anonymous",
        "transfer")
session("events", "an event of the server in a Publish answer, chosen by a filter", "None", "anonymous", "events")
session("node-management", "AddNodes, AddReferences, DeleteReferences, DeleteNodes, answered", "None", "anonymous",
        "add", "add-reference", "delete-reference", "delete", ways=["manages"], by=MANAGED)
session("query", "QueryFirst with a filter, QueryNext, answered", "None", "anonymous", "query", "query-next",
        ways=["manages"], by=MANAGED)
session("refused-services", "AddNodes, QueryFirst, HistoryUpdate, FindServersOnNetwork and Cancel, which the server does "
        "not know: ServiceFault", "None", "anonymous", "add", "query", "history-update", "find-on-network", "cancel")
session("cancel", "Cancel, answered", "None", "anonymous", "cancel", ways=["manages"], by=MANAGED)
session("chunks", "an answer of 24 kB in chunks of 8 kB; policy None", "None", "anonymous", "curve")
session("user-name", "ActivateSession with a user name and encrypted password, another user later; policy None", "None",
        "operator", "read", "change-user")
session("user-refused", "ActivateSession with a wrong password, refused; policy None", "None", "admin")
session("sign", "policy Basic256Sha256, mode Sign: Read, Write", "Sign", "operator", "read", "write")
session("sign-chunks", "policy Basic256Sha256, mode Sign: an answer in chunks of 8 kB", "Sign", "operator", "curve")
session("sign-and-encrypt", "policy Basic256Sha256, mode SignAndEncrypt: Read, Write", "SignAndEncrypt",
        "operator", "read", "write")
session("renewed-channel", "OpenSecureChannel twice more while a session lives; policy None", "None", "anonymous", "renew",
        "read")
session("renewed-signed-channel", "OpenSecureChannel again while a session lives; mode Sign", "Sign", "anonymous", "renew",
        "read")


@capture("opcua/reverse-hello.pcap", "PLC-1 opens the connection and sends ReverseHello; HMI-1 answers with Hello, and reads; "
         "policy None", "node-opcua client and server; scripted relays, of which the server's sends the ReverseHello", key="opcua")
def reverse_hello(path):
    with plant(path, "hmi") as cell:
        cell.net.start("hmi", lab.PYTHON, PEERS / "reverse.py", "client", lab.HMI)
        cell.net.start("plc", lab.PYTHON, PEERS / "reverse.py", "server", lab.HMI, lab.PLC)
        cell.station("hmi", "None", "anonymous", "read", to="PLC-1")


def attack(name, what, key, count, fires, tell, quiet="", by=STACK, hosts=("hmi", "laptop"), ways=()):
    def declare(steps):
        @capture(f"opcua/{name}.pcap", what, by, key=key, count=count, fires=fires, quiet=quiet, tell=tell)
        def make(path):
            with plant(path, *hosts, ways=ways) as cell:
                steps(cell)
    return declare


@attack("anonymous-write", "HMI-1 reads; the laptop writes the set-point 61.5 -> 95 as an anonymous user",
        f"{FROM_LAPTOP} && opcua.servicenodeid.numeric == 673", 1, "CTL-013, DAT-001, DAT-003, NET-001",
        f"{LAPTOP} wrote node ns=1;s=Boiler.Setpoint of PLC-1 = 95 without security and without a user. PLC-1 accepted.")
def anonymous_write(cell):
    cell.station("hmi", "None", "operator", "read", "write")
    cell.station("laptop", "None", "anonymous", "read", "write-high")


@attack("anonymous-call", "the laptop calls the method Reset as an anonymous user",
        f"{FROM_LAPTOP} && opcua.servicenodeid.numeric == 712", 1, "DAT-001, DAT-003, NET-001",
        f"{LAPTOP} called the method ns=1;s=Boiler.Reset of PLC-1 without security and without a user. PLC-1 accepted.")
def anonymous_call(cell):
    cell.station("hmi", "None", "operator", "read")
    cell.station("laptop", "None", "anonymous", "call")


@attack("new-method", "HMI-1 calls Reset, and Stop three seconds later", f"{FROM_HMI} && opcua.servicenodeid.numeric == 712 "
        '&& opcua.nodeid.string == "Boiler.Stop"', 1, "DAT-001, DAT-003",
        "HMI-1 called the method ns=1;s=Boiler.Stop of PLC-1 for the first time; it called Reset so far. PLC-1 accepted. "
        "(CTL-024, where the first three seconds were learned.)", hosts=("hmi",))
def new_method(cell):
    cell.station("hmi", "None", "anonymous", "call", "pause", "call-stop")


@attack("operator-at-work", "HMI-1 writes the set-point and calls Reset, signed and encrypted, as operator", "opcua",
        (20, 60), "", "Nothing: an operator at work.", quiet="DAT-001, DAT-002, DAT-003, DAT-006", hosts=("hmi",))
def operator(cell):
    cell.station("hmi", "SignAndEncrypt", "operator", "read", "write", "call")


@attack("write-attribute", "the laptop writes the AccessLevel of the set-point: refused",
        f"{FROM_LAPTOP} && opcua.servicenodeid.numeric == 673", 1, "CTL-026, DAT-001, NET-001",
        f"{LAPTOP} tried to write the attribute AccessLevel of node ns=1;s=Boiler.Setpoint of PLC-1. PLC-1 refused.")
def write_attribute(cell):
    cell.station("laptop", "None", "anonymous", "write-attribute")


@attack("browse-crawl", "the laptop browses 210 nodes from the root on", f"{FROM_LAPTOP} && opcua.servicenodeid.numeric == 527",
        (200, 220), "APP-019, DAT-001, NET-001", f"{LAPTOP} browsed 210 nodes of PLC-1 within seconds: it maps what there is.")
def crawl(cell):
    cell.station("laptop", "None", "anonymous", "crawl")


@attack("node-deletion", "the laptop asks PLC-1 to add a node and to delete the boiler's; both refused",
        f"{FROM_LAPTOP} && opcua.servicenodeid.numeric in {{488,500}}", 2, "CTL-025, DAT-001, NET-001",
        f"{LAPTOP} tried to add a node to PLC-1 and to delete ns=1;s=Boiler. PLC-1 refused: it knows no such service.")
def deletion(cell):
    cell.station("laptop", "None", "anonymous", "add", "delete")


@attack("downgrade", "HMI-1 reads with SignAndEncrypt, then again with policy None",
        'opcua.transport.type == "OPN" && ip.src == 192.168.10.20', (2, 4), "DAT-002, DAT-001",
        "HMI-1 talked to PLC-1 signed and encrypted so far (Basic256Sha256); now it does without any security.",
        hosts=("hmi",))
def downgrade(cell):
    cell.station("hmi", "SignAndEncrypt", "operator", "read")
    cell.station("hmi", "None", "operator", "read")


@attack("certificate-change", "HMI-1 reads from PLC-1, which then comes back with another certificate",
        'opcua.transport.type == "OPN" && ip.src == 192.168.10.10', (2, 6), "DAT-008",
        "PLC-1 shows another certificate than before (CN=PLC-1, new key): renewed, or somebody else answers for it.",
        hosts=("hmi",))
def certificate(cell):
    cell.station("hmi", "Sign", "operator", "read")
    cell.process.terminate()
    cell.process.wait(10)
    cell.server(keys="other-keys")
    cell.station("hmi", "Sign", "operator", "read")


@attack("user-brute-force", "the laptop tries twelve passwords of operator and admin: refused", FROM_LAPTOP
        + " && opcua.servicenodeid.numeric == 467", 12, "DAT-006, NET-001",
        f"{LAPTOP} tried twelve passwords of the users operator and admin on PLC-1 within seconds, in vain.")
def brute_force(cell):
    cell.station("laptop", "None", ",".join(f"{user}=guess-{i}" for i in range(6) for user in ("operator", "admin")))


@attack("plain-password", "HMI-1 sends the operator's password without encryption", "opcua.servicenodeid.numeric == 467", 1,
        "DAT-004, DAT-001", "HMI-1 sent the password of operator to PLC-1 in clear text: whoever listens has it.",
        hosts=("hmi",), ways=["plain-password"])
def plain_password(cell):
    cell.station("hmi", "None", "operator", "read")


@attack("chunk-flood", "the laptop sends chunks of a request that never ends; after 250 PLC-1 gives up", FROM_LAPTOP, (100, 1110),
        "DEV-020, NET-001", f"{LAPTOP} sent PLC-1 250 chunks of one request that never ends: it fills memory. PLC-1 ended the connection.",
        by=SCRIPTED, hosts=("laptop",))
def flood(cell):
    cell.net.run("laptop", lab.PYTHON, PEERS / "chunks.py", lab.PLC, "flood", "1100")


@attack("odd-chunks", "the laptop aborts a request, mixes the chunks of two, leaves a sequence number out, takes an "
        "identifier twice, each on its own connection", FROM_LAPTOP, (12, 40), "APP-011, NET-001",
        f"{LAPTOP} sent PLC-1 chunks against the rules: out of order, mixed, with an identifier taken twice.",
        by=SCRIPTED, hosts=("laptop",))
def odd(cell):
    cell.net.run("laptop", lab.PYTHON, PEERS / "chunks.py", lab.PLC, "abort", "mixed", "skip", "twice")
