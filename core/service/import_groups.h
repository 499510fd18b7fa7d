// The lines of an import in the groups that are applied together or not at all, read batch by batch.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/service/import_line.h"

namespace bankctl {

inline constexpr std::size_t k_group_lines_max = 10'000;
inline constexpr std::size_t k_group_bytes_max = std::size_t{16} << 20;

/// Consecutive lines of one group; a line without a group is one by itself.
using ImportGroup = std::span<const ImportLine>;

/// Gathers a reader's lines. A line so broken that its group cannot be told counts as part of the group before it and
/// of the group after it, so that neither is applied in part. A group beyond the maximum is handed out in pieces that
/// are refused with the reader's syntax code.
class ImportGroups {
public:
    explicit ImportGroups(LineReader& reader) : reader_(reader) {}

    /// Replaces the batch by the next groups: whole ones, until there are `lines_max` lines or k_group_bytes_max of
    /// text. The number of groups; 0 at the end. Input that cannot be read on ends it, with a `failure`.
    std::size_t read_batch(std::size_t lines_max);
    /// A group of the batch, valid until the next is read.
    ImportGroup group(std::size_t index) const;
    /// How many lines the batch has.
    std::size_t lines() const { return ends_.empty() ? 0 : ends_.back(); }
    /// Why the input ended before its end.
    const std::optional<Error>& failure() const { return failure_; }

private:
    bool read_group();
    ImportLine* read_line();
    bool belongs(const ImportLine& last, const ImportLine& line) const;
    void refuse_if_overlong(ImportLine& line) const;

    LineReader& reader_;
    std::vector<ImportLine> lines_;        // kept from batch to batch, with the memory of their texts
    std::size_t lines_read_ = 0;           // of them the first ones belong to the batch
    std::size_t batch_bytes_ = 0;          // of their raw text
    std::vector<std::size_t> ends_;        // of the groups: the line after the last
    bool is_one_ahead_ = false;            // the last line read begins the next group
    std::optional<std::string> overlong_;  // the group that has passed the maximum and may still go on
    std::optional<Error> failure_;
};

}  // namespace bankctl
