// The occurrences of a field in a record, whoever it belongs to.
#pragma once

#include "rules/filter/record.hpp"
#include "rules/filter/scratch.hpp"

namespace sightglass::filter {

/// Pushes the values of `id` onto `scratch.values`: packet fields from the layers, `sg.` fields
/// from the envelope or the recognised application and the site file, all others from the PDUs, in
/// wire order.
void append_values(const Record& record, FieldId id, Scratch& scratch);

/// Whether `id` occurs at all; the same as `append_values` leaving something.
bool occurs(const Record& record, FieldId id, Scratch& scratch);

}  // namespace sightglass::filter
