// A console without a network: a record with alerts, users, a clock that stands still, and the
// gate.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <string_view>

#include "console/server/gate.hpp"
#include "tests/store/sample_rows.hpp"

namespace sightglass::console {

inline constexpr std::string_view kPassword = "correct horse battery";

class SmallConsole {
 public:
  using Headers = std::map<std::string, std::string>;

  /// A record with `alerts` alerts (numbers 1..), read into the index.
  explicit SmallConsole(std::uint64_t alerts = 0);

  /// A user of that role, signed in; made at the first use.
  const Session& session(Role role);
  /// As a browser of that role sends it: cookie, CSRF token, origin.
  Response ask(Role role, Method method, std::string_view target, std::string_view body = {},
               Headers headers = {});
  /// As it is.
  Response ask(Request request) { return gate(request); }
  Request request(Method method, std::string_view target, std::string_view body = {}) const;

  void write(const Alert& alert);
  void write(Batch batch);
  void pass(Duration time) { now += time; }

  sample::Directory directory;
  Timestamp now = sample::at(1'000'000);
  std::unique_ptr<RecordWriter> writer;
  Database database, lists;
  Accounts accounts;
  Record record;
  AlertIndex index;
  RecordTail tail;
  EventHub events;
  Services services;
  Pages pages;
  Gate gate;

 private:
  struct SignedIn {
    Session session;
    std::string token;
  };
  const SignedIn& signed_in(Role role);
  std::map<Role, SignedIn> signed_in_;
};

boost::json::object json_of(const Response& response);
/// The 32 digits of sample alert `number`.
std::string id_text(std::uint64_t number);

}  // namespace sightglass::console
