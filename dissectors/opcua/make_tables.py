#!/usr/bin/python3
"""Writes fields.hpp, structures.cpp and status_codes.cpp: the standard's types as data.

usage: make_tables.py DICTIONARY IDS STATUS_CODES

DICTIONARY: the OPC Foundation's type dictionary, Opc.Ua.Types.bsd (1.05).
IDS: any text with the lines or words NAME_Encoding_DefaultBinary and its number (NodeIds.csv).
STATUS_CODES: any text that names each code and its number (StatusCode.csv).

Names and types of fields are asked from `tshark -G fields`. Only structures that a service or one of
EXTENSIONS reaches are written.
"""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
MARK = "// Written by make_tables.py; do not edit.\n"

BUILT_IN = {
    "Boolean": "boolean", "SByte": "sbyte", "Byte": "byte", "Int16": "int16", "UInt16": "uint16",
    "Int32": "int32", "UInt32": "uint32", "Int64": "int64", "UInt64": "uint64", "Float": "real32",
    "Double": "real64", "String": "string", "CharArray": "string", "DateTime": "date_time",
    "Guid": "guid", "ByteString": "byte_string", "XmlElement": "xml_element", "NodeId": "node_id",
    "ExpandedNodeId": "expanded_node_id", "StatusCode": "status_code",
    "QualifiedName": "qualified_name", "LocalizedText": "localized_text",
    "ExtensionObject": "extension_object", "DataValue": "data_value", "Variant": "variant",
    "DiagnosticInfo": "diagnostic_info"}
COMPOSITE = {"node_id", "expanded_node_id", "qualified_name", "localized_text", "extension_object",
             "data_value", "variant", "diagnostic_info"}

# Numbers of the standard that are no enumeration in the dictionary, with what they are.
SPECIAL = {("RequestHeader", "ReturnDiagnostics"): "return_diagnostics",
           ("BrowseDescription", "NodeClassMask"): "node_class_mask",
           ("BrowseDescription", "ResultMask"): "result_mask",
           ("ReadValueId", "AttributeId"): "enumeration",
           ("WriteValue", "AttributeId"): "enumeration",
           ("AttributeOperand", "AttributeId"): "enumeration",
           ("SimpleAttributeOperand", "AttributeId"): "enumeration",
           ("RelativePathElement", "AttributeId"): "enumeration"}

