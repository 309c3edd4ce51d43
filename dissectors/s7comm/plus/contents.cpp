#include "dissectors/s7comm/plus/contents.hpp"

#include "dissectors/s7comm/anomalies.hpp"
#include "dissectors/s7comm/plus/values.hpp"

namespace sightglass::s7comm::plus {

void Contents::close() {
  constexpr std::size_t kFill = 4;
  constexpr std::uint8_t kDigest = 32;
  const auto is_digest = [this] { return next() == kDigest && in.remaining() == 1 + kDigest; };
  if (in.ok() && in.remaining() > kFill && !is_digest()) vlq32(*this, integrity_id);
  if (is_digest()) in.bytes(integrity, in.u8());
  bool is_fill = true;
  for (const std::uint8_t octet : in.ahead().rest()) is_fill = is_fill && octet == 0;
  if (in.remaining() > 0 && !is_fill) in.bytes(undecoded, in.remaining());
  if (!in.ok() && !is_given_up_ && !is_cut_) in.flag(anomaly::plus_contents);
}

}  // namespace sightglass::s7comm::plus
