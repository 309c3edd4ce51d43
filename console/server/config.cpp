#include "console/server/config.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

#include "dissectors/address.hpp"

namespace sightglass::console {
namespace {

namespace fs = std::filesystem;

class Reader;

struct Setting {
  std::string_view name;
  void (Reader::*read)(const YAML::Node&, ConsoleConfig&);
};

class Reader {
 public:
  Reader(const fs::path& file, std::string_view text, std::vector<Diagnostic>& diagnostics)
      : file_(file), text_(text), diagnostics_(diagnostics) {}

  ConsoleConfig read();
  static std::vector<std::string_view> keys();

 private:
  static const Setting kSettings[];

  void wrong(const YAML::Mark& mark, std::size_t length, std::string message) {
    const std::size_t offset = mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos);
    diagnostics_.push_back(diagnose(file_.string(), text_, offset, length, std::move(message)));
  }
  void wrong(const YAML::Node& node, std::string message) {
    wrong(node.Mark(), node.IsScalar() ? node.Scalar().size() : 1, std::move(message));
  }
  void read_settings(const YAML::Node& root, ConsoleConfig& config);
  void check_whole(const YAML::Node& root, const ConsoleConfig& config);

  std::optional<std::string> text(const YAML::Node& node) {
    if (node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
    wrong(node, "expected a text here");
    return std::nullopt;
  }
  void path(const YAML::Node& node, fs::path& path) {
    if (const auto value = text(node)) path = file_.parent_path() / *value;
  }
  void record(const YAML::Node& node, ConsoleConfig& config) { path(node, config.record); }
  void state(const YAML::Node& node, ConsoleConfig& config) { path(node, config.state); }
  void web(const YAML::Node& node, ConsoleConfig& config) { path(node, config.web); }
  void sensor_socket(const YAML::Node& node, ConsoleConfig& config) {
    path(node, config.sensor_socket);
  }
  void certificate(const YAML::Node& node, ConsoleConfig& config) {
    path(node, config.certificate);
  }
  void key(const YAML::Node& node, ConsoleConfig& config) { path(node, config.key); }
  void listen(const YAML::Node& node, ConsoleConfig& config) {
    const auto value = text(node);
    if (!value) return;
    config.listen = *value;
    if (!parse_ip(*value)) {
      wrong(node, "expected an IP address to listen on, such as 127.0.0.1 or 0.0.0.0");
    }
  }
  void port(const YAML::Node& node, ConsoleConfig& config) {
    const std::string value = node.IsScalar() ? node.Scalar() : "";
    const auto [end, code] =
        std::from_chars(value.data(), value.data() + value.size(), config.port);
    if (value.empty() || code != std::errc() || end != value.data() + value.size()) {
      wrong(node, "expected a port number from 0 to 65535");
    }
  }
  void names(const YAML::Node& node, ConsoleConfig& config) {
    if (!node.IsSequence()) {
      wrong(node, "expected a list of host names: [console.plant.example]");
      return;
    }
    for (const YAML::Node& item : node) {
      if (const auto name = text(item)) config.names.push_back(*name);
    }
  }

  const fs::path& file_;
  std::string_view text_;
  std::vector<Diagnostic>& diagnostics_;
};

const Setting Reader::kSettings[] = {
    {"record", &Reader::record},
    {"state", &Reader::state},
    {"web", &Reader::web},
    {"listen", &Reader::listen},
    {"port", &Reader::port},
    {"names", &Reader::names},
    {"certificate", &Reader::certificate},
    {"key", &Reader::key},
    {"sensor_socket", &Reader::sensor_socket},
};

std::vector<std::string_view> Reader::keys() {
  std::vector<std::string_view> keys;
  for (const Setting& setting : kSettings) keys.push_back(setting.name);
  return keys;
}

ConsoleConfig Reader::read() {
  ConsoleConfig config;
  YAML::Node root;
  try {
    root = YAML::Load(std::string(text_));
  } catch (const YAML::Exception& error) {
    wrong(error.mark, 1, error.msg);
    return config;
  }
  if (!root.IsMap()) {
    wrong(root.Mark(), 1, "expected settings, such as \"record: /var/lib/sightglass/record\"");
    return config;
  }
  read_settings(root, config);
  check_whole(root, config);
  std::stable_sort(diagnostics_.begin(), diagnostics_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.line < b.line; });
  return config;
}

void Reader::read_settings(const YAML::Node& root, ConsoleConfig& config) {
  std::vector<std::string> seen;
  for (const auto& entry : root) {
    const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
    const auto* setting =
        std::find_if(std::begin(kSettings), std::end(kSettings),
                     [&](const Setting& candidate) { return candidate.name == name; });
    if (setting == std::end(kSettings)) {
      wrong(entry.first,
            "there is no setting \"" + name + "\"" + did_you_mean(nearest_word(name, keys())));
    } else if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      wrong(entry.first, "\"" + name + "\" is set twice");
    } else {
      (this->*setting->read)(entry.second, config);
    }
    seen.push_back(name);
  }
}

void Reader::check_whole(const YAML::Node& root, const ConsoleConfig& config) {
  for (const std::string_view name : {"record", "state"}) {
    if (!root[std::string(name)]) {
      wrong(root.Mark(), 1, "\"" + std::string(name) + "\" is missing");
    }
  }
  if (config.certificate.empty() != config.key.empty()) {
    const YAML::Node there = config.key.empty() ? root["certificate"] : root["key"];
    wrong(there, "\"certificate\" and \"key\" belong together: set both or neither");
  }
}

}  // namespace

std::vector<std::string_view> config_keys() { return Reader::keys(); }

ConsoleConfig parse_config(const fs::path& file, std::string_view text,
                           std::vector<Diagnostic>& diagnostics) {
  return Reader(file, text, diagnostics).read();
}

ConsoleConfig read_config(const fs::path& file, std::vector<Diagnostic>& diagnostics) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(kConfigBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.empty() || text.size() > kConfigBytes) {
    diagnostics.push_back(
        {.file = file.string(),
         .message = text.empty() ? "can not be read, or is empty" : "is larger than 64 KiB",
         .source_line = ""});
    return {};
  }
  return parse_config(file, text, diagnostics);
}

}  // namespace sightglass::console
