// sightglass dissect: what tshark users expect.
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/sightglass/command.hpp"
#include "apps/sightglass/pdu_line.hpp"
#include "dissectors/field.hpp"
#include "rules/alert/decoded_pdu.hpp"
#include "rules/filter/filter.hpp"
#include "rules/filter/values.hpp"
#include "rules/filter/vocabulary.hpp"
#include "sensor/capture/merged_captures.hpp"
#include "sensor/pipeline/dissection.hpp"

namespace sightglass {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string condition, format;
  std::vector<std::string> fields;
  bool json = false;
};

constexpr std::string_view kNotOfFrames =
    "sg.app, sg.app.category and sg.risk are known of whole conversations, not of frames; rules "
    "may ask for them, and replay --conversations shows them";

int mistake(const std::string& text) {
  std::fprintf(stderr, "sightglass dissect: %s\n", text.c_str());
  return kExitMistake;
}

/// Occurrences of one field in a frame, joined by commas as `tshark -T fields` joins them.
void append_occurrences(const Layers& layers, std::span<const Message* const> messages,
                        const FieldSpec& spec, filter::Scratch& scratch, std::string& line) {
  scratch.values.clear();
  scratch.arena.reset();
  filter::append_values({layers, messages}, spec.id, scratch);
  bool first = true;
  for (const Value& value : scratch.values) {
    if (!first) line += ',';
    first = false;
    line += to_text(spec, value);
  }
}

/// Prints frames the way the options ask for.
class Printer {
 public:
  Printer(const Options& options, const filter::Filter* condition,
          std::vector<const FieldSpec*> columns)
      : options_(options), condition_(condition), columns_(std::move(columns)) {}

  void frame(const Layers& layers, std::span<const Message* const> messages) {
    if (condition_ != nullptr && !condition_->matches({layers, messages}, scratch_)) return;
    if (options_.format == "fields") {
      print_columns(layers, messages);
      return;
    }
    for (const Message* message : messages) {
      const std::string line =
          options_.json ? decoded_pdu(*message, layers) : pdu_line(*message, layers);
      std::fwrite(line.data(), 1, line.size(), stdout);
      std::fputc('\n', stdout);
    }
  }

 private:
  void print_columns(const Layers& layers, std::span<const Message* const> messages) {
    line_.clear();
    for (const FieldSpec* column : columns_) {
      if (column != columns_.front()) line_ += '\t';
      append_occurrences(layers, messages, *column, scratch_, line_);
    }
    line_ += '\n';
    std::fwrite(line_.data(), 1, line_.size(), stdout);
  }

  const Options& options_;
  const filter::Filter* condition_;
  std::vector<const FieldSpec*> columns_;
  filter::Scratch scratch_;
  std::string line_;
};

/// The columns asked for; every unknown name is told.
std::optional<std::vector<const FieldSpec*>> columns_of(const Options& options) {
  std::vector<const FieldSpec*> columns;
  for (const std::string& name : options.fields) {
    const FieldSpec* spec = find_field(name);
    if (spec != nullptr && filter::is_application_field(spec->id)) {
      mistake("-e " + name + ": " + std::string(kNotOfFrames));
      continue;
    }
    if (spec != nullptr) {
      columns.push_back(spec);
      continue;
    }
    mistake("there is no field \"" + name + "\"" + did_you_mean(nearest_field(name)));
  }
  if (columns.size() != options.fields.size()) return std::nullopt;
  return columns;
}

int dissect(const Options& options) {
  if (!options.format.empty() && options.format != "fields") {
    return mistake("-T " + options.format + ": the only format is fields (there is also --json)");
  }
  if (options.fields.empty() != options.format.empty()) {
    return mistake("-T fields and -e NAME go together");
  }
  std::optional<filter::Filter> condition;
  if (!options.condition.empty()) {
    auto parsed = filter::Filter::parse(options.condition);
    if (!parsed.filter) {
      std::fputs(to_text(parsed.diagnostics("", options.condition)).c_str(), stderr);
      return kExitMistake;
    }
    condition = std::move(*parsed.filter);
    if (condition->judges_conversations()) return mistake("-Y: " + std::string(kNotOfFrames));
  }
  const auto columns = columns_of(options);
  if (!columns) return kExitMistake;
  auto opened = MergedCaptures::open(options.files);
  if (!opened.captures) {
    for (const auto& error : opened.errors) mistake(error);
    return kExitMistake;
  }
  const filter::Filter* which = condition ? &*condition : nullptr;
  Printer printer(options, which, *columns);
  Dissection dissection(FlowLimits(),
                        [&](const Layers& layers, std::span<const Message* const> messages) {
                          printer.frame(layers, messages);
                        });
  dissection.run(*opened.captures);
  std::fflush(stdout);
  for (std::size_t index = 0; index < opened.captures->file_count(); ++index) {
    const CaptureFile& file = opened.captures->file(index);
    if (file.end().is_early()) mistake(file.path() + ": " + file.end().text());
  }
  return kExitDone;
}

}  // namespace

void add_dissect(CLI::App& program, Run& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = program.add_subcommand("dissect", "Print the PDUs of captures, decoded");
  command->add_option("FILE", options->files, "pcap or pcapng, also gzip; - is standard input")
      ->required();
  command->add_option("-Y,--filter", options->condition, "only frames for which this holds");
  command->add_option("-T", options->format, "fields: one line a frame, with the fields of -e");
  command->add_option("-e", options->fields, "a field to print with -T fields")
      ->allow_extra_args(false);
  command->add_flag("--json", options->json, "one JSON record a PDU");
  command->callback([&chosen, options] { chosen = [options] { return dissect(*options); }; });
}

}  // namespace sightglass
