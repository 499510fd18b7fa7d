# bankctl_embed_files(TARGET NAME GLOB): compiles the files into TARGET as bankctl::embedded::NAME, an array of
# {file name, contents} in the order of their names, so that the executable needs no file beside it.
function(bankctl_embed_files target name glob)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${glob})
  list(SORT files)
  set(out ${PROJECT_BINARY_DIR}/generated/embedded_${name})
  set(entries "")
  foreach(file IN LISTS files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(file_name ${file} NAME)
    file(READ ${file} contents)
    string(APPEND entries "    {\"${file_name}\", R\"embedded(${contents})embedded\"},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${out}.h CONTENT "#pragma once
#include <span>
#include \"core/base/embedded_file.h\"
namespace bankctl::embedded {
extern const std::span<const File> ${name};
}  // namespace bankctl::embedded
" @ONLY)
  file(CONFIGURE OUTPUT ${out}.cpp CONTENT "#include \"embedded_${name}.h\"
namespace bankctl::embedded {
namespace {
constexpr File k_${name}[] = {
${entries}};
}  // namespace
const std::span<const File> ${name}{k_${name}};
}  // namespace bankctl::embedded
" @ONLY)
  target_sources(bankctl_${target} PRIVATE ${out}.cpp)
endfunction()
