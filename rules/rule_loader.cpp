// One function for each part of a rule.
#include "rules/rule_loader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "rules/filter/vocabulary.hpp"
#include "rules/yaml/reader.hpp"

namespace sightglass {
namespace {

using yaml::Mapping;
using yaml::Node;
using yaml::Reader;

constexpr std::array<std::string_view, 18> kRuleKeys = {
    "rule",      "id",       "desc",     "needs",     "condition", "detector",
    "threshold", "severity", "category", "protects",  "attack",    "consequence",
    "response",  "fold",     "mode",     "learnable", "enabled",   "tests"};
constexpr std::array<std::string_view, 3> kNeeds = {"site.roles", "site.zones", "baseline"};
constexpr std::array<std::string_view, 5> kSeverities = {"critical", "high", "medium", "low",
                                                         "info"};
constexpr std::array<std::string_view, 3> kCategories = {"application", "control", "device"};
constexpr std::array<std::string_view, 3> kProtected = {"equipment", "networks", "data"};
constexpr std::array<std::string_view, 4> kThresholdKeys = {"count", "within", "by", "distinct"};
constexpr std::array<std::string_view, 3> kParties = {"source", "target", "source_target"};
constexpr std::array<std::string_view, 4> kTestKeys = {"capture", "alerts", "learn_for", "site"};

constexpr std::uint64_t kMostCounted = 1'000'000;

struct SignatureClass {
  std::string_view prefix;
  std::uint32_t first, most;
};
constexpr std::array<SignatureClass, 8> kClasses = {{{"APP-", 1000, 999},
                                                     {"CTL-", 2000, 999},
                                                     {"DEV-", 3000, 999},
                                                     {"NET-", 4000, 999},
                                                     {"DAT-", 5000, 999},
                                                     {"SYS-", 6000, 999},
                                                     {"INC-", 7000, 999},
                                                     {"SITE-", 100'000, 899'999}}};

/// T0855, T1692.001
bool is_technique(std::string_view text) {
  const auto digits = [](std::string_view part, std::size_t count) {
    return part.size() == count && part.find_first_not_of("0123456789") == part.npos;
  };
  const std::size_t point = std::min(text.find('.'), text.size());
  return text.starts_with('T') && digits(text.substr(1, point - 1), 4) &&
         (point == text.size() || digits(text.substr(point + 1), 3));
}

class RuleReader {
 public:
  RuleReader(Reader& reader, std::span<const std::string_view> detectors,
             std::vector<std::string>& notes)
      : reader_(reader), detectors_(detectors), notes_(notes) {}

  Rule read(const Node& node) {
    const Mapping map(reader_, node, kRuleKeys);
    Rule rule;
    rule.file = reader_.file().name;
    rule.line = diagnose("", reader_.file().text, node.offset, 1, "").line;
    identity(map, rule);
    looked_for(map, rule);
    severity_and_kind(map, rule);
    handling(map, rule);
    if (const Node* tests = map.find("tests")) read_tests(*tests, rule);
    return rule;
  }

 private:
  void set_text(const Mapping& map, std::string_view key, std::string& into) {
    if (const Node* node = map.find(key)) into = reader_.text(*node, key).value_or("");
  }
  template <typename Enum, std::size_t N>
  void set_word(const Node* node, std::string_view key,
                const std::array<std::string_view, N>& words, Enum first, Enum& into) {
    if (node == nullptr) return;
    if (const auto index = reader_.word(*node, key, words)) {
      into = static_cast<Enum>(static_cast<std::size_t>(first) + *index);
    }
  }

  void identity(const Mapping& map, Rule& rule) {
    if (const Node* title = map.require("rule"))
      rule.title = reader_.text(*title, "rule").value_or("");
    if (const Node* id = map.require("id")) {
      rule.id = reader_.text(*id, "id").value_or("");
      rule.signature_id = signature_id(rule.id);
      if (rule.signature_id == 0 && !rule.id.empty()) {
        reader_.fail(*id,
                     "an id is a class and a number, such as CTL-013; the plant's own rules "
                     "are SITE-001 and on");
      }
    }
    set_text(map, "desc", rule.description);
  }

  void looked_for(const Mapping& map, Rule& rule) {
    const Node* condition = map.find("condition");
    const Node* detector = map.find("detector");
    if (condition != nullptr && detector != nullptr) {
      reader_.fail(*detector, "a rule has a condition or a detector, not both");
    } else if (condition == nullptr && detector == nullptr) {
      reader_.fail(map.node(), "a rule needs a condition or a detector");
    }
    if (condition != nullptr) read_condition(*condition, rule);
    if (detector != nullptr) read_detector(*detector, rule);
    if (const Node* threshold = map.find("threshold")) read_threshold(*threshold, rule);
    if (const Node* needs = map.find("needs")) read_needs(*needs, rule);
    if (!rule.condition) return;
    if (rule.condition->asks_roles() && !rule.needs.site_roles) {
      reader_.fail(*condition, "the condition asks for roles: add needs: [site.roles]");
    }
    if (rule.condition->asks_zones() && !rule.needs.site_zones) {
      reader_.fail(*condition, "the condition asks for zones: add needs: [site.zones]");
    }
  }

