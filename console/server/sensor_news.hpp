// What the sensor must know of people's decisions: which alerts are closed, and which are held. The
// table sensor_news has the latest state of each alert that ever was other than open.
#pragma once

#include <cstdint>
#include <vector>

#include "console/server/database.hpp"
#include "console/server/triage.hpp"
#include "store/record_rows.hpp"

namespace sightglass::console {

/// What `triage` means for the alert's packets: a closed alert that recurred is open.
TriageState state_for_sensor(const Triage& triage);

/// Notes the state when it is another than the one noted last; cheap when it is not.
void note_for_sensor(Database::Transaction& transaction, const AlertId& id, const Triage& triage);

struct SensorNews {
  std::vector<TriagePage::Alert> alerts;
  std::uint64_t upto = 0;  ///< the cursor to ask for more with
  bool last = true;        ///< there is no more now
};
/// What came after the cursor `after` (0: everything), at most `most` alerts.
SensorNews read_sensor_news(Database& database, std::uint64_t after, std::size_t most);

}  // namespace sightglass::console
