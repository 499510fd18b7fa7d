// The lines of an import in the groups that are applied together or not at all.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/service/import_line.h"

namespace bankctl {

inline constexpr std::size_t k_group_lines_max = 10'000;
inline constexpr std::size_t k_group_bytes_max = std::size_t{16} << 20;

/// Consecutive lines of one group; a line without a group is one by itself.
struct ImportGroup {
    std::vector<ImportLine> lines;
    std::size_t bytes = 0;  ///< of the lines' raw text
};

/// Gathers a reader's lines. A line so broken that its group cannot be told counts as part of the group before it and
/// of the group after it, so that neither is applied in part. A group beyond the maximum is handed out in pieces that
/// are refused with the reader's syntax code.
class ImportGroups {
public:
    explicit ImportGroups(LineReader& reader) : reader_(reader) {}

    std::optional<ImportGroup> next();

private:
    bool belongs(const ImportGroup& group, const ImportLine& line) const;
    void refuse_if_overlong(ImportLine& line) const;

    LineReader& reader_;
    std::optional<ImportLine> ahead_;      // the first line of the next group
    std::optional<std::string> overlong_;  // the group that has passed the maximum and may still go on
};

}  // namespace bankctl
