#include "console/server/pages.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <fstream>

#include "tests/console/small_console.hpp"

namespace sightglass::console {
namespace {

struct PagesTest : testing::Test {
  Response get(const std::string& path, SmallConsole::Headers headers = {}) {
    Request request = console.request(Method::get, "");
    request.path = path;
    for (auto& [name, value] : headers) request.headers[name] = value;
    return console.ask(request);
  }
  SmallConsole console;
};

TEST_F(PagesTest, PageAndItsOwnAddressesGiveTheIndex) {
  for (const char* path : {"/", "/index.html", "/setup", "/alerts/17"}) {
    const Response response = get(path);
    EXPECT_EQ(response.status, 200u) << path;
    EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
    EXPECT_EQ(response.headers.at("Cache-Control"), "no-cache");
  }
}

TEST_F(PagesTest, NothingOutsideTheManifestIsServed) {
  for (const char* path :
       {"/../secret.txt", "/assets/../../secret.txt", "//secret.txt", "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt", "/./../secret.txt", "/..\\secret.txt", "/secret.txt",
        "/assets/missing.js", "/index.html/", "/etc/passwd.txt"}) {
    const Response response = get(path);
    EXPECT_EQ(response.body.find("not the page"), std::string::npos) << path;
    if (response.status == 200) {
      EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
    }
  }
  EXPECT_EQ(get("/../secret.txt").status, 404u);
  EXPECT_EQ(get("/assets/missing.js").status, 404u);
}

TEST_F(PagesTest, LinksAreNotFollowed) {
  std::filesystem::create_symlink(console.directory / "secret.txt",
                                  console.directory / "page" / "link.txt");
  const Pages pages(console.directory / "page");
  EXPECT_EQ(pages.files(), 2u);
}

TEST_F(PagesTest, FileIsZippedForThoseWhoCan) {
  const Response plain = get("/assets/index-1a2b.js");
  const Response zipped = get("/assets/index-1a2b.js", {{"accept-encoding", "gzip, br"}});
  EXPECT_EQ(plain.body.size(), 4000u);
  ASSERT_EQ(zipped.headers.at("Content-Encoding"), "gzip");
  EXPECT_NE(zipped.headers.at("Cache-Control").find("immutable"), std::string::npos);
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string source = zipped.body, unzipped(5000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(source.data());
  stream.avail_in = static_cast<uInt>(source.size());
  stream.next_out = reinterpret_cast<Bytef*>(unzipped.data());
  stream.avail_out = static_cast<uInt>(unzipped.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  unzipped.resize(stream.total_out);
  inflateEnd(&stream);
  EXPECT_EQ(unzipped, plain.body);
}

TEST_F(PagesTest, KnownFileIsNotSentAgain) {
  const std::string tag = get("/").headers.at("ETag");
  EXPECT_EQ(get("/", {{"if-none-match", tag}}).status, 304u);
  EXPECT_EQ(get("/", {{"if-none-match", "\"other\""}}).status, 200u);
}

TEST_F(PagesTest, PageIsOnlyRead) {
  Request request = console.request(Method::post, "");
  request.path = "/";
  EXPECT_EQ(console.ask(request).status, 405u);
}

TEST(Pages, WithoutAPageItSaysSo) {
  const Pages pages{std::filesystem::path()};
  Request request;
  request.path = "/";
  EXPECT_EQ(pages.answer(request).status, 404u);
}

}  // namespace
}  // namespace sightglass::console
