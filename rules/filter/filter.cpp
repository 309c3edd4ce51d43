// Puts the steps together: parse, check, derive.
#include "rules/filter/filter.hpp"

#include <algorithm>

#include "dissectors/dissector.hpp"
#include "dissectors/sg_fields.hpp"
#include "rules/filter/checker.hpp"
#include "rules/filter/evaluate.hpp"
#include "rules/filter/parser.hpp"
#include "rules/filter/values.hpp"
#include "rules/filter/vocabulary.hpp"

namespace sightglass::filter {

namespace {

/// Whether some protocol names the field in such a list.
bool is_listed(FieldId id, std::span<const FieldId> ProtocolEntry::*list) {
  return std::ranges::any_of(protocol_registry(), [&](const ProtocolEntry& entry) {
    const std::span<const FieldId> fields = entry.*list;
    return std::ranges::find(fields, id) != fields.end();
  });
}

/// Whether PDUs of one routine may differ in the field: it is of the packet, or pairs a request
/// with its answer.
bool differs_within_a_routine(FieldId id) {
  return id < field_block::sightglass || id == sg::latency ||
         is_listed(id, &ProtocolEntry::pairing_fields);
}

}  // namespace

Filter::Filter(std::string text, Program program)
    : text_(std::move(text)), program_(std::make_unique<const Program>(std::move(program))) {
  for (const Operand& operand : program_->operands) {
    if (operand.kind == Operand::Kind::frame) content_only_ = false;
    if (operand.kind != Operand::Kind::field) continue;
    const FieldId id = operand.field;
    needs_pdu_ = needs_pdu_ || id >= field_block::sightglass;
    judges_conversations_ = judges_conversations_ || is_application_field(id);
    content_only_ = content_only_ && !differs_within_a_routine(id);
    values_ = values_ || id == sg::written_value || is_listed(id, &ProtocolEntry::value_fields);
    asks_roles_ = asks_roles_ || id == sg::client_role || id == sg::server_role;
    asks_zones_ = asks_zones_ || id == sg::client_zone || id == sg::server_zone;
  }
  needs_pdu_ = needs_pdu_ ||
               std::any_of(program_->nodes.begin(), program_->nodes.end(),
                           [](const Node& node) { return node.kind == Node::Kind::application; });
  needs_pdu_ = needs_pdu_ && !judges_conversations_;
  content_only_ = content_only_ && std::none_of(program_->nodes.begin(), program_->nodes.end(),
                                                [](const Node& node) {
                                                  return node.kind == Node::Kind::packet_layer;
                                                });
  requirements_ = requirements_of(*program_);
  const auto named = named_applications(*program_);
  if (named.any() && (requirements_.protocols & ~named).any()) {
    joined_ = true;
    requirements_.protocols &= named;
  }
}

ParseResult Filter::parse(std::string_view text) {
  ParseResult result;
  const Clause condition = filter::parse(text, result.problems);
  Program program = check(condition, result.problems);
  std::stable_sort(
      result.problems.begin(), result.problems.end(),
      [](const Problem& a, const Problem& b) { return a.span.offset < b.span.offset; });
  if (result.problems.empty()) result.filter = Filter(std::string(text), std::move(program));
  return result;
}

bool Filter::matches(const Record& record, Scratch& scratch) const noexcept {
  return evaluate(*program_, record, scratch);
}

std::vector<Diagnostic> ParseResult::diagnostics(std::string_view file,
                                                 std::string_view text) const {
  std::vector<Diagnostic> found;
  for (const Problem& problem : problems) {
    found.push_back(
        diagnose(file, text, problem.span.offset, problem.span.length, problem.message));
  }
  return found;
}

std::string first_text(const Record& record, FieldId id, Scratch& scratch) {
  scratch.values.clear();
  scratch.arena.reset();
  append_values(record, id, scratch);
  return scratch.values.empty() ? std::string() : to_text(field_spec(id), scratch.values.front());
}

}  // namespace sightglass::filter
