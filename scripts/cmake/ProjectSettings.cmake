# Compiler settings that every target of the project shares, and the helper that makes a library of a folder.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(bankctl_settings INTERFACE)
target_include_directories(bankctl_settings INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
target_compile_definitions(bankctl_settings INTERFACE BANKCTL_VERSION="${PROJECT_VERSION}")
target_compile_options(bankctl_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wold-style-cast -Wimplicit-fallthrough
  # g++ 12 warns of `"literal" + std::string` by mistake (GCC bug 105651).
  "$<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-stringop-overflow;-Wno-array-bounds>")
if(BANKCTL_WARNINGS_AS_ERRORS)
  target_compile_options(bankctl_settings INTERFACE -Werror)
endif()
if(BANKCTL_SANITIZE)
  target_compile_options(bankctl_settings INTERFACE -fsanitize=${BANKCTL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(bankctl_settings INTERFACE -fsanitize=${BANKCTL_SANITIZE})
else()
  target_compile_options(bankctl_settings INTERFACE -fno-pie -ffunction-sections -fdata-sections)
  target_link_options(bankctl_settings INTERFACE -no-pie)
endif()

# bankctl_library(NAME FOLDER LINK ...): the static library bankctl_NAME of the sources in FOLDER (not cli/main.cpp).
function(bankctl_library name folder)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "LINK")
  if(folder STREQUAL "cli")
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
    list(REMOVE_ITEM sources ${PROJECT_SOURCE_DIR}/cli/main.cpp)
  else()
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  endif()
  if(sources)
    add_library(bankctl_${name} STATIC ${sources})
    target_link_libraries(bankctl_${name} PUBLIC bankctl_settings ${arg_LINK})
  else()
    list(REMOVE_ITEM arg_LINK PUBLIC PRIVATE)
    add_library(bankctl_${name} INTERFACE)
    target_link_libraries(bankctl_${name} INTERFACE bankctl_settings ${arg_LINK})
  endif()
endfunction()

# A process that lives for a millisecond must not spend a third of it in the dynamic linker, so all of it is linked in. The
# linker would warn of name lookups and plug-ins inside OpenSSL and SQLite, which bankctl never calls. A static program
# sorts its 20,000 unwinding records when the first exception is thrown, 23 million instructions, for which each command
# that fails would wait: the linker sorts them instead, and the start-up code finds nobody to register them with.
# fast_start.cpp says what else is kept from running first, and start_order.ld puts what commands run side by side.
function(bankctl_link_for_fast_start target)
  if(NOT BANKCTL_SANITIZE)
    target_link_options(${target} PRIVATE -static -Wl,--gc-sections -Wl,--no-warnings -Wl,--eh-frame-hdr
      -Wl,--wrap=__register_frame_info -Wl,--wrap=__deregister_frame_info -Wl,--wrap=OPENSSL_cpuid_setup
      -Wl,--undefined=OPENSSL_cpuid_setup -Wl,--wrap=_ZNSt8ios_base4InitC1Ev -Wl,--wrap=_ZNSt8ios_base4InitD1Ev
      -Wl,-T,${PROJECT_SOURCE_DIR}/scripts/cmake/start_order.ld)
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${PROJECT_SOURCE_DIR}/scripts/cmake/start_order.ld)
    target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/scripts/cmake/fast_start.cpp)
  endif()
endfunction()
