// The standard's structures, member by member.
// Written by make_tables.py; do not edit.
#include <algorithm>

#include "dissectors/opcua/structure.hpp"

namespace sightglass::opcua {
namespace {

constexpr Member kActivateSessionRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::structure, false, Meaning::none, kNoField, 170},
    {Wire::structure, true, Meaning::none, kNoField, 171},
    {Wire::string, true, Meaning::none, locale_ids, 0},
    {Wire::extension_object, false, Meaning::identity, kNoField, 0},
    {Wire::structure, false, Meaning::none, kNoField, 170},
};
constexpr Member kActivateSessionResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::byte_string, false, Meaning::none, server_nonce, 0},
    {Wire::status_code, true, Meaning::none, results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kAddNodesItem[] = {
    {Wire::expanded_node_id, false, Meaning::written_node, kNoField, 0},
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::expanded_node_id, false, Meaning::none, kNoField, 0},
    {Wire::qualified_name, false, Meaning::none, kNoField, 0},
    {Wire::enumeration, false, Meaning::none, node_class, 0},
    {Wire::extension_object, false, Meaning::none, kNoField, 0},
    {Wire::expanded_node_id, false, Meaning::none, kNoField, 0},
};
constexpr Member kAddNodesRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::structure, true, Meaning::none, kNoField, 2},
};
constexpr Member kAddNodesResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::structure, true, Meaning::none, kNoField, 5},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kAddNodesResult[] = {
    {Wire::status_code, false, Meaning::result, status_code, 0},
    {Wire::node_id, false, Meaning::none, kNoField, 0},
};
constexpr Member kAddReferencesItem[] = {
    {Wire::node_id, false, Meaning::written_node, kNoField, 0},
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::boolean, false, Meaning::none, is_forward, 0},
    {Wire::string, false, Meaning::none, target_server_uri, 0},
    {Wire::expanded_node_id, false, Meaning::none, kNoField, 0},
    {Wire::enumeration, false, Meaning::none, node_class, 0},
};
constexpr Member kAddReferencesRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::structure, true, Meaning::none, kNoField, 6},
};
constexpr Member kAddReferencesResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::status_code, true, Meaning::result, results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kAggregateConfiguration[] = {
    {Wire::boolean, false, Meaning::none, use_server_capabilities_defaults, 0},
    {Wire::boolean, false, Meaning::none, treat_uncertain_as_bad, 0},
    {Wire::byte, false, Meaning::none, percent_data_bad, 0},
    {Wire::byte, false, Meaning::none, percent_data_good, 0},
    {Wire::boolean, false, Meaning::none, use_sloped_extrapolation, 0},
};
constexpr Member kAggregateFilter[] = {
    {Wire::date_time, false, Meaning::none, start_time, 0},
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::real64, false, Meaning::none, processing_interval, 0},
    {Wire::structure, false, Meaning::none, kNoField, 9},
};
constexpr Member kAggregateFilterResult[] = {
    {Wire::date_time, false, Meaning::none, revised_start_time, 0},
    {Wire::real64, false, Meaning::none, revised_processing_interval, 0},
    {Wire::structure, false, Meaning::none, kNoField, 9},
};
constexpr Member kAnnotation[] = {
    {Wire::string, false, Meaning::none, message, 0},
    {Wire::string, false, Meaning::none, user_name, 0},
    {Wire::date_time, false, Meaning::none, annotation_time, 0},
};
constexpr Member kAnonymousIdentityToken[] = {
    {Wire::string, false, Meaning::none, policy_id, 0},
};
constexpr Member kApplicationDescription[] = {
    {Wire::string, false, Meaning::application_uri, application_uri, 0},
    {Wire::string, false, Meaning::none, product_uri, 0},
    {Wire::localized_text, false, Meaning::application_name, kNoField, 0},
    {Wire::enumeration, false, Meaning::none, application_type, 0},
    {Wire::string, false, Meaning::none, gateway_server_uri, 0},
    {Wire::string, false, Meaning::none, discovery_profile_uri, 0},
    {Wire::string, true, Meaning::none, discovery_urls, 0},
};
constexpr Member kArgument[] = {
    {Wire::string, false, Meaning::none, name, 0},
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::int32, false, Meaning::none, value_rank, 0},
    {Wire::uint32, true, Meaning::none, array_dimensions, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
};
constexpr Member kAttributeOperand[] = {
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::string, false, Meaning::none, alias, 0},
    {Wire::structure, false, Meaning::none, kNoField, 149},
    {Wire::enumeration, false, Meaning::none, attribute_id, 0},
    {Wire::string, false, Meaning::none, index_range, 0},
};
constexpr Member kAxisInformation[] = {
    {Wire::structure, false, Meaning::none, kNoField, 67},
    {Wire::structure, false, Meaning::none, kNoField, 131},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::enumeration, false, Meaning::none, axis_scale_enumeration, 0},
    {Wire::real64, true, Meaning::none, axis_steps, 0},
};
constexpr Member kBrowseDescription[] = {
    {Wire::node_id, false, Meaning::node, kNoField, 0},
    {Wire::enumeration, false, Meaning::none, browse_direction, 0},
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::boolean, false, Meaning::none, include_subtypes, 0},
    {Wire::node_class_mask, false, Meaning::none, kNoField, 0},
    {Wire::result_mask, false, Meaning::none, kNoField, 0},
};
constexpr Member kBrowseNextRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::boolean, false, Meaning::none, release_continuation_points, 0},
    {Wire::byte_string, true, Meaning::none, continuation_points, 0},
};
constexpr Member kBrowseNextResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::structure, true, Meaning::none, kNoField, 26},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kBrowsePath[] = {
    {Wire::node_id, false, Meaning::node, kNoField, 0},
    {Wire::structure, false, Meaning::none, kNoField, 149},
};
constexpr Member kBrowsePathResult[] = {
    {Wire::status_code, false, Meaning::result, status_code, 0},
    {Wire::structure, true, Meaning::none, kNoField, 23},
};
constexpr Member kBrowsePathTarget[] = {
    {Wire::expanded_node_id, false, Meaning::none, kNoField, 0},
    {Wire::uint32, false, Meaning::none, remaining_path_index, 0},
};
constexpr Member kBrowseRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::structure, false, Meaning::none, kNoField, 195},
    {Wire::uint32, false, Meaning::none, requested_max_references_per_node, 0},
    {Wire::structure, true, Meaning::none, kNoField, 18},
};
constexpr Member kBrowseResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::structure, true, Meaning::none, kNoField, 26},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kBrowseResult[] = {
    {Wire::status_code, false, Meaning::result, status_code, 0},
    {Wire::byte_string, false, Meaning::none, continuation_point, 0},
    {Wire::structure, true, Meaning::none, kNoField, 140},
};
constexpr Member kBuildInfo[] = {
    {Wire::string, false, Meaning::none, product_uri, 0},
    {Wire::string, false, Meaning::none, manufacturer_name, 0},
    {Wire::string, false, Meaning::none, product_name, 0},
    {Wire::string, false, Meaning::none, software_version, 0},
    {Wire::string, false, Meaning::none, build_number, 0},
    {Wire::date_time, false, Meaning::none, build_date, 0},
};
constexpr Member kCallMethodRequest[] = {
    {Wire::node_id, false, Meaning::node, kNoField, 0},
    {Wire::node_id, false, Meaning::method, kNoField, 0},
    {Wire::variant, true, Meaning::argument, kNoField, 0},
};
constexpr Member kCallMethodResult[] = {
    {Wire::status_code, false, Meaning::call_result, status_code, 0},
    {Wire::status_code, true, Meaning::none, input_argument_results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
    {Wire::variant, true, Meaning::none, kNoField, 0},
};
constexpr Member kCallRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::structure, true, Meaning::none, kNoField, 28},
};
constexpr Member kCallResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::structure, true, Meaning::none, kNoField, 29},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kCancelRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::uint32, false, Meaning::none, request_handle, 0},
};
constexpr Member kCancelResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::uint32, false, Meaning::none, cancel_count, 0},
};
constexpr Member kChannelSecurityToken[] = {
    {Wire::uint32, false, Meaning::channel, channel_id, 0},
    {Wire::uint32, false, Meaning::none, token_id, 0},
    {Wire::date_time, false, Meaning::none, created_at, 0},
    {Wire::uint32, false, Meaning::none, revised_lifetime, 0},
};
constexpr Member kCloseSecureChannelRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
};
constexpr Member kCloseSecureChannelResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
};
constexpr Member kCloseSessionRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::boolean, false, Meaning::none, delete_subscriptions, 0},
};
constexpr Member kCloseSessionResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
};
constexpr Member kComplexNumberType[] = {
    {Wire::real32, false, Meaning::none, real, 0},
    {Wire::real32, false, Meaning::none, imaginary, 0},
};
constexpr Member kContentFilter[] = {
    {Wire::structure, true, Meaning::none, kNoField, 41},
};
constexpr Member kContentFilterElement[] = {
    {Wire::enumeration, false, Meaning::none, filter_operator, 0},
    {Wire::extension_object, true, Meaning::none, kNoField, 0},
};
constexpr Member kContentFilterElementResult[] = {
    {Wire::status_code, false, Meaning::none, status_code, 0},
    {Wire::status_code, true, Meaning::none, operand_status_codes, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kContentFilterResult[] = {
    {Wire::structure, true, Meaning::none, kNoField, 42},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kCreateMonitoredItemsRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::uint32, false, Meaning::subscription, subscription_id, 0},
    {Wire::enumeration, false, Meaning::none, timestamps_to_return, 0},
    {Wire::structure, true, Meaning::none, kNoField, 105},
};
constexpr Member kCreateMonitoredItemsResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::structure, true, Meaning::none, kNoField, 106},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kCreateSessionRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::structure, false, Meaning::none, kNoField, 14},
    {Wire::string, false, Meaning::none, server_uri, 0},
    {Wire::string, false, Meaning::endpoint_url, endpoint_url, 0},
    {Wire::string, false, Meaning::none, session_name, 0},
    {Wire::byte_string, false, Meaning::none, client_nonce, 0},
    {Wire::byte_string, false, Meaning::none, client_certificate, 0},
    {Wire::real64, false, Meaning::none, requested_session_timeout, 0},
    {Wire::uint32, false, Meaning::none, max_response_message_size, 0},
};
constexpr Member kCreateSessionResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::real64, false, Meaning::none, revised_session_timeout, 0},
    {Wire::byte_string, false, Meaning::none, server_nonce, 0},
    {Wire::byte_string, false, Meaning::none, server_certificate, 0},
    {Wire::structure, true, Meaning::none, kNoField, 70},
    {Wire::structure, true, Meaning::none, kNoField, 171},
    {Wire::structure, false, Meaning::none, kNoField, 170},
    {Wire::uint32, false, Meaning::none, max_request_message_size, 0},
};
constexpr Member kCreateSubscriptionRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::real64, false, Meaning::none, requested_publishing_interval, 0},
    {Wire::uint32, false, Meaning::none, requested_lifetime_count, 0},
    {Wire::uint32, false, Meaning::none, requested_max_keep_alive_count, 0},
    {Wire::uint32, false, Meaning::none, max_notifications_per_publish, 0},
    {Wire::boolean, false, Meaning::none, publishing_enabled, 0},
    {Wire::byte, false, Meaning::none, priority, 0},
};
constexpr Member kCreateSubscriptionResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::uint32, false, Meaning::none, subscription_id, 0},
    {Wire::real64, false, Meaning::none, revised_publishing_interval, 0},
    {Wire::uint32, false, Meaning::none, revised_lifetime_count, 0},
    {Wire::uint32, false, Meaning::none, revised_max_keep_alive_count, 0},
};
constexpr Member kDataChangeFilter[] = {
    {Wire::enumeration, false, Meaning::none, data_change_trigger, 0},
    {Wire::uint32, false, Meaning::none, deadband_type, 0},
    {Wire::real64, false, Meaning::none, deadband_value, 0},
};
constexpr Member kDataChangeNotification[] = {
    {Wire::structure, true, Meaning::none, kNoField, 109},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kDataTypeAttributes[] = {
    {Wire::uint32, false, Meaning::none, specified_attributes, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::uint32, false, Meaning::none, write_mask, 0},
    {Wire::uint32, false, Meaning::none, user_write_mask, 0},
    {Wire::boolean, false, Meaning::none, is_abstract, 0},
};
constexpr Member kDeleteAtTimeDetails[] = {
    {Wire::node_id, false, Meaning::written_node, kNoField, 0},
    {Wire::date_time, true, Meaning::none, req_times, 0},
};
constexpr Member kDeleteEventDetails[] = {
    {Wire::node_id, false, Meaning::written_node, kNoField, 0},
    {Wire::byte_string, true, Meaning::none, event_ids, 0},
};
constexpr Member kDeleteMonitoredItemsRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::uint32, false, Meaning::subscription, subscription_id, 0},
    {Wire::uint32, true, Meaning::deleted_item, monitored_item_ids, 0},
};
constexpr Member kDeleteMonitoredItemsResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::status_code, true, Meaning::none, results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kDeleteNodesItem[] = {
    {Wire::node_id, false, Meaning::written_node, kNoField, 0},
    {Wire::boolean, false, Meaning::none, delete_target_references, 0},
};
constexpr Member kDeleteNodesRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::structure, true, Meaning::none, kNoField, 57},
};
constexpr Member kDeleteNodesResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::status_code, true, Meaning::result, results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kDeleteRawModifiedDetails[] = {
    {Wire::node_id, false, Meaning::written_node, kNoField, 0},
    {Wire::boolean, false, Meaning::none, is_delete_modified, 0},
    {Wire::date_time, false, Meaning::none, start_time, 0},
    {Wire::date_time, false, Meaning::none, end_time, 0},
};
constexpr Member kDeleteReferencesItem[] = {
    {Wire::node_id, false, Meaning::written_node, kNoField, 0},
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::boolean, false, Meaning::none, is_forward, 0},
    {Wire::expanded_node_id, false, Meaning::none, kNoField, 0},
    {Wire::boolean, false, Meaning::none, delete_bidirectional, 0},
};
constexpr Member kDeleteReferencesRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::structure, true, Meaning::none, kNoField, 61},
};
constexpr Member kDeleteReferencesResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::status_code, true, Meaning::result, results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kDeleteSubscriptionsRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::uint32, true, Meaning::deleted_subscription, subscription_ids, 0},
};
constexpr Member kDeleteSubscriptionsResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::status_code, true, Meaning::none, results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kDoubleComplexNumberType[] = {
    {Wire::real64, false, Meaning::none, real, 0},
    {Wire::real64, false, Meaning::none, imaginary, 0},
};
constexpr Member kEUInformation[] = {
    {Wire::string, false, Meaning::none, namespace_uri, 0},
    {Wire::int32, false, Meaning::none, unit_id, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
};
constexpr Member kElementOperand[] = {
    {Wire::uint32, false, Meaning::none, index, 0},
};
constexpr Member kEndpointConfiguration[] = {
    {Wire::int32, false, Meaning::none, operation_timeout, 0},
    {Wire::boolean, false, Meaning::none, use_binary_encoding, 0},
    {Wire::int32, false, Meaning::none, max_string_length, 0},
    {Wire::int32, false, Meaning::none, max_byte_string_length, 0},
    {Wire::int32, false, Meaning::none, max_array_length, 0},
    {Wire::int32, false, Meaning::none, max_message_size, 0},
    {Wire::int32, false, Meaning::none, max_buffer_size, 0},
    {Wire::int32, false, Meaning::none, channel_lifetime, 0},
    {Wire::int32, false, Meaning::none, security_token_lifetime, 0},
};
constexpr Member kEndpointDescription[] = {
    {Wire::string, false, Meaning::none, endpoint_url, 0},
    {Wire::structure, false, Meaning::none, kNoField, 14},
    {Wire::byte_string, false, Meaning::none, server_certificate, 0},
    {Wire::enumeration, false, Meaning::none, message_security_mode, 0},
    {Wire::string, false, Meaning::none, security_policy_uri, 0},
    {Wire::structure, true, Meaning::none, kNoField, 191},
    {Wire::string, false, Meaning::none, transport_profile_uri, 0},
    {Wire::byte, false, Meaning::none, security_level, 0},
};
constexpr Member kEndpointUrlListDataType[] = {
    {Wire::string, true, Meaning::none, endpoint_url_list, 0},
};
constexpr Member kEnumValueType[] = {
    {Wire::int64, false, Meaning::none, value, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
};
constexpr Member kEventFieldList[] = {
    {Wire::uint32, false, Meaning::none, client_handle, 0},
    {Wire::variant, true, Meaning::none, kNoField, 0},
};
constexpr Member kEventFilter[] = {
    {Wire::structure, true, Meaning::none, kNoField, 172},
    {Wire::structure, false, Meaning::none, kNoField, 40},
};
constexpr Member kEventFilterResult[] = {
    {Wire::status_code, true, Meaning::none, select_clause_results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
    {Wire::structure, false, Meaning::none, kNoField, 43},
};
constexpr Member kEventNotificationList[] = {
    {Wire::structure, true, Meaning::none, kNoField, 73},
};
constexpr Member kFindServersOnNetworkRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::uint32, false, Meaning::none, starting_record_id, 0},
    {Wire::uint32, false, Meaning::none, max_records_to_return, 0},
    {Wire::string, true, Meaning::none, server_capability_filter, 0},
};
constexpr Member kFindServersOnNetworkResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::date_time, false, Meaning::none, last_counter_reset_time, 0},
    {Wire::structure, true, Meaning::none, kNoField, 158},
};
constexpr Member kFindServersRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::string, false, Meaning::none, endpoint_url, 0},
    {Wire::string, true, Meaning::none, locale_ids, 0},
    {Wire::string, true, Meaning::none, server_uris, 0},
};
constexpr Member kFindServersResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::structure, true, Meaning::none, kNoField, 14},
};
constexpr Member kGetEndpointsRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::string, false, Meaning::none, endpoint_url, 0},
    {Wire::string, true, Meaning::none, locale_ids, 0},
    {Wire::string, true, Meaning::none, profile_uris, 0},
};
constexpr Member kGetEndpointsResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::structure, true, Meaning::none, kNoField, 70},
};
constexpr Member kHistoryData[] = {
    {Wire::data_value, true, Meaning::none, kNoField, 0},
};
constexpr Member kHistoryEvent[] = {
    {Wire::structure, true, Meaning::none, kNoField, 85},
};
constexpr Member kHistoryEventFieldList[] = {
    {Wire::variant, true, Meaning::none, kNoField, 0},
};
constexpr Member kHistoryModifiedData[] = {
    {Wire::data_value, true, Meaning::none, kNoField, 0},
    {Wire::structure, true, Meaning::none, kNoField, 100},
};
constexpr Member kHistoryReadRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::extension_object, false, Meaning::none, kNoField, 0},
    {Wire::enumeration, false, Meaning::none, timestamps_to_return, 0},
    {Wire::boolean, false, Meaning::none, release_continuation_points, 0},
    {Wire::structure, true, Meaning::none, kNoField, 90},
};
constexpr Member kHistoryReadResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::structure, true, Meaning::none, kNoField, 89},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kHistoryReadResult[] = {
    {Wire::status_code, false, Meaning::result, status_code, 0},
    {Wire::byte_string, false, Meaning::none, continuation_point, 0},
    {Wire::extension_object, false, Meaning::none, kNoField, 0},
};
constexpr Member kHistoryReadValueId[] = {
    {Wire::node_id, false, Meaning::node, kNoField, 0},
    {Wire::string, false, Meaning::none, index_range, 0},
    {Wire::qualified_name, false, Meaning::none, kNoField, 0},
    {Wire::byte_string, false, Meaning::none, continuation_point, 0},
};
constexpr Member kHistoryUpdateRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::extension_object, true, Meaning::none, kNoField, 0},
};
constexpr Member kHistoryUpdateResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::structure, true, Meaning::none, kNoField, 94},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kHistoryUpdateResult[] = {
    {Wire::status_code, false, Meaning::result, status_code, 0},
    {Wire::status_code, true, Meaning::none, operation_results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kIssuedIdentityToken[] = {
    {Wire::string, false, Meaning::none, policy_id, 0},
    {Wire::byte_string, false, Meaning::secret, token_data, 0},
    {Wire::string, false, Meaning::none, encryption_algorithm, 0},
};
constexpr Member kLiteralOperand[] = {
    {Wire::variant, false, Meaning::none, kNoField, 0},
};
constexpr Member kMdnsDiscoveryConfiguration[] = {
    {Wire::string, false, Meaning::none, mdns_server_name, 0},
    {Wire::string, true, Meaning::none, server_capabilities, 0},
};
constexpr Member kMethodAttributes[] = {
    {Wire::uint32, false, Meaning::none, specified_attributes, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::uint32, false, Meaning::none, write_mask, 0},
    {Wire::uint32, false, Meaning::none, user_write_mask, 0},
    {Wire::boolean, false, Meaning::none, executable, 0},
    {Wire::boolean, false, Meaning::none, user_executable, 0},
};
constexpr Member kModelChangeStructureDataType[] = {
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::byte, false, Meaning::none, verb, 0},
};
constexpr Member kModificationInfo[] = {
    {Wire::date_time, false, Meaning::none, modification_time, 0},
    {Wire::enumeration, false, Meaning::none, history_update_type, 0},
    {Wire::string, false, Meaning::none, user_name, 0},
};
constexpr Member kModifyMonitoredItemsRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::uint32, false, Meaning::none, subscription_id, 0},
    {Wire::enumeration, false, Meaning::none, timestamps_to_return, 0},
    {Wire::structure, true, Meaning::none, kNoField, 107},
};
constexpr Member kModifyMonitoredItemsResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::structure, true, Meaning::none, kNoField, 108},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kModifySubscriptionRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::uint32, false, Meaning::none, subscription_id, 0},
    {Wire::real64, false, Meaning::none, requested_publishing_interval, 0},
    {Wire::uint32, false, Meaning::none, requested_lifetime_count, 0},
    {Wire::uint32, false, Meaning::none, requested_max_keep_alive_count, 0},
    {Wire::uint32, false, Meaning::none, max_notifications_per_publish, 0},
    {Wire::byte, false, Meaning::none, priority, 0},
};
constexpr Member kModifySubscriptionResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::real64, false, Meaning::none, revised_publishing_interval, 0},
    {Wire::uint32, false, Meaning::none, revised_lifetime_count, 0},
    {Wire::uint32, false, Meaning::none, revised_max_keep_alive_count, 0},
};
constexpr Member kMonitoredItemCreateRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 138},
    {Wire::enumeration, false, Meaning::none, monitoring_mode, 0},
    {Wire::structure, false, Meaning::none, kNoField, 110},
};
constexpr Member kMonitoredItemCreateResult[] = {
    {Wire::status_code, false, Meaning::result, status_code, 0},
    {Wire::uint32, false, Meaning::monitored_item, monitored_item_id, 0},
    {Wire::real64, false, Meaning::none, revised_sampling_interval, 0},
    {Wire::uint32, false, Meaning::none, revised_queue_size, 0},
    {Wire::extension_object, false, Meaning::none, kNoField, 0},
};
constexpr Member kMonitoredItemModifyRequest[] = {
    {Wire::uint32, false, Meaning::none, monitored_item_id, 0},
    {Wire::structure, false, Meaning::none, kNoField, 110},
};
constexpr Member kMonitoredItemModifyResult[] = {
    {Wire::status_code, false, Meaning::none, status_code, 0},
    {Wire::real64, false, Meaning::none, revised_sampling_interval, 0},
    {Wire::uint32, false, Meaning::none, revised_queue_size, 0},
    {Wire::extension_object, false, Meaning::none, kNoField, 0},
};
constexpr Member kMonitoredItemNotification[] = {
    {Wire::uint32, false, Meaning::notified_handle, client_handle, 0},
    {Wire::data_value, false, Meaning::value, kNoField, 0},
};
constexpr Member kMonitoringParameters[] = {
    {Wire::uint32, false, Meaning::client_handle, client_handle, 0},
    {Wire::real64, false, Meaning::none, sampling_interval, 0},
    {Wire::extension_object, false, Meaning::none, kNoField, 0},
    {Wire::uint32, false, Meaning::none, queue_size, 0},
    {Wire::boolean, false, Meaning::none, discard_oldest, 0},
};
constexpr Member kNetworkGroupDataType[] = {
    {Wire::string, false, Meaning::none, server_uri, 0},
    {Wire::structure, true, Meaning::none, kNoField, 71},
};
constexpr Member kNodeAttributes[] = {
    {Wire::uint32, false, Meaning::none, specified_attributes, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::uint32, false, Meaning::none, write_mask, 0},
    {Wire::uint32, false, Meaning::none, user_write_mask, 0},
};
constexpr Member kNodeReference[] = {
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::boolean, false, Meaning::none, is_forward, 0},
    {Wire::node_id, true, Meaning::none, kNoField, 0},
};
constexpr Member kNodeTypeDescription[] = {
    {Wire::expanded_node_id, false, Meaning::none, kNoField, 0},
    {Wire::boolean, false, Meaning::none, include_sub_types, 0},
    {Wire::structure, true, Meaning::none, kNoField, 125},
};
constexpr Member kNotificationMessage[] = {
    {Wire::uint32, false, Meaning::none, sequence_number, 0},
    {Wire::date_time, false, Meaning::none, publish_time, 0},
    {Wire::extension_object, true, Meaning::none, kNoField, 0},
};
constexpr Member kObjectAttributes[] = {
    {Wire::uint32, false, Meaning::none, specified_attributes, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::uint32, false, Meaning::none, write_mask, 0},
    {Wire::uint32, false, Meaning::none, user_write_mask, 0},
    {Wire::byte, false, Meaning::none, event_notifier, 0},
};
constexpr Member kObjectTypeAttributes[] = {
    {Wire::uint32, false, Meaning::none, specified_attributes, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::uint32, false, Meaning::none, write_mask, 0},
    {Wire::uint32, false, Meaning::none, user_write_mask, 0},
    {Wire::boolean, false, Meaning::none, is_abstract, 0},
};
constexpr Member kOpenSecureChannelRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::uint32, false, Meaning::none, client_protocol_version, 0},
    {Wire::enumeration, false, Meaning::none, security_token_request_type, 0},
    {Wire::enumeration, false, Meaning::security_mode, message_security_mode, 0},
    {Wire::byte_string, false, Meaning::none, client_nonce, 0},
    {Wire::uint32, false, Meaning::none, requested_lifetime, 0},
};
constexpr Member kOpenSecureChannelResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::uint32, false, Meaning::none, server_protocol_version, 0},
    {Wire::structure, false, Meaning::none, kNoField, 34},
    {Wire::byte_string, false, Meaning::none, server_nonce, 0},
};
constexpr Member kOptionSet[] = {
    {Wire::byte_string, false, Meaning::none, value, 0},
    {Wire::byte_string, false, Meaning::none, valid_bits, 0},
};
constexpr Member kParsingResult[] = {
    {Wire::status_code, false, Meaning::none, status_code, 0},
    {Wire::status_code, true, Meaning::none, data_status_codes, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kProgramDiagnosticDataType[] = {
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::string, false, Meaning::none, create_client_name, 0},
    {Wire::date_time, false, Meaning::none, invocation_creation_time, 0},
    {Wire::date_time, false, Meaning::none, last_transition_time, 0},
    {Wire::string, false, Meaning::none, last_method_call, 0},
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::structure, true, Meaning::none, kNoField, 15},
    {Wire::structure, true, Meaning::none, kNoField, 15},
    {Wire::date_time, false, Meaning::none, last_method_call_time, 0},
    {Wire::structure, false, Meaning::none, kNoField, 174},
};
constexpr Member kPublishRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::structure, true, Meaning::none, kNoField, 175},
};
constexpr Member kPublishResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::uint32, false, Meaning::subscription, subscription_id, 0},
    {Wire::uint32, true, Meaning::none, available_sequence_numbers, 0},
    {Wire::boolean, false, Meaning::none, more_notifications, 0},
    {Wire::structure, false, Meaning::none, kNoField, 115},
    {Wire::status_code, true, Meaning::none, results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kQueryDataDescription[] = {
    {Wire::structure, false, Meaning::none, kNoField, 149},
    {Wire::uint32, false, Meaning::none, attribute_id, 0},
    {Wire::string, false, Meaning::none, index_range, 0},
};
constexpr Member kQueryDataSet[] = {
    {Wire::expanded_node_id, false, Meaning::none, kNoField, 0},
    {Wire::expanded_node_id, false, Meaning::none, kNoField, 0},
    {Wire::variant, true, Meaning::none, kNoField, 0},
};
constexpr Member kQueryFirstRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::structure, false, Meaning::none, kNoField, 195},
    {Wire::structure, true, Meaning::none, kNoField, 114},
    {Wire::structure, false, Meaning::none, kNoField, 40},
    {Wire::uint32, false, Meaning::none, max_data_sets_to_return, 0},
    {Wire::uint32, false, Meaning::none, max_references_to_return, 0},
};
constexpr Member kQueryFirstResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::structure, true, Meaning::none, kNoField, 126},
    {Wire::byte_string, false, Meaning::none, continuation_point, 0},
    {Wire::structure, true, Meaning::none, kNoField, 121},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
    {Wire::structure, false, Meaning::none, kNoField, 43},
};
constexpr Member kQueryNextRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::boolean, false, Meaning::none, release_continuation_point, 0},
    {Wire::byte_string, false, Meaning::none, continuation_point, 0},
};
constexpr Member kQueryNextResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::structure, true, Meaning::none, kNoField, 126},
    {Wire::byte_string, false, Meaning::none, revised_continuation_point, 0},
};
constexpr Member kRange[] = {
    {Wire::real64, false, Meaning::none, low, 0},
    {Wire::real64, false, Meaning::none, high, 0},
};
constexpr Member kReadAtTimeDetails[] = {
    {Wire::date_time, true, Meaning::none, req_times, 0},
    {Wire::boolean, false, Meaning::none, use_simple_bounds, 0},
};
constexpr Member kReadEventDetails[] = {
    {Wire::uint32, false, Meaning::none, num_values_per_node, 0},
    {Wire::date_time, false, Meaning::none, start_time, 0},
    {Wire::date_time, false, Meaning::none, end_time, 0},
    {Wire::structure, false, Meaning::none, kNoField, 74},
};
constexpr Member kReadProcessedDetails[] = {
    {Wire::date_time, false, Meaning::none, start_time, 0},
    {Wire::date_time, false, Meaning::none, end_time, 0},
    {Wire::real64, false, Meaning::none, processing_interval, 0},
    {Wire::node_id, true, Meaning::none, kNoField, 0},
    {Wire::structure, false, Meaning::none, kNoField, 9},
};
constexpr Member kReadRawModifiedDetails[] = {
    {Wire::boolean, false, Meaning::none, is_read_modified, 0},
    {Wire::date_time, false, Meaning::none, start_time, 0},
    {Wire::date_time, false, Meaning::none, end_time, 0},
    {Wire::uint32, false, Meaning::none, num_values_per_node, 0},
    {Wire::boolean, false, Meaning::none, return_bounds, 0},
};
constexpr Member kReadRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::real64, false, Meaning::none, max_age, 0},
    {Wire::enumeration, false, Meaning::none, timestamps_to_return, 0},
    {Wire::structure, true, Meaning::none, kNoField, 138},
};
constexpr Member kReadResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::data_value, true, Meaning::result, kNoField, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kReadValueId[] = {
    {Wire::node_id, false, Meaning::node, kNoField, 0},
    {Wire::enumeration, false, Meaning::attribute, attribute_id, 0},
    {Wire::string, false, Meaning::none, index_range, 0},
    {Wire::qualified_name, false, Meaning::none, kNoField, 0},
};
constexpr Member kRedundantServerDataType[] = {
    {Wire::string, false, Meaning::none, server_id, 0},
    {Wire::byte, false, Meaning::none, service_level, 0},
    {Wire::enumeration, false, Meaning::none, server_state, 0},
};
constexpr Member kReferenceDescription[] = {
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::boolean, false, Meaning::none, is_forward, 0},
    {Wire::expanded_node_id, false, Meaning::none, kNoField, 0},
    {Wire::qualified_name, false, Meaning::none, kNoField, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::enumeration, false, Meaning::none, node_class, 0},
    {Wire::expanded_node_id, false, Meaning::none, kNoField, 0},
};
constexpr Member kReferenceTypeAttributes[] = {
    {Wire::uint32, false, Meaning::none, specified_attributes, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::uint32, false, Meaning::none, write_mask, 0},
    {Wire::uint32, false, Meaning::none, user_write_mask, 0},
    {Wire::boolean, false, Meaning::none, is_abstract, 0},
    {Wire::boolean, false, Meaning::none, symmetric, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
};
constexpr Member kRegisterNodesRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::node_id, true, Meaning::node, kNoField, 0},
};
constexpr Member kRegisterNodesResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::node_id, true, Meaning::none, kNoField, 0},
};
constexpr Member kRegisterServer2Request[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::structure, false, Meaning::none, kNoField, 148},
    {Wire::extension_object, true, Meaning::none, kNoField, 0},
};
constexpr Member kRegisterServer2Response[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::status_code, true, Meaning::none, configuration_results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kRegisterServerRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::structure, false, Meaning::none, kNoField, 148},
};
constexpr Member kRegisterServerResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
};
constexpr Member kRegisteredServer[] = {
    {Wire::string, false, Meaning::none, server_uri, 0},
    {Wire::string, false, Meaning::none, product_uri, 0},
    {Wire::localized_text, true, Meaning::none, kNoField, 0},
    {Wire::enumeration, false, Meaning::none, application_type, 0},
    {Wire::string, false, Meaning::none, gateway_server_uri, 0},
    {Wire::string, true, Meaning::none, discovery_urls, 0},
    {Wire::string, false, Meaning::none, semaphore_file_path, 0},
    {Wire::boolean, false, Meaning::none, is_online, 0},
};
constexpr Member kRelativePath[] = {
    {Wire::structure, true, Meaning::none, kNoField, 150},
};
constexpr Member kRelativePathElement[] = {
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::boolean, false, Meaning::none, is_inverse, 0},
    {Wire::boolean, false, Meaning::none, include_subtypes, 0},
    {Wire::qualified_name, false, Meaning::none, kNoField, 0},
};
constexpr Member kRepublishRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::uint32, false, Meaning::subscription, subscription_id, 0},
    {Wire::uint32, false, Meaning::none, retransmit_sequence_number, 0},
};
constexpr Member kRepublishResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::structure, false, Meaning::none, kNoField, 115},
};
constexpr Member kRequestHeader[] = {
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::date_time, false, Meaning::none, timestamp, 0},
    {Wire::uint32, false, Meaning::none, request_handle, 0},
    {Wire::return_diagnostics, false, Meaning::none, return_diagnostics, 0},
    {Wire::string, false, Meaning::none, audit_entry_id, 0},
    {Wire::uint32, false, Meaning::timeout_hint, timeout_hint, 0},
    {Wire::extension_object, false, Meaning::none, kNoField, 0},
};
constexpr Member kResponseHeader[] = {
    {Wire::date_time, false, Meaning::none, timestamp, 0},
    {Wire::uint32, false, Meaning::none, request_handle, 0},
    {Wire::status_code, false, Meaning::service_result, service_result, 0},
    {Wire::diagnostic_info, false, Meaning::none, kNoField, 0},
    {Wire::string, true, Meaning::none, string_table, 0},
    {Wire::extension_object, false, Meaning::none, kNoField, 0},
};
constexpr Member kSamplingIntervalDiagnosticsDataType[] = {
    {Wire::real64, false, Meaning::none, sampling_interval, 0},
    {Wire::uint32, false, Meaning::none, monitored_item_count, 0},
    {Wire::uint32, false, Meaning::none, max_monitored_item_count, 0},
    {Wire::uint32, false, Meaning::none, disabled_monitored_item_count, 0},
};
constexpr Member kSemanticChangeStructureDataType[] = {
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::node_id, false, Meaning::none, kNoField, 0},
};
constexpr Member kServerDiagnosticsSummaryDataType[] = {
    {Wire::uint32, false, Meaning::none, server_view_count, 0},
    {Wire::uint32, false, Meaning::none, current_session_count, 0},
    {Wire::uint32, false, Meaning::none, cumulated_session_count, 0},
    {Wire::uint32, false, Meaning::none, security_rejected_session_count, 0},
    {Wire::uint32, false, Meaning::none, rejected_session_count, 0},
    {Wire::uint32, false, Meaning::none, session_timeout_count, 0},
    {Wire::uint32, false, Meaning::none, session_abort_count, 0},
    {Wire::uint32, false, Meaning::none, current_subscription_count, 0},
    {Wire::uint32, false, Meaning::none, cumulated_subscription_count, 0},
    {Wire::uint32, false, Meaning::none, publishing_interval_count, 0},
    {Wire::uint32, false, Meaning::none, security_rejected_requests_count, 0},
    {Wire::uint32, false, Meaning::none, rejected_requests_count, 0},
};
constexpr Member kServerOnNetwork[] = {
    {Wire::uint32, false, Meaning::none, record_id, 0},
    {Wire::string, false, Meaning::none, server_name, 0},
    {Wire::string, false, Meaning::none, discovery_url, 0},
    {Wire::string, true, Meaning::none, server_capabilities, 0},
};
constexpr Member kServerStatusDataType[] = {
    {Wire::date_time, false, Meaning::none, start_time, 0},
    {Wire::date_time, false, Meaning::none, current_time, 0},
    {Wire::enumeration, false, Meaning::none, server_state, 0},
    {Wire::structure, false, Meaning::none, kNoField, 27},
    {Wire::uint32, false, Meaning::none, seconds_till_shutdown, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
};
constexpr Member kServiceCounterDataType[] = {
    {Wire::uint32, false, Meaning::none, total_count, 0},
    {Wire::uint32, false, Meaning::none, error_count, 0},
};
constexpr Member kServiceFault[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
};
constexpr Member kSessionDiagnosticsDataType[] = {
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::string, false, Meaning::none, session_name, 0},
    {Wire::structure, false, Meaning::none, kNoField, 14},
    {Wire::string, false, Meaning::none, server_uri, 0},
    {Wire::string, false, Meaning::none, endpoint_url, 0},
    {Wire::string, true, Meaning::none, locale_ids, 0},
    {Wire::real64, false, Meaning::none, actual_session_timeout, 0},
    {Wire::uint32, false, Meaning::none, max_response_message_size, 0},
    {Wire::date_time, false, Meaning::none, client_connection_time, 0},
    {Wire::date_time, false, Meaning::none, client_last_contact_time, 0},
    {Wire::uint32, false, Meaning::none, current_subscriptions_count, 0},
    {Wire::uint32, false, Meaning::none, current_monitored_items_count, 0},
    {Wire::uint32, false, Meaning::none, current_publish_requests_in_queue, 0},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::uint32, false, Meaning::none, unauthorized_request_count, 0},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
    {Wire::structure, false, Meaning::none, kNoField, 160},
};
constexpr Member kSessionSecurityDiagnosticsDataType[] = {
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::string, false, Meaning::none, client_user_id_of_session, 0},
    {Wire::string, true, Meaning::none, client_user_id_history, 0},
    {Wire::string, false, Meaning::none, authentication_mechanism, 0},
    {Wire::string, false, Meaning::none, encoding, 0},
    {Wire::string, false, Meaning::none, transport_protocol, 0},
    {Wire::enumeration, false, Meaning::none, message_security_mode, 0},
    {Wire::string, false, Meaning::none, security_policy_uri, 0},
    {Wire::byte_string, false, Meaning::none, client_certificate, 0},
};
constexpr Member kSetMonitoringModeRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::uint32, false, Meaning::none, subscription_id, 0},
    {Wire::enumeration, false, Meaning::none, monitoring_mode, 0},
    {Wire::uint32, true, Meaning::none, monitored_item_ids, 0},
};
constexpr Member kSetMonitoringModeResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::status_code, true, Meaning::none, results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kSetPublishingModeRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::boolean, false, Meaning::none, publishing_enabled, 0},
    {Wire::uint32, true, Meaning::none, subscription_ids, 0},
};
constexpr Member kSetPublishingModeResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::status_code, true, Meaning::none, results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kSetTriggeringRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::uint32, false, Meaning::none, subscription_id, 0},
    {Wire::uint32, false, Meaning::none, triggering_item_id, 0},
    {Wire::uint32, true, Meaning::none, links_to_add, 0},
    {Wire::uint32, true, Meaning::none, links_to_remove, 0},
};
constexpr Member kSetTriggeringResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::status_code, true, Meaning::none, add_results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
    {Wire::status_code, true, Meaning::none, remove_results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kSignatureData[] = {
    {Wire::string, false, Meaning::none, algorithm, 0},
    {Wire::byte_string, false, Meaning::none, signature, 0},
};
constexpr Member kSignedSoftwareCertificate[] = {
    {Wire::byte_string, false, Meaning::none, certificate_data, 0},
    {Wire::byte_string, false, Meaning::none, signature, 0},
};
constexpr Member kSimpleAttributeOperand[] = {
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::qualified_name, true, Meaning::none, kNoField, 0},
    {Wire::enumeration, false, Meaning::none, attribute_id, 0},
    {Wire::string, false, Meaning::none, index_range, 0},
};
constexpr Member kStatusChangeNotification[] = {
    {Wire::status_code, false, Meaning::none, status, 0},
    {Wire::diagnostic_info, false, Meaning::none, kNoField, 0},
};
constexpr Member kStatusResult[] = {
    {Wire::status_code, false, Meaning::none, status_code, 0},
    {Wire::diagnostic_info, false, Meaning::none, kNoField, 0},
};
constexpr Member kSubscriptionAcknowledgement[] = {
    {Wire::uint32, false, Meaning::none, subscription_id, 0},
    {Wire::uint32, false, Meaning::none, sequence_number, 0},
};
constexpr Member kSubscriptionDiagnosticsDataType[] = {
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::uint32, false, Meaning::none, subscription_id, 0},
    {Wire::byte, false, Meaning::none, priority, 0},
    {Wire::real64, false, Meaning::none, publishing_interval, 0},
    {Wire::uint32, false, Meaning::none, max_keep_alive_count, 0},
    {Wire::uint32, false, Meaning::none, max_lifetime_count, 0},
    {Wire::uint32, false, Meaning::none, max_notifications_per_publish, 0},
    {Wire::boolean, false, Meaning::none, publishing_enabled, 0},
    {Wire::uint32, false, Meaning::none, modify_count, 0},
    {Wire::uint32, false, Meaning::none, enable_count, 0},
    {Wire::uint32, false, Meaning::none, disable_count, 0},
    {Wire::uint32, false, Meaning::none, republish_request_count, 0},
    {Wire::uint32, false, Meaning::none, republish_message_request_count, 0},
    {Wire::uint32, false, Meaning::none, republish_message_count, 0},
    {Wire::uint32, false, Meaning::none, transfer_request_count, 0},
    {Wire::uint32, false, Meaning::none, transferred_to_alt_client_count, 0},
    {Wire::uint32, false, Meaning::none, transferred_to_same_client_count, 0},
    {Wire::uint32, false, Meaning::none, publish_request_count, 0},
    {Wire::uint32, false, Meaning::none, data_change_notifications_count, 0},
    {Wire::uint32, false, Meaning::none, event_notifications_count, 0},
    {Wire::uint32, false, Meaning::none, notifications_count, 0},
    {Wire::uint32, false, Meaning::none, late_publish_request_count, 0},
    {Wire::uint32, false, Meaning::none, current_keep_alive_count, 0},
    {Wire::uint32, false, Meaning::none, current_lifetime_count, 0},
    {Wire::uint32, false, Meaning::none, unacknowledged_message_count, 0},
    {Wire::uint32, false, Meaning::none, discarded_message_count, 0},
    {Wire::uint32, false, Meaning::none, monitored_item_count, 0},
    {Wire::uint32, false, Meaning::none, disabled_monitored_item_count, 0},
    {Wire::uint32, false, Meaning::none, monitoring_queue_overflow_count, 0},
    {Wire::uint32, false, Meaning::none, next_sequence_number, 0},
    {Wire::uint32, false, Meaning::none, kNoField, 0},
};
constexpr Member kTimeZoneDataType[] = {
    {Wire::int16, false, Meaning::none, offset, 0},
    {Wire::boolean, false, Meaning::none, daylight_saving_in_offset, 0},
};
constexpr Member kTransferResult[] = {
    {Wire::status_code, false, Meaning::none, status_code, 0},
    {Wire::uint32, true, Meaning::none, available_sequence_numbers, 0},
};
constexpr Member kTransferSubscriptionsRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::uint32, true, Meaning::none, subscription_ids, 0},
    {Wire::boolean, false, Meaning::none, send_initial_values, 0},
};
constexpr Member kTransferSubscriptionsResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::structure, true, Meaning::none, kNoField, 178},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kTranslateBrowsePathsToNodeIdsRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::structure, true, Meaning::none, kNoField, 21},
};
constexpr Member kTranslateBrowsePathsToNodeIdsResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::structure, true, Meaning::none, kNoField, 22},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kTrustListDataType[] = {
    {Wire::uint32, false, Meaning::none, specified_lists, 0},
    {Wire::byte_string, true, Meaning::none, trusted_certificates, 0},
    {Wire::byte_string, true, Meaning::none, trusted_crls, 0},
    {Wire::byte_string, true, Meaning::none, issuer_certificates, 0},
    {Wire::byte_string, true, Meaning::none, issuer_crls, 0},
};
constexpr Member kUnregisterNodesRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::node_id, true, Meaning::node, kNoField, 0},
};
constexpr Member kUnregisterNodesResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
};
constexpr Member kUpdateDataDetails[] = {
    {Wire::node_id, false, Meaning::written_node, kNoField, 0},
    {Wire::enumeration, false, Meaning::none, perform_update_type, 0},
    {Wire::data_value, true, Meaning::none, kNoField, 0},
};
constexpr Member kUpdateEventDetails[] = {
    {Wire::node_id, false, Meaning::written_node, kNoField, 0},
    {Wire::enumeration, false, Meaning::none, perform_update_type, 0},
    {Wire::structure, false, Meaning::none, kNoField, 74},
    {Wire::structure, true, Meaning::none, kNoField, 85},
};
constexpr Member kUpdateStructureDataDetails[] = {
    {Wire::node_id, false, Meaning::written_node, kNoField, 0},
    {Wire::enumeration, false, Meaning::none, perform_update_type, 0},
    {Wire::data_value, true, Meaning::none, kNoField, 0},
};
constexpr Member kUserIdentityToken[] = {
    {Wire::string, false, Meaning::none, policy_id, 0},
};
constexpr Member kUserNameIdentityToken[] = {
    {Wire::string, false, Meaning::none, policy_id, 0},
    {Wire::string, false, Meaning::user_name, user_name, 0},
    {Wire::byte_string, false, Meaning::secret, password, 0},
    {Wire::string, false, Meaning::none, encryption_algorithm, 0},
};
constexpr Member kUserTokenPolicy[] = {
    {Wire::string, false, Meaning::none, policy_id, 0},
    {Wire::enumeration, false, Meaning::none, user_token_type, 0},
    {Wire::string, false, Meaning::none, issued_token_type, 0},
    {Wire::string, false, Meaning::none, issuer_endpoint_url, 0},
    {Wire::string, false, Meaning::none, security_policy_uri, 0},
};
constexpr Member kVariableAttributes[] = {
    {Wire::uint32, false, Meaning::none, specified_attributes, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::uint32, false, Meaning::none, write_mask, 0},
    {Wire::uint32, false, Meaning::none, user_write_mask, 0},
    {Wire::variant, false, Meaning::none, kNoField, 0},
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::int32, false, Meaning::none, value_rank, 0},
    {Wire::uint32, true, Meaning::none, array_dimensions, 0},
    {Wire::byte, false, Meaning::none, access_level, 0},
    {Wire::byte, false, Meaning::none, user_access_level, 0},
    {Wire::real64, false, Meaning::none, minimum_sampling_interval, 0},
    {Wire::boolean, false, Meaning::none, historizing, 0},
};
constexpr Member kVariableTypeAttributes[] = {
    {Wire::uint32, false, Meaning::none, specified_attributes, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::uint32, false, Meaning::none, write_mask, 0},
    {Wire::uint32, false, Meaning::none, user_write_mask, 0},
    {Wire::variant, false, Meaning::none, kNoField, 0},
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::int32, false, Meaning::none, value_rank, 0},
    {Wire::uint32, true, Meaning::none, array_dimensions, 0},
    {Wire::boolean, false, Meaning::none, is_abstract, 0},
};
constexpr Member kViewAttributes[] = {
    {Wire::uint32, false, Meaning::none, specified_attributes, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::localized_text, false, Meaning::none, kNoField, 0},
    {Wire::uint32, false, Meaning::none, write_mask, 0},
    {Wire::uint32, false, Meaning::none, user_write_mask, 0},
    {Wire::boolean, false, Meaning::none, contains_no_loops, 0},
    {Wire::byte, false, Meaning::none, event_notifier, 0},
};
constexpr Member kViewDescription[] = {
    {Wire::node_id, false, Meaning::none, kNoField, 0},
    {Wire::date_time, false, Meaning::none, timestamp, 0},
    {Wire::uint32, false, Meaning::none, view_version, 0},
};
constexpr Member kWriteRequest[] = {
    {Wire::structure, false, Meaning::none, kNoField, 153},
    {Wire::structure, true, Meaning::none, kNoField, 198},
};
constexpr Member kWriteResponse[] = {
    {Wire::structure, false, Meaning::none, kNoField, 154},
    {Wire::status_code, true, Meaning::result, results, 0},
    {Wire::diagnostic_info, true, Meaning::none, kNoField, 0},
};
constexpr Member kWriteValue[] = {
    {Wire::node_id, false, Meaning::node, kNoField, 0},
    {Wire::enumeration, false, Meaning::attribute, attribute_id, 0},
    {Wire::string, false, Meaning::none, index_range, 0},
    {Wire::data_value, false, Meaning::value, kNoField, 0},
};
constexpr Member kX509IdentityToken[] = {
    {Wire::string, false, Meaning::none, policy_id, 0},
    {Wire::byte_string, false, Meaning::user_certificate, certificate_data, 0},
};
constexpr Member kXVType[] = {
    {Wire::real64, false, Meaning::none, x, 0},
    {Wire::real32, false, Meaning::none, value, 0},
};

