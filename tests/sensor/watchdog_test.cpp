// Stalls are found with a clock that the test moves, in stages that it holds up.
#include "sensor/pipeline/watchdog.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sensor/pipeline/load_configuration.hpp"
#include "sensor/pipeline/pipeline.hpp"

namespace sightglass {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Watchdog::Clock::time_point kStart{};

class Stalls : public testing::Test {
 protected:
  std::vector<std::string> look(Duration at) {
    told_.clear();
    watchdog_.look(kStart + at);
    return told_;
  }

  std::vector<Stage> stages_;
  std::vector<std::string> told_;
  Watchdog watchdog_{[this] { return stages_; },
                     [this](const Stall& stall) { told_.push_back(to_text(stall)); }};
};

TEST_F(Stalls, WorkThatIsNotDoneIsToldOnceAndSoIsItsEnd) {
  stages_ = {{"worker 1", 5, true, ""}, {"worker 2", 5, true, ""}};
  EXPECT_THAT(look(0s), IsEmpty());
  stages_[0].done = 6;
  EXPECT_THAT(look(kStallTime),
              ElementsAre("worker 2: has had work and made no progress for 10 s"));
  stages_[0].done = 7;
  EXPECT_THAT(look(kStallTime + 5s), IsEmpty());
  EXPECT_THAT(watchdog_.stalled(), ElementsAre("worker 2"));
  stages_[1].done = 6;
  stages_[0].done = 8;
  EXPECT_THAT(look(kStallTime + 6s), ElementsAre("worker 2: goes on again after 16 s"));
  EXPECT_THAT(watchdog_.stalled(), IsEmpty());
  EXPECT_EQ(watchdog_.stalls(), 1u);
}

TEST_F(Stalls, WhoHasNothingToDoDoesNotStall) {
  stages_ = {{"judge", 5, false, ""}};
  EXPECT_THAT(look(0s), IsEmpty());
  EXPECT_THAT(look(1h), IsEmpty());
  stages_[0].has_work = true;
  EXPECT_THAT(look(1h + 1s), IsEmpty()) << "the work has only come";
  EXPECT_THAT(look(1h + kStallTime - 1s), IsEmpty()) << "it was idle an instant before";
  EXPECT_THAT(look(1h + kStallTime), Contains(HasSubstr("judge")));
}

TEST_F(Stalls, WhoWaitsForAnotherSaysSo) {
  stages_ = {{"reader", 1, true, "worker 3"}};
  look(0s);
  EXPECT_THAT(
      look(kStallTime),
      ElementsAre("reader: has had work and made no progress for 10 s; waits for worker 3"));
}

/// Holds the judge's thread until it is let go.
class Gate {
 public:
  void enter() {
    entered_.set_value();
    open_.get_future().wait();
  }
  void wait_until_entered() { entered_.get_future().wait(); }
  void open() { open_.set_value(); }

 private:
  std::promise<void> entered_, open_;
};

struct Ignored final : AlertSink {
  void alert(const Alert&) override {}
};

/// Two workers and a judge who hangs at the first tick.
class HangingJudge : public testing::Test {
 protected:
  HangingJudge() {
    PipelineSettings settings;
    settings.workers = 2;
    settings.drop_when_full = true;
    pipeline_.emplace(settings, configuration_, judge_, [this](const Tick&) {
      if (ticks_++ == 0) gate_.enter();
    });
  }
  void tick() { pipeline_->idle(now_ += kTickInterval); }

  SharedConfiguration configuration_ = load_configuration({}).configuration;
  Ignored ignored_;
  Judge judge_{configuration_->rules, configuration_->site, {}, ignored_};
  Gate gate_;
  int ticks_ = 0;  // the judge's thread's
  Timestamp now_{100s};
  std::vector<std::string> told_;
  std::optional<Pipeline> pipeline_;
  Watchdog watchdog_{[this] { return pipeline_->stages(); },
                     [this](const Stall& stall) { told_.push_back(to_text(stall)); }};
};

TEST_F(HangingJudge, IsToldAndSoIsItsRecovery) {
  tick();
  tick();
  gate_.wait_until_entered();
  watchdog_.look(kStart);
  watchdog_.look(kStart + kStallTime);
  EXPECT_THAT(told_, Contains(HasSubstr("judge: has had work and made no progress for 10 s")));
  EXPECT_THAT(watchdog_.stalled(), Contains("judge"));
  told_.clear();
  gate_.open();
  pipeline_->finish();
  watchdog_.look(kStart + 2 * kStallTime);
  EXPECT_THAT(told_, Contains(HasSubstr("judge: goes on again")));
  EXPECT_THAT(watchdog_.stalled(), IsEmpty());
}

TEST_F(HangingJudge, HoldsUpWorkersAndReaderWhoSayForWhomTheyWait) {
  std::atomic<std::uint64_t> rounds = 0;
  std::atomic<bool> stop = false;
  std::thread reader([&] {
    for (; !stop; ++rounds) tick();
  });
  gate_.wait_until_entered();
  // The judge has one epoch of each in his hands, and the queues fill up behind him.
  const auto is_held_up = [](const Stage& stage) {
    return stage.name == "judge" || (stage.done == kQueuedEpochs + 1 && stage.waits_for == "judge");
  };
  for (bool all = false; !all; std::this_thread::yield()) {
    const auto stages = pipeline_->stages();
    all = std::all_of(stages.begin(), stages.end(), is_held_up) && !pipeline_->waits_for().empty();
  }
  Watchdog watchdog(
      [&] {
        auto stages = pipeline_->stages();
        stages.push_back({"reader", rounds, true, pipeline_->waits_for()});
        return stages;
      },
      [this](const Stall& stall) { told_.push_back(to_text(stall)); });
  watchdog.look(kStart);
  watchdog.look(kStart + kStallTime);
  EXPECT_THAT(
      told_,
      ElementsAre(
          HasSubstr("worker 1: has had work and made no progress for 10 s; waits for judge"),
          HasSubstr("worker 2: has had work and made no progress for 10 s; waits for judge"),
          HasSubstr("judge: has had work and made no progress for 10 s"),
          HasSubstr("reader: has had work and made no progress for 10 s; waits for worker ")));
  stop = true;
  gate_.open();
  reader.join();
  pipeline_->finish();
  told_.clear();
  watchdog.look(kStart + 2 * kStallTime);
  EXPECT_THAT(told_, testing::SizeIs(4)) << "all go on again";
}

TEST_F(HangingJudge, ItsThreadLooksByItself) {
  // No stall can be made without waiting for it: the thread is only begun and ended, for the
  // thread sanitizer.
  gate_.open();
  watchdog_.start();
  for (int i = 0; i < 50; ++i) tick();
  watchdog_.stop();
  pipeline_->finish();
  EXPECT_EQ(watchdog_.stalls(), 0u);
}

}  // namespace
}  // namespace sightglass
