// One application PDU, decoded: the envelope that every detector understands, and its fields.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "dissectors/field.hpp"
#include "dissectors/layers.hpp"
#include "dissectors/time.hpp"

namespace sightglass {

enum class Protocol : std::uint8_t {
  unknown,
  modbus,
  s7comm,
  s7comm_plus,
  mms,
  iso_on_tcp,
  opcua,
  tls,  ///< on its own; inside of another protocol it is that one
};
/// `unknown` included.
inline constexpr std::size_t kProtocols = static_cast<std::size_t>(Protocol::tls) + 1;
using ProtocolSet = std::bitset<kProtocols>;
std::string_view to_text(Protocol protocol);  ///< "modbus"; "unknown"

enum class Direction : std::uint8_t { to_server, to_client };
inline constexpr std::size_t kDirections = static_cast<std::size_t>(Direction::to_client) + 1;
std::string_view to_text(Direction direction);  ///< "to_server", "to_client"

constexpr Direction opposite(Direction direction) {
  return direction == Direction::to_server ? Direction::to_client : Direction::to_server;
}

/// What a PDU does, in words that hold for every protocol.
enum class Operation : std::uint8_t {
  other,
  read,
  write,
  call,
  start,
  stop,
  restart,
  upload,
  download,
  erase,
  firmware,
  configure,
  authenticate,
  discover,
  diagnose,
  subscribe,
  set_clock,
  force,
};
inline constexpr std::size_t kOperations = static_cast<std::size_t>(Operation::force) + 1;
std::string_view to_text(Operation operation);  ///< "read", "set_clock", ...

/// Whether it worked. A request is `pending` until its answer or its deadline.
struct Outcome {
  enum class Kind : std::uint8_t {
    pending,
    accepted,
    refused,     ///< the device said no; `code` is the protocol's
    unanswered,  ///< the deadline passed with both directions visible
    unseen,      ///< the answer could not have been seen: never a device's fault
    none,        ///< nothing that is answered: an alert that is not about one request
  };
  Kind kind = Kind::pending;
  std::uint32_t code = 0;
  bool operator==(const Outcome&) const = default;
};
inline constexpr std::size_t kOutcomes = static_cast<std::size_t>(Outcome::Kind::none) + 1;
std::string_view to_text(Outcome::Kind kind);  ///< "pending", "accepted", ...; "" for none

/// A kind of malformation, declared once per protocol as data. Rules match it as `sg.anomaly`.
struct AnomalySpec {
  std::string_view name;      ///< "modbus.quantity_out_of_specification"
  std::string_view sentence;  ///< what is wrong, and by which paragraph of the standard
};
struct Anomaly {
  const AnomalySpec* spec;
  std::uint32_t offset;  ///< of the first offending byte within the message
};

/// Which address space of a device an access touches.
enum class ObjectSpace : std::uint8_t {
  none,
  coil,
  discrete_input,
  input_register,
  holding_register,
  file_record,            ///< container = file number, first = record number
  fifo_queue,             ///< first = pointer address
  device_identification,  ///< first = object id
  diagnostics,            ///< first = sub-function
  // S7: first = bit address (byte * 8 + bit), count = bits; container = number of the data block
  s7_data_block,
  s7_instance_block,
  s7_input,
  s7_output,
  s7_flag,
  s7_peripheral,
  s7_area,          ///< container = the area's number
  s7_counter,       ///< first = number, count = counters
  s7_timer,         ///< first = number, count = timers
  s7_symbol,        ///< container = area, 0x8a0eNNNN for a data block; first = symbol's checksum
  s7_nck_variable,  ///< unit = area and unit, container = module, first = column, line in 16 bits
  s7_drive_parameter,  ///< container = parameter, first = index
  s7_block,            ///< container = type (8 OB, 10 DB, 11 SDB ...), first = number
  s7_status_list,      ///< container = SZL identifier, first = index
  s7_cpu,              ///< the device itself: its operating mode, its clock
  // OPC UA: container = namespace, first = numeric identifier, or a digest of one that is no number
  node,        ///< unit = attribute
  named_node,  ///< unit = attribute; first = digest of `Object::name`
  method,
  named_method,  ///< first = digest of `Object::name`
};
inline constexpr std::size_t kObjectSpaces =
    static_cast<std::size_t>(ObjectSpace::named_method) + 1;
std::string_view to_text(ObjectSpace space);  ///< "holding register", ...

/// Whether devices that speak it may have others behind them, each a unit: Modbus.
constexpr bool has_units(Protocol protocol) { return protocol == Protocol::modbus; }
/// Whether such objects belong to a unit.
constexpr bool has_units(ObjectSpace space) { return space < ObjectSpace::s7_data_block; }
/// Whether objects whose numbers are near each other have anything to do with each other: not where
/// the number is a digest, nor where whoever made the device's model gave it away.
constexpr bool has_neighbours(ObjectSpace space) {
  return space < ObjectSpace::node && space != ObjectSpace::s7_symbol;
}

constexpr bool is_method(ObjectSpace space) {
  return space == ObjectSpace::method || space == ObjectSpace::named_method;
}

/// What is accessed: a range of one address space of one unit. Addresses are the protocol's own
/// (Modbus: 0-based PDU addresses).
struct Object {
  ObjectSpace space = ObjectSpace::none;
  std::uint32_t unit = 0;       ///< where has_units(space): its identifier; else see the space
  std::uint32_t container = 0;  ///< file, data block; 0 where there is none
  std::uint32_t first = 0;
  std::uint32_t count = 0;  ///< elements from `first` on
  /// Identifier of a named_node or named_method as it is on the wire; "" where numbers say it all.
  /// A view that lives as long as what the object came with; kept_name() gives one that stays.
  std::string_view name = {};
  bool operator==(const Object&) const = default;
};
/// The unit it belongs to, with nothing of it: what is asked of a device, not of its objects.
constexpr Object unit_of(const Object& object) {
  Object unit;
  if (has_units(object.space)) unit.unit = object.unit;
  return unit;
}
/// "unit 1 holding register 40", "unit 1 file 4 records 1-9", "DB1.DBX4.0", "node ns=2;s=Boiler
/// Value"
std::string to_text(const Object& object);

/// The values of an access: one typed view, expanded to fields only when somebody wants them.
struct Values {
  enum class Shape : std::uint8_t {
    none,
    bits,         ///< least significant bit of the first byte first
    registers16,  ///< 16-bit big-endian
    signed16,     ///< 16-bit big-endian, two's complement
    words32,      ///< 32-bit big-endian
    signed32,
    reals32,  ///< IEEE 754, 32-bit big-endian
    bytes,
    signed8,
    little16,  ///< 16-bit little-endian
    little_signed16,
    little32,
    little_signed32,
    little64,
    little_signed64,
    little_real32,
    little_real64,
    text,  ///< UTF-8, all of `data`; one element
  };
  Shape shape = Shape::none;
  std::uint32_t count = 0;
  Bytes data;

