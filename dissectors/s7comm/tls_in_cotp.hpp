// TLS in the place of S7comm-plus: its records inside of TSDUs, as newer controllers want it.
#pragma once

#include <array>
#include <vector>

#include "dissectors/functions.hpp"
#include "dissectors/tls/connection.hpp"

namespace sightglass::s7comm {

/// The TLS connection of a flow. A record may go on in the next TSDU of its direction.
class TlsInCotp {
 public:
  /// Whether a TSDU belongs to it.
  bool takes(Bytes tsdu, Direction direction) const;
  /// Reads the records that the TSDU completes, and says of the message what the first one is.
  void read(FieldReader& in, Message& message);
  void lose(Direction direction);

 private:
  struct Side {
    Parts begun;   ///< the beginning of a record
    Parts joined;  ///< the last one that was put together, and what came with it
  };
  static std::size_t index(Direction direction) { return static_cast<std::size_t>(direction); }

  tls::Connection connection_;
  std::array<Side, kDirections> sides_;
};

/// What such messages can be.
std::vector<Function> tls_functions();

}  // namespace sightglass::s7comm
