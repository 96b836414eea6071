# SPDX-License-Identifier: Apache-2.0
# add_charm(NAME SOURCE... [DIRECTORY DIR] [SHARED])
#
# Builds the program NAME, and packs it as the charm `charms/NAME.charm` of the build directory, laid out in
# `charms/NAME/`: the program as `dispatch`, and what DIR (by default the current source directory) has of
# metadata.yaml, charmcraft.yaml, config.yaml, actions.yaml, manifest.yaml and src/alert_rules. A charm without a
# manifest gets one for Ubuntu 22.04, 24.04 and 26.04.
#
# The program is static, so that it runs on any base, unless SHARED is given or sanitizers are in CMAKE_CXX_FLAGS.
# The target that packs is `NAME-charm`; it is part of `all`.
function(add_charm name)
  cmake_parse_arguments(PARSE_ARGV 1 charm SHARED DIRECTORY "")
  if(NOT charm_DIRECTORY)
    set(charm_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  cmake_path(ABSOLUTE_PATH charm_DIRECTORY)
  add_executable(${name} ${charm_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE tempo_scrape::tempo_scrape)
  if(NOT charm_SHARED AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    if(NOT TARGET tempo_scrape_yaml_cpp_archive)
      message(FATAL_ERROR "add_charm(${name}): there is no libyaml-cpp.a to link; install it, or say SHARED")
    endif()
    set_target_properties(${name} PROPERTIES TEMPO_SCRAPE_STATIC ON)
    target_link_options(${name} PRIVATE -static)
  endif()
  _tempo_scrape_pack(${name} ${charm_DIRECTORY})
endfunction()

# Lays the charm directory out anew and packs it, whenever the program or a file of the charm changes.
function(_tempo_scrape_pack name source)
  set(charm ${CMAKE_BINARY_DIR}/charms/${name})
  file(GLOB files CONFIGURE_DEPENDS ${source}/metadata.yaml ${source}/charmcraft.yaml ${source}/config.yaml
       ${source}/actions.yaml ${source}/manifest.yaml)
  if(NOT EXISTS ${source}/manifest.yaml)
    list(APPEND files ${CMAKE_CURRENT_BINARY_DIR}/${name}-charm/manifest.yaml)
    _tempo_scrape_manifest(${CMAKE_CURRENT_BINARY_DIR}/${name}-charm/manifest.yaml)
  endif()
  set(packed dispatch)
  foreach(file IN LISTS files)
    cmake_path(GET file FILENAME file)
    list(APPEND packed ${file})
  endforeach()
  file(GLOB_RECURSE rules CONFIGURE_DEPENDS ${source}/src/alert_rules/*)
  if(rules)
    set(copy_rules COMMAND ${CMAKE_COMMAND} -E copy_directory ${source}/src/alert_rules ${charm}/src/alert_rules)
    list(APPEND packed src)
  endif()
  add_custom_command(OUTPUT ${charm}.charm
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${charm} ${charm}.charm
    COMMAND ${CMAKE_COMMAND} -E make_directory ${charm}
    COMMAND ${CMAKE_COMMAND} -E copy ${files} ${charm}
    ${copy_rules}
    COMMAND ${CMAKE_STRIP} -o ${charm}/dispatch $<TARGET_FILE:${name}>
    COMMAND ${CMAKE_COMMAND} -E chdir ${charm}
            ${CMAKE_COMMAND} -E tar cf ${charm}.charm --format=zip --mtime=2000-01-01 ${packed}
    DEPENDS ${name} ${files} ${rules}
    COMMENT "Packing charms/${name}.charm" VERBATIM)
  add_custom_target(${name}-charm ALL DEPENDS ${charm}.charm)
endfunction()

# Writes the bases and the processor that the charm is for, with the processor's name in Juju.
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
