// The one decoder: walks the tables of structures over a message, reports each value as a field,
// and keeps what the envelope needs to know.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "dissectors/certificate.hpp"
#include "dissectors/message.hpp"
#include "dissectors/opcua/anomalies.hpp"
#include "dissectors/opcua/structure.hpp"

namespace sightglass::opcua {

inline constexpr std::size_t kMaxFields = 8192;    ///< of one message; then the rest is not listed
inline constexpr std::size_t kMaxAccesses = 1024;  ///< of one message
inline constexpr std::size_t kMaxGuids = 256;      ///< of one message that are listed as text
/// Length of a null string or array. Other negative ones are wrong, and decoders take them for it
/// too.
inline constexpr std::int32_t kNull = -1;
inline constexpr int kMaxNesting = 100;  ///< Part 6, 5.2.2.12

/// A NodeId; `name` is "" for a numeric one, else the text, or the bytes of a Guid or opaque one.
struct NodeName {
  std::uint16_t space = 0;
  std::uint32_t number = 0;  ///< the identifier, or a digest of its bytes
  bool numeric = true;
  std::string_view name;
};

/// An object a request touches, or a monitored value.
struct Touch {
  NodeName node;
  std::uint32_t attribute = 0;
  std::uint32_t client_handle = 0;
  std::uint32_t status = 0;
  Values values;
  bool writes = false;
  bool calls = false;
};

/// What an answer says of the request's access at the same place.
struct Result {
  std::uint32_t status = 0;
  std::uint32_t monitored_item = 0;
  Values values;
};

/// What a message says; reused from message to message, so that nothing is allocated in the steady
/// state.
struct Findings {
  std::vector<Field> fields;
  std::vector<Access> accesses;
  std::vector<Anomaly> anomalies;
  std::vector<Touch> touches;
  std::vector<Result> results;
  std::vector<std::uint32_t> deleted;  ///< monitored items, or subscriptions
  std::array<std::array<char, 36>, kMaxGuids> guids;
  std::size_t guid_count = 0;
  std::uint32_t timeout_hint = 0;  ///< ms
  std::uint32_t service_result = 0;
  std::uint32_t subscription = 0;
  std::uint32_t security_mode = 0;
  std::uint32_t channel = 0;
  std::uint32_t token_type = 0;  ///< structure of the user's identity token; 0 when there is none
  std::string_view application_uri, application_name, endpoint_url, user_name;
  Bytes user_certificate;
  std::array<std::uint8_t, kThumbprintSize> thumbprint{};  ///< of the channel's certificate
  ChannelSecurity security;

  void clear();
  /// Each kind of anomaly is reported once per message, where it was first found.
  void flag(const AnomalySpec& spec, std::size_t offset);
};

/// Reads the built-in types and structures of one message. What is read after a failure is never
/// reported. Nothing it does takes more steps than the message has bytes.
class Decoder {
 public:
  Decoder(Bytes message, Findings& findings) : in_(message), findings_(findings) {}

  /// Begins anew at the front of other bytes.
  void turn_to(Bytes bytes) { in_ = ByteReader(bytes); }

  void structure(const Structure& spec);
  std::uint8_t u8(FieldId id);
  std::uint16_t u16(FieldId id);
  std::uint32_t u32(FieldId id);
  std::string_view string(FieldId id);
  Bytes byte_string(FieldId id);
  std::uint32_t status_code(FieldId id);
  /// Reads the length of what follows; nothing when it is null. A length that can not be is named.
  std::optional<std::size_t> length();
  /// Text of `count` bytes without a length.
  std::string_view letters(FieldId id, std::size_t count);

  void show(FieldId id, const Value& value, std::size_t offset, std::size_t length);
  void flag(const AnomalySpec& spec, std::size_t offset) { findings_.flag(spec, offset); }
  void fail() { in_.skip(in_.remaining() + 1); }

  std::size_t offset() const { return base_ + in_.offset(); }
  std::size_t remaining() const { return in_.remaining(); }
  bool ok() const { return in_.ok(); }

 private:
  void member(const Member& member);
  void element(const Member& member);
  /// One value of a built-in type but the composite ones.
  void scalar(Wire type, FieldId field);
  void built_in(Wire type, FieldId field);
  std::int32_t array_size();
  void number(FieldId id, std::uint64_t value, std::size_t size);
  void flags(FieldId first, std::uint32_t bits, std::initializer_list<std::uint32_t> masks,
             std::size_t size);

  NodeName node_id();
  NodeName expanded_node_id();
  NodeName identifier(std::uint8_t form);
  void guid(FieldId id);
  void date_time(FieldId id);
  void qualified_name();
  void localized_text();
  void data_value();
  void variant();
  void extension_object();
  void diagnostic_info();
  void return_diagnostics();
  void node_class_mask();
  void result_mask();

  void note(Meaning meaning);
  void begin(bool writes);

  ByteReader in_;
  std::size_t base_ = 0;  ///< of a reader confined to the inside of an extension object
  Findings& findings_;
  int depth_ = 0;
  bool in_identity_ = false;  ///< inside of what says who the user is

  // What was read last: `note` takes it from here.
  std::uint64_t last_number_ = 0;
  std::string_view last_text_;
  NodeName last_node_;
  std::uint32_t last_status_ = 0;
  Values last_values_;
};

}  // namespace sightglass::opcua
