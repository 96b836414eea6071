// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>

namespace juju {

/// Juju's topology of a target: model, application, unit and charm. Unknown fields are empty.
struct Topology {
  std::string model = {};
  std::string model_uuid = {};  ///< Any text: not every model's id is a UUID.
  std::string application = {};
  std::string unit = {};
  std::string charm_name = {};

  bool operator==(const Topology&) const = default;

  /// "{model}_{first 8 code points of model_uuid}_{application}" with `/` as `_`. If the model is unknown, only the
  /// application.
  std::string identifier() const {
    std::string text = model_uuid.empty() ? application : model + "_" + short_uuid() + "_" + application;
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
  }

 private:
  std::string short_uuid() const {
    std::size_t end = 0;
    for (int left = 8; left > 0 && end < model_uuid.size(); --left) {
      ++end;
      while (end < model_uuid.size() && (static_cast<unsigned char>(model_uuid[end]) & 0xC0U) == 0x80U) ++end;
    }
    return model_uuid.substr(0, end);
  }
};

}  // namespace juju