# What detectors must know of a message: which member says it.
MEANINGS = {
    ("RequestHeader", "TimeoutHint"): "timeout_hint",
    ("ResponseHeader", "ServiceResult"): "service_result",
    ("ReadValueId", "NodeId"): "node",
    ("ReadValueId", "AttributeId"): "attribute",
    ("WriteValue", "NodeId"): "node",
    ("WriteValue", "AttributeId"): "attribute",
    ("WriteValue", "Value"): "value",
    ("ReadResponse", "Results"): "result",
    ("WriteResponse", "Results"): "result",
    ("HistoryReadValueId", "NodeId"): "node",
    ("HistoryReadResult", "StatusCode"): "result",
    ("HistoryUpdateResult", "StatusCode"): "result",
    ("UpdateDataDetails", "NodeId"): "written_node",
    ("UpdateStructureDataDetails", "NodeId"): "written_node",
    ("UpdateEventDetails", "NodeId"): "written_node",
    ("DeleteRawModifiedDetails", "NodeId"): "written_node",
    ("DeleteAtTimeDetails", "NodeId"): "written_node",
    ("DeleteEventDetails", "NodeId"): "written_node",
    ("CallMethodRequest", "ObjectId"): "node",
    ("CallMethodRequest", "MethodId"): "method",
    ("CallMethodRequest", "InputArguments"): "argument",
    ("CallMethodResult", "StatusCode"): "call_result",
    ("BrowseDescription", "NodeId"): "node",
    ("BrowseResult", "StatusCode"): "result",
    ("BrowsePath", "StartingNode"): "node",
    ("BrowsePathResult", "StatusCode"): "result",
    ("RegisterNodesRequest", "NodesToRegister"): "node",
    ("UnregisterNodesRequest", "NodesToUnregister"): "node",
    ("AddNodesItem", "ParentNodeId"): "written_node",
    ("AddNodesResult", "StatusCode"): "result",
    ("AddReferencesItem", "SourceNodeId"): "written_node",
    ("AddReferencesResponse", "Results"): "result",
    ("DeleteNodesItem", "NodeId"): "written_node",
    ("DeleteNodesResponse", "Results"): "result",
    ("DeleteReferencesItem", "SourceNodeId"): "written_node",
    ("DeleteReferencesResponse", "Results"): "result",
    ("MonitoringParameters", "ClientHandle"): "client_handle",
    ("MonitoredItemCreateResult", "StatusCode"): "result",
    ("MonitoredItemCreateResult", "MonitoredItemId"): "monitored_item",
    ("CreateMonitoredItemsRequest", "SubscriptionId"): "subscription",
    ("DeleteMonitoredItemsRequest", "SubscriptionId"): "subscription",
    ("DeleteMonitoredItemsRequest", "MonitoredItemIds"): "deleted_item",
    ("DeleteSubscriptionsRequest", "SubscriptionIds"): "deleted_subscription",
    ("PublishResponse", "SubscriptionId"): "subscription",
    ("RepublishRequest", "SubscriptionId"): "subscription",
    ("MonitoredItemNotification", "ClientHandle"): "notified_handle",
    ("MonitoredItemNotification", "Value"): "value",
    ("OpenSecureChannelRequest", "SecurityMode"): "security_mode",
    ("ChannelSecurityToken", "ChannelId"): "channel",
    ("ApplicationDescription", "ApplicationUri"): "application_uri",
    ("ApplicationDescription", "ApplicationName"): "application_name",
    ("CreateSessionRequest", "EndpointUrl"): "endpoint_url",
    ("UserNameIdentityToken", "UserName"): "user_name",
    ("UserNameIdentityToken", "Password"): "secret",
    ("IssuedIdentityToken", "TokenData"): "secret",
    ("X509IdentityToken", "CertificateData"): "user_certificate",
    ("ActivateSessionRequest", "UserIdentityToken"): "identity",
}

EXTENSIONS = """
TrustListDataType Argument EnumValueType OptionSet TimeZoneDataType ApplicationDescription RequestHeader ResponseHeader ServerOnNetwork UserTokenPolicy
EndpointDescription RegisteredServer MdnsDiscoveryConfiguration ChannelSecurityToken
SignedSoftwareCertificate SignatureData UserIdentityToken AnonymousIdentityToken
UserNameIdentityToken X509IdentityToken IssuedIdentityToken NodeAttributes ObjectAttributes
VariableAttributes MethodAttributes ObjectTypeAttributes VariableTypeAttributes
ReferenceTypeAttributes DataTypeAttributes ViewAttributes AddNodesItem AddNodesResult
AddReferencesItem DeleteNodesItem DeleteReferencesItem ViewDescription BrowseDescription
ReferenceDescription BrowseResult RelativePathElement RelativePath BrowsePath BrowsePathTarget
BrowsePathResult EndpointConfiguration QueryDataDescription NodeTypeDescription QueryDataSet
NodeReference ContentFilterElement ContentFilter ElementOperand LiteralOperand AttributeOperand
SimpleAttributeOperand ContentFilterElementResult ContentFilterResult ParsingResult ReadValueId
HistoryReadValueId HistoryReadResult ReadEventDetails ReadRawModifiedDetails ReadProcessedDetails
ReadAtTimeDetails HistoryData ModificationInfo HistoryModifiedData HistoryEvent WriteValue
HistoryUpdateDetails UpdateDataDetails UpdateStructureDataDetails UpdateEventDetails
DeleteRawModifiedDetails DeleteAtTimeDetails DeleteEventDetails HistoryUpdateResult
CallMethodRequest CallMethodResult DataChangeFilter EventFilter AggregateConfiguration
AggregateFilter EventFilterResult AggregateFilterResult MonitoringParameters
MonitoredItemCreateRequest MonitoredItemCreateResult MonitoredItemModifyRequest
MonitoredItemModifyResult NotificationMessage DataChangeNotification MonitoredItemNotification
EventNotificationList EventFieldList HistoryEventFieldList StatusChangeNotification
SubscriptionAcknowledgement TransferResult BuildInfo RedundantServerDataType
EndpointUrlListDataType NetworkGroupDataType SamplingIntervalDiagnosticsDataType
ServerDiagnosticsSummaryDataType ServerStatusDataType SessionDiagnosticsDataType
SessionSecurityDiagnosticsDataType ServiceCounterDataType StatusResult
SubscriptionDiagnosticsDataType ModelChangeStructureDataType SemanticChangeStructureDataType Range
EUInformation ComplexNumberType DoubleComplexNumberType AxisInformation XVType
ProgramDiagnosticDataType Annotation
""".split()

