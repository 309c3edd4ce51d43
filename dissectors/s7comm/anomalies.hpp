// What can be wrong with TPKT, COTP, S7comm and S7comm-plus: the names rules match as `sg.anomaly`.
// S7comm has no public standard; what is said of it is what devices and tools agree on.
#pragma once

#include "dissectors/message.hpp"

namespace sightglass::s7comm::anomaly {

inline constexpr AnomalySpec tpkt_header{
    "tpkt.header", "The packet's version is not 3 or its length is below 7 (RFC 1006, 6)."};
inline constexpr AnomalySpec cotp_length{
    "cotp.length", "The TPDU's length indicator is not that of its type (ISO 8073, 13.2.1)."};
inline constexpr AnomalySpec cotp_type{"cotp.type",
                                       "A TPDU of a type class 0 does not have (ISO 8073, 13.1)."};
inline constexpr AnomalySpec cotp_parameter{
    "cotp.parameter", "A parameter's length reaches beyond the TPDU (ISO 8073, 13.2.3)."};
inline constexpr AnomalySpec tsdu_too_long{
    "cotp.tsdu_too_long", "A TSDU grew beyond 65535 octets before its end: it was given up."};
inline constexpr AnomalySpec userdata_too_long{
    "s7comm.userdata_too_long",
    "User data in several PDUs grew beyond 65535 octets before its end: it was given up."};
inline constexpr AnomalySpec truncated{"s7comm.truncated",
                                       "The PDU ends before the lengths of its header say."};
inline constexpr AnomalySpec trailing_bytes{"s7comm.trailing_bytes",
                                            "Bytes follow the parameters and data of the PDU."};
inline constexpr AnomalySpec rosctr{"s7comm.rosctr",
                                    "The PDU is none of job, acknowledgement, user data."};
inline constexpr AnomalySpec function{"s7comm.undefined_function",
                                      "A function or sub-function nobody has described."};
inline constexpr AnomalySpec item{"s7comm.item",
                                  "An item whose specification is not as long as its form needs."};
inline constexpr AnomalySpec parameters{"s7comm.parameters",
                                        "The parameters end before what their function requires."};
inline constexpr AnomalySpec data{"s7comm.data", "The data ends before what its items require."};
inline constexpr AnomalySpec response_mismatch{
    "s7comm.response_mismatch", "The answer is not to the function or the items of its request."};
inline constexpr AnomalySpec unsolicited_response{
    "s7comm.unsolicited_response", "An answer that no job asked for, with both directions seen."};
inline constexpr AnomalySpec duplicate_response{"s7comm.duplicate_response",
                                                "A second answer to the same job."};
inline constexpr AnomalySpec plus_length{"s7comm_plus.length",
                                         "The PDU is not as long as its header and trailer say."};
inline constexpr AnomalySpec plus_opcode{"s7comm_plus.opcode",
                                         "The PDU is none of request, response and notification."};
inline constexpr AnomalySpec plus_contents{
    "s7comm_plus.contents",
    "What the PDU carries ends before, or is not, what its function needs."};
inline constexpr AnomalySpec plus_variables{
    "s7comm_plus.variables",
    "A request names more than 256 variables: the answer is not followed for the others."};
inline constexpr AnomalySpec unknown_content{
    "cotp.unknown_content", "The data is none of S7comm, S7comm-plus, MMS and TLS."};

inline constexpr const AnomalySpec* all[] = {
    &tpkt_header,
    &cotp_length,
    &cotp_type,
    &cotp_parameter,
    &tsdu_too_long,
    &userdata_too_long,
    &truncated,
    &trailing_bytes,
    &rosctr,
    &function,
    &item,
    &parameters,
    &data,
    &response_mismatch,
    &unsolicited_response,
    &duplicate_response,
    &plus_length,
    &plus_opcode,
    &plus_contents,
    &plus_variables,
    &unknown_content,
};

}  // namespace sightglass::s7comm::anomaly
