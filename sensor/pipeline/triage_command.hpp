// The control socket's command `triage`: a console tells which alerts are closed and which are
// held.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>

#include "control/client.hpp"
#include "store/record_writer.hpp"

namespace sightglass {

inline constexpr std::size_t kTriagePageMost = 4096;   ///< alerts in one request
inline constexpr std::size_t kTriageSourceMost = 128;  ///< bytes of who tells

/// Takes a page as docs/control.md describes it; none when `args` are empty. Answers, once that is
/// on disk, how far a console has told: `{"source": "...", "cursor": n}`. A page that did not
/// follow it changed nothing. Waits for the disk, but not for ever. `record` is the record's
/// directory.
ControlAnswer take_triage(RecordWriter& writer, const std::filesystem::path& record,
                          const boost::json::object& args);

}  // namespace sightglass
