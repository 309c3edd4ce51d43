// What a conversation was recognised as that none of our dissectors confirmed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sightglass {

/// nDPI's words: views of texts that the library keeps. Nothing is known when `name` is empty, but
/// risks may be.
struct Application {
  std::string_view carrier;   ///< what it runs in, when that is something else: "TLS"
  std::string_view name;      ///< "SSH"
  std::string_view category;  ///< "RemoteAccess"; "" for none
  std::vector<std::string_view> risks;

  /// "TLS.Microsoft365"; "" when nothing is known.
  std::string text() const {
    return carrier.empty() ? std::string(name) : std::string(carrier) + "." + std::string(name);
  }
};

}  // namespace sightglass
