# SPDX-License-Identifier: Apache-2.0
# Compares the processor in the manifest of add_charm with Juju's name of the processor.
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/add_charm.cmake)

foreach(names IN ITEMS x86_64=amd64 aarch64=arm64 arm64=arm64 armv7l=armhf ppc64le=ppc64el riscv64=riscv64 s390x=s390x)
  string(REGEX MATCH "(.*)=(.*)" names ${names})
  set(CMAKE_SYSTEM_PROCESSOR ${CMAKE_MATCH_1})
  set(expected ${CMAKE_MATCH_2})
  _tempo_scrape_manifest(${MANIFEST})
  file(STRINGS ${MANIFEST} found REGEX "architectures: \\[${expected}\\]$")
  list(LENGTH found bases)
  if(NOT bases EQUAL 3)
    message(SEND_ERROR "${CMAKE_SYSTEM_PROCESSOR}: ${MANIFEST} has ${expected} for ${bases} bases")
  endif()
endforeach()
