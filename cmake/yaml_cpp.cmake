# SPDX-License-Identifier: Apache-2.0
# yaml-cpp gave its target a namespace in 0.8 only.
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
