#include "sensor/pipeline/live_preparation.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "store/record_reader.hpp"

namespace sightglass {

std::string prepare_directory(const std::filesystem::path& directory, const std::string& user) {
  std::error_code error;
  const bool existed = std::filesystem::exists(directory, error);
  std::filesystem::create_directories(directory, error);
  if (error) return directory.string() + ": " + error.message();
  if (geteuid() != 0) return "";
  const passwd* entry = getpwnam(user.c_str());
  if (entry == nullptr) return "";  // giving up privileges says so, with the way out
  if (!existed && chmod(directory.c_str(), 02750) != 0)
    return directory.string() + ": chmod failed";
  if (chown(directory.c_str(), entry->pw_uid, entry->pw_gid) != 0) {
    return directory.string() + ": can not be given to " + user;
  }
  return "";
}

std::vector<uid_t> uids_of(const std::vector<std::string>& users, std::string& error) {
  std::vector<uid_t> uids;
  for (const auto& user : users) {
    if (const passwd* entry = getpwnam(user.c_str())) {
      uids.push_back(entry->pw_uid);
    } else {
      error += "control: user \"" + user + "\" does not exist\n";
    }
  }
  return uids;
}

Learning restored_learning(const std::filesystem::path& record, std::chrono::seconds learn_for,
                           Baseline& baseline) {
  Learning learning;
  if (learn_for.count() == 0) return learning;
  learning.mode = Learning::Mode::learn;
  learning.length = learn_for;
  const auto opened = RecordReader::open(record / "record.db");
  if (!opened.reader || !opened.reader->baseline(baseline).ok() || baseline.facts.empty()) {
    return learning;
  }
  learning.facts = baseline.facts;
  if (baseline.state == BaselineState::protecting) {
    learning.mode = Learning::Mode::protect;
  } else if (to_ns(baseline.learning_ends) != 0) {
    learning.length.reset();
    learning.until = baseline.learning_ends;
  }
  return learning;
}

}  // namespace sightglass
