#include "dissectors/s7comm/names.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace sightglass::s7comm {
namespace {

struct FunctionRow {
  std::uint8_t code;
  std::string_view name;
  Operation operation;
};

constexpr FunctionRow kFunctions[] = {
    {0x00, "CPU services (0x00)", Operation::diagnose},
    {kReadVar, "Read Var (0x04)", Operation::read},
    {kWriteVar, "Write Var (0x05)", Operation::write},
    {kRequestDownload, "Request download (0x1a)", Operation::download},
    {kDownloadBlock, "Download block (0x1b)", Operation::download},
    {kDownloadEnded, "Download ended (0x1c)", Operation::download},
    {kStartUpload, "Start upload (0x1d)", Operation::upload},
    {kUpload, "Upload (0x1e)", Operation::upload},
    {kEndUpload, "End upload (0x1f)", Operation::upload},
    {kPiService, "PI service (0x28)", Operation::call},
    {kPlcStop, "PLC stop (0x29)", Operation::stop},
    {kSetup, "Setup communication (0xf0)", Operation::other},
};

struct UserDataRow {
  std::uint8_t group, code;
  std::string_view name;
  Operation operation;
};

// Indications come from the device: what it tells is no operation on it.
constexpr UserDataRow kUserDataFunctions[] = {
    {0, 0, "Mode is STOP (0/0)", Operation::diagnose},
    {0, 1, "Mode is warm restart (0/1)", Operation::diagnose},
    {0, 2, "Mode is RUN (0/2)", Operation::diagnose},
    {0, 3, "Mode is hot restart (0/3)", Operation::diagnose},
    {0, 4, "Mode is HOLD (0/4)", Operation::diagnose},
    {0, 6, "Mode is cold restart (0/6)", Operation::diagnose},
    {0, 9, "Mode is RUN-R, redundant (0/9)", Operation::diagnose},
    {0, 11, "Mode is LINK-UP (0/11)", Operation::diagnose},
    {0, 12, "Mode is UPDATE (0/12)", Operation::diagnose},
    {1, 1, "Block status (1/1)", Operation::diagnose},
    {1, 2, "Variable status (1/2)", Operation::read},
    {1, 3, "Output ISTACK (1/3)", Operation::diagnose},
    {1, 4, "Output BSTACK (1/4)", Operation::diagnose},
    {1, 5, "Output LSTACK (1/5)", Operation::diagnose},
    {1, 6, "Time measurement (1/6)", Operation::diagnose},
    {1, 7, "Force selection (1/7)", Operation::diagnose},
    {1, 8, "Modify variable (1/8)", Operation::write},
    {1, 9, "Force (1/9)", Operation::force},
    {1, 10, "Breakpoint (1/10)", Operation::stop},
    {1, 11, "Exit HOLD (1/11)", Operation::start},
    {1, 12, "Memory reset (1/12)", Operation::erase},
    {1, 13, "Disable job (1/13)", Operation::other},
    {1, 14, "Enable job (1/14)", Operation::other},
    {1, 15, "Delete job (1/15)", Operation::other},
    {1, 16, "Read job list (1/16)", Operation::diagnose},
    {1, 17, "Read job (1/17)", Operation::diagnose},
    {1, 18, "Replace job (1/18)", Operation::other},
    {1, 19, "Block status v2 (1/19)", Operation::diagnose},
    {1, 22, "Flash LED (1/22)", Operation::diagnose},
    {2, 1, "Cyclic transfer (2/1)", Operation::subscribe},
    {2, 4, "Unsubscribe cyclic transfer (2/4)", Operation::subscribe},
    {2, 5, "Change driven transfer (2/5)", Operation::subscribe},
    {2, 7, "Modify change driven transfer (2/7)", Operation::subscribe},
    {2, 8, "Read record (2/8)", Operation::read},
    {3, 1, "List blocks (3/1)", Operation::discover},
    {3, 2, "List blocks of type (3/2)", Operation::discover},
    {3, 3, "Get block info (3/3)", Operation::discover},
    {4, 1, "Read SZL (4/1)", Operation::diagnose},
    {4, 2, "Message service (4/2)", Operation::subscribe},
    {4, 3, "Diagnostic message (4/3)", Operation::diagnose},
    {4, 5, "ALARM_8 indication (4/5)", Operation::diagnose},
    {4, 6, "NOTIFY indication (4/6)", Operation::diagnose},
    {4, 7, "Lock alarms (4/7)", Operation::configure},
    {4, 8, "Unlock alarms (4/8)", Operation::configure},
    {4, 9, "SCAN indication (4/9)", Operation::diagnose},
    {4, 11, "Acknowledge alarm (4/11)", Operation::call},
    {4, 12, "Alarm acknowledged indication (4/12)", Operation::diagnose},
    {4, 13, "Alarm lock indication (4/13)", Operation::diagnose},
    {4, 14, "Alarm unlock indication (4/14)", Operation::diagnose},
    {4, 17, "ALARM_SQ indication (4/17)", Operation::diagnose},
    {4, 18, "ALARM_S indication (4/18)", Operation::diagnose},
    {4, 19, "Query alarms (4/19)", Operation::diagnose},
    {4, 22, "NOTIFY_8 indication (4/22)", Operation::diagnose},
    {5, 1, "Protection level log-on (5/1)", Operation::authenticate},
    {5, 2, "Protection level log-off (5/2)", Operation::authenticate},
    {6, 0, "Block send or receive (6/0)", Operation::write},
    {7, 1, "Read clock (7/1)", Operation::diagnose},
    {7, 2, "Set clock (7/2)", Operation::set_clock},
    {7, 3, "Read clock, following (7/3)", Operation::diagnose},
    {7, 4, "Set clock, following (7/4)", Operation::set_clock},
    {15, 1, "NC request download (15/1)", Operation::download},
    {15, 2, "NC download block (15/2)", Operation::download},
    {15, 3, "NC continue download (15/3)", Operation::download},
    {15, 4, "NC download ended (15/4)", Operation::download},
    {15, 6, "NC start upload (15/6)", Operation::upload},
    {15, 7, "NC upload (15/7)", Operation::upload},
    {15, 8, "NC continue upload (15/8)", Operation::upload},
};

constexpr std::string_view kGroups[] = {
    "Mode transition (0/?)", "Programmer command (1/?)", "Cyclic service (2/?)",
    "Block function (3/?)",  "CPU function (4/?)",       "Security function (5/?)",
    "PBC function (6/?)",    "Time function (7/?)",
};

constexpr ServiceSpec kServices[] = {
    {"P_PROGRAM", "C", "Cold start: P_PROGRAM (0x28)", Operation::start},
    {"P_PROGRAM", "", "Warm start: P_PROGRAM (0x28)", Operation::start},
    {"_INSE", "", "Link block into the program: _INSE (0x28)", Operation::download},
    {"_INS2", "", "Link block into the program: _INS2 (0x28)", Operation::download},
    {"_DELE", "", "Delete block: _DELE (0x28)", Operation::erase},
    {"_MODU", "", "Copy RAM to ROM: _MODU (0x28)", Operation::configure},
    {"_GARB", "", "Compress memory: _GARB (0x28)", Operation::configure},
    {"_RMMC", "", "Remove memory card: _RMMC (0x28)", Operation::configure},
    {"_N_LOGIN_", "", "NC log-on: _N_LOGIN_ (0x28)", Operation::authenticate},
    {"_N_LOGOUT", "", "NC log-off: _N_LOGOUT (0x28)", Operation::authenticate},
    {"_N_NEWPWD", "", "NC new password: _N_NEWPWD (0x28)", Operation::configure},
    {"_N_F_DELE", "", "NC delete file: _N_F_DELE (0x28)", Operation::erase},
    {"_N_F_DELR", "", "NC delete file: _N_F_DELR (0x28)", Operation::erase},
    {"_N_SELECT", "", "NC select program: _N_SELECT (0x28)", Operation::call},
};

struct ErrorRow {
  std::uint16_t code;
  std::string_view name;
};

constexpr ErrorRow kErrors[] = {
    {0x0110, "Block number invalid (0x0110)"},
    {0x0114, "Block does not exist (0x0114)"},
    {0x8000, "Function already occupied (0x8000)"},
    {0x8001, "Not allowed in this mode (0x8001)"},
    {0x8101, "Hardware fault (0x8101)"},
    {0x8103, "Object access not allowed (0x8103)"},
    {0x8104, "Function not implemented (0x8104)"},
    {0x8105, "Invalid address (0x8105)"},
    {0x8106, "Data type not supported (0x8106)"},
    {0x8107, "Data type inconsistent (0x8107)"},
    {0x810a, "Object does not exist (0x810a)"},
    {0x8500, "Wrong PDU size (0x8500)"},
    {0x8702, "Address invalid (0x8702)"},
    {0xd002, "Not possible with this block type (0xd002)"},
    {0xd031, "Load memory is full (0xd031)"},
    {0xd203, "Maximum PDU size too small (0xd203)"},
    {0xd209, "Block not found (0xd209)"},
    {0xd20e, "No such file (0xd20e)"},
    {0xd240, "Coordination rules violated (0xd240)"},
    {0xd241, "Protection level too low, password needed (0xd241)"},
    {0xd401, "Information function not available (0xd401)"},
    {0xd402, "Information function not available (0xd402)"},
    {0xd601, "Syntax error (0xd601)"},
    {0xd602, "Wrong password (0xd602)"},
    {0xd604, "Already logged on (0xd604)"},
    {0xd605, "Not logged on (0xd605)"},
};

constexpr ErrorRow kErrorClasses[] = {
    {0x81, "Error of the application relationship (0x81..)"},
    {0x82, "Error in the object's definition (0x82..)"},
    {0x83, "No resources (0x83..)"},
    {0x84, "Error in service processing (0x84..)"},
    {0x85, "Error in supplies (0x85..)"},
    {0x87, "Access error (0x87..)"},
    {0xd2, "Error in a block function (0xd2..)"},
    {0xd4, "Error in an information function (0xd4..)"},
    {0xd6, "Error in a security function (0xd6..)"},
};

constexpr ErrorRow kReturnCodes[] = {
    {0x00, "Reserved (0x00)"},
    {0x01, "Hardware fault (0x01)"},
    {0x03, "Object access not allowed (0x03)"},
    {0x05, "Invalid address (0x05)"},
    {0x06, "Data type not supported (0x06)"},
    {0x07, "Data type inconsistent (0x07)"},
    {0x0a, "Object does not exist (0x0a)"},
    {0xff, "Success (0xff)"},
};

template <std::size_t N>
const ErrorRow* find(const ErrorRow (&rows)[N], std::uint16_t code) {
  const auto* found = std::find_if(std::begin(rows), std::end(rows),
                                   [code](const ErrorRow& row) { return row.code == code; });
  return found == std::end(rows) ? nullptr : found;
}

struct AreaRow {
  std::uint8_t area;
  ObjectSpace space;
};
constexpr AreaRow kAreas[] = {
    {0x80, ObjectSpace::s7_peripheral}, {0x81, ObjectSpace::s7_input},
    {0x82, ObjectSpace::s7_output},     {0x83, ObjectSpace::s7_flag},
    {0x84, ObjectSpace::s7_data_block}, {0x85, ObjectSpace::s7_instance_block},
    {0x1c, ObjectSpace::s7_counter},    {0x1d, ObjectSpace::s7_timer},
};

struct SizeRow {
  std::uint8_t code;
  std::uint8_t bits;
  Values::Shape shape;
};
constexpr SizeRow kTransportSizes[] = {
    {1, 1, Values::Shape::bits},          {2, 8, Values::Shape::bytes},
    {3, 8, Values::Shape::bytes},         {4, 16, Values::Shape::registers16},
    {5, 16, Values::Shape::signed16},     {6, 32, Values::Shape::words32},
    {7, 32, Values::Shape::signed32},     {8, 32, Values::Shape::reals32},
    {9, 16, Values::Shape::registers16},  {10, 32, Values::Shape::words32},
    {11, 32, Values::Shape::signed32},    {12, 16, Values::Shape::registers16},
    {15, 64, Values::Shape::bytes},       {28, 16, Values::Shape::registers16},
    {29, 16, Values::Shape::registers16},
};

const SizeRow* size_row(std::uint8_t transport_size) {
  const auto* found =
      std::find_if(std::begin(kTransportSizes), std::end(kTransportSizes),
                   [transport_size](const SizeRow& row) { return row.code == transport_size; });
  return found == std::end(kTransportSizes) ? nullptr : found;
}

}  // namespace

