// What is between the header and the trailer of a PDU, while it is read.
#pragma once

#include "dissectors/field_reader.hpp"
#include "dissectors/s7comm/plus/fields.hpp"

namespace sightglass::s7comm::plus {

/// A reader, and whether it came upon what nobody has described: that is shown as octets, and is
/// no fault of the PDU.
class Contents {
 public:
  /// `is_cut`: there was more, which was not kept.
  explicit Contents(FieldReader& reader, bool is_cut = false) : in(reader), is_cut_(is_cut) {}

  FieldReader& in;

  /// What is left can not be read; every read after this fails.
  void give_up() {
    if (!in.ok()) return;
    if (in.remaining() > 0) in.bytes(undecoded, in.remaining());
    is_given_up_ = true;
    in.require(1);
  }
  /// It ended where it should not, or says what can not be.
  void fail() { in.require(in.remaining() + 1); }

  /// Reads what closes a PDU: the number against its being sent again, a digest, filling octets.
  /// Names what was malformed.
  void close();

  /// The octet that comes next; 0 at the end.
  std::uint8_t next() const { return in.ahead().u8(); }

 private:
  bool is_cut_ = false;
  bool is_given_up_ = false;
};

}  // namespace sightglass::s7comm::plus
