// The console tells, the sensor takes: over the real socket, into a real record, through restarts
// of either side.
#include "console/server/sensor_link.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>

#include "sensor/pipeline/control_socket.hpp"
#include "sensor/pipeline/triage_command.hpp"
#include "tests/console/small_console.hpp"

namespace sightglass::console {
namespace {

class LinkTest : public testing::Test {
 protected:
  LinkTest() { start_sensor(); }

  // The sensor's end: a writer and its control socket.
  void start_sensor() {
    if (!console.writer) console.writer = sample::writer(directory() / "record.db");
    const auto take = [this](const boost::json::object& args, const std::string&) {
      if (!args.empty() && pages_until_trouble-- == 0) return ControlAnswer{{}, "no power", {}};
      return take_triage(*console.writer, directory(), args);
    };
    auto opened = ControlSocket::open(path(), {{"triage", "takes triage", take}}, {});
    ASSERT_NE(opened.socket, nullptr) << opened.error;
    socket = std::move(opened.socket);
  }
  void stop_sensor() {
    socket.reset();
    console.writer.reset();
  }
  std::filesystem::path directory() const { return console.directory / "record"; }
  std::string path() const { return (console.directory / "sensor.sock").string(); }

  void change(std::uint64_t number, Status status) {
    TriageChange change;
    change.status = status;
    change.determination = status == Status::closed ? "test" : "";
    EXPECT_EQ(change_triage(console.database, sample::id(number), std::nullopt, change, ana()),
              TriageOutcome::done);
  }
  void hold(std::uint64_t number, bool held) {
    EXPECT_EQ(change_hold(console.database, sample::id(number), std::nullopt, held, "why", ana()),
              TriageOutcome::done);
  }
  static Actor ana() { return {"ana", "192.0.2.1", sample::at(5)}; }

  // "2 closed, 3 held": what the sensor's record says.
  std::string known() {
    sqlite3* record = nullptr;
    sqlite3_open_v2((directory() / "record.db").c_str(), &record, SQLITE_OPEN_READONLY, nullptr);
    std::string text;
    const auto add = [](void* all, int, char** values, char**) {
      auto& told = *static_cast<std::string*>(all);
      told += (told.empty() ? "" : ", ") + std::string(values[0]) + " " + values[1];
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(record,
                           "SELECT a.count, t.state FROM triage t JOIN alert a ON a.id = t.alert "
                           "ORDER BY a.count",
                           add, &text, nullptr),
              SQLITE_OK)
        << sqlite3_errmsg(record);
    sqlite3_close(record);
    return text;
  }

