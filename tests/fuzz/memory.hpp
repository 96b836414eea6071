// SPDX-License-Identifier: Apache-2.0
// How much memory is in use at once, as AddressSanitizer's allocator sees it. Without that sanitiser it is always 0.
#pragma once

#include <algorithm>
#include <cstddef>

// From <sanitizer/allocator_interface.h>, which g++ does not bring along.
extern "C" {
[[gnu::weak]] int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*, std::size_t),
                                                            void (*on_free)(const volatile void*));
[[gnu::weak]] std::size_t __sanitizer_get_allocated_size(const volatile void* pointer);
}

namespace fuzz {

/// What any input may cost, however short it is.
inline constexpr std::size_t bytes_at_rest = std::size_t{256} * 1024;

/// Counts from its construction on. Only one at a time counts.
class AllocatedBytes {
 public:
  AllocatedBytes() {
    static const bool is_installed = install();
    static_cast<void>(is_installed);
    now() = most() = 0;
  }

  std::size_t peak() const { return static_cast<std::size_t>(std::max<std::ptrdiff_t>(most(), 0)); }

 private:
  static std::ptrdiff_t& now() {
    static std::ptrdiff_t bytes = 0;
    return bytes;
  }
  static std::ptrdiff_t& most() {
    static std::ptrdiff_t bytes = 0;
    return bytes;
  }

  static bool install() {
    if (__sanitizer_install_malloc_and_free_hooks == nullptr) return false;
    const auto on_malloc = [](const volatile void*, std::size_t bytes) {
      now() += static_cast<std::ptrdiff_t>(bytes);
      most() = std::max(most(), now());
    };
    const auto on_free = [](const volatile void* pointer) {
      if (pointer != nullptr) now() -= static_cast<std::ptrdiff_t>(__sanitizer_get_allocated_size(pointer));
    };
    return __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) != 0;
  }
};

}  // namespace fuzz
