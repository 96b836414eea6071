// SPDX-License-Identifier: Apache-2.0
#include <scrape/job_names.hpp>
#include <set>
#include <string>
#include <vector>

#include <support/catch.hpp>

using namespace scrape;
using Names = std::vector<std::string>;

namespace {

Names claimed(const Names& wanted, bool one_job_per_unit) {
  JobNames names(one_job_per_unit);
  Names given;
  for (std::size_t i = 0; i < wanted.size(); ++i) given.push_back(names.claim(wanted[i], 7, i));
  return given;
}

}  // namespace

TEST_CASE("job names: a taken name gets the relation, then the place") {
  CHECK(claimed({"a", "a", "a", "a_7_3", "a"}, true) == Names{"a", "a_7", "a_7_2", "a_7_3", "a_7_4"});
}

TEST_CASE("job names: with units a name and its numbered form clash") {
  const auto [wanted, given] = GENERATE(table<Names, Names>({
      {{"a", "a-0"}, {"a", "a-0_7"}},
      {{"a-12", "a"}, {"a-12", "a_7"}},
      {{"a-1", "a-2", "a"}, {"a-1", "a-2", "a_7"}},
      {{"a", "a-", "a-x", "a-1x", "a1", "-1", "a_1"}, {"a", "a-", "a-x", "a-1x", "a1", "-1", "a_1"}},
      {{"a", "a-1-2", "a-1"}, {"a", "a-1-2", "a-1_7"}},
      {{"a", "a", "a_7-3"}, {"a", "a_7", "a_7-3_7"}},
      {{"a_7-3", "a", "a"}, {"a_7-3", "a", "a_7_2"}},
  }));
  CHECK(claimed(wanted, true) == given);
}

TEST_CASE("job names: without units a numbered form does not clash") {
  CHECK(claimed({"a", "a-0", "a-12", "a"}, false) == Names{"a", "a-0", "a-12", "a_7"});
}

TEST_CASE("job names: no two names with numbers after them are equal") {
  const std::string parts[] = {"a", "-", "1", "_7", "0"};
  Names wanted;
  for (int i = 0; i < 5 * 5 * 5 * 5; ++i) {
    std::string name = "a";
    for (int rest = i; rest > 0; rest /= 5) name += parts[rest % 5];
    wanted.push_back(name);
  }
  std::set<std::string> all;
  for (const std::string& name : claimed(wanted, true)) {
    CHECK(all.insert(name).second);
    for (const char* number : {"-0", "-1", "-10"}) CHECK(all.insert(name + number).second);
  }
}
