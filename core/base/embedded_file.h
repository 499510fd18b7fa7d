// A file that the build has put into the executable.
#pragma once

#include <string_view>

namespace bankctl::embedded {

struct File {
    std::string_view name;  ///< without folders
    std::string_view contents;
};

}  // namespace bankctl::embedded