  /// Element `index` (< count): unsigned, signed, real, or the text as a view into `data`.
  Value at(std::size_t index) const;
};
/// "95", "-5", "61.5", "\"Pump 1\"": a value as sentences quote it, in the fewest digits that tell
/// it from its neighbours.
std::string quoted(const Value& value);

struct Access {
  Object object;
  Values values;  ///< written, or answered; none in a read request
  bool is_write = false;
  /// What an answer says of this access alone, where the protocol does; else pending.
  Outcome outcome = {};
};

/// How a session is protected, told by the PDU that settles it. Views live as long as the message.
struct ChannelSecurity {
  enum class Strength : std::uint8_t { none, weak, strong };  ///< weak: what its standard gave up
  Strength strength = Strength::none;
  std::string_view policy;               ///< in the protocol's words: "Basic256Sha256"
  std::string_view certificate_subject;  ///< common name in the server's certificate, if it has one
  Bytes certificate_thumbprint;          ///< SHA-1 of that; empty without
};

/// Names a request within its flow, 1 for the first; 0 = no request known.
using RequestId = std::uint64_t;

/// Where and when a message was on the wire.
struct Provenance {
  std::uint64_t first_packet = 0;  ///< frame that carried its first byte
  std::uint64_t last_packet = 0;   ///< frame that completes it: the one it belongs to
  Timestamp time{};                ///< of the last frame
  std::uint32_t index = 0;         ///< which of the PDUs that complete in that frame
};

/// Decodes the fields of one message when somebody looks: most PDUs of a plant repeat what is
/// known, and nobody ever does.
class FieldSource {
 public:
  /// In wire order; a field may occur more than once. The same each time, as long as the message.
  virtual std::span<const Field> fields() = 0;

 protected:
  ~FieldSource() = default;
};

/// One PDU. Everything in it is a view that lives as long as the callback that delivers it; nothing
/// is allocated per PDU. A response carries the context of its request (a Modbus read response has
/// no address of its own).
struct Message {
  Protocol protocol = Protocol::unknown;
  Direction direction = Direction::to_server;
  Operation operation = Operation::other;
  std::uint32_t function = 0;        ///< the protocol's own number for what it does
  std::string_view function_name;    ///< "Write Single Register (6)"
  Outcome outcome;                   ///< of a response: accepted or refused; of a request: pending
  std::string_view outcome_name;     ///< "Illegal data address (2)"; "" unless refused
  RequestId request = 0;             ///< its own, or the request it answers
  std::uint64_t request_packet = 0;  ///< of a response: the frame of its request; 0 when unknown
  Duration latency{};                ///< of a paired response
  std::span<const Access> accesses;
  std::span<const Anomaly> anomalies;
  std::span<const Field> at_hand;  ///< its fields, when there is no `decoder`
  FieldSource* decoder = nullptr;  ///< makes its fields
  Bytes bytes;  ///< the whole PDU with its protocol headers; field offsets are into it
  Provenance where;
  const ChannelSecurity* security = nullptr;  ///< of the PDU that settles a session's protection
  /// Not 0: the last PDU of the flow that was delivered with this number was the same, but for what
  /// pairs requests and answers; or, of a PDU delivered whole, from now on it is this one.
  std::uint16_t routine = 0;
  /// Of a routine: the values it reads are others, and as many.
  bool values_changed = false;
  /// Bytes in the place of a message that could not be read as one: no fields and no accesses, and
  /// the protocol's name as a condition does not hold (nor does it in Wireshark); `anomalies` says
  /// what is wrong.
  bool unreadable = false;
  /// Nobody without the key can read what it says: of it no more is known than its headers.
  bool encrypted = false;
  /// The server asks and the client answers: in an S7 download the controller fetches the parts.
  bool roles_turned = false;

  bool is_request() const { return (direction == Direction::to_server) != roles_turned; }
  /// In wire order; a field may occur more than once.
  std::span<const Field> fields() const { return decoder != nullptr ? decoder->fields() : at_hand; }
};

/// A request that reached its end: answered, refused, unanswered or unseen.
struct Completion {
  RequestId request = 0;
  Outcome outcome;
  std::string_view outcome_name;    ///< as in Message; static text
  std::uint64_t answer_packet = 0;  ///< 0 when there was none
  Timestamp at{};                   ///< of the answer, or the deadline
};

}  // namespace sightglass
