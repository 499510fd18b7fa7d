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

# bankctl_embed_bytes(TARGET NAME FILE): puts the file's bytes into TARGET as bankctl::embedded::NAME(), with their
# SHA-256 as k_NAME_sha256. They lie in the executable as they are, page by page: only what is looked at is ever read.
function(bankctl_embed_bytes target name file)
  set(path ${PROJECT_SOURCE_DIR}/${file})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
  file(SHA256 ${path} digest)
  file(SIZE ${path} size)
  set(out ${PROJECT_BINARY_DIR}/generated/embedded_${name})
  file(CONFIGURE OUTPUT ${out}.h CONTENT "#pragma once
#include <string_view>
namespace bankctl::embedded {
std::string_view ${name}();
inline constexpr std::string_view k_${name}_sha256 = \"${digest}\";
}  // namespace bankctl::embedded
" @ONLY)
  file(CONFIGURE OUTPUT ${out}.cpp CONTENT "#include \"embedded_${name}.h\"
__asm__(\".pushsection .rodata\\n\"
        \".balign 4096\\n\"
        \"bankctl_embedded_${name}:\\n\"
        \".incbin \\\"${path}\\\"\\n\"
        \".popsection\\n\");
extern const char bytes[] __asm__(\"bankctl_embedded_${name}\");
namespace bankctl::embedded {
std::string_view ${name}() { return {bytes, ${size}}; }
}  // namespace bankctl::embedded
" @ONLY)
  set_source_files_properties(${out}.cpp PROPERTIES OBJECT_DEPENDS ${path})
  target_sources(bankctl_${target} PRIVATE ${out}.cpp)
endfunction()