  void read_condition(const Node& node, Rule& rule) {
    if (node.is_mistaken) return;
    const bool quoted =
        node.style == Node::Style::single_quoted || node.style == Node::Style::double_quoted;
    if (node.kind != Node::Kind::scalar || !(quoted || node.style == Node::Style::literal)) {
      return reader_.fail(node,
                          "write the condition as a literal block (condition: |) or in "
                          "quotes: YAML gives ! and # another meaning");
    }
    if (quoted && !stands_on_one_line(node)) {
      return reader_.fail(node, "a quoted condition stands on one line; use a literal block (|)");
    }
    auto parsed = filter::Filter::parse(node.text);
    for (const filter::Problem& problem : parsed.problems) {
      reader_.fail_inside(node, problem.span.offset, problem.span.length, problem.message);
    }
    if (!parsed.filter) return;
    rule.condition = std::move(*parsed.filter);
    if (rule.condition->joined_with_application()) {
      notes_.push_back(rule.file + ":" + std::to_string(rule.line) + ": " + rule.id +
                       " could hold for other protocols too; it is judged only for the protocol "
                       "whose fields it names");
    }
    if (rule.condition->judges_conversations()) {
      notes_.push_back(rule.file + ":" + std::to_string(rule.line) + ": " + rule.id +
                       " judges each conversation once, when its application is settled");
    }
  }

  bool stands_on_one_line(const Node& quoted) const {
    const std::string_view text = reader_.file().text;
    const std::size_t end = yaml::offset_in_file(reader_.file(), quoted, quoted.text.size());
    const std::string_view raw = text.substr(quoted.offset, end - quoted.offset);
    return raw.find('\n') == raw.npos && end < text.size() && text[end] == text[quoted.offset];
  }

  void read_detector(const Node& node, Rule& rule) {
    const auto name = reader_.text(node, "detector");
    if (!name) return;
    if (std::find(detectors_.begin(), detectors_.end(), *name) == detectors_.end()) {
      return reader_.fail(node, "there is no detector \"" + *name + "\"" +
                                    did_you_mean(nearest_word(*name, detectors_)));
    }
    rule.detector = *name;
  }

  void read_threshold(const Node& node, Rule& rule) {
    if (!reader_.is_map(node, "threshold")) return;
    const Mapping map(reader_, node, kThresholdKeys);
    Threshold threshold;
    if (const Node* count = map.require("count")) {
      threshold.count = reader_.number(*count, "count", 1, kMostCounted).value_or(1);
    }
    if (const Node* within = map.require("within")) {
      threshold.within = reader_.duration(*within, "within").value_or(Duration{});
    }
    if (const Node* by = map.require("by")) {
      if (const auto index = reader_.word(*by, "by", kParties)) threshold.by = kParties[*index];
    }
    if (const Node* distinct = map.find("distinct")) read_distinct(*distinct, rule, threshold);
    rule.threshold = std::move(threshold);
  }

  void read_distinct(const Node& node, const Rule& rule, Threshold& threshold) {
    threshold.distinct = reader_.text(node, "distinct").value_or("");
    if (threshold.distinct.empty()) return;
    const FieldSpec* spec = find_field(threshold.distinct);
    if (spec == nullptr) {
      return reader_.fail(node, "there is no field \"" + threshold.distinct + "\"" +
                                    did_you_mean(nearest_field(threshold.distinct)));
    }
    threshold.distinct_field = spec->id;
    const bool never = rule.judges_conversations() ? filter::is_pdu_field(spec->id)
                                                   : filter::is_application_field(spec->id);
    if (rule.condition && never) {
      reader_.fail(node, threshold.distinct + (rule.judges_conversations()
                                                   ? " is known of single PDUs only, and the rule "
                                                     "judges conversations"
                                                   : " is known of conversations only, which the "
                                                     "rule does not judge"));
    }
  }

  void read_needs(const Node& node, Rule& rule) {
    if (!reader_.is_sequence(node, "needs")) return;
    for (const Node& item : node.items) {
      const auto index = reader_.word(item, "an element of needs", kNeeds);
      if (!index) continue;
      rule.needs.site_roles |= *index == 0;
      rule.needs.site_zones |= *index == 1;
      rule.needs.baseline |= *index == 2;
    }
  }

  void severity_and_kind(const Mapping& map, Rule& rule) {
    set_word(map.require("severity"), "severity", kSeverities, Severity::critical, rule.severity);
    set_word(map.require("category"), "category", kCategories, Category::application,
             rule.category);
    if (const Node* node = map.find("protects"); node && reader_.is_sequence(*node, "protects")) {
      for (const Node& item : node->items) {
        const auto index = reader_.word(item, "an element of protects", kProtected);
        if (!index) continue;
        rule.protects.equipment |= *index == 0;
        rule.protects.networks |= *index == 1;
        rule.protects.data |= *index == 2;
      }
    }
    if (const Node* node = map.find("attack"); node && reader_.is_sequence(*node, "attack")) {
      for (const Node& item : node->items) {
        const auto technique = reader_.text(item, "an element of attack");
        if (!technique) continue;
        if (!is_technique(*technique)) {
          reader_.fail(item, "a technique is written T0855");
        }
        rule.attack.push_back(*technique);
      }
    }
    set_text(map, "consequence", rule.consequence);
    set_text(map, "response", rule.response);
  }

