// The application data unit (ADU): MBAP header and PDU, or a frame of RTU, read as a whole.
// MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1; MODBUS over Serial Line V1.02, 2.5.1.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dissectors/message.hpp"
#include "dissectors/modbus/framing.hpp"
#include "dissectors/modbus/names.hpp"
#include "dissectors/modbus/pdu.hpp"

namespace sightglass::modbus {

/// What stands around a PDU.
enum class Envelope : std::uint8_t {
  tcp,  ///< MBAP header
  rtu,  ///< unit identifier and checksum
};

/// What stands before the PDU, and function code. Of RTU the first two are 0, and `length` is
/// counted as MBAP does: without the checksum.
struct Header {
  Envelope envelope = Envelope::tcp;
  std::uint16_t transaction = 0;
  std::uint16_t protocol = 0;
  std::uint16_t length = 0;
  std::uint16_t checksum = 0;  ///< of RTU
  std::uint8_t unit = 0;
  std::uint8_t code = 0;  ///< as on the wire, with the exception bit

  std::uint8_t function() const { return code & kFunctionMask; }
  bool is_exception() const { return (code & kExceptionBit) != 0; }

  // Places within the message.
  std::size_t unit_offset() const { return envelope == Envelope::tcp ? kPrefixSize : 0; }
  std::size_t function_offset() const { return unit_offset() + 1; }
  std::size_t body_offset() const { return unit_offset() + 2; }  ///< behind the function code
  std::size_t end() const { return unit_offset() + length; }     ///< of the PDU
};

/// Reads what there is of a message of `envelope`. False when it is too short for a function code.
bool read_header(Envelope envelope, Bytes bytes, Header& header);

/// Whether the header can be believed; what is wrong with it is flagged. Wireshark rejects a
/// message it can not look into this far before it shows any field, and so do we: the filter
/// `modbus` must select the same frames.
bool is_readable(const Header& header, const Message& message, Findings& found);
/// Flags functions that the standard does not define, or not for requests.
void check_function(const Header& header, Direction direction, Findings& found);

/// The request that a response answers.
struct Paired {
  const Asked& asked;
  std::uint64_t packet;  ///< its frame
  Timestamp sent;
  std::uint8_t unit;
};

/// Reads a readable request from its function code on, fills `asked`, and reports its fields into
/// `shown` unless it is nullptr.
void read_request(const Header& header, Bytes message, Asked& asked, Findings& found,
                  std::vector<Field>* shown);
/// The same of a response; fills the outcome of `message`. `paired` is nullptr when its request was
/// not seen.
void read_response(const Header& header, Message& message, const Paired* paired, Findings& found,
                   std::vector<Field>* shown);

/// The fields of the message being delivered: it is read again when somebody looks at them.
class LazyFields final : public FieldSource {
 public:
  /// `message`, and what `paired` refers to, stay until the message is delivered.
  FieldSource* of(const Header& header, const Message& message,
                  const std::optional<Paired>& paired);
  std::span<const Field> fields() override;

 private:
  Header header_;
  const Message* message_ = nullptr;
  std::optional<Paired> paired_;
  std::vector<Field> fields_;
  Findings ignored_;
};

}  // namespace sightglass::modbus