# Fields of ours: (name, type, bits, display, sentence).
OWN = [
    ("sg.opcua.application", "text", 0, "none",
     "Application that opened the session: its name, or its URI where it has none."),
    ("sg.opcua.policy", "text", 0, "none", "Security policy of the secure channel, without the "
     "standard's prefix: None, Basic256Sha256 ..."),
    ("sg.opcua.mode", "text", 0, "none",
     "Security mode of the secure channel: None, Sign, SignAndEncrypt; unknown where it was not seen."),
    ("sg.opcua.token", "text", 0, "none",
     "How the session's user identified: anonymous, user name, certificate or issued token."),
    ("sg.opcua.user", "text", 0, "none", "User name of the session; never the password."),
    ("sg.opcua.node", "text", 0, "none",
     "Identifier of each node the PDU touches, as in ns=2;s=Pressure without the namespace."),
    ("sg.opcua.certificate.subject", "text", 0, "none",
     "Common name in the certificate the sender opens its channel with."),
    ("sg.opcua.certificate.not_before", "time", 0, "none", "Start of that certificate's validity."),
    ("sg.opcua.certificate.not_after", "time", 0, "none", "End of that certificate's validity."),
    ("sg.opcua.certificate.key_bits", "unsigned_integer", 16, "dec", "Size of its RSA key."),
    ("sg.opcua.certificate.thumbprint", "bytes", 0, "none",
     "SHA-1 digest of that certificate, as the other side names it in opcua.security.rcthumb."),
]

WORDS = {
    "transport": "Transport header: ", "security": "Security header: ",
    "servicenodeid": "Type of the service: ", "diag": "Diagnostic information: ",
    "loctext": "Localized text: ", "nodeid": "Node identifier: ",
    "expandednodeid": "Expanded node identifier: ", "qualname": "Qualified name: ",
    "datavalue": "Data value: ", "variant": "Variant: ", "extobj": "Extension object: ",
    "statuscode": "Information bits of a status code: ",
    "returndiag": "Diagnostics the client asks for: ",
    "nodeclassmask": "Classes of nodes to browse: ", "resultmask": "What to tell of nodes browsed: ",
    "fragment": "Chunks of a message: ", "fragments": "Chunks of a message: ",
    "reassembled": "Chunks of a message: ",
}


def snake(name):
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    name = name.replace(".", "_")
    return name + "_" if name in ("float", "double", "boolean", "register") else name


def read_dictionary(path):
    structures, enumerations = {}, {}
    for element in xml.etree.ElementTree.parse(path).getroot():
        kind, name = element.tag.split("}")[1], element.get("Name")
        if kind == "EnumeratedType":
            enumerations[name] = int(element.get("LengthInBits"))
        elif kind == "StructuredType":
            structures[name] = [
                (field.get("Name"), field.get("TypeName").split(":")[1], field.get("LengthField"),
                 field.get("SwitchField")) for field in element if field.tag.endswith("Field")]
    return structures, enumerations


def wireshark_fields():
    listing = subprocess.run(["tshark", "-G", "fields"], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, check=True).stdout.decode()
    columns = [line.split("\t") for line in listing.splitlines()]
    return [(c[2], c[3], c[5], c[1]) for c in columns
            if c[0] == "F" and c[2].startswith("opcua.") and c[4] == "opcua"]


