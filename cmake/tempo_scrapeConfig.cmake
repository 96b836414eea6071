# SPDX-License-Identifier: Apache-2.0
include(CMakeFindDependencyMacro)
find_dependency(nlohmann_json)
find_dependency(yaml-cpp)
include(${CMAKE_CURRENT_LIST_DIR}/yaml_cpp.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/tempo_scrapeTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/add_charm.cmake)
