#include "console/api/refusals.hpp"

#include "console/server/problem.hpp"

namespace sightglass::console {
namespace {

struct Answer {
  Refusal::Why why;
  unsigned status;
  std::string_view title;
  std::string_view field;  ///< that is wrong; "password" is renamed
};
constexpr Answer kAnswers[] = {
    {Refusal::Why::credentials, 401, "Sign-in failed", ""},
    {Refusal::Why::link, 403, "The set-up link is not valid", ""},
    {Refusal::Why::name, 422, "The user name can not be used", "user"},
    {Refusal::Why::weak, 422, "The password can not be used", "password"},
    {Refusal::Why::unknown, 404, "There is no such user", ""},
    {Refusal::Why::exists, 409, "The name is taken", ""},
    {Refusal::Why::last_admin, 409, "The last administrator", ""},
    {Refusal::Why::busy, 503, "The console is busy", ""},
};

}  // namespace

Response refused(const Refusal& refusal, std::string_view password_field) {
  for (const Answer& answer : kAnswers) {
    if (answer.why != refusal.why) continue;
    std::vector<FieldError> errors;
    if (!answer.field.empty()) {
      errors.emplace_back(answer.field == "password" ? password_field : answer.field,
                          refusal.sentence);
    }
    Response response = problem(answer.status, answer.title, refusal.sentence, errors);
    if (refusal.why == Refusal::Why::busy) response.headers["Retry-After"] = "1";
    return response;
  }
  return problem(500, "The console failed");
}

}  // namespace sightglass::console
