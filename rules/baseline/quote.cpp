// Every list is cut after a few items: a sentence is read, not searched.
#include "rules/baseline/quote.hpp"

#include <algorithm>
#include <vector>

#include "rules/alert/object_text.hpp"
#include "rules/alert/party.hpp"
#include "rules/alert/time_text.hpp"

namespace sightglass {
namespace {

constexpr std::size_t kFactsAsked = 256;
constexpr std::size_t kQuoted = 4;

std::string full(const site::Site& site, const Station& station) {
  return full_name(party_of(site, station, 0));
}
std::string brief(const site::Site& site, const Station& station) {
  return short_name(party_of(site, station, 0));
}

std::string times_text(std::uint64_t times) {
  return times == 1 ? "once" : std::to_string(times) + " times";
}

bool overlap(const Object& a, const Object& b) {
  const auto last = [](const Object& o) {
    return std::uint64_t{o.first} + std::max(o.count, 1u) - 1;
  };
  return a.first <= last(b) && b.first <= last(a);
}

std::string quoted_fact(const site::Site& site, const Fact& fact, std::string_view verb) {
  return full(site, fact.conversation.client) + " " + std::string(verb) + " " +
         spoken_object(fact.object) + " " + times_text(fact.times) + " before, last at " +
         spoken_time(fact.last_seen);
}

std::string addresses_quote(const LearnedFacts& baseline, const site::Site& site,
                            const Conversation& conversation, const Object& object,
                            Fact::Kind kind) {
  const std::string verb = kind == Fact::Kind::write ? "wrote "
                           : is_method(object.space) ? "called "
                                                     : "read ";
  std::vector<Fact> own = baseline.about(kind, conversation, object, kFactsAsked);
  std::erase_if(own, [&](const Fact& fact) {
    return !fact.conversation.client.same_host(conversation.client);
  });
  std::string text = full(site, conversation.client);
  if (own.empty()) {
    return text + " never " + verb + "any " + spoken_kind(object) + " of " +
           brief(site, conversation.server) + " before";
  }
  text += " " + verb;
  for (std::size_t i = 0; i < std::min(own.size(), kQuoted); ++i) {
    if (i != 0) text += ", ";
    text += spoken_object(own[i].object) + " (" + times_text(own[i].times) + ")";
  }
  if (own.size() > kQuoted) text += " and others";
  return text + " of " + brief(site, conversation.server) + " before, never " +
         spoken_object(object);
}

}  // namespace

std::string writers_quote(const LearnedFacts& baseline, const site::Site& site,
                          const Conversation& conversation, const Object& object) {
  std::vector<Fact> facts = baseline.about(Fact::Kind::write, conversation, object, kFactsAsked);
  std::erase_if(facts, [&](const Fact& fact) {
    return fact.conversation.client.same_host(conversation.client);
  });
  std::vector<Fact> same = facts;
  std::erase_if(same, [&](const Fact& fact) { return !overlap(fact.object, object); });
  const std::string target = brief(site, conversation.server);
  if (!same.empty()) {
    std::string text;
    for (std::size_t i = 0; i < std::min(same.size(), kQuoted); ++i) {
      if (i != 0) text += "; ";
      text += quoted_fact(site, same[i], "wrote");
    }
    return text + (same.size() > kQuoted ? "; and others" : "; no other station wrote it");
  }
  if (!facts.empty()) {
    return "No station wrote " + spoken_object(object) + " of " + target + " before; " +
           quoted_fact(site, facts.front(), "wrote");
  }
  return "No station wrote any " + spoken_kind(object) + " of " + target + " before";
}

std::string written_addresses_quote(const LearnedFacts& baseline, const site::Site& site,
                                    const Conversation& conversation, const Object& object) {
  return addresses_quote(baseline, site, conversation, object, Fact::Kind::write);
}

std::string read_addresses_quote(const LearnedFacts& baseline, const site::Site& site,
                                 const Conversation& conversation, const Object& object) {
  return addresses_quote(baseline, site, conversation, object, Fact::Kind::read);
}

std::string functions_quote(const LearnedFacts& baseline, const site::Site& site,
                            const Conversation& conversation, const Object& unit) {
  std::vector<Fact> own = baseline.about(Fact::Kind::operation, conversation, unit, kFactsAsked);
  std::erase_if(own, [&](const Fact& fact) {
    return !fact.conversation.client.same_host(conversation.client);
  });
  std::string text = full(site, conversation.client);
  const std::string where =
      " on " + spoken_place(conversation.protocol, unit, brief(site, conversation.server)) +
      " before";
  if (own.empty()) return text + " used nothing" + where;
  text += " used ";
  for (std::size_t i = 0; i < std::min(own.size(), kQuoted); ++i) {
    if (i != 0) text += ", ";
    text += own[i].function_name.empty() ? "function " + std::to_string(own[i].function)
                                         : std::string(own[i].function_name);
  }
  if (own.size() > kQuoted) text += " and others";
  return text + where;
}

}  // namespace sightglass
