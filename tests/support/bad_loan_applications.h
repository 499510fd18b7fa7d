// Applications for a loan that nothing may accept, each for one field.
#pragma once

#include <string>
#include <vector>

namespace bankctl {

/// An application in which one field is changed, and what must be said of it.
struct BadApplication {
    std::string path;
    std::string value;  ///< JSON; empty leaves the field out
    std::string code;
    std::string field = {};  ///< the one that the error names; empty: of that path
};

/// For every field what is not of its kind; and what is unknown, prohibited, out of its range or in contradiction.
std::vector<BadApplication> bad_loan_applications();

}  // namespace bankctl
