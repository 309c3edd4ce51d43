// manifest.json: written by hand-ordered keys, so that equal cases have equal bytes.
#include <algorithm>
#include <boost/json.hpp>

#include "store/case_directory.hpp"

namespace sightglass {
namespace {

namespace json = boost::json;

StoreError wrong(std::string_view what) {
  return StoreError::of(StoreError::Kind::not_a_case, "not a manifest: " + std::string(what));
}

std::string json_text(std::string_view text) { return json::serialize(json::string(text)); }

// Fields of a wrong type read as empty; what a case can not be without is checked by the caller.
std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::int64_t number_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return 0;
  boost::system::error_code error;
  const auto number = value->to_number<std::int64_t>(error);
  return error ? 0 : number;
}

std::uint64_t count_of(const json::object& object, std::string_view key) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(number_of(object, key), 0));
}

}  // namespace

std::string to_json(const CaseManifest& manifest) {
  std::string text = "{\n  \"version\": " + std::to_string(manifest.version) +
                     ",\n  \"tool_version\": " + json_text(manifest.tool_version) +
                     ",\n  \"inputs\": [";
  const char* comma = "\n";
  for (const CaseInput& input : manifest.inputs) {
    text += std::string(comma) + "    {\"name\": " + json_text(input.name) +
            ", \"sha256\": " + json_text(input.sha256) +
            ", \"bytes\": " + std::to_string(input.bytes) + "}";
    comma = ",\n";
  }
  text += "\n  ],\n  \"packets\": " + std::to_string(manifest.packets) +
          ",\n  \"first_packet_ns\": " + std::to_string(to_ns(manifest.first_packet)) +
          ",\n  \"last_packet_ns\": " + std::to_string(to_ns(manifest.last_packet)) +
          ",\n  \"alerts\": " + std::to_string(manifest.alerts) + ",\n  \"settings\": {";
  comma = "\n";
  for (const auto& [name, value] : manifest.settings) {
    text += std::string(comma) + "    " + json_text(name) + ": " + json_text(value);
    comma = ",\n";
  }
  return text + "\n  }\n}\n";
}

StoreError parse_manifest(std::string_view text, CaseManifest& manifest) {
  manifest = {};
  boost::system::error_code error;
  const json::value root = json::parse(text, error);
  if (error || !root.is_object()) return wrong("no JSON object");
  const json::object& object = root.as_object();
  const std::int64_t version = number_of(object, "version");
  if (version > CaseManifest::kVersion) {
    return StoreError::of(StoreError::Kind::newer_schema,
                          "written by a newer Sightglass (manifest version " +
                              std::to_string(version) + "): use that version to open it");
  }
  if (version < 1) return wrong("no version");
  manifest.version = static_cast<std::uint32_t>(version);
  manifest.tool_version = text_of(object, "tool_version");
  manifest.packets = count_of(object, "packets");
  manifest.first_packet = timestamp_from_ns(number_of(object, "first_packet_ns"));
  manifest.last_packet = timestamp_from_ns(number_of(object, "last_packet_ns"));
  manifest.alerts = count_of(object, "alerts");
  const json::value* inputs = object.if_contains("inputs");
  if (inputs == nullptr || !inputs->is_array()) return wrong("no inputs");
  for (const json::value& item : inputs->as_array()) {
    if (!item.is_object()) return wrong("an input is no object");
    const json::object& input = item.as_object();
    manifest.inputs.push_back({.name = text_of(input, "name"),
                               .sha256 = text_of(input, "sha256"),
                               .bytes = count_of(input, "bytes")});
  }
  if (const json::value* settings = object.if_contains("settings");
      settings != nullptr && settings->is_object()) {
    for (const auto& [name, value] : settings->as_object()) {
      if (value.is_string()) manifest.settings.emplace(name, std::string(value.as_string()));
    }
  }
  return {};
}

}  // namespace sightglass
