// Every protocol of this build.
#include "dissectors/dissector.hpp"
#include "dissectors/modbus/dissect.hpp"
#include "dissectors/modbus/fields.hpp"
#include "dissectors/modbus/framing.hpp"
#include "dissectors/modbus/rtu.hpp"
#include "dissectors/opcua/dissect.hpp"
#include "dissectors/opcua/framing.hpp"
#include "dissectors/s7comm/dissect.hpp"
#include "dissectors/s7comm/fields.hpp"
#include "dissectors/s7comm/framing.hpp"
#include "dissectors/tls/dissect.hpp"
#include "dissectors/tls/framing.hpp"

namespace sightglass {
namespace {

constexpr ProtocolEntry kRegistry[] = {
    {Protocol::modbus, "modbus", modbus::kTcpPorts, modbus::probe, modbus::make_dissector, false,
     modbus::kPairingFields, modbus::kValueFields},
    {Protocol::opcua, "opcua", opcua::kTcpPorts, opcua::probe, opcua::make_dissector},
    {Protocol::s7comm, "s7comm", s7comm::kTcpPorts, s7comm::probe, s7comm::make_dissector, false,
     s7comm::field::kPairingFields, s7comm::field::kValueFields},
    {Protocol::modbus, "modbus", modbus::kTcpPorts, modbus::rtu::probe, modbus::make_rtu_dissector,
     true, modbus::kPairingFields, modbus::kValueFields},
    {Protocol::tls, "tls", tls::kTcpPorts, tls::probe, tls::make_dissector},
};

}  // namespace

std::span<const ProtocolEntry> protocol_registry() { return kRegistry; }

}  // namespace sightglass