// In order of name; members refer to each other by their place here.
constexpr Structure kStructures[] = {
    {"ActivateSessionRequest", 467, kActivateSessionRequest},
    {"ActivateSessionResponse", 470, kActivateSessionResponse},
    {"AddNodesItem", 378, kAddNodesItem},
    {"AddNodesRequest", 488, kAddNodesRequest},
    {"AddNodesResponse", 491, kAddNodesResponse},
    {"AddNodesResult", 485, kAddNodesResult},
    {"AddReferencesItem", 381, kAddReferencesItem},
    {"AddReferencesRequest", 494, kAddReferencesRequest},
    {"AddReferencesResponse", 497, kAddReferencesResponse},
    {"AggregateConfiguration", 950, kAggregateConfiguration},
    {"AggregateFilter", 730, kAggregateFilter},
    {"AggregateFilterResult", 739, kAggregateFilterResult},
    {"Annotation", 893, kAnnotation},
    {"AnonymousIdentityToken", 321, kAnonymousIdentityToken},
    {"ApplicationDescription", 310, kApplicationDescription},
    {"Argument", 298, kArgument},
    {"AttributeOperand", 600, kAttributeOperand},
    {"AxisInformation", 12089, kAxisInformation},
    {"BrowseDescription", 516, kBrowseDescription},
    {"BrowseNextRequest", 533, kBrowseNextRequest},
    {"BrowseNextResponse", 536, kBrowseNextResponse},
    {"BrowsePath", 545, kBrowsePath},
    {"BrowsePathResult", 551, kBrowsePathResult},
    {"BrowsePathTarget", 548, kBrowsePathTarget},
    {"BrowseRequest", 527, kBrowseRequest},
    {"BrowseResponse", 530, kBrowseResponse},
    {"BrowseResult", 524, kBrowseResult},
    {"BuildInfo", 340, kBuildInfo},
    {"CallMethodRequest", 706, kCallMethodRequest},
    {"CallMethodResult", 709, kCallMethodResult},
    {"CallRequest", 712, kCallRequest},
    {"CallResponse", 715, kCallResponse},
    {"CancelRequest", 479, kCancelRequest},
    {"CancelResponse", 482, kCancelResponse},
    {"ChannelSecurityToken", 443, kChannelSecurityToken},
    {"CloseSecureChannelRequest", 452, kCloseSecureChannelRequest},
    {"CloseSecureChannelResponse", 455, kCloseSecureChannelResponse},
    {"CloseSessionRequest", 473, kCloseSessionRequest},
    {"CloseSessionResponse", 476, kCloseSessionResponse},
    {"ComplexNumberType", 12181, kComplexNumberType},
    {"ContentFilter", 588, kContentFilter},
    {"ContentFilterElement", 585, kContentFilterElement},
    {"ContentFilterElementResult", 606, kContentFilterElementResult},
    {"ContentFilterResult", 609, kContentFilterResult},
    {"CreateMonitoredItemsRequest", 751, kCreateMonitoredItemsRequest},
    {"CreateMonitoredItemsResponse", 754, kCreateMonitoredItemsResponse},
    {"CreateSessionRequest", 461, kCreateSessionRequest},
    {"CreateSessionResponse", 464, kCreateSessionResponse},
    {"CreateSubscriptionRequest", 787, kCreateSubscriptionRequest},
    {"CreateSubscriptionResponse", 790, kCreateSubscriptionResponse},
    {"DataChangeFilter", 724, kDataChangeFilter},
    {"DataChangeNotification", 811, kDataChangeNotification},
    {"DataTypeAttributes", 372, kDataTypeAttributes},
    {"DeleteAtTimeDetails", 691, kDeleteAtTimeDetails},
    {"DeleteEventDetails", 694, kDeleteEventDetails},
    {"DeleteMonitoredItemsRequest", 781, kDeleteMonitoredItemsRequest},
    {"DeleteMonitoredItemsResponse", 784, kDeleteMonitoredItemsResponse},
    {"DeleteNodesItem", 384, kDeleteNodesItem},
    {"DeleteNodesRequest", 500, kDeleteNodesRequest},
    {"DeleteNodesResponse", 503, kDeleteNodesResponse},
    {"DeleteRawModifiedDetails", 688, kDeleteRawModifiedDetails},
    {"DeleteReferencesItem", 387, kDeleteReferencesItem},
    {"DeleteReferencesRequest", 506, kDeleteReferencesRequest},
    {"DeleteReferencesResponse", 509, kDeleteReferencesResponse},
    {"DeleteSubscriptionsRequest", 847, kDeleteSubscriptionsRequest},
    {"DeleteSubscriptionsResponse", 850, kDeleteSubscriptionsResponse},
    {"DoubleComplexNumberType", 12182, kDoubleComplexNumberType},
    {"EUInformation", 889, kEUInformation},
    {"ElementOperand", 594, kElementOperand},
    {"EndpointConfiguration", 333, kEndpointConfiguration},
    {"EndpointDescription", 314, kEndpointDescription},
    {"EndpointUrlListDataType", 11957, kEndpointUrlListDataType},
    {"EnumValueType", 8251, kEnumValueType},
    {"EventFieldList", 919, kEventFieldList},
    {"EventFilter", 727, kEventFilter},
    {"EventFilterResult", 736, kEventFilterResult},
    {"EventNotificationList", 916, kEventNotificationList},
    {"FindServersOnNetworkRequest", 12208, kFindServersOnNetworkRequest},
    {"FindServersOnNetworkResponse", 12209, kFindServersOnNetworkResponse},
    {"FindServersRequest", 422, kFindServersRequest},
    {"FindServersResponse", 425, kFindServersResponse},
    {"GetEndpointsRequest", 428, kGetEndpointsRequest},
    {"GetEndpointsResponse", 431, kGetEndpointsResponse},
    {"HistoryData", 658, kHistoryData},
    {"HistoryEvent", 661, kHistoryEvent},
    {"HistoryEventFieldList", 922, kHistoryEventFieldList},
    {"HistoryModifiedData", 11227, kHistoryModifiedData},
    {"HistoryReadRequest", 664, kHistoryReadRequest},
    {"HistoryReadResponse", 667, kHistoryReadResponse},
    {"HistoryReadResult", 640, kHistoryReadResult},
    {"HistoryReadValueId", 637, kHistoryReadValueId},
    {"HistoryUpdateDetails", 679, {}},
    {"HistoryUpdateRequest", 700, kHistoryUpdateRequest},
    {"HistoryUpdateResponse", 703, kHistoryUpdateResponse},
    {"HistoryUpdateResult", 697, kHistoryUpdateResult},
    {"IssuedIdentityToken", 940, kIssuedIdentityToken},
    {"LiteralOperand", 597, kLiteralOperand},
    {"MdnsDiscoveryConfiguration", 12901, kMdnsDiscoveryConfiguration},
    {"MethodAttributes", 360, kMethodAttributes},
    {"ModelChangeStructureDataType", 879, kModelChangeStructureDataType},
    {"ModificationInfo", 11226, kModificationInfo},
    {"ModifyMonitoredItemsRequest", 763, kModifyMonitoredItemsRequest},
    {"ModifyMonitoredItemsResponse", 766, kModifyMonitoredItemsResponse},
    {"ModifySubscriptionRequest", 793, kModifySubscriptionRequest},
    {"ModifySubscriptionResponse", 796, kModifySubscriptionResponse},
    {"MonitoredItemCreateRequest", 745, kMonitoredItemCreateRequest},
    {"MonitoredItemCreateResult", 748, kMonitoredItemCreateResult},
    {"MonitoredItemModifyRequest", 757, kMonitoredItemModifyRequest},
    {"MonitoredItemModifyResult", 760, kMonitoredItemModifyResult},
    {"MonitoredItemNotification", 808, kMonitoredItemNotification},
    {"MonitoringParameters", 742, kMonitoringParameters},
    {"NetworkGroupDataType", 11958, kNetworkGroupDataType},
    {"NodeAttributes", 351, kNodeAttributes},
    {"NodeReference", 582, kNodeReference},
    {"NodeTypeDescription", 575, kNodeTypeDescription},
    {"NotificationMessage", 805, kNotificationMessage},
    {"ObjectAttributes", 354, kObjectAttributes},
    {"ObjectTypeAttributes", 363, kObjectTypeAttributes},
    {"OpenSecureChannelRequest", 446, kOpenSecureChannelRequest},
    {"OpenSecureChannelResponse", 449, kOpenSecureChannelResponse},
    {"OptionSet", 12765, kOptionSet},
    {"ParsingResult", 612, kParsingResult},
    {"ProgramDiagnosticDataType", 896, kProgramDiagnosticDataType},
    {"PublishRequest", 826, kPublishRequest},
    {"PublishResponse", 829, kPublishResponse},
    {"QueryDataDescription", 572, kQueryDataDescription},
    {"QueryDataSet", 579, kQueryDataSet},
    {"QueryFirstRequest", 615, kQueryFirstRequest},
    {"QueryFirstResponse", 618, kQueryFirstResponse},
    {"QueryNextRequest", 621, kQueryNextRequest},
    {"QueryNextResponse", 624, kQueryNextResponse},
    {"Range", 886, kRange},
    {"ReadAtTimeDetails", 655, kReadAtTimeDetails},
    {"ReadEventDetails", 646, kReadEventDetails},
    {"ReadProcessedDetails", 652, kReadProcessedDetails},
    {"ReadRawModifiedDetails", 649, kReadRawModifiedDetails},
    {"ReadRequest", 631, kReadRequest},
    {"ReadResponse", 634, kReadResponse},
    {"ReadValueId", 628, kReadValueId},
    {"RedundantServerDataType", 855, kRedundantServerDataType},
    {"ReferenceDescription", 520, kReferenceDescription},
    {"ReferenceTypeAttributes", 369, kReferenceTypeAttributes},
    {"RegisterNodesRequest", 560, kRegisterNodesRequest},
    {"RegisterNodesResponse", 563, kRegisterNodesResponse},
    {"RegisterServer2Request", 12211, kRegisterServer2Request},
    {"RegisterServer2Response", 12212, kRegisterServer2Response},
    {"RegisterServerRequest", 437, kRegisterServerRequest},
    {"RegisterServerResponse", 440, kRegisterServerResponse},
    {"RegisteredServer", 434, kRegisteredServer},
    {"RelativePath", 542, kRelativePath},
    {"RelativePathElement", 539, kRelativePathElement},
    {"RepublishRequest", 832, kRepublishRequest},
    {"RepublishResponse", 835, kRepublishResponse},
    {"RequestHeader", 391, kRequestHeader},
    {"ResponseHeader", 394, kResponseHeader},
    {"SamplingIntervalDiagnosticsDataType", 858, kSamplingIntervalDiagnosticsDataType},
    {"SemanticChangeStructureDataType", 899, kSemanticChangeStructureDataType},
    {"ServerDiagnosticsSummaryDataType", 861, kServerDiagnosticsSummaryDataType},
    {"ServerOnNetwork", 12207, kServerOnNetwork},
    {"ServerStatusDataType", 864, kServerStatusDataType},
    {"ServiceCounterDataType", 873, kServiceCounterDataType},
    {"ServiceFault", 397, kServiceFault},
    {"SessionDiagnosticsDataType", 867, kSessionDiagnosticsDataType},
    {"SessionSecurityDiagnosticsDataType", 870, kSessionSecurityDiagnosticsDataType},
    {"SetMonitoringModeRequest", 769, kSetMonitoringModeRequest},
    {"SetMonitoringModeResponse", 772, kSetMonitoringModeResponse},
    {"SetPublishingModeRequest", 799, kSetPublishingModeRequest},
    {"SetPublishingModeResponse", 802, kSetPublishingModeResponse},
    {"SetTriggeringRequest", 775, kSetTriggeringRequest},
    {"SetTriggeringResponse", 778, kSetTriggeringResponse},
    {"SignatureData", 458, kSignatureData},
    {"SignedSoftwareCertificate", 346, kSignedSoftwareCertificate},
    {"SimpleAttributeOperand", 603, kSimpleAttributeOperand},
    {"StatusChangeNotification", 820, kStatusChangeNotification},
    {"StatusResult", 301, kStatusResult},
    {"SubscriptionAcknowledgement", 823, kSubscriptionAcknowledgement},
    {"SubscriptionDiagnosticsDataType", 876, kSubscriptionDiagnosticsDataType},
    {"TimeZoneDataType", 8917, kTimeZoneDataType},
    {"TransferResult", 838, kTransferResult},
    {"TransferSubscriptionsRequest", 841, kTransferSubscriptionsRequest},
    {"TransferSubscriptionsResponse", 844, kTransferSubscriptionsResponse},
    {"TranslateBrowsePathsToNodeIdsRequest", 554, kTranslateBrowsePathsToNodeIdsRequest},
    {"TranslateBrowsePathsToNodeIdsResponse", 557, kTranslateBrowsePathsToNodeIdsResponse},
    {"TrustListDataType", 12680, kTrustListDataType},
    {"UnregisterNodesRequest", 566, kUnregisterNodesRequest},
    {"UnregisterNodesResponse", 569, kUnregisterNodesResponse},
    {"UpdateDataDetails", 682, kUpdateDataDetails},
    {"UpdateEventDetails", 685, kUpdateEventDetails},
    {"UpdateStructureDataDetails", 11300, kUpdateStructureDataDetails},
    {"UserIdentityToken", 318, kUserIdentityToken},
    {"UserNameIdentityToken", 324, kUserNameIdentityToken},
    {"UserTokenPolicy", 306, kUserTokenPolicy},
    {"VariableAttributes", 357, kVariableAttributes},
    {"VariableTypeAttributes", 366, kVariableTypeAttributes},
    {"ViewAttributes", 375, kViewAttributes},
    {"ViewDescription", 513, kViewDescription},
    {"WriteRequest", 673, kWriteRequest},
    {"WriteResponse", 676, kWriteResponse},
    {"WriteValue", 670, kWriteValue},
    {"X509IdentityToken", 327, kX509IdentityToken},
    {"XVType", 12090, kXVType},
};

