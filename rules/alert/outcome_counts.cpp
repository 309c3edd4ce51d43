#include "rules/alert/outcome_counts.hpp"

#include <algorithm>
#include <string_view>

#include "rules/alert/party.hpp"
#include "rules/alert/severity.hpp"

namespace sightglass {
namespace {

struct Ending {
  Outcome::Kind kind;
  std::string_view alone;          ///< behind the target's name, when all ended so
  std::string_view before, after;  ///< the number, when they ended in different ways
};

/// In the order of a sentence.
constexpr std::array kEndings = {
    Ending{Outcome::Kind::accepted, "accepted", "accepted", ""},
    Ending{Outcome::Kind::refused, "refused", "refused", ""},
    Ending{Outcome::Kind::unanswered, "did not answer", "left", " unanswered"},
    Ending{Outcome::Kind::unseen, "", "of", " the answer was not seen"},
};

}  // namespace

int gravity(Outcome::Kind kind) {
  switch (kind) {
    case Outcome::Kind::pending:
    case Outcome::Kind::none:
      return 0;
    case Outcome::Kind::refused:
      return 1;
    case Outcome::Kind::unanswered:
      return 2;
    case Outcome::Kind::unseen:
      return 3;
    case Outcome::Kind::accepted:
      return 4;
  }
  return 0;
}

std::string OutcomeCounts::phrase(const Alert& alert, Operation operation) const {
  const auto count_of = [this](const Ending& ending) {
    return counts_[static_cast<std::size_t>(ending.kind)];
  };
  const auto words = [&](const Ending& ending, std::string_view given) {
    const bool answered = ending.kind == Outcome::Kind::accepted && !is_command(operation);
    return std::string(answered ? "answered" : given);
  };
  const std::string target = " " + short_name(alert.target) + " ";
  const auto kinds =
      std::ranges::count_if(kEndings, [&](const Ending& ending) { return count_of(ending) > 0; });
  std::string text;
  for (const Ending& ending : kEndings) {
    if (count_of(ending) == 0) continue;
    if (kinds > 1) {
      text += (text.empty() ? target : ", ") + words(ending, ending.before) + " " +
              std::to_string(count_of(ending)) + std::string(ending.after);
    } else if (ending.alone.empty()) {
      text = " The answer was not seen";
    } else {
      text = target + words(ending, ending.alone);
      const bool named = ending.kind == Outcome::Kind::refused && !alert.outcome_name.empty();
      if (named) text += ": " + alert.outcome_name;
    }
  }
  return text.empty() ? "" : text + ".";
}

}  // namespace sightglass
