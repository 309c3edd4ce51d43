// What can be wrong with a Modbus/TCP message: the names rules match as `sg.anomaly`.
// Chapters are those of MODBUS Application Protocol V1.1b3; "Messaging" is the Implementation
// Guide on TCP/IP V1.0b.
#pragma once

#include <span>

#include "dissectors/message.hpp"

namespace sightglass::modbus::anomaly {

inline constexpr AnomalySpec protocol_identifier{
    "modbus.protocol_identifier",
    "The header's protocol identifier is not zero (Messaging 3.1.3): not a Modbus message."};
inline constexpr AnomalySpec header_length{
    "modbus.length",
    "The header's length is outside 2 to 254, or is not that of the message (Messaging 3.1.3)."};
inline constexpr AnomalySpec truncated{
    "modbus.truncated", "The message ends before the fields its function code requires (6)."};
inline constexpr AnomalySpec trailing_bytes{"modbus.trailing_bytes",
                                            "Bytes follow the last field of the message (6)."};
inline constexpr AnomalySpec quantity{
    "modbus.quantity_out_of_specification",
    "The number of coils, registers or records is zero or above the function's limit (6)."};
inline constexpr AnomalySpec byte_count{
    "modbus.byte_count",
    "The byte count is not that of the bytes present, or not that of the quantity (6)."};
inline constexpr AnomalySpec address_overflow{"modbus.address_overflow",
                                              "The range reaches beyond address 65535 (4.4)."};
inline constexpr AnomalySpec undefined_function{
    "modbus.undefined_function_code",
    "The standard gives this function code no meaning, or it is no request's (5.1)."};
inline constexpr AnomalySpec reserved_function{
    "modbus.reserved_function_code",
    "The function code is reserved for products of the past (annex A)."};
inline constexpr AnomalySpec user_defined_function{
    "modbus.user_defined_function_code",
    "The function code is one a vendor may define, 65 to 72 or 100 to 110 (5): information."};
inline constexpr AnomalySpec sub_function{"modbus.illegal_sub_function",
                                          "Diagnostics with a reserved sub-function (6.8.1)."};
inline constexpr AnomalySpec diagnostic_data{
    "modbus.diagnostic_data", "Diagnostics with data its sub-function does not allow (6.8.1)."};
inline constexpr AnomalySpec mei_type{
    "modbus.illegal_mei_type",
    "An encapsulated interface other than CANopen (13) and device identification (14) (6.19)."};
inline constexpr AnomalySpec read_device_id{"modbus.illegal_read_device_id",
                                            "A Read Device ID code outside 1 to 4 (6.21)."};
inline constexpr AnomalySpec coil_value{"modbus.coil_value",
                                        "A coil's value is neither 0x0000 nor 0xff00 (6.5)."};
inline constexpr AnomalySpec file_reference{
    "modbus.file_reference",
    "A file access with a reference type other than 6, file 0 or a record above 9999 (6.14)."};
inline constexpr AnomalySpec exception_code{"modbus.undefined_exception_code",
                                            "An exception with a code without meaning (7)."};
inline constexpr AnomalySpec response_mismatch{
    "modbus.response_mismatch",
    "The answer is not that of its request: unit, function, echo or byte count differ (6)."};
inline constexpr AnomalySpec unsolicited_response{
    "modbus.unsolicited_response",
    "An answer that no request asked for, with both directions seen (4.2)."};
inline constexpr AnomalySpec duplicate_response{"modbus.duplicate_response",
                                                "A second answer to the same request (4.2)."};

inline constexpr AnomalySpec checksum{
    "modbus.checksum",
    "Bytes in the place of an RTU frame whose checksum is not right (Serial Line V1.02 2.5.1)."};

inline constexpr const AnomalySpec* all[] = {
    &protocol_identifier,
    &header_length,
    &truncated,
    &trailing_bytes,
    &quantity,
    &byte_count,
    &address_overflow,
    &undefined_function,
    &reserved_function,
    &user_defined_function,
    &sub_function,
    &diagnostic_data,
    &mei_type,
    &read_device_id,
    &coil_value,
    &file_reference,
    &exception_code,
    &response_mismatch,
    &unsolicited_response,
    &duplicate_response,
    &checksum,
};

}  // namespace sightglass::modbus::anomaly
