#include "console/server/accounts.hpp"

#include <gtest/gtest.h>

#include <string>

#include "console/server/secrets.hpp"
#include "tests/console/small_console.hpp"

namespace sightglass::console {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Why = Refusal::Why;

struct AccountsTest : testing::Test {
  Accounts::SignedIn sign_in(std::string_view password, std::string_view address = "192.0.2.1") {
    return console.accounts.sign_in("ana", password, address, "test");
  }
  void add_ana(Role role = Role::analyst) {
    ASSERT_TRUE(console.accounts.add_user("ana", role, kPassword, "test", "").ok());
  }
  SmallConsole console;
};

TEST(Secrets, TokensHave256BitsAndDiffer) {
  const std::string token = random_token();
  EXPECT_EQ(token.size(), 43u);  // 256 bits, 6 a character
  EXPECT_NE(token, random_token());
}

TEST(Secrets, ScryptHasTheParametersItPromises) {
  // Python: hashlib.scrypt(b"correct horse battery", salt=b"0123456789abcdef", n=32768, r=8, p=1,
  // dklen=32)
  const PasswordHash hash{"0123456789abcdef",
                          "\xc7\x16\x96\x82\xa4\xd2\x29\x37\x61\xed\x6a\xdf\x58\xba\x6c\xfc"
                          "\x33\x1b\x3e\x8a\x2f\x66\xca\x30\xac\xb5\x51\x6c\x09\x09\x92\x30"};
  EXPECT_TRUE(password_matches("correct horse battery", hash));
  EXPECT_FALSE(password_matches("correct horse batterz", hash));
  EXPECT_NE(hash_password("correct horse battery").salt,
            hash_password("correct horse battery").salt);
}

TEST(Secrets, WeakPasswordsAreToldWhy) {
  struct Case {
    std::string_view user, password;
    bool weak;
  };
  for (const Case& c :
       {Case{"ana", "elevenchars", true}, Case{"ana", "password1234", true},
        Case{"ana", "PassWord1234", true}, Case{"ana", "iamANAandhappy", true},
        Case{"ana", "aaaaaaaaaaaaaaa", true}, Case{"ana", std::string_view(kPassword), false}}) {
    EXPECT_EQ(password_weakness(c.user, c.password).empty(), !c.weak) << c.password;
  }
}

TEST_F(AccountsTest, SetUpLinkWorksOnceAndForAnHour) {
  const std::string old = console.accounts.issue_setup_token();
  const std::string token = console.accounts.issue_setup_token();
  ASSERT_FALSE(token.empty());
  const auto set_up = [&](std::string_view with) {
    return console.accounts.set_up(with, "root", kPassword, "192.0.2.1", "test");
  };
  EXPECT_EQ(set_up(old).refusal.why, Why::link) << "a new one ends the old one";
  console.pass(minutes(61));
  EXPECT_EQ(set_up(token).refusal.why, Why::link) << "expired";
  const std::string fresh = console.accounts.issue_setup_token();
  console.pass(minutes(59));
  EXPECT_TRUE(set_up(fresh).session);
  EXPECT_EQ(set_up(fresh).refusal.why, Why::link) << "used";
  EXPECT_FALSE(console.accounts.setup_needed());
  EXPECT_EQ(console.accounts.issue_setup_token(), "") << "there is an administrator";
}

TEST_F(AccountsTest, WeakPasswordDoesNotUseUpTheLink) {
  const std::string token = console.accounts.issue_setup_token();
  EXPECT_EQ(console.accounts.set_up(token, "root", "short", "192.0.2.1", "").refusal.why,
            Why::weak);
  EXPECT_TRUE(console.accounts.set_up(token, "root", kPassword, "192.0.2.1", "").session);
}

TEST_F(AccountsTest, WrongUnknownDisabledAndDelayedAreAnsweredAlike) {
  add_ana();
  ASSERT_TRUE(console.accounts.add_user("bo", Role::admin, kPassword, "test", "").ok());
  ASSERT_TRUE(console.accounts.add_user("off", Role::viewer, kPassword, "test", "").ok());
  ASSERT_TRUE(console.accounts.change_user("off", {}, true, "test", "").ok());
  const Refusal wrong = sign_in("wrong password!").refusal;
  const Refusal unknown = console.accounts.sign_in("nobody", kPassword, "192.0.2.2", "").refusal;
  const Refusal disabled = console.accounts.sign_in("off", kPassword, "192.0.2.3", "").refusal;
  sign_in("wrong password!", "192.0.2.4");
  sign_in("wrong password!", "192.0.2.5");
  const Refusal delayed = sign_in(kPassword, "192.0.2.6").refusal;
  for (const Refusal* refusal : {&wrong, &unknown, &disabled, &delayed}) {
    EXPECT_EQ(refusal->why, Why::credentials);
    EXPECT_EQ(refusal->sentence, wrong.sentence);
  }
  EXPECT_EQ(console.accounts.counters().sign_ins_delayed, 1u);
}

TEST_F(AccountsTest, DelaysGrowAndEndByThemselves) {
  add_ana();
  for (int failure = 0; failure < 3; ++failure) sign_in("wrong password!");
  EXPECT_FALSE(sign_in(kPassword).session) << "1 s after the third failure";
  console.pass(seconds(2));
  sign_in("wrong password!");
  console.pass(seconds(1));
  EXPECT_FALSE(sign_in(kPassword).session) << "2 s after the fourth";
  console.pass(seconds(1));
  EXPECT_TRUE(sign_in(kPassword).session) << "the right password in time";
  sign_in("wrong password!");
  sign_in("wrong password!");
  EXPECT_TRUE(sign_in(kPassword).session) << "success forgot the failures";
}

TEST_F(AccountsTest, TriesDuringADelayDoNotLengthenIt) {
  add_ana();
  for (int failure = 0; failure < 3; ++failure) sign_in("wrong password!");
  for (int tries = 0; tries < 5; ++tries) sign_in("wrong password!");
  console.pass(seconds(1));
  EXPECT_TRUE(sign_in(kPassword).session);
}

TEST_F(AccountsTest, AnAddressThatFailsIsDelayedForEveryAccount) {
  add_ana();
  for (const char* name : {"x", "y", "z"}) {
    console.accounts.sign_in(name, "wrong password!", "192.0.2.9", "");
  }
  EXPECT_FALSE(sign_in(kPassword, "192.0.2.9").session);
  EXPECT_TRUE(sign_in(kPassword, "192.0.2.10").session);
}

TEST_F(AccountsTest, SessionEndsIdleAndInAnyCase) {
  add_ana();
  const std::string idle = sign_in(kPassword).token;
  console.pass(minutes(29));
  EXPECT_TRUE(console.accounts.session(idle));
  console.pass(minutes(31));
  EXPECT_FALSE(console.accounts.session(idle));

  const std::string busy = sign_in(kPassword).token;
  for (int i = 0; i < 11 * 60 + 59; i += 20) {
    console.pass(minutes(20));
    if (i + 20 < 12 * 60) {
      EXPECT_TRUE(console.accounts.session(busy)) << i;
    }
  }
  console.pass(minutes(20));
  EXPECT_FALSE(console.accounts.session(busy)) << "12 h at the longest";
}

TEST_F(AccountsTest, SessionEndsWithPasswordRoleAndRevocation) {
  add_ana();
  ASSERT_TRUE(console.accounts.add_user("bo", Role::admin, kPassword, "test", "").ok());
  const auto first = sign_in(kPassword);
  const auto second = sign_in(kPassword);
  EXPECT_TRUE(console.accounts.revoke("ana", first.session->id, ""));
  EXPECT_FALSE(console.accounts.session(first.token));
  EXPECT_FALSE(console.accounts.revoke("bo", second.session->id, "")) << "not bo's";
  const auto third = sign_in(kPassword);
  ASSERT_TRUE(
      console.accounts.change_password("ana", "another good password", third.session->id, "ana", "")
          .ok());
  EXPECT_FALSE(console.accounts.session(second.token));
  EXPECT_TRUE(console.accounts.session(third.token)) << "the one that changed it goes on";
  ASSERT_TRUE(console.accounts.change_user("ana", Role::viewer, {}, "bo", "").ok());
  EXPECT_FALSE(console.accounts.session(third.token));
}

TEST_F(AccountsTest, LastAdministratorStays) {
  ASSERT_TRUE(console.accounts.add_user("bo", Role::admin, kPassword, "test", "").ok());
  EXPECT_EQ(console.accounts.change_user("bo", {}, true, "bo", "").why, Why::last_admin);
  EXPECT_EQ(console.accounts.change_user("bo", Role::engineer, {}, "bo", "").why, Why::last_admin);
  EXPECT_EQ(console.accounts.user("bo")->role, Role::admin) << "nothing was changed";
}

TEST_F(AccountsTest, TokensAreNotInTheDatabase) {
  add_ana();
  const std::string setup = console.accounts.issue_setup_token();
  const std::string token = sign_in(kPassword).token;
  Database::Transaction transaction(console.database);
  for (const char* sql : {"SELECT count(*) FROM session WHERE token = ?",
                          "SELECT count(*) FROM setup WHERE token = ?"}) {
    Statement rows = transaction.prepare(sql);
    rows.bind_blob(std::string_view(sql).find("setup") != std::string_view::npos ? setup : token);
    ASSERT_TRUE(rows.step());
    EXPECT_EQ(rows.integer(0), 0) << sql;
  }
}

}  // namespace
}  // namespace sightglass::console
