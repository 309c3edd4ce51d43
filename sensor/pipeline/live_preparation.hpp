// What a live run needs before it begins: a directory, users, and what was learned.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "rules/judge.hpp"
#include "store/record_rows.hpp"

namespace sightglass {

/// Makes `directory` (2750) and gives it to the user the sensor will be. "" or what is in the way.
std::string prepare_directory(const std::filesystem::path& directory, const std::string& user);

/// Names that do not exist are added to `error`, a line each.
std::vector<uid_t> uids_of(const std::vector<std::string>& users, std::string& error);

/// What was learned before, and whether learning goes on. Facts point into `baseline`.
Learning restored_learning(const std::filesystem::path& record, std::chrono::seconds learn_for,
                           Baseline& baseline);

}  // namespace sightglass
