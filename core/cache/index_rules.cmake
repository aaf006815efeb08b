# SPDX-License-Identifier: Apache-2.0
# cmake -DSOURCE=core -DOUTPUT=FILE -P index_rules.cmake: writes what index_rules.h declares.
file(GLOB files
  ${SOURCE}/base/*.cpp ${SOURCE}/base/*.h ${SOURCE}/io/*.cpp ${SOURCE}/io/*.h
  ${SOURCE}/layer/*.cpp ${SOURCE}/layer/*.h)
set(digests "")
foreach(file IN LISTS files)
  file(SHA256 ${file} digest)
  string(APPEND digests "${digest}\n")
endforeach()
string(SHA256 rules "${digests}")
file(WRITE ${OUTPUT} "// Written by index_rules.cmake.
#include \"cache/index_rules.h\"
std::string_view strata::indexRules()
{
    return \"${rules}\";
}
")
