// SPDX-License-Identifier: Apache-2.0
// The memory that is in use at the same time, from AddressSanitizer's allocator. Always 0 without that sanitizer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <new>

// From <sanitizer/allocator_interface.h>, which g++ does not install.
extern "C" {
[[gnu::weak]] int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*, std::size_t),
                                                            void (*on_free)(const volatile void*));
[[gnu::weak]] std::size_t __sanitizer_get_allocated_size(const volatile void* pointer);
}

namespace fuzz {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool has_address_sanitizer = true;
#elif defined(__has_feature)
inline constexpr bool has_address_sanitizer = __has_feature(address_sanitizer);
#else
inline constexpr bool has_address_sanitizer = false;
#endif

/// Counts from its construction. Only one object can count at a time.
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

/// Whether the hooks count an allocation, and also its end.
inline bool counts_a_probe() {
  constexpr std::size_t bytes = 4096;
  const AllocatedBytes allocated;
  for (int i = 0; i < 2; ++i) ::operator delete(::operator new(bytes));
  return allocated.peak() >= bytes && allocated.peak() < 2 * bytes;
}

}  // namespace fuzz
