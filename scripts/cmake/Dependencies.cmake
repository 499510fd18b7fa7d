# The libraries bankctl stands on, all from Debian 12. Those that the executable needs are linked statically (see
# bankctl_link_for_fast_start), so each is a small interface target over its archive.
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_path(rapidjson_include rapidjson/reader.h REQUIRED)
add_library(bankctl_rapidjson INTERFACE)
target_include_directories(bankctl_rapidjson SYSTEM INTERFACE ${rapidjson_include})

function(bankctl_static_dependency name header)
  find_path(${name}_include ${header} REQUIRED)
  add_library(bankctl_${name} INTERFACE)
  target_include_directories(bankctl_${name} SYSTEM INTERFACE ${${name}_include})
  foreach(archive IN LISTS ARGN)
    find_library(${name}_${archive} NAMES lib${archive}.a REQUIRED)
    target_link_libraries(bankctl_${name} INTERFACE ${${name}_${archive}})
  endforeach()
endfunction()

bankctl_static_dependency(sqlite SQLiteCpp/SQLiteCpp.h SQLiteCpp sqlite3)
target_link_libraries(bankctl_sqlite INTERFACE m ${CMAKE_DL_LIBS})
bankctl_static_dependency(crypto openssl/evp.h crypto)
target_link_libraries(bankctl_crypto INTERFACE ${CMAKE_DL_LIBS})
bankctl_static_dependency(csv csv.h csv)