FunctionSpec function_spec(std::uint8_t function) {
  const auto* found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                   [&](const FunctionRow& row) { return row.code == function; });
  if (found == std::end(kFunctions)) return {"Undefined function"};
  return {found->name, found->operation, true};
}

FunctionSpec userdata_spec(std::uint8_t group, std::uint8_t function) {
  const auto* found = std::find_if(
      std::begin(kUserDataFunctions), std::end(kUserDataFunctions),
      [&](const UserDataRow& row) { return row.group == group && row.code == function; });
  if (found != std::end(kUserDataFunctions)) return {found->name, found->operation, true};
  // The number of a block send is whatever its sender chose.
  if (group == kPbc) return {"Block send or receive (6)", Operation::write, true};
  if (group < std::size(kGroups)) return {kGroups[group]};
  return {group == kNcProgram ? "NC programming (15/?)" : "Undefined user data function"};
}

FunctionSpec service_spec(std::string_view service, std::string_view argument) {
  const auto* found =
      std::find_if(std::begin(kServices), std::end(kServices), [&](const ServiceSpec& row) {
        return row.service == service && argument.starts_with(row.argument);
      });
  if (found != std::end(kServices)) return {found->name, found->operation, true};
  if (service.starts_with(kNcPrefix)) return {"NC service (0x28)", Operation::call, true};
  return {"Unknown PI service (0x28)", Operation::call};
}

std::span<const ServiceSpec> services() { return kServices; }

std::string_view error_name(std::uint16_t error) {
  if (const ErrorRow* row = find(kErrors, error)) return row->name;
  if (const ErrorRow* row = find(kErrorClasses, error >> 8)) return row->name;
  return "Unknown error";
}

std::string_view return_code_name(std::uint8_t code) {
  const ErrorRow* row = find(kReturnCodes, code);
  return row != nullptr ? row->name : "Unknown return code";
}

ObjectSpace space_of_area(std::uint8_t area) {
  const auto* found = std::find_if(std::begin(kAreas), std::end(kAreas),
                                   [area](const AreaRow& row) { return row.area == area; });
  return found != std::end(kAreas) ? found->space : ObjectSpace::s7_area;
}

std::uint32_t element_bits(std::uint8_t transport_size) {
  const SizeRow* row = size_row(transport_size);
  return row != nullptr ? row->bits : 8;
}

Values::Shape shape_of(std::uint8_t transport_size) {
  const SizeRow* row = size_row(transport_size);
  return row != nullptr ? row->shape : Values::Shape::bytes;
}

}  // namespace sightglass::s7comm
