#include "sensor/pipeline/triage_command.hpp"

#include <boost/json/array.hpp>
#include <string>

#include "store/record_reader.hpp"

namespace sightglass {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kLongestCommit{5};  // well within what the asker waits

/// Reads a page and remembers everything that is wrong with it.
class PageReader {
 public:
  explicit PageReader(const json::object& args) : args_(args) {
    page.source = text(args, "source");
    if (page.source.empty() || page.source.size() > kTriageSourceMost) {
      errors.push_back("source: expected a text of 1 to " + std::to_string(kTriageSourceMost) +
                       " bytes");
    }
    page.after = number("after");
    page.upto = number("upto");
    if (page.upto < page.after) errors.emplace_back("upto: comes before \"after\"");
    const json::value* last = args.if_contains("last");
    if (last == nullptr || !last->is_bool()) errors.emplace_back("last: expected true or false");
    page.last = last != nullptr && last->is_bool() && last->get_bool();
    read_alerts();
  }

  TriagePage page;
  std::vector<std::string> errors;

 private:
  static std::string text(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
  }

  std::uint64_t number(std::string_view name) {
    const json::value* value = args_.if_contains(name);
    boost::system::error_code code = json::error::not_number;
    const auto result = value == nullptr ? 0 : value->to_number<std::uint64_t>(code);
    if (!code) return result;
    errors.push_back(std::string(name) + ": expected a number from 0");
    return 0;
  }

  void read_alerts() {
    const json::value* list = args_.if_contains("alerts");
    if (list == nullptr || !list->is_array() || list->get_array().size() > kTriagePageMost) {
      errors.push_back("alerts: expected a list of at most " + std::to_string(kTriagePageMost));
      return;
    }
    for (const json::value& entry : list->get_array()) {
      const json::object none;
      const json::object& alert = entry.is_object() ? entry.get_object() : none;
      const auto id = parse_alert_id(text(alert, "id"));
      const auto state = parse_triage_state(text(alert, "state"));
      if (!id || !state) {
        errors.emplace_back(
            "alerts: each has an \"id\" of 32 hexadecimal digits and a \"state\", which is open, "
            "closed or held");
        return;
      }
      page.alerts.push_back({*id, *state});
    }
  }

  const json::object& args_;
};

ControlAnswer failed(std::string_view what, const StoreError& error) {
  return {{}, std::string(what) + ": " + error.message, {}};
}

}  // namespace

ControlAnswer take_triage(RecordWriter& writer, const std::filesystem::path& record,
                          const json::object& args) {
  if (!args.empty()) {
    PageReader reader(args);
    if (!reader.errors.empty()) return {{}, "the page can not be used", std::move(reader.errors)};
    Batch batch;
    batch.triage = std::move(reader.page);
    writer.submit(std::move(batch));
    const auto flushed = writer.flush(kLongestCommit);
    if (!flushed.error.ok()) return failed("the page is not on disk yet", flushed.error);
  }
  // What the record holds is the answer: a page may have been shed, or have followed nothing.
  const auto opened = RecordReader::open(record / "record.db");
  if (!opened.reader) return failed("the record can not be read", opened.error);
  TriageTold told;
  if (const StoreError error = opened.reader->triage_told(told); !error.ok()) {
    return failed("the record can not be read", error);
  }
  return {json::object{{"source", told.source}, {"cursor", told.cursor}}, "", {}};
}

}  // namespace sightglass
