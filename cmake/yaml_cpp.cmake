# SPDX-License-Identifier: Apache-2.0
# yaml-cpp gave its target a namespace in 0.8 only.
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

# Debian's target is the shared library; a static executable takes the archive beside it.
find_library(TEMPO_SCRAPE_YAML_CPP_ARCHIVE libyaml-cpp.a)
mark_as_advanced(TEMPO_SCRAPE_YAML_CPP_ARCHIVE)
if(TEMPO_SCRAPE_YAML_CPP_ARCHIVE AND NOT TARGET tempo_scrape_yaml_cpp_archive)
  add_library(tempo_scrape_yaml_cpp_archive STATIC IMPORTED GLOBAL)
  set_target_properties(tempo_scrape_yaml_cpp_archive PROPERTIES
    IMPORTED_LOCATION ${TEMPO_SCRAPE_YAML_CPP_ARCHIVE}
    INTERFACE_INCLUDE_DIRECTORIES "$<TARGET_PROPERTY:yaml-cpp::yaml-cpp,INTERFACE_INCLUDE_DIRECTORIES>")
endif()
