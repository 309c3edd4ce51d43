#include "sensor/pipeline/live_settings.hpp"

#include <algorithm>
#include <array>

#include "rules/yaml/files.hpp"
#include "rules/yaml/reader.hpp"
#include "sensor/capture/live_captures.hpp"

namespace sightglass {
namespace {

constexpr std::array<std::string_view, 8> kKeys = {"capture", "judge",   "record", "control",
                                                   "run_as",  "workers", "flows",  "memory_mib"};
constexpr std::array<std::string_view, 5> kCaptureKeys = {"interface", "interfaces", "ring_mib",
                                                          "snap_length", "filter"};
constexpr std::array<std::string_view, 2> kInterfaceKeys = {"interface", "filter"};
constexpr std::array<std::string_view, 3> kJudgeKeys = {"rules", "site", "learn_for"};
constexpr std::array<std::string_view, 4> kRecordKeys = {"directory", "evidence_ring_mib",
                                                         "keep_alerts_days", "most_mib"};
constexpr std::array<std::string_view, 2> kControlKeys = {"socket", "users"};

/// Reads one section after the other into the settings.
class Settings {
 public:
  Settings(yaml::Reader& reader, const std::string& file)
      : reader_(reader), folder_(std::filesystem::path(file).parent_path()) {}

  void read(const yaml::Node& root, LiveSettings& settings) {
    if (!reader_.is_map(root, "sensor.yaml")) return;
    const yaml::Mapping top(reader_, root, kKeys);
    section(top.require("capture"), "capture", kCaptureKeys,
            [&](const yaml::Mapping& map) { capture(map, settings); });
    section(top.find("judge"), "judge", kJudgeKeys,
            [&](const yaml::Mapping& map) { judge(map, settings); });
    section(top.require("record"), "record", kRecordKeys,
            [&](const yaml::Mapping& map) { record(map, settings); });
    section(top.find("control"), "control", kControlKeys,
            [&](const yaml::Mapping& map) { control(map, settings); });
    text(top, "run_as", settings.run_as);
    number(top, "workers", 1, 64, settings.workers);
    number(top, "flows", kFewestFlows, kMostFlows, settings.flows);
    number(top, "memory_mib", 64, 1'048'576, settings.memory_mib);
  }

 private:
  template <typename Read>
  void section(const yaml::Node* node, std::string_view name,
               std::span<const std::string_view> keys, Read read) {
    if (node != nullptr && reader_.is_map(*node, name)) {
      read(yaml::Mapping(reader_, *node, keys));
    }
  }

  void capture(const yaml::Mapping& map, LiveSettings& settings) {
    LiveCaptureSettings common;
    number(map, "ring_mib", 1, 2048, common.ring_mib);
    number(map, "snap_length", 64, 262'144, common.snap_length);
    text(map, "filter", common.filter);
    const auto* several = map.find("interfaces");
    if (several == nullptr) {
      if (const auto* node = map.require("interface")) add_interface(*node, common, settings);
      return;
    }
    if (const auto* node = map.find("interface")) {
      reader_.fail(*node, "a capture has an interface or interfaces, not both");
    }
    if (!reader_.is_sequence(*several, "interfaces")) return;
    if (several->items.empty() || several->items.size() > kMostInterfaces) {
      reader_.fail(*several,
                   "interfaces must be a list of 1 to " + std::to_string(kMostInterfaces));
    }
    for (const yaml::Node& item : several->items) interface(item, common, settings);
  }

  /// A name, or a map with what is this interface's own.
  void interface(const yaml::Node& item, LiveCaptureSettings capture, LiveSettings& settings) {
    if (item.kind != yaml::Node::Kind::map) return add_interface(item, capture, settings);
    const yaml::Mapping map(reader_, item, kInterfaceKeys);
    text(map, "filter", capture.filter);
    if (const auto* node = map.require("interface")) add_interface(*node, capture, settings);
  }

  void add_interface(const yaml::Node& name, LiveCaptureSettings capture, LiveSettings& settings) {
    capture.interface = reader_.text(name, "interface").value_or("");
    for (const LiveCaptureSettings& other : settings.captures) {
      if (other.interface == capture.interface && !capture.interface.empty()) {
        return reader_.fail(name, "the interface \"" + capture.interface + "\" is given twice");
      }
    }
    settings.captures.push_back(std::move(capture));
  }

  void judge(const yaml::Mapping& map, LiveSettings& settings) {
    if (const auto* node = map.find("rules")) {
      for (const auto& path : reader_.texts(*node, "rules")) {
        settings.configuration.rule_files.push_back(resolved(path));
      }
    }
    if (text(map, "site", settings.configuration.site_file)) {
      settings.configuration.site_file = resolved(settings.configuration.site_file);
    }
    const auto* learn_for = map.find("learn_for");
    if (learn_for == nullptr) return;
    if (learn_for->text == "off") {
      settings.learn_for = std::chrono::seconds(0);
    } else if (const auto length = reader_.duration(*learn_for, "learn_for")) {
      settings.learn_for = std::chrono::duration_cast<std::chrono::seconds>(*length);
    }
  }

  void record(const yaml::Mapping& map, LiveSettings& settings) {
    std::string directory;
    if (const auto* node = map.require("directory")) {
      directory = reader_.text(*node, "directory").value_or("");
    }
    settings.record = resolved(directory);
    number(map, "evidence_ring_mib", 4, 16'384, settings.evidence_ring_mib);
    std::uint64_t days = 365, mib = 8192;
    number(map, "keep_alerts_days", 1, 36'500, days);
    number(map, "most_mib", 64, 16'777'216, mib);
    settings.retention.alert_age = std::chrono::hours(24 * days);
    settings.retention.record_bytes = mib << 20;
    settings.retention.evidence_bytes = mib << 20;
  }

  void control(const yaml::Mapping& map, LiveSettings& settings) {
    if (text(map, "socket", settings.control_socket)) {
      settings.control_socket = resolved(settings.control_socket);
    }
    if (const auto* node = map.find("users"))
      settings.control_users = reader_.texts(*node, "users");
  }

  bool text(const yaml::Mapping& map, std::string_view key, std::string& value) {
    const auto* node = map.find(key);
    if (node == nullptr) return false;
    const auto given = reader_.text(*node, key);
    if (given) value = *given;
    return given.has_value();
  }

  template <typename Number>
  void number(const yaml::Mapping& map, std::string_view key, std::uint64_t least,
              std::uint64_t most, Number& value) {
    const auto* node = map.find(key);
    if (node == nullptr) return;
    if (const auto given = reader_.number(*node, key, least, most)) {
      value = static_cast<Number>(*given);
    }
  }

  std::string resolved(const std::string& path) const { return (folder_ / path).string(); }

  yaml::Reader& reader_;
  std::filesystem::path folder_;
};

}  // namespace

LoadedLiveSettings load_live_settings(const std::string& path) {
  LoadedLiveSettings loaded;
  std::vector<Diagnostic> errors;
  LiveSettings settings;
  if (const auto file = yaml::read_file(path, errors)) {
    const yaml::Node root = yaml::parse(*file, errors);
    if (errors.empty()) {
      yaml::Reader reader(*file, errors);
      Settings(reader, path).read(root, settings);
    }
  }
  for (const Diagnostic& error : errors) loaded.diagnostics.push_back(to_text(error));
  if (errors.empty()) loaded.settings = std::move(settings);
  return loaded;
}

}  // namespace sightglass
