// SPDX-License-Identifier: Apache-2.0
// Answers one reference vector: `vectors COMMAND < input.json`.
#include <exception>
#include <iostream>
#include <iterator>
#include <string>

#include "answer.hpp"

int main(int argc, char* argv[]) {
  if (argc != 2) {
    std::cerr << "usage: vectors consumer-jobs|provider-data|endpoint-write|endpoint-read|prom-jobs|prom-provider-data "
                 "< INPUT\n";
    return 2;
  }
  try {
    const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    std::cout << vectors::answer(argv[1], nlohmann::json::parse(text)).dump(1) << "\n";
  } catch (const std::exception& error) {
    std::cerr << "vectors: " << error.what() << "\n";
    return 2;
  }
}
