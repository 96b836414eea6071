# SPDX-License-Identifier: Apache-2.0
# Finds libyaml: the shared library as PkgConfig::TEMPO_SCRAPE_YAML and, for static executables, its archive as
# tempo_scrape_libyaml_archive. If there is no libyaml, tempo_scrape_libyaml_missing says what to install.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(TEMPO_SCRAPE_YAML QUIET IMPORTED_TARGET GLOBAL yaml-0.1)
endif()
set(tempo_scrape_libyaml_missing "")
if(NOT TARGET PkgConfig::TEMPO_SCRAPE_YAML)
  string(CONCAT tempo_scrape_libyaml_missing "tempo_scrape needs libyaml, which it finds with pkg-config as yaml-0.1. "
    "On Debian and Ubuntu, install the packages pkg-config and libyaml-dev.")
  return()
endif()

find_library(TEMPO_SCRAPE_LIBYAML_ARCHIVE libyaml.a HINTS ${TEMPO_SCRAPE_YAML_LIBRARY_DIRS})
mark_as_advanced(TEMPO_SCRAPE_LIBYAML_ARCHIVE)
if(TEMPO_SCRAPE_LIBYAML_ARCHIVE AND NOT TARGET tempo_scrape_libyaml_archive)
  add_library(tempo_scrape_libyaml_archive STATIC IMPORTED GLOBAL)
  set_target_properties(tempo_scrape_libyaml_archive PROPERTIES
    IMPORTED_LOCATION ${TEMPO_SCRAPE_LIBYAML_ARCHIVE}
    INTERFACE_INCLUDE_DIRECTORIES "$<TARGET_PROPERTY:PkgConfig::TEMPO_SCRAPE_YAML,INTERFACE_INCLUDE_DIRECTORIES>")
endif()