struct Encoding {
  std::uint32_t id;
  std::uint16_t structure;
};
// In order of the identifier of the binary encoding.
constexpr Encoding kEncodings[] = {
    {298, 15},    {301, 174},   {306, 191},   {310, 14},    {314, 70},    {318, 189},  {321, 13},
    {324, 190},   {327, 199},   {333, 69},    {340, 27},    {346, 171},   {351, 112},  {354, 116},
    {357, 192},   {360, 98},    {363, 117},   {366, 193},   {369, 141},   {372, 52},   {375, 194},
    {378, 2},     {381, 6},     {384, 57},    {387, 61},    {391, 153},   {394, 154},  {397, 161},
    {422, 79},    {425, 80},    {428, 81},    {431, 82},    {434, 148},   {437, 146},  {440, 147},
    {443, 34},    {446, 118},   {449, 119},   {452, 35},    {455, 36},    {458, 170},  {461, 46},
    {464, 47},    {467, 0},     {470, 1},     {473, 37},    {476, 38},    {479, 32},   {482, 33},
    {485, 5},     {488, 3},     {491, 4},     {494, 7},     {497, 8},     {500, 58},   {503, 59},
    {506, 62},    {509, 63},    {513, 195},   {516, 18},    {520, 140},   {524, 26},   {527, 24},
    {530, 25},    {533, 19},    {536, 20},    {539, 150},   {542, 149},   {545, 21},   {548, 23},
    {551, 22},    {554, 181},   {557, 182},   {560, 142},   {563, 143},   {566, 184},  {569, 185},
    {572, 125},   {575, 114},   {579, 126},   {582, 113},   {585, 41},    {588, 40},   {594, 68},
    {597, 96},    {600, 16},    {603, 172},   {606, 42},    {609, 43},    {612, 121},  {615, 127},
    {618, 128},   {621, 129},   {624, 130},   {628, 138},   {631, 136},   {634, 137},  {637, 90},
    {640, 89},    {646, 133},   {649, 135},   {652, 134},   {655, 132},   {658, 83},   {661, 84},
    {664, 87},    {667, 88},    {670, 198},   {673, 196},   {676, 197},   {679, 91},   {682, 186},
    {685, 187},   {688, 60},    {691, 53},    {694, 54},    {697, 94},    {700, 92},   {703, 93},
    {706, 28},    {709, 29},    {712, 30},    {715, 31},    {724, 50},    {727, 74},   {730, 10},
    {736, 75},    {739, 11},    {742, 110},   {745, 105},   {748, 106},   {751, 44},   {754, 45},
    {757, 107},   {760, 108},   {763, 101},   {766, 102},   {769, 164},   {772, 165},  {775, 168},
    {778, 169},   {781, 55},    {784, 56},    {787, 48},    {790, 49},    {793, 103},  {796, 104},
    {799, 166},   {802, 167},   {805, 115},   {808, 109},   {811, 51},    {820, 173},  {823, 175},
    {826, 123},   {829, 124},   {832, 151},   {835, 152},   {838, 178},   {841, 179},  {844, 180},
    {847, 64},    {850, 65},    {855, 139},   {858, 155},   {861, 157},   {864, 159},  {867, 162},
    {870, 163},   {873, 160},   {876, 176},   {879, 99},    {886, 131},   {889, 67},   {893, 12},
    {896, 122},   {899, 156},   {916, 76},    {919, 73},    {922, 85},    {940, 95},   {950, 9},
    {8251, 72},   {8917, 177},  {11226, 100}, {11227, 86},  {11300, 188}, {11957, 71}, {11958, 111},
    {12089, 17},  {12090, 200}, {12181, 39},  {12182, 66},  {12207, 158}, {12208, 77}, {12209, 78},
    {12211, 144}, {12212, 145}, {12680, 183}, {12765, 120}, {12901, 97},
};

}  // namespace

const Structure& structure_at(std::size_t index) { return kStructures[index]; }

const Structure* structure_of(std::uint32_t encoding) {
  const auto* const found =
      std::lower_bound(std::begin(kEncodings), std::end(kEncodings), encoding,
                       [](const Encoding& row, std::uint32_t id) { return row.id < id; });
  if (found == std::end(kEncodings) || found->id != encoding) return nullptr;
  return &kStructures[found->structure];
}

}  // namespace sightglass::opcua
