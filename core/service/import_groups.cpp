#include "core/service/import_groups.h"

#include <utility>

#include "core/base/text.h"

namespace bankctl {
namespace {

constexpr std::size_t k_kept_bytes_max = 4'096;  // of one line's text, once it has been used

}  // namespace

std::size_t ImportGroups::read_batch(std::size_t lines_max) {
    if (is_one_ahead_ && lines_read_ > 1) std::swap(lines_.front(), lines_[lines_read_ - 1]);
    lines_read_ = is_one_ahead_ ? 1 : 0;
    for (ImportLine& line : std::span(lines_).subspan(lines_read_)) {
        if (line.raw.capacity() > k_kept_bytes_max) std::string().swap(line.raw);
    }
    batch_bytes_ = 0;
    ends_.clear();
    while ((ends_.empty() || ends_.back() < lines_max) && batch_bytes_ < k_group_bytes_max && read_group()) {
    }
    return ends_.size();
}

ImportGroup ImportGroups::group(std::size_t index) const {
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    return std::span(lines_).subspan(begin, ends_[index] - begin);
}

/// The next line, in the slot after those that were read; null at the end.
ImportLine* ImportGroups::read_line() {
    if (failure_) return nullptr;
    if (lines_read_ == lines_.size()) lines_.emplace_back();
    ImportLine& line = lines_[lines_read_];
    try {
        if (!reader_.read(line)) return nullptr;
    } catch (const Failure& failure) {
        failure_ = failure.error();
        return nullptr;
    }
    ++lines_read_;
    return &line;
}

bool ImportGroups::belongs(const ImportLine& last, const ImportLine& line) const {
    if (!last.group) return line.group && !line.group->empty();
    return !last.group->empty() && (!line.group || line.group == last.group);
}

void ImportGroups::refuse_if_overlong(ImportLine& line) const {
    if (!overlong_ || line.group != overlong_) return;
    line.request = Error(reader_.syntax_code(), "group " + in_quotes(*overlong_) + " is longer than " +
                                                    std::to_string(k_group_lines_max) + " lines or " +
                                                    std::to_string(k_group_bytes_max >> 20) + " MiB");
}

bool ImportGroups::read_group() {
    const std::size_t begin = ends_.empty() ? 0 : ends_.back();
    std::size_t end = begin;
    std::size_t bytes = 0;
    while (true) {
        ImportLine* const line = std::exchange(is_one_ahead_, false) ? &lines_[end] : read_line();
        if (line == nullptr) break;
        if (end > begin && !belongs(lines_[end - 1], *line)) {
            is_one_ahead_ = true;
            break;
        }
        const bool is_full = end - begin >= k_group_lines_max || bytes + line->raw.size() > k_group_bytes_max;
        if (end > begin && is_full) overlong_ = line->group;
        if (line->group && line->group != overlong_) overlong_.reset();
        refuse_if_overlong(*line);
        const bool is_piece = overlong_ && line->group == overlong_;
        const bool is_alone = line->group && line->group->empty();
        bytes += line->raw.size();
        ++end;
        if (is_piece || is_alone) break;
    }
    if (end == begin || failure_) return false;
    batch_bytes_ += bytes;
    ends_.push_back(end);
    return true;
}

}  // namespace bankctl
