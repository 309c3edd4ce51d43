#include "tests/console/small_console.hpp"

#include <fstream>

#include "console/server/secrets.hpp"

namespace sightglass::console {
namespace {

std::unique_ptr<RecordWriter> record_with(const std::filesystem::path& directory,
                                          std::uint64_t alerts) {
  auto writer = sample::writer(directory / "record" / "record.db");
  Batch batch;
  for (std::uint64_t number = 1; number <= alerts; ++number) {
    batch.alerts.push_back(sample::alert(number));
  }
  writer->submit(std::move(batch));
  EXPECT_TRUE(writer->flush().error.ok());
  return writer;
}

std::filesystem::path page_in(const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory / "page" / "assets");
  std::ofstream(directory / "page" / "index.html") << "<!doctype html><title>Sightglass</title>";
  std::ofstream(directory / "page" / "assets" / "index-1a2b.js") << std::string(4000, ' ');
  std::ofstream(directory / "secret.txt") << "not the page";
  return directory / "page";
}

}  // namespace

SmallConsole::SmallConsole(std::uint64_t alerts)
    : writer(record_with(directory.path(), alerts)),
      database((directory / "console.db").string()),
      lists((directory / "console.db").string()),
      accounts(database, [this] { return now; }),
      record(directory / "record"),
      index(database, lists),
      tail(record, index),
      events(0),
      services{database, accounts, record, index, tail, events, [this] { return now; }},
      pages(page_in(directory.path())),
      gate(services, pages, {"console.plant.example"}) {
  EXPECT_TRUE(tail.look(&events)) << tail.problem();
}

/// Straight into the tables: scrypt takes its time, and most tests are not about passwords.
const SmallConsole::SignedIn& SmallConsole::signed_in(Role role) {
  if (const auto found = signed_in_.find(role); found != signed_in_.end()) return found->second;
  static const PasswordHash hash = hash_password(kPassword);
  const std::string name = "the." + std::string(to_text(role));
  SignedIn made{{.id = "s" + std::string(to_text(role)),
                 .user = name,
                 .role = role,
                 .csrf = random_token(),
                 .started = now,
                 .last_used = now,
                 .address = "192.0.2.1",
                 .agent = "test"},
                random_token()};
  Database::Transaction transaction(database);
  transaction.prepare("INSERT INTO user VALUES (?, ?, ?, ?, 0, ?)")
      .bind(name)
      .bind(to_text(role))
      .bind_blob(hash.salt)
      .bind_blob(hash.key)
      .bind(to_ns(now))
      .run();
  const Digest digest = sha256(made.token);
  transaction.prepare("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .bind_blob(view(digest))
      .bind(made.session.id)
      .bind(name)
      .bind(made.session.csrf)
      .bind(to_ns(now))
      .bind(to_ns(now))
      .bind(made.session.address)
      .bind(made.session.agent)
      .run();
  transaction.commit();
  return signed_in_[role] = std::move(made);
}

const Session& SmallConsole::session(Role role) { return signed_in(role).session; }

Request SmallConsole::request(Method method, std::string_view target, std::string_view body) const {
  Request request;
  request.method = method;
  request.peer = "192.0.2.1";
  request.local = "127.0.0.1:8443";
  request.headers["host"] = "localhost:8443";
  const std::size_t mark = target.find('?');
  request.path = "/api/v1" + std::string(target.substr(0, mark));
  if (mark != std::string_view::npos) {
    std::string_view rest = target.substr(mark + 1);
    while (!rest.empty()) {
      const std::string_view pair = rest.substr(0, rest.find('&'));
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
      const std::size_t equals = std::min(pair.find('='), pair.size());
      request.query[std::string(pair.substr(0, equals))] =
          pair.substr(std::min(equals + 1, pair.size()));
    }
  }
  if (!body.empty()) request.headers["content-type"] = "application/json";
  request.body = body;
  return request;
}

Response SmallConsole::ask(Role role, Method method, std::string_view target, std::string_view body,
                           Headers headers) {
  Request asked = request(method, target, body);
  if (role != Role::nobody) {
    const SignedIn& who = signed_in(role);
    asked.headers["cookie"] = std::string(kSessionCookie) + "=" + who.token;
    if (method != Method::get) asked.headers["x-csrf-token"] = who.session.csrf;
  }
  if (method != Method::get) asked.headers["origin"] = "https://localhost:8443";
  for (auto& [name, value] : headers) asked.headers[name] = value;
  return gate(asked);
}

void SmallConsole::write(Batch batch) {
  writer->submit(std::move(batch));
  ASSERT_TRUE(writer->flush().error.ok());
  ASSERT_TRUE(tail.look(&events)) << tail.problem();
}

void SmallConsole::write(const Alert& alert) {
  Batch batch;
  batch.alerts.push_back(alert);
  write(std::move(batch));
}

boost::json::object json_of(const Response& response) {
  boost::system::error_code code;
  const boost::json::value value = boost::json::parse(response.body, code);
  EXPECT_TRUE(!code && value.is_object()) << response.status << " " << response.body;
  return value.is_object() ? value.get_object() : boost::json::object();
}

std::string id_text(std::uint64_t number) { return to_text(sample::id(number)); }

}  // namespace sightglass::console
