// What is known of one TLS connection, and its records read with that.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "dissectors/field_reader.hpp"
#include "dissectors/parts.hpp"

namespace sightglass::tls {

/// What a record was.
struct Record {
  std::uint32_t function = 0;  ///< content type, and the type of its first handshake message
  std::string_view name;       ///< of the first message in it; static text
  /// Of an alert in clear that ends the connection, its description; else "".
  std::string_view refusal;
  std::uint8_t alert = 0;  ///< that description's number
  bool encrypted = false;
};

/// Says of a message that a record, or the first of several, is all it holds.
void tell(const Record& record, Message& message);

/// The state of a connection: what was negotiated, which side encrypts already, and the handshake
/// messages that go on in a next record. Memory is bounded.
class Connection {
 public:
  /// Reads one record, which `in` holds whole and nothing else.
  Record record(FieldReader& in, Direction direction);
  /// Bytes of that direction were lost: what was begun is not finished.
  void lose(Direction direction) { side(direction).begun.clear(); }

 private:
  struct Side {
    bool encrypts = false;
    Parts begun;   ///< the beginning of a handshake message
    Parts joined;  ///< the last one that was put together
  };
  Side& side(Direction direction) { return sides_[static_cast<std::size_t>(direction)]; }

  void alert(FieldReader& in, const Side& side, Record& record);
  void handshakes(FieldReader& in, Direction direction, Record& record);
  void handshakes_in(FieldReader& in, Side& sender, Record& record);
  void handshake_message(FieldReader& in, std::uint8_t type);
  void hello(FieldReader& in, bool is_server);
  void extensions(FieldReader& in, bool is_server);
  void certificates(FieldReader& in);
  void show_negotiated(FieldReader& in) const;

  std::array<Side, kDirections> sides_;
  std::uint16_t version_ = 0;  ///< what the server chose; 0 before
  std::uint16_t suite_ = 0;
};

}  // namespace sightglass::tls