  void handling(const Mapping& map, Rule& rule) {
    set_word(map.find("fold"), "fold", kFoldWords, Fold::source, rule.fold);
    set_word(map.find("mode"), "mode", kModeWords, Mode::always, rule.mode);
    if (const Node* node = map.find("learnable")) {
      rule.learnable = reader_.boolean(*node, "learnable").value_or(true);
    }
    if (const Node* node = map.find("enabled")) {
      rule.enabled = reader_.boolean(*node, "enabled").value_or(true);
    }
    if (rule.mode == Mode::threshold && !rule.threshold && rule.detector.empty()) {
      reader_.fail(*map.find("mode"), "mode threshold needs a threshold");
    }
  }

  void read_tests(const Node& node, Rule& rule) {
    if (!reader_.is_sequence(node, "tests")) return;
    for (const Node& item : node.items) {
      if (!reader_.is_map(item, "a test")) continue;
      const Mapping map(reader_, item, kTestKeys);
      RuleTest test;
      if (const Node* capture = map.require("capture")) {
        test.capture = reader_.text(*capture, "capture").value_or("");
      }
      if (const Node* alerts = map.require("alerts")) {
        test.alerts = reader_.number(*alerts, "alerts", 0, kMostCounted).value_or(0);
      }
      if (const Node* learn_for = map.find("learn_for")) {
        test.learn_for = reader_.duration(*learn_for, "learn_for");
      }
      set_text(map, "site", test.site);
      rule.tests.push_back(std::move(test));
    }
  }

  Reader& reader_;
  std::span<const std::string_view> detectors_;
  std::vector<std::string>& notes_;
};

/// Ids are unique over all files of a run.
class Ids {
 public:
  void check(Reader& reader, const Node& node, const Rule& rule) {
    if (rule.id.empty()) return;
    const auto [known, fresh] =
        first_.try_emplace(rule.id, rule.file + ":" + std::to_string(rule.line));
    if (fresh) return;
    const auto named = [](const auto& entry) { return entry.key.text == "id"; };
    const auto id = std::find_if(node.entries.begin(), node.entries.end(), named);
    reader.fail(id->value, "the id " + rule.id + " is taken by the rule at " + known->second);
  }

 private:
  std::map<std::string, std::string> first_;
};

}  // namespace

std::uint32_t signature_id(std::string_view rule_id) {
  for (const SignatureClass& known : kClasses) {
    if (!rule_id.starts_with(known.prefix)) continue;
    const std::string_view digits = rule_id.substr(known.prefix.size());
    std::uint32_t number = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    // One way to write each number: CTL-013, neither CTL-13 nor CTL-0013.
    const bool good = error == std::errc() && stop == end &&
                      (digits.size() == 3 || (digits.size() > 3 && digits.front() != '0'));
    return good && number >= 1 && number <= known.most ? known.first + number : 0;
  }
  return 0;
}

LoadedRules read_rules(std::span<const yaml::File> files,
                       std::span<const std::string_view> detectors) {
  LoadedRules loaded;
  Ids ids;
  for (const yaml::File& file : files) {
    const std::size_t errors_before = loaded.errors.size();
    const Node root = yaml::parse(file, loaded.errors);
    if (root.kind == Node::Kind::null) continue;
    Reader reader(file, loaded.errors);
    if (!reader.is_sequence(root, "a rule file")) continue;
    for (const Node& node : root.items) {
      if (!reader.is_map(node, "a rule")) continue;
      if (loaded.rules.size() == kMaxRules) {
        reader.fail(node, "at most " + std::to_string(kMaxRules) + " rules are loaded");
        return loaded;
      }
      loaded.rules.push_back(RuleReader(reader, detectors, loaded.notes).read(node));
      ids.check(reader, node, loaded.rules.back());
    }
    std::stable_sort(loaded.errors.begin() + static_cast<std::ptrdiff_t>(errors_before),
                     loaded.errors.end(), [](const Diagnostic& a, const Diagnostic& b) {
                       return std::pair(a.line, a.column) < std::pair(b.line, b.column);
                     });
  }
  return loaded;
}

LoadedRules load_rules(std::span<const std::string> paths,
                       std::span<const std::string_view> detectors) {
  std::vector<Diagnostic> unreadable;
  const std::vector<yaml::File> files = yaml::read_files(paths, unreadable);
  LoadedRules loaded = read_rules(files, detectors);
  loaded.errors.insert(loaded.errors.begin(), unreadable.begin(), unreadable.end());
  return loaded;
}

}  // namespace sightglass
