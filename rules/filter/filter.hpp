// The display-filter language: conditions on packets and PDUs, as in Wireshark 4. The grammar is in
// parser.hpp; docs/rules.md explains it to people.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dissectors/field.hpp"
#include "rules/diagnostic.hpp"
#include "rules/filter/program.hpp"
#include "rules/filter/record.hpp"
#include "rules/filter/requirements.hpp"
#include "rules/filter/scratch.hpp"

namespace sightglass::filter {

struct ParseResult;

/// A checked and compiled condition. Immutable; shared between threads, each with its own Scratch.
class Filter {
 public:
  /// Reads a condition. All mistakes are found at once; there is a filter when there is none.
  static ParseResult parse(std::string_view text);

  /// Whether the condition holds for the record. Allocates nothing once `scratch` has grown, but
  /// for conditions on sg.object, whose words are made for each PDU.
  bool matches(const Record& record, Scratch& scratch) const noexcept;

  /// It names an application's protocol or an `sg.` field: a rule with it judges PDUs, else
  /// packets.
  bool needs_pdu() const { return needs_pdu_; }
  /// It names `sg.app` or its like: a rule with it judges conversations, and no PDUs.
  bool judges_conversations() const { return judges_conversations_; }
  /// It could hold for an application it does not name (`!(modbus.func_code == 3)`); it is joined
  /// with those it names: `requirements().protocols` is narrowed to them.
  bool joined_with_application() const { return joined_; }
  /// The site file's roles or zones are asked for.
  bool asks_roles() const { return asks_roles_; }
  bool asks_zones() const { return asks_zones_; }
  /// Nothing but what the PDU says, between whom: routines (Message::routine) are judged once.
  bool judges_content_only() const { return content_only_; }
  /// The values of the objects it accesses, too.
  bool judges_values() const { return values_; }
  /// What an index may rely on when PDUs are judged one by one, or packets without PDUs.
  const Requirements& requirements() const { return requirements_; }

  const std::string& text() const { return text_; }
  const Program& program() const { return *program_; }

 private:
  Filter(std::string text, Program program);

  std::string text_;
  std::unique_ptr<const Program> program_;
  Requirements requirements_;
  bool needs_pdu_ = false, joined_ = false, asks_roles_ = false, asks_zones_ = false;
  bool judges_conversations_ = false, content_only_ = true, values_ = false;
};

struct ParseResult {
  std::optional<Filter> filter;
  std::vector<Problem> problems;  ///< in the order of the text; empty when there is a filter

  /// The problems as diagnostics of `file` (may be "") whose whole text is `text`.
  std::vector<Diagnostic> diagnostics(std::string_view file, std::string_view text) const;
};

/// The first occurrence of a field as text (`threshold.distinct`); "" when it does not occur.
std::string first_text(const Record& record, FieldId id, Scratch& scratch);

}  // namespace sightglass::filter
