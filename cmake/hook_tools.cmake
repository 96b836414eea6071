# SPDX-License-Identifier: Apache-2.0
# The hook tools of the test kit: one program, and a link to it for each tool. For a tool that the kit does not have, the
# answer is Juju's answer to an unknown tool.
set(tools
  action-fail action-get action-log action-set application-version-set close-port config-get credential-get goal-state
  is-leader juju-log juju-reboot k8s-raw-get k8s-raw-set k8s-spec-get k8s-spec-set leader-get leader-set network-get
  open-port opened-ports payload-register payload-status-set payload-unregister pod-spec-get pod-spec-set relation-get
  relation-ids relation-list relation-model-get relation-set resource-get secret-add secret-get secret-grant secret-ids
  secret-info-get secret-remove secret-revoke secret-set state-delete state-get state-set status-get status-set
  storage-add storage-get storage-list unit-get)

set(on_demand)
if(NOT TEMPO_SCRAPE_INSTALL)
  set(on_demand EXCLUDE_FROM_ALL)
endif()
add_executable(tempo_scrape_hook_tool ${on_demand} ${CMAKE_CURRENT_LIST_DIR}/hook_tool.cpp)
target_compile_features(tempo_scrape_hook_tool PRIVATE cxx_std_20)
# Each hook starts a dozen of them, so they are optimised in any configuration.
target_compile_options(tempo_scrape_hook_tool PRIVATE -O1 -fno-sanitize=all)
target_link_options(tempo_scrape_hook_tool PRIVATE -fno-sanitize=all -static)
set_target_properties(tempo_scrape_hook_tool PROPERTIES
  OUTPUT_NAME hook-tool RUNTIME_OUTPUT_DIRECTORY $<1:${CMAKE_CURRENT_BINARY_DIR}/hook-tools>)
set(make_links)
foreach(tool IN LISTS tools)
  list(APPEND make_links COMMAND ${CMAKE_COMMAND} -E create_symlink hook-tool ${tool})
endforeach()
add_custom_command(TARGET tempo_scrape_hook_tool POST_BUILD ${make_links}
  WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/hook-tools VERBATIM)

include(GNUInstallDirs)
set(installed_tools ${CMAKE_INSTALL_LIBEXECDIR}/tempo_scrape/hook-tools)
set(installed_prefix)
if(NOT IS_ABSOLUTE ${installed_tools})
  set(installed_prefix $<INSTALL_PREFIX>/)
endif()
add_library(tempo_scrape_testing INTERFACE)
add_library(tempo_scrape::testing ALIAS tempo_scrape_testing)
set_target_properties(tempo_scrape_testing PROPERTIES EXPORT_NAME testing)
target_link_libraries(tempo_scrape_testing INTERFACE tempo_scrape)
target_compile_definitions(tempo_scrape_testing INTERFACE
  $<BUILD_INTERFACE:TEMPO_SCRAPE_HOOK_TOOLS="${CMAKE_CURRENT_BINARY_DIR}/hook-tools">
  $<INSTALL_INTERFACE:TEMPO_SCRAPE_HOOK_TOOLS="${installed_prefix}${installed_tools}">)
add_dependencies(tempo_scrape_testing tempo_scrape_hook_tool)