def own_type(kind, base):
    """(ValueType, bits, display) of a field of Wireshark."""
    if kind.startswith("FT_UINT") or kind.startswith("FT_INT"):
        bits = int(re.sub(r"\D", "", kind))
        is_hex = base.startswith("BASE_HEX")
        signed = kind.startswith("FT_INT")
        return ("signed_integer" if signed else "unsigned_integer", bits, "hex" if is_hex else "dec")
    return {"FT_STRING": ("text", 0, "none"), "FT_BYTES": ("bytes", 0, "none"),
            "FT_BOOLEAN": ("boolean", 0, "none"), "FT_GUID": ("text", 7, "none"),
            "FT_DOUBLE": ("real", 64, "none"), "FT_FLOAT": ("real", 32, "none"),
            "FT_ABSOLUTE_TIME": ("time", 0, "date"), "FT_FRAMENUM": ("unsigned_integer", 32, "dec"),
            "FT_NONE": ("presence", 0, "none")}[kind]


def closure(structures, roots):
    found, open_ones = [], list(roots)
    while open_ones:
        name = open_ones.pop(0)
        if name in found:
            continue
        found.append(name)
        open_ones += [kind for _, kind, _, _ in structures[name] if kind in structures
                      and kind not in BUILT_IN]
    return sorted(found)


def plain_members(structure):
    lengths = {length for _, _, length, _ in structure if length}
    return [(name, kind, length is not None) for name, kind, length, _ in structure
            if name not in lengths]


