#include "core/service/import_groups.h"

#include "core/base/text.h"

namespace bankctl {

bool ImportGroups::belongs(const ImportGroup& group, const ImportLine& line) const {
    const std::optional<std::string>& last = group.lines.back().group;
    if (!last) return line.group && !line.group->empty();
    return !last->empty() && (!line.group || line.group == last);
}

void ImportGroups::refuse_if_overlong(ImportLine& line) const {
    if (!overlong_ || line.group != overlong_) return;
    line.request = Error(reader_.syntax_code(), "group " + in_quotes(*overlong_) + " is longer than " +
                                                    std::to_string(k_group_lines_max) + " lines or " +
                                                    std::to_string(k_group_bytes_max >> 20) + " MiB");
}

std::optional<ImportGroup> ImportGroups::next() {
    ImportGroup group;
    while (true) {
        std::optional<ImportLine> line = ahead_ ? std::move(ahead_) : reader_.next();
        ahead_.reset();
        if (!line) break;
        if (!group.lines.empty() && !belongs(group, *line)) {
            ahead_ = std::move(line);
            break;
        }
        const bool is_full =
            group.lines.size() >= k_group_lines_max || group.bytes + line->raw.size() > k_group_bytes_max;
        if (!group.lines.empty() && is_full) overlong_ = line->group;
        if (line->group && line->group != overlong_) overlong_.reset();
        refuse_if_overlong(*line);
        const bool is_piece = overlong_ && line->group == overlong_;
        group.bytes += line->raw.size();
        group.lines.push_back(std::move(*line));
        if (is_piece) break;
    }
    if (group.lines.empty()) return std::nullopt;
    return group;
}

}  // namespace bankctl
