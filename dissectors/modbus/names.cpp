#include "dissectors/modbus/names.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace sightglass::modbus {
namespace {

struct Row {
  std::uint8_t code;
  std::string_view name;
  Operation operation;
  ObjectSpace space;
};

constexpr Row kDefined[] = {
    {1, "Read Coils", Operation::read, ObjectSpace::coil},
    {2, "Read Discrete Inputs", Operation::read, ObjectSpace::discrete_input},
    {3, "Read Holding Registers", Operation::read, ObjectSpace::holding_register},
    {4, "Read Input Registers", Operation::read, ObjectSpace::input_register},
    {5, "Write Single Coil", Operation::write, ObjectSpace::coil},
    {6, "Write Single Register", Operation::write, ObjectSpace::holding_register},
    {7, "Read Exception Status", Operation::diagnose, ObjectSpace::none},
    {8, "Diagnostics", Operation::diagnose, ObjectSpace::diagnostics},
    {11, "Get Comm Event Counter", Operation::diagnose, ObjectSpace::none},
    {12, "Get Comm Event Log", Operation::diagnose, ObjectSpace::none},
    {15, "Write Multiple Coils", Operation::write, ObjectSpace::coil},
    {16, "Write Multiple Registers", Operation::write, ObjectSpace::holding_register},
    {17, "Report Server ID", Operation::discover, ObjectSpace::none},
    {20, "Read File Record", Operation::read, ObjectSpace::file_record},
    {21, "Write File Record", Operation::write, ObjectSpace::file_record},
    {22, "Mask Write Register", Operation::write, ObjectSpace::holding_register},
    {23, "Read/Write Multiple Registers", Operation::write, ObjectSpace::holding_register},
    {24, "Read FIFO Queue", Operation::read, ObjectSpace::fifo_queue},
    {43, "Encapsulated Interface Transport", Operation::other, ObjectSpace::none},
};

constexpr std::uint8_t kReserved[] = {9, 10, 13, 14, 41, 42, 91, 125, 126, 127};

constexpr std::array<FunctionSpec, 128> kFunctions = [] {
  std::array<FunctionSpec, 128> table{};
  for (FunctionSpec& spec : table) spec.name = "Undefined function";
  for (const Row& row : kDefined) {
    table[row.code] = {row.name, FunctionClass::defined, row.operation, row.space};
  }
  for (const std::uint8_t code : kReserved) {
    table[code] = {"Reserved function", FunctionClass::reserved};
  }
  for (std::size_t code = 65; code <= 110; ++code) {
    if (code > 72 && code < 100) continue;
    table[code] = {"User-defined function", FunctionClass::user_defined};
  }
  table[kUnity] = {"Unity (Schneider)", FunctionClass::vendor};
  return table;
}();

constexpr SubFunctionSpec kDiagnosticCodes[] = {
    {0x00, Operation::diagnose, "Return Query Data (8/0)"},
    {0x01, Operation::restart, "Restart Communications Option (8/1)"},
    {0x02, Operation::diagnose, "Return Diagnostic Register (8/2)"},
    {0x03, Operation::configure, "Change ASCII Input Delimiter (8/3)"},
    {0x04, Operation::stop, "Force Listen Only Mode (8/4)"},
    {0x0a, Operation::configure, "Clear Counters and Diagnostic Register (8/10)"},
    {0x0b, Operation::diagnose, "Return Bus Message Count (8/11)"},
    {0x0c, Operation::diagnose, "Return Bus Communication Error Count (8/12)"},
    {0x0d, Operation::diagnose, "Return Bus Exception Error Count (8/13)"},
    {0x0e, Operation::diagnose, "Return Server Message Count (8/14)"},
    {0x0f, Operation::diagnose, "Return Server No Response Count (8/15)"},
    {0x10, Operation::diagnose, "Return Server NAK Count (8/16)"},
    {0x11, Operation::diagnose, "Return Server Busy Count (8/17)"},
    {0x12, Operation::diagnose, "Return Bus Character Overrun Count (8/18)"},
    {0x14, Operation::configure, "Clear Overrun Counter and Flag (8/20)"},
    {0x15, Operation::diagnose, "Modbus Plus Statistics (8/21)"},
};

constexpr SubFunctionSpec kMeiTypes[] = {
    {kMeiCanopen, Operation::call, "CANopen General Reference (43/13)"},
    {kMeiIdentification, Operation::discover, "Read Device Identification (43/14)"},
};

struct ExceptionRow {
  std::uint8_t code;
  std::string_view name;
};
constexpr ExceptionRow kExceptions[] = {
    {1, "Illegal function"},
    {2, "Illegal data address"},
    {3, "Illegal data value"},
    {4, "Server device failure"},
    {5, "Acknowledge"},
    {6, "Server device busy"},
    {8, "Memory parity error"},
    {10, "Gateway path unavailable"},
    {11, "Gateway target device failed to respond"},
};

const SubFunctionSpec* find(std::span<const SubFunctionSpec> table, std::uint16_t code) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [code](const SubFunctionSpec& row) { return row.code == code; });
  return found == table.end() ? nullptr : &*found;
}

std::string numbered(std::string_view name, std::size_t code) {
  return std::string(name) + " (" + std::to_string(code) + ")";
}

}  // namespace

const FunctionSpec& function_spec(std::uint8_t function) {
  return kFunctions[function & kFunctionMask];
}

std::string_view function_name(std::uint8_t function) {
  static const auto names = [] {
    std::array<std::string, 128> all;
    for (std::size_t code = 0; code < all.size(); ++code) {
      all[code] = numbered(kFunctions[code].name, code);
    }
    return all;
  }();
  return names[function & kFunctionMask];
}

const SubFunctionSpec* diagnostic_spec(std::uint16_t code) { return find(kDiagnosticCodes, code); }
const SubFunctionSpec* mei_spec(std::uint8_t type) { return find(kMeiTypes, type); }

bool exception_is_defined(std::uint8_t code) {
  return std::any_of(std::begin(kExceptions), std::end(kExceptions),
                     [code](const ExceptionRow& row) { return row.code == code; });
}

std::string_view exception_name(std::uint8_t code) {
  static const auto names = [] {
    std::array<std::string, 256> all;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = numbered("Undefined exception", i);
    for (const ExceptionRow& row : kExceptions) all[row.code] = numbered(row.name, row.code);
    return all;
  }();
  return names[code];
}

}  // namespace sightglass::modbus
