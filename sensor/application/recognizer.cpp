// Flows under examination and flows with a name stand in a list each, the oldest first.
#include "sensor/application/recognizer.hpp"

#include <list>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sensor/application/library.hpp"

namespace sightglass {
namespace {

// As measured: a module; a flow under examination with its latest sample and what the library keeps
// of it; a name with its places in list and table.
constexpr std::size_t kLibraryBytes = 12 << 20, kExaminationBytes = 8 << 10, kNameBytes = 112;

}  // namespace

struct Recognizer::Parts {
  using Numbers = std::list<std::uint64_t>;
  struct Examination {
    ndpi::Flow flow;
    FlowSample latest;
  };
  struct Known {
    ndpi::Verdict verdict;
    std::unique_ptr<Examination> examination;  // until it is settled
    Numbers::iterator place;                   // in `examined`, then in `named`
  };

  Parts(Settled settled_given, RecognizerLimits limits_given)
      : settled(std::move(settled_given)), limits(limits_given) {}

  void sampled(FlowSample sample);
  Known& begin(std::uint64_t flow, const Moment& moment);
  void settle(Known& known, const Moment& moment);
  void dismiss(std::uint64_t flow);
  void end(std::uint64_t flow, const Moment& moment);
  void forget(std::uint64_t flow);

  Settled settled;
  RecognizerLimits limits;
  RecognizerCounters counters;
  std::optional<ndpi::Module> library;  // once there is something to examine
  std::unordered_map<std::uint64_t, Known> flows;
  Numbers examined, named;
  std::vector<std::uint64_t> ended;
};

/// A flow not met before; makes room for it.
Recognizer::Parts::Known& Recognizer::Parts::begin(std::uint64_t flow, const Moment& moment) {
  if (!library) library.emplace();
  if (examined.size() >= limits.examined) {
    ++counters.settled_early;
    settle(flows.at(examined.front()), moment);
  }
  ++counters.flows;
  Known& known = flows[flow];
  known.examination = std::make_unique<Examination>();
  known.place = examined.insert(examined.end(), flow);
  return known;
}

void Recognizer::Parts::sampled(FlowSample sample) {
  const std::uint64_t flow = sample.conversation.flow;
  const Moment moment = sample.moment;
  const bool is_last = sample.kind == FlowSample::Kind::last;
  const auto found = flows.find(flow);
  Known& known = found == flows.end() ? begin(flow, moment) : found->second;
  if (!known.examination) return;  // settled before
  examined.splice(examined.end(), examined, known.place);
  known.examination->latest = std::move(sample);
  library->examine(known.examination->flow, known.examination->latest.packet->layers());
  known.verdict = library->verdict(known.examination->flow);
  if (is_last || library->is_sure(known.examination->flow)) settle(known, moment);
}

void Recognizer::Parts::settle(Known& known, const Moment& moment) {
  const std::unique_ptr<Examination> examination = std::move(known.examination);
  library->give_up(examination->flow);
  known.verdict = library->verdict(examination->flow);
  ++(known.verdict.is_known() ? counters.recognised : counters.unknown);
  named.splice(named.end(), examined, known.place);
  settled(library->words(known.verdict), examination->latest, moment);
  if (named.size() <= limits.named) return;
  ++counters.names_forgotten;
  forget(named.front());
}

void Recognizer::Parts::dismiss(std::uint64_t flow) {
  if (!flows.contains(flow)) return;
  ++counters.dismissed;
  forget(flow);
}

void Recognizer::Parts::end(std::uint64_t flow, const Moment& moment) {
  const auto found = flows.find(flow);
  if (found == flows.end()) return;
  if (found->second.examination) settle(found->second, moment);
  ended.push_back(flow);
}

void Recognizer::Parts::forget(std::uint64_t flow) {
  const auto found = flows.find(flow);
  if (found == flows.end()) return;
  (found->second.examination ? examined : named).erase(found->second.place);
  flows.erase(found);
}

Recognizer::Recognizer(Settled settled, RecognizerLimits limits)
    : parts_(std::make_unique<Parts>(std::move(settled), limits)) {}

Recognizer::~Recognizer() = default;

void Recognizer::take(FlowSample sample) {
  const std::uint64_t flow = sample.conversation.flow;
  switch (sample.kind) {
    case FlowSample::Kind::packet:
    case FlowSample::Kind::last:
      return parts_->sampled(std::move(sample));
    case FlowSample::Kind::dismissed:
      return parts_->dismiss(flow);
    case FlowSample::Kind::ended:
      return parts_->end(flow, sample.moment);
  }
}

Application Recognizer::application_of(std::uint64_t flow) const {
  const auto found = parts_->flows.find(flow);
  if (found == parts_->flows.end()) return {};
  return parts_->library->words(found->second.verdict);
}

void Recognizer::forget_ended() {
  for (const std::uint64_t flow : parts_->ended) parts_->forget(flow);
  parts_->ended.clear();
}

const RecognizerCounters& Recognizer::counters() const { return parts_->counters; }

std::size_t Recognizer::bytes() const {
  return (parts_->library ? kLibraryBytes : 0) + parts_->examined.size() * kExaminationBytes +
         parts_->flows.size() * kNameBytes;
}

std::size_t Recognizer::bytes_of(const RecognizerLimits& limits) {
  return kLibraryBytes + limits.examined * kExaminationBytes +
         (limits.examined + limits.named) * kNameBytes;
}

std::string_view Recognizer::library_version() { return ndpi::version(); }

}  // namespace sightglass