def write(name, text):
    path = os.path.join(HERE, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    subprocess.run(["clang-format-16", "-i", path], check=True)


def sentence(name, label, users):
    plain = name[len("opcua."):]
    if plain in users:
        where = users[plain]
        more = " and others" if len(where) > 3 else ""
        return f"{plain} of {', '.join(where[:3])}{more}."
    group = plain.split(".")[0]
    return f"{WORDS.get(group, 'Value of type ')}{label}."


def write_fields(fields, users):
    ids, rows = [], []
    for name, kind, base, label in fields:
        identifier = snake(name[len("opcua."):])
        ids.append(identifier)
        value, bits, display = own_type(kind, base)
        rows.append(f'{{{identifier}, "{name}", ValueType::{value}, {bits}, Display::{display}, "", '
                    f'"{sentence(name, label, users)}"}},')
    for name, value, bits, display, text in OWN:
        identifier = "session_" + snake(name[len("sg.opcua."):])
        ids.append(identifier)
        rows.append(f'{{{identifier}, "{name}", ValueType::{value}, {bits}, Display::{display}, "", '
                    f'"{text}"}},')
    assert len(set(ids)) == len(ids), sorted(i for i in ids if ids.count(i) > 1)
    write("fields.hpp", "// The fields of OPC UA: Wireshark's, and ours of the session.\n" + MARK +
          '#pragma once\n\n#include "dissectors/field.hpp"\n\nnamespace sightglass::opcua {\n\n'
          "enum Id : FieldId {\n" + f"{ids[0]} = field_block::opcua,\n" + ",\n".join(ids[1:]) +
          ",\nend,\n};\n\ninline constexpr FieldSpec fields[] = {\n" + "\n".join(rows) +
          "\n};\nstatic_assert(field_block::opcua + std::size(fields) == end);\n\n"
          "}  // namespace sightglass::opcua\n")


def member_row(structure, name, kind, array, known, enumerations, structures, order):
    field = "kNoField"
    if (structure, name) in SPECIAL:
        wire = SPECIAL[structure, name]
    elif kind in BUILT_IN:
        wire = BUILT_IN[kind]
    elif kind in enumerations:
        wire = {8: "byte", 16: "uint16", 32: "enumeration"}[enumerations[kind]]
    else:
        assert kind in structures, (structure, name, kind)
        wire = "structure"
    shown = kind if kind in enumerations else name
    if wire not in COMPOSITE and wire != "structure" and f"opcua.{shown}" in known:
        field = snake(shown)
    nested = order.index(kind) if wire == "structure" else 0
    meaning = MEANINGS.get((structure, name), "none")
    return (f"{{Wire::{wire}, {'true' if array else 'false'}, Meaning::{meaning}, {field}, "
            f"{nested}}},")


def write_structures(order, structures, enumerations, known, numbers):
    out = ["// The standard's structures, member by member.\n", MARK,
           '#include <algorithm>\n\n#include "dissectors/opcua/structure.hpp"\n\n',
           "namespace sightglass::opcua {\nnamespace {\n\n"]
    for name in order:
        members = plain_members(structures[name])
        if not members:
            continue
        rows = "\n".join(member_row(name, member, kind, array, known, enumerations, structures, order)
                         for member, kind, array in members)
        out.append(f"constexpr Member k{name}[] = {{\n{rows}\n}};\n")
    out.append("\n// In order of name; members refer to each other by their place here.\n"
               "constexpr Structure kStructures[] = {\n")
    for name in order:
        members = f"k{name}" if plain_members(structures[name]) else "{}"
        out.append(f'{{"{name}", {numbers.get(name, 0)}, {members}}},\n')
    out.append("};\n\nstruct Encoding {\nstd::uint32_t id;\nstd::uint16_t structure;\n};\n"
               "// In order of the identifier of the binary encoding.\n"
               "constexpr Encoding kEncodings[] = {\n")
    for number, place in sorted((numbers[name], i) for i, name in enumerate(order)
                                if name in numbers):
        out.append(f"{{{number}, {place}}},\n")
    out.append("""};

}  // namespace

const Structure& structure_at(std::size_t index) { return kStructures[index]; }

const Structure* structure_of(std::uint32_t encoding) {
  const auto* const found =
      std::lower_bound(std::begin(kEncodings), std::end(kEncodings), encoding,
                       [](const Encoding& row, std::uint32_t id) { return row.id < id; });
  if (found == std::end(kEncodings) || found->id != encoding) return nullptr;
  return &kStructures[found->structure];
}

}  // namespace sightglass::opcua
""")
    write("structures.cpp", "".join(out))


def write_status_codes(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    codes = {int(value, 0): name for name, value in
             re.findall(r'name: "(\w+)",\s*value: (0x[0-9a-fA-F]+)', text)}
    rows = "\n".join(f'{{0x{value:08x}, "{name} (0x{value:08x})"}},'
                     for value, name in sorted(codes.items()))
    write("status_codes.cpp", "// The standard's status codes (Part 6, A.2).\n" + MARK + f"""
#include <algorithm>

#include "dissectors/opcua/names.hpp"

namespace sightglass::opcua {{
namespace {{

struct Code {{
  std::uint32_t code;
  std::string_view name;
}};
constexpr Code kCodes[] = {{
{rows}
}};

}}  // namespace

std::string_view status_name(std::uint32_t status) {{
  // The lower half holds information bits.
  const std::uint32_t code = status & 0xffff0000;
  const auto* const found = std::lower_bound(
      std::begin(kCodes), std::end(kCodes), code,
      [](const Code& row, std::uint32_t wanted) {{ return row.code < wanted; }});
  if (found != std::end(kCodes) && found->code == code) return found->name;
  return status >> 31 != 0 ? "Bad, of an unknown code" : "of an unknown code";
}}

}}  // namespace sightglass::opcua
""")


def main():
    dictionary, ids, status_codes = sys.argv[1:]
    structures, enumerations = read_dictionary(dictionary)
    with open(ids, encoding="utf-8") as file:
        text = file.read()
    numbers = {name: int(number) for name, number in
               re.findall(r'(\w+)_Encoding_DefaultBinary(?:"\] = |,)(\d+)', text)}
    services = [name for name in structures
                if re.search(r"(Request|Response)$|^ServiceFault$", name) and name in numbers
                and plain_members(structures[name])
                and plain_members(structures[name])[0][1] in ("RequestHeader", "ResponseHeader")]
    order = closure(structures, services + EXTENSIONS)
    fields = [f for f in wireshark_fields() if f[0] not in ("opcua.array.length", "opcua.nestingdepth")]
    users = {}
    for name in order:
        for member, kind, _ in plain_members(structures[name]):
            users.setdefault(kind if kind in enumerations else member, []).append(name)
    write_fields(fields, users)
    write_structures(order, structures, enumerations, {f[0] for f in fields}, numbers)
    write_status_codes(status_codes)
    print(len(fields), "fields,", len(order), "structures,", len(services), "services messages")


if __name__ == "__main__":
    main()
