// TLS as OpenSSL speaks it, record by record, and what can be wrong with it.
#include "dissectors/tls/dissect.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>

#include "dissectors/tls/anomalies.hpp"
#include "dissectors/tls/framing.hpp"
#include "tests/dissectors/dissector_session.hpp"
#include "tests/dissectors/s7comm_session.hpp"

namespace sightglass::tls {
namespace {

constexpr Direction kOut = Direction::to_server, kBack = Direction::to_client;

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* it) const {
    Free(it);
  }
};
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Peer = std::unique_ptr<SSL, Freed<SSL_free>>;

/// A context with a self-signed certificate on curve P-256.
Context context_of(const SSL_METHOD* method, const char* name, const char* role, int version) {
  Context context(SSL_CTX_new(method));
  const std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>> key(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, Freed<X509_free>> x509(X509_new());
  X509_set_version(x509.get(), X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x509.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_set_pubkey(x509.get(), key.get());
  if (role != nullptr) {
    static const int kRole = OBJ_create("1.3.6.1.4.1.50316.802.1", "modbusRole", "Modbus role");
    const std::unique_ptr<ASN1_OBJECT, Freed<ASN1_OBJECT_free>> type(
        OBJ_txt2obj("1.3.6.1.4.1.50316.802.1", 1));
    EXPECT_NE(kRole, 0);
    std::string der("\x0c", 1);
    der += static_cast<char>(std::string_view(role).size());
    der += role;
    const std::unique_ptr<ASN1_OCTET_STRING, Freed<ASN1_OCTET_STRING_free>> value(
        ASN1_OCTET_STRING_new());
    ASN1_OCTET_STRING_set(value.get(), reinterpret_cast<const unsigned char*>(der.data()),
                          static_cast<int>(der.size()));
    const std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> extension(
        X509_EXTENSION_create_by_OBJ(nullptr, type.get(), 0, value.get()));
    X509_add_ext(x509.get(), extension.get(), -1);
  }
  X509_sign(x509.get(), key.get(), EVP_sha256());
  SSL_CTX_use_certificate(context.get(), x509.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  SSL_CTX_set_min_proto_version(context.get(), version);
  SSL_CTX_set_max_proto_version(context.get(), version);
  return context;
}

/// What one peer sends next, taken from its end of the wire.
std::vector<std::uint8_t> sent(SSL* peer) {
  std::vector<std::uint8_t> bytes(1 << 16);
  const int size = BIO_read(SSL_get_wbio(peer), bytes.data(), static_cast<int>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max(size, 0)));
  return bytes;
}

struct Record {
  Direction direction;
  std::vector<std::uint8_t> bytes;
};

int trust_everybody(int, X509_STORE_CTX*) { return 1; }

/// The records of a whole connection in which both sides show a certificate and say one thing.
std::vector<Record> conversation(int version) {
  const Context client_side = context_of(TLS_client_method(), "HMI-1", "Operator", version);
  const Context server_side = context_of(TLS_server_method(), "PLC-1", nullptr, version);
  SSL_CTX_set_verify(server_side.get(), SSL_VERIFY_PEER, trust_everybody);
  const Peer client(SSL_new(client_side.get())), server(SSL_new(server_side.get()));
  for (SSL* peer : {client.get(), server.get()}) {
    SSL_set_bio(peer, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  }
  char name[] = "plc-1.plant.example";
  SSL_ctrl(client.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name);
  SSL_set_connect_state(client.get());
  SSL_set_accept_state(server.get());
  std::vector<Record> records;
  const auto pass = [&](SSL* from, SSL* to, Direction direction) {
    const std::vector<std::uint8_t> bytes = sent(from);
    if (!bytes.empty()) BIO_write(SSL_get_rbio(to), bytes.data(), static_cast<int>(bytes.size()));
    for (Bytes rest(bytes); !rest.empty();) {
      const std::size_t size = frame(rest).size;
      records.push_back({direction, {rest.begin(), rest.begin() + static_cast<long>(size)}});
      rest = rest.subspan(size);
    }
  };
  for (int turn = 0; turn < 4; ++turn) {
    SSL_do_handshake(client.get());
    pass(client.get(), server.get(), kOut);
    SSL_do_handshake(server.get());
    pass(server.get(), client.get(), kBack);
  }
  SSL_write(client.get(), "ask", 3);
  pass(client.get(), server.get(), kOut);
  SSL_shutdown(client.get());
  pass(client.get(), server.get(), kOut);
  return records;
}

class TlsSession : public DissectorSession {
 public:
  TlsSession() : DissectorSession(make_dissector, "tls.") {}
};

std::vector<Said> heard(const std::vector<Record>& records) {
  TlsSession session;
  std::vector<Said> all;
  for (const Record& record : records) {
    all.push_back(session.feed(record.direction, record.bytes));
    EXPECT_EQ(all.back().protocol, Protocol::tls);
    EXPECT_EQ(all.back().anomalies, "") << all.back().function_name;
  }
  return all;
}

TEST(Tls, Version12ShowsBothCertificatesAndHidesTheRest) {
  const std::vector<Record> records = conversation(TLS1_2_VERSION);
  TlsSession session;
  std::string names, negotiated;
  std::vector<std::string> certificates;
  for (const Record& record : records) {
    const Said said = session.feed(record.direction, record.bytes);
    EXPECT_EQ(said.anomalies, "");
    names += (names.empty() ? "" : ", ") + said.function_name;
    const std::string told = fields_with("sg.tls.certificate.", said.raw_fields);
    if (!told.empty()) certificates.push_back(told);
    negotiated = fields_with("sg.tls.", said.raw_fields);
  }
  EXPECT_EQ(names,
            "Client Hello (1), Server Hello (2), Certificate (11), Server Key Exchange (12), "
            "Certificate Request (13), Server Hello Done (14), Certificate (11), "
            "Client Key Exchange (16), Certificate Verify (15), Change Cipher Spec (20), "
            "Encrypted handshake message, New Session Ticket (4), Change Cipher Spec (20), "
            "Encrypted handshake message, Application Data (23), Encrypted alert");
  ASSERT_EQ(certificates.size(), 2u);
  EXPECT_EQ(certificates[0].find("subject=PLC-1 "), 0u) << certificates[0];
  EXPECT_NE(certificates[0].find("key_bits=256"), std::string::npos) << certificates[0];
  EXPECT_EQ(certificates[0].find("modbus_role"), std::string::npos) << certificates[0];
  EXPECT_EQ(certificates[1].find("subject=HMI-1 "), 0u) << certificates[1];
  EXPECT_NE(certificates[1].find("modbus_role=Operator"), std::string::npos) << certificates[1];
  EXPECT_EQ(negotiated.find("version=TLS 1.2 cipher_suite=TLS_ECDHE_ECDSA_WITH_"), 0u)
      << negotiated;
}

TEST(Tls, Version13ShowsTheHellosOnly) {
  const std::vector<Said> all = heard(conversation(TLS1_3_VERSION));
  ASSERT_GT(all.size(), 4u);
  EXPECT_EQ(all[0].function_name, "Client Hello (1)");
  EXPECT_EQ(all[1].function_name, "Server Hello (2)");
  EXPECT_NE(fields_with("sg.tls.", all[1].raw_fields).find("version=TLS 1.3"), std::string::npos);
  for (std::size_t i = 2; i < all.size(); ++i) {
    const std::string& name = all[i].function_name;
    EXPECT_TRUE(name == "Change Cipher Spec (20)" || name == "Application Data (23)") << name;
    const bool is_opaque = all[i].fields.find("record.opaque_type=23") != std::string::npos;
    EXPECT_EQ(is_opaque, name == "Application Data (23)");
  }
}

TEST(Tls, ClientHelloNamesTheServer) {
  const Said said = heard(conversation(TLS1_2_VERSION)).at(0);
  EXPECT_NE(said.fields.find("handshake.extensions_server_name=plc-1.plant.example"),
            std::string::npos)
      << said.fields;
  EXPECT_TRUE(said.is_request);
  EXPECT_EQ(said.function, 22u << 8 | 1u);
}

/// The same handshake messages, in records of `size` octets at most.
std::vector<Record> in_small_records(const std::vector<Record>& records, std::size_t size) {
  std::vector<Record> cut;
  for (const Record& record : records) {
    if (record.bytes[0] != 22) {
      cut.push_back(record);
      continue;
    }
    Bytes rest = Bytes(record.bytes).subspan(kRecordHeader);
    while (!rest.empty()) {
      const Bytes part = rest.first(std::min(size, rest.size()));
      std::vector<std::uint8_t> bytes(record.bytes.begin(), record.bytes.begin() + 3);
      bytes.push_back(static_cast<std::uint8_t>(part.size() >> 8));
      bytes.push_back(static_cast<std::uint8_t>(part.size()));
      bytes.insert(bytes.end(), part.begin(), part.end());
      cut.push_back({record.direction, bytes});
      rest = rest.subspan(part.size());
    }
  }
  return cut;
}

TEST(Tls, HandshakeMessagesAreTheSameInSmallRecords) {
  const std::vector<Record> records = conversation(TLS1_2_VERSION);
  const auto messages = [](const std::vector<Record>& of) {
    std::string text;
    TlsSession session;
    for (const Record& record : of) {
      const Said said = session.feed(record.direction, record.bytes);
      EXPECT_EQ(said.anomalies, "");
      text += fields_with("tls.handshake", said.raw_fields);
    }
    return text;
  };
  // An encrypted message is shown record by record: these are left out.
  std::vector<Record> clear;
  for (const Record& record : records) {
    if (record.bytes[0] != 22) break;
    clear.push_back(record);
  }
  for (const std::size_t size : {1, 3, 4, 5, 100}) {
    EXPECT_EQ(messages(in_small_records(clear, size)), messages(clear)) << size;
  }
}

TEST(Tls, FatalAlertOfTheServerRefuses) {
  TlsSession session;
  const Said said = session.feed(kBack, from_hex("15 0303 0002 02 30"));
  EXPECT_EQ(said.function_name, "Alert (21)");
  EXPECT_EQ(said.outcome.kind, Outcome::Kind::refused);
  EXPECT_EQ(said.outcome_name, "Unknown CA (48)");
  EXPECT_EQ(session.feed(kBack, from_hex("15 0303 0002 01 00")).outcome.kind,
            Outcome::Kind::accepted);
}

struct Malformed {
  const char* octets;
  const char* anomalies;
};
const Malformed kMalformed[] = {
    {"ff 0303 0001 00", "tls.record"},
    {"16 0303 0000", "tls.record"},
    {"17 0303 ffff", "tls.record"},
    {"17 0303 0001 aa bb", "tls.trailing_bytes"},
    {"16 0303 0006 01 000002 0303", "tls.handshake"},    // a hello of its version alone
    {"16 0303 0007 0b 000003 000001", "tls.handshake"},  // a chain longer than its message
    {"16 0303 000a 0b 000006 000003 000009",
     "tls.handshake"},  // a certificate longer than the chain
};

TEST(Tls, MalformedRecordsAreNamed) {
  for (const Malformed& each : kMalformed) {
    TlsSession session;
    EXPECT_EQ(session.feed(kOut, from_hex(each.octets)).anomalies, each.anomalies) << each.octets;
  }
}

TEST(Tls, EndlessHandshakeMessageIsGivenUp) {
  TlsSession session;
  // 16 MiB announced.
  session.feed(kOut, from_hex("16 0303 0004 0b ffffff"));
  std::vector<std::uint8_t> record = from_hex("16 0303 4000");
  record.resize(record.size() + 0x4000);
  std::string anomalies;
  for (int i = 0; i < 6; ++i) anomalies += session.feed(kOut, record).anomalies;
  EXPECT_EQ(anomalies, "tls.handshake_too_long");
}

TEST(Tls, LossEndsAMessageThatWasBegun) {
  TlsSession session;
  session.feed(kOut, from_hex("16 0303 0006 01 000100 0303"));
  session.gap(kOut);
  EXPECT_EQ(session.feed(kOut, from_hex("16 0303 0004 0e 000000")).function_name,
            "Server Hello Done (14)");
}

TEST(Tls, ProbeWantsAHelloWhereItIsNotExpected) {
  const std::vector<Record> records = conversation(TLS1_2_VERSION);
  const Probe client = probe(records[0].bytes), server = probe(records[1].bytes);
  EXPECT_EQ(client.likeness, Likeness::yes);
  EXPECT_TRUE(client.typical);
  EXPECT_EQ(client.direction, kOut);
  EXPECT_TRUE(server.typical);
  EXPECT_EQ(server.direction, kBack);
  const Probe data = probe(records[records.size() - 2].bytes);
  EXPECT_EQ(data.likeness, Likeness::yes);
  EXPECT_FALSE(data.typical);
  EXPECT_EQ(probe(Bytes(records[0].bytes).first(20)).likeness, Likeness::maybe);
  EXPECT_EQ(probe(from_hex("0001 0000 0006")).likeness, Likeness::no);
}

TEST(TlsInCotp, IsReadHoweverRecordsAndDataUnitsFall) {
  std::vector<std::uint8_t> sent[2];
  std::string certificate;
  for (const Record& record : conversation(TLS1_2_VERSION)) {
    auto& bytes = sent[static_cast<std::size_t>(record.direction)];
    bytes.insert(bytes.end(), record.bytes.begin(), record.bytes.end());
  }
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{7}, std::size_t{300}, sent[1].size()}) {
    S7Session session;
    session.feed(kOut, iso_packet(sent[0]));
    std::string told;
    for (Bytes rest(sent[1]); !rest.empty();) {
      const Bytes part = rest.first(std::min(size, rest.size()));
      const Said said = session.feed(kBack, iso_packet({part.begin(), part.end()}));
      EXPECT_EQ(said.anomalies, "");
      told += fields_with("sg.tls.certificate.subject", said.raw_fields);
      rest = rest.subspan(part.size());
    }
    EXPECT_EQ(told, "=PLC-1") << size;
  }
}

}  // namespace
}  // namespace sightglass::tls
