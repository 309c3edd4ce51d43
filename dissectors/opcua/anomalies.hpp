// What can be wrong with an OPC UA message: the names rules match as `sg.anomaly`.
// Chapters are those of OPC 10000-6 (1.05), Mappings.
#pragma once

#include "dissectors/message.hpp"

namespace sightglass::opcua::anomaly {

inline constexpr AnomalySpec header{
    "opcua.header",
    "Not a chunk: type, chunk type or size are none the connection protocol knows (7.1.2.2)."};
inline constexpr AnomalySpec truncated{
    "opcua.truncated", "The message ends before the members its type requires (5.2)."};
inline constexpr AnomalySpec trailing_bytes{"opcua.trailing_bytes",
                                            "Bytes follow the last member of the message (5.2)."};
inline constexpr AnomalySpec length{
    "opcua.length",
    "A length is negative, or more than what is left of the message (5.2.2, 5.2.5)."};
inline constexpr AnomalySpec encoding{"opcua.encoding",
                                      "An encoding byte or type number without meaning (5.2.2)."};
inline constexpr AnomalySpec nesting{"opcua.nesting",
                                     "Values nested more than 100 levels deep (5.2.2.12)."};
inline constexpr AnomalySpec too_many_fields{
    "opcua.too_many_fields", "More values than are shown of one message: the rest is not listed."};
inline constexpr AnomalySpec unknown_service{
    "opcua.unknown_service", "The type of the message is no service's (Part 4, 5)."};
inline constexpr AnomalySpec wrong_direction{
    "opcua.wrong_direction",
    "A request from the server, or an answer from the client (Part 4, 5)."};
inline constexpr AnomalySpec sequence_number{
    "opcua.sequence_number",
    "The sequence number does not follow the last one of this direction (6.7.2.4): chunks are "
    "missing, repeated or forged."};
inline constexpr AnomalySpec request_id{
    "opcua.request_id", "The request identifier is that of a request still waiting (6.7.2.4)."};
inline constexpr AnomalySpec channel{
    "opcua.secure_channel", "The secure channel is not the one that was opened (6.7.2.2)."};
inline constexpr AnomalySpec chunks{
    "opcua.chunks",
    "Chunks of a message exceed what is kept, or change their request identifier (6.7.2.2)."};
inline constexpr AnomalySpec unsolicited_response{
    "opcua.unsolicited_response",
    "An answer that no request asked for, with both directions seen (6.7.2.4)."};
inline constexpr AnomalySpec duplicate_response{"opcua.duplicate_response",
                                                "A second answer to the same request (6.7.2.4)."};
inline constexpr AnomalySpec response_mismatch{
    "opcua.response_mismatch", "The answer is of another service than its request (Part 4, 5)."};

inline constexpr const AnomalySpec* all[] = {
    &header,
    &truncated,
    &trailing_bytes,
    &length,
    &encoding,
    &nesting,
    &too_many_fields,
    &unknown_service,
    &wrong_direction,
    &sequence_number,
    &request_id,
    &channel,
    &chunks,
    &unsolicited_response,
    &duplicate_response,
    &response_mismatch,
};

}  // namespace sightglass::opcua::anomaly
