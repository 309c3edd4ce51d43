// The console's configuration: a YAML file, every mistake told at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "rules/diagnostic.hpp"

namespace sightglass::console {

struct ConsoleConfig {
  std::filesystem::path record;  ///< a sensor's directory or a finished case: holds record.db
  std::filesystem::path state;   ///< console.db and the certificate; made when missing, 0700
  std::filesystem::path web;     ///< the built page; "": only the API
  /// The control socket of the sensor that writes `record`; "": it is not told about triage.
  std::filesystem::path sensor_socket;
  std::string listen = "127.0.0.1";
  std::uint16_t port = 8443;  ///< 0: any that is free
  /// Host names and addresses people use besides localhost and the one listened on.
  std::vector<std::string> names;
  /// PEM, both or neither; neither: a self-signed one in `state`.
  std::filesystem::path certificate, key;
};

inline constexpr std::size_t kConfigBytes = 64 * 1024;

/// Every key the file may have.
std::vector<std::string_view> config_keys();

/// Relative paths in it start at the file's directory. `record` and `state` must be there. Problems
/// stand in `diagnostics` in the order of the file; the result is only of use when there are none.
ConsoleConfig parse_config(const std::filesystem::path& file, std::string_view text,
                           std::vector<Diagnostic>& diagnostics);
/// The same, out of the file.
ConsoleConfig read_config(const std::filesystem::path& file, std::vector<Diagnostic>& diagnostics);

}  // namespace sightglass::console
