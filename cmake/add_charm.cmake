# SPDX-License-Identifier: Apache-2.0
# add_charm(NAME SOURCE... [DIRECTORY DIR] [SHARED])
#
# Builds the program NAME and packs it as the charm `charms/NAME.charm` of the build directory. The target that packs is
# `NAME-charm`; it is part of `all`. The directory `charms/NAME/` has the same files:
#
# - `dispatch`: the program. It is static, so that it runs on any base, unless SHARED is given or CMAKE_CXX_FLAGS has
#   sanitizers.
# - metadata.yaml, config.yaml and actions.yaml. Files of DIR are copied. (DIR is by default the current source
#   directory.) The others are made from DIR's charmcraft.yaml, as `charmcraft pack` makes them.
# - manifest.yaml: the file of DIR, or one for Ubuntu 22.04, 24.04 and 26.04 on the processor that the program is for.
# - lxd-profile.yaml, version, icon.svg, README.md, LICENSE, src/alert_rules and other src/*alert_rules, where DIR has
#   them.
#
# `cmake --install` writes the same files, except metadata.yaml, config.yaml, actions.yaml and manifest.yaml, which
# charmcraft writes itself. It installs the charm whose DIR is the top directory of the project; add `--component NAME`
# to install another charm. charmcraft runs it for a part like this:
#
#   parts:
#     music:
#       plugin: cmake
#       source: .
#       cmake-parameters: [-DCMAKE_INSTALL_PREFIX=/]
#
# A program built for this machine reads charmcraft.yaml. If you cross compile, set CMAKE_CROSSCOMPILING_EMULATOR, or
# write metadata.yaml, config.yaml and actions.yaml and have no charmcraft.yaml in DIR.
function(add_charm name)
  cmake_parse_arguments(PARSE_ARGV 1 charm SHARED DIRECTORY "")
  get_filename_component(charm_DIRECTORY "${charm_DIRECTORY}" ABSOLUTE)
  add_executable(${name} ${charm_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE tempo_scrape::tempo_scrape)
  if(NOT charm_SHARED AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    if(NOT TARGET tempo_scrape_libyaml_archive)
      message(FATAL_ERROR "add_charm(${name}): a static program needs libyaml.a. Install it, or add SHARED.")
    endif()
    set_target_properties(${name} PROPERTIES TEMPO_SCRAPE_STATIC ON)
    target_link_options(${name} PRIVATE -static)
  endif()
  _tempo_scrape_pack(${name} ${charm_DIRECTORY})
endfunction()

# Writes the charm directory again and packs it when the program or a file of the charm changes.
function(_tempo_scrape_pack name source)
  set(charm ${CMAKE_BINARY_DIR}/charms/${name})
  file(GLOB charmcraft CONFIGURE_DEPENDS ${source}/charmcraft.yaml)
  if(charmcraft)
    _tempo_scrape_charm_files()
    set(convert COMMAND tempo_scrape_charm_files ${charmcraft} ${charm})
  elseif(NOT EXISTS ${source}/metadata.yaml)
    message(FATAL_ERROR "add_charm(${name}): ${source} has neither metadata.yaml nor charmcraft.yaml")
  endif()
  set(files metadata.yaml config.yaml actions.yaml manifest.yaml lxd-profile.yaml version icon.svg README.md LICENSE)
  list(TRANSFORM files PREPEND ${source}/)
  file(GLOB files LIST_DIRECTORIES false CONFIGURE_DEPENDS ${files})
  if(NOT EXISTS ${source}/manifest.yaml)
    list(APPEND files ${CMAKE_CURRENT_BINARY_DIR}/${name}-charm/manifest.yaml)
    _tempo_scrape_manifest(${CMAKE_CURRENT_BINARY_DIR}/${name}-charm/manifest.yaml)
  endif()
  file(GLOB directories CONFIGURE_DEPENDS RELATIVE ${source} ${source}/src/*alert_rules)
  foreach(directory IN LISTS directories)
    list(APPEND copy_rules COMMAND ${CMAKE_COMMAND} -E copy_directory ${source}/${directory} ${charm}/${directory})
  endforeach()
  file(GLOB_RECURSE rules CONFIGURE_DEPENDS ${source}/src/*alert_rules/*)
  add_custom_command(OUTPUT ${charm}.charm
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${charm} ${charm}.charm
    COMMAND ${CMAKE_COMMAND} -E make_directory ${charm}
    COMMAND ${CMAKE_COMMAND} -E copy ${files} ${charm}
    ${convert}
    ${copy_rules}
    COMMAND ${CMAKE_STRIP} -o ${charm}/dispatch $<TARGET_FILE:${name}>
    COMMAND sh -c "cd \"$1\" && \"$0\" -E tar cf \"$1.charm\" --format=zip --mtime=2000-01-01 *"
            ${CMAKE_COMMAND} ${charm}
    DEPENDS ${name} ${files} ${charmcraft} ${rules}
    COMMENT "Packing charms/${name}.charm" VERBATIM)
  add_custom_target(${name}-charm ALL DEPENDS ${charm}.charm)
  if(NOT source STREQUAL CMAKE_SOURCE_DIR)
    set(by_component_only EXCLUDE_FROM_ALL)
  endif()
  install(DIRECTORY ${charm}/ DESTINATION . USE_SOURCE_PERMISSIONS COMPONENT ${name} ${by_component_only}
    REGEX "/charms/${name}/(metadata|config|actions|manifest)\\.yaml$" EXCLUDE)
endfunction()

# The program that makes metadata.yaml, config.yaml and actions.yaml from charmcraft.yaml.
function(_tempo_scrape_charm_files)
  if(TARGET tempo_scrape_charm_files)
    return()
  endif()
  add_executable(tempo_scrape_charm_files EXCLUDE_FROM_ALL ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/charm_files.cpp)
  target_compile_features(tempo_scrape_charm_files PRIVATE cxx_std_20)
  target_link_libraries(tempo_scrape_charm_files PRIVATE PkgConfig::TEMPO_SCRAPE_YAML)
endfunction()

# Writes the bases and the processor of the charm, with Juju's name of the processor.
function(_tempo_scrape_manifest file)
  set(architecture ${CMAKE_SYSTEM_PROCESSOR})
  string(REGEX REPLACE "^(x86_64|AMD64)$" amd64 architecture ${architecture})
  string(REGEX REPLACE "^aarch64$" arm64 architecture ${architecture})
  string(REGEX REPLACE "^(arm|armv[67].*)$" armhf architecture ${architecture})
  string(REGEX REPLACE "^ppc64le$" ppc64el architecture ${architecture})
  set(manifest "charmcraft-version: 3.0.0\ncharmcraft-started-at: '2000-01-01T00:00:00Z'\nbases:\n")
  foreach(channel IN ITEMS 22.04 24.04 26.04)
    string(APPEND manifest "- name: ubuntu\n  channel: '${channel}'\n  architectures: [${architecture}]\n")
  endforeach()
  file(CONFIGURE OUTPUT ${file} CONTENT "${manifest}")
endfunction()
