# SPDX-License-Identifier: Apache-2.0
# Compiles SOURCE with the command COMPILE, without and with MUST_FAIL.
file(STRINGS ${SOURCE} expected REGEX "^// expect: ")
string(REPLACE "// expect: " "" expected "${expected}")
if(NOT expected)
  message(FATAL_ERROR "no line `// expect: ...`")
endif()

execute_process(COMMAND ${COMPILE} ${SOURCE} RESULT_VARIABLE result ERROR_VARIABLE errors)
if(NOT result EQUAL 0)
  message(NOTICE "${errors}")
  message(FATAL_ERROR "must compile without MUST_FAIL")
endif()

execute_process(COMMAND ${COMPILE} -D MUST_FAIL ${SOURCE} RESULT_VARIABLE result ERROR_VARIABLE errors)
if(result EQUAL 0)
  message(FATAL_ERROR "must not compile with MUST_FAIL")
endif()
string(REGEX MATCH " error: [^\n]*" first_error "${errors}")
string(FIND "${first_error}" "${expected}" place)
if(place EQUAL -1)
  message(NOTICE "${errors}")
  message(FATAL_ERROR "the first error does not contain: ${expected}")
endif()