  int pages_until_trouble = -1;
  SmallConsole console{0};
  std::unique_ptr<ControlSocket> socket;
};

// Alerts are told apart by their count in `known`.
class Link : public LinkTest {
 protected:
  Link() {
    Batch batch;
    for (std::uint64_t number = 1; number <= 5; ++number) {
      batch.alerts.push_back(sample::alert(number));
      batch.alerts.back().count = number;
    }
    console.write(std::move(batch));
  }
};

TEST_F(Link, TellsWhatIsClosedAndHeld) {
  change(2, Status::closed);
  hold(3, true);
  change(3, Status::closed);
  change(4, Status::acknowledged);
  SensorLink link(console.lists, path());
  EXPECT_NE(link.problem(), "") << "not told yet";
  EXPECT_EQ(link.work(), kLinkPause);
  EXPECT_EQ(link.problem(), "");
  EXPECT_EQ(known(), "2 closed, 3 held");
}

TEST_F(Link, TellsWhatChangesMeanwhile) {
  SensorLink link(console.lists, path());
  link.work();
  change(2, Status::closed);
  hold(3, true);
  link.work();
  EXPECT_EQ(known(), "2 closed, 3 held");
  change(2, Status::open);
  change(3, Status::closed);
  hold(3, false);
  link.work();
  EXPECT_EQ(known(), "3 closed");
  EXPECT_EQ(link.counters().failures, 0u);
}

TEST_F(Link, ClosedAlertThatGoesOnIsToldToBeOpen) {
  change(2, Status::closed);
  SensorLink link(console.lists, path());
  link.work();
  ASSERT_EQ(known(), "2 closed");
  Alert again = sample::alert(2);
  again.revision = 2;
  again.count = 7;
  console.write(again);
  link.work();
  EXPECT_EQ(known(), "");
  change(2, Status::closed);
  link.work();
  EXPECT_EQ(known(), "7 closed");
}

TEST_F(Link, SensorThatWasRestartedIsToldWhatItMissed) {
  SensorLink link(console.lists, path());
  change(2, Status::closed);
  link.work();
  stop_sensor();
  hold(3, true);
  EXPECT_GT(link.work(), kLinkPause);
  EXPECT_NE(link.problem(), "");
  start_sensor();
  EXPECT_EQ(link.work(), kLinkPause);
  EXPECT_EQ(known(), "2 closed, 3 held");
  EXPECT_EQ(link.counters().statements, 1u) << "it went on where the sensor stood";
}

TEST_F(Link, SensorWithAnotherRecordIsToldEverything) {
  change(2, Status::closed);
  SensorLink link(console.lists, path());
  link.work();
  stop_sensor();
  std::filesystem::remove_all(directory());
  start_sensor();
  Batch batch = sample::batch_of({sample::alert(2)});
  console.writer->submit(std::move(batch));
  ASSERT_TRUE(console.writer->flush().error.ok());
  EXPECT_EQ(link.work(), kLinkPause) << "noticed, though there is nothing new to tell";
  EXPECT_EQ(link.problem(), "");
  EXPECT_EQ(known(), "1 closed");
  EXPECT_EQ(link.counters().statements, 2u);
}

TEST_F(Link, ConsoleThatWasRestartedTakesBackWhatIsNoMore) {
  change(2, Status::closed);
  hold(3, true);
  SensorLink(console.lists, path()).work();
  ASSERT_EQ(known(), "2 closed, 3 held");
  // As out of a backup: it knows nothing of these decisions.
  Database::Transaction transaction(console.database);
  transaction.prepare("DELETE FROM sensor_news").run();
  transaction.commit();
  SensorLink(console.lists, path()).work();
  EXPECT_EQ(known(), "");
}

TEST_F(Link, StatementThatWasInterruptedGoesOnWhereItEnded) {
  constexpr std::uint64_t kAlerts = 2 * kLinkPage + 100;
  Batch batch;
  {
    Database::Transaction transaction(console.database);
    Triage closed;
    closed.status = Status::closed;
    for (std::uint64_t number = 6; number < 6 + kAlerts; ++number) {
      batch.alerts.push_back(sample::alert(number));
      note_for_sensor(transaction, sample::id(number), closed);
    }
    transaction.commit();
  }
  console.write(std::move(batch));
  pages_until_trouble = 2;
  SensorLink link(console.lists, path());
  EXPECT_GT(link.work(), kLinkPause);
  EXPECT_NE(link.problem().find("no power"), std::string::npos) << link.problem();
  EXPECT_EQ(link.work(), kLinkPause);
  EXPECT_EQ(link.counters().statements, 1u);
  EXPECT_EQ(link.counters().alerts_told, kAlerts);
  const std::string all = known();
  EXPECT_EQ(std::count(all.begin(), all.end(), ','), static_cast<std::ptrdiff_t>(kAlerts - 1));
}

TEST_F(Link, TriesMoreAndMoreSeldomWithoutASensor) {
  stop_sensor();
  SensorLink link(console.lists, path());
  EXPECT_EQ(link.work(), 2 * kLinkPause);
  EXPECT_EQ(link.work(), 4 * kLinkPause);
  for (int i = 0; i < 10; ++i) link.work();
  EXPECT_EQ(link.work(), kLinkLongestPause);
  EXPECT_NE(link.problem().find("is the sensor running?"), std::string::npos) << link.problem();
  start_sensor();
  EXPECT_EQ(link.work(), kLinkPause);
}

TEST_F(Link, SensorThatKnowsNoTriageIsAProblemInWords) {
  socket.reset();  // an old one takes the path with it
  socket = ControlSocket::open(path(), {}, {}).socket;
  SensorLink link(console.lists, path());
  EXPECT_GT(link.work(), kLinkPause);
  EXPECT_NE(link.problem().find("no command \"triage\""), std::string::npos) << link.problem();
}

TEST_F(Link, HealthSaysWhetherTheSensorKnows) {
  const auto state = [&] {
    return json_of(console.ask(Role::viewer, Method::get, "/health"))
        .at("sensor_link")
        .at("state")
        .as_string();
  };
  EXPECT_EQ(state(), "off");
  SensorLink link(console.lists, path());
  console.services.sensor = &link;
  EXPECT_EQ(state(), "waiting");
  link.work();
  EXPECT_EQ(state(), "told");
}

TEST_F(Link, MistakesInAPageAreAllTold) {
  const ControlAnswer answer = ask_sensor(
      path(), "triage",
      {{"source", ""}, {"after", -1}, {"alerts", {{{"id", "zz"}, {"state", "shut"}}}}}, "");
  EXPECT_EQ(answer.error, "the page can not be used");
  EXPECT_EQ(answer.diagnostics.size(), 5u);
}

}  // namespace
}  // namespace sightglass::console
