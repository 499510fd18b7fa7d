#include "tests/fault/disk.h"

#include <algorithm>

namespace bankctl::fault_test {
namespace {

using Kind = DiskEvent::Kind;

bool is_about_folder(const DiskEvent& event) {
    return event.kind == Kind::create || event.kind == Kind::remove || event.kind == Kind::rename;
}

void change_folder(std::map<std::string, int>& names, const DiskEvent& event) {
    if (event.kind == Kind::create) names[event.name] = event.file;
    if (event.kind == Kind::remove) names.erase(event.name);
    if (event.kind != Kind::rename) return;
    const auto found = names.find(event.name);
    if (found == names.end()) return;  // its creation was lost
    names[event.new_name] = found->second;
    names.erase(found);
}

void change_file(std::string& content, const DiskEvent& event, const Fate& fate) {
    const auto begin = static_cast<std::size_t>(event.offset);
    if (event.kind == Kind::truncate) {
        if (fate.is_kept()) content.resize(begin, '\0');
        return;
    }
    const std::size_t end = begin + event.bytes.size();
    if (fate.has_size && content.size() < end) content.resize(end, '\0');
    std::size_t number = 0;
    for (std::size_t at = begin; at < end; ++number) {
        const std::size_t sector_end = std::min(end, (at / k_sector_bytes + 1) * k_sector_bytes);
        if ((fate.sectors >> (number % 64) & 1) != 0) {
            if (content.size() < sector_end) content.resize(sector_end, '\0');
            content.replace(at, sector_end - at, event.bytes, at - begin, sector_end - at);
        }
        at = sector_end;
    }
}

}  // namespace

Disk::Disk(const Recording& recording) {
    for (const auto& [name, bytes] : recording.before) {
        names_[name] = static_cast<int>(contents_.size());
        contents_.push_back(bytes);
    }
}

void Disk::play(const DiskEvent& event) {
    if (event.kind == Kind::create) contents_.resize(static_cast<std::size_t>(event.file) + 1);
    if (event.kind != Kind::sync && event.kind != Kind::sync_folder) {
        pending_.push_back(event);
        return;
    }
    const auto is_made_durable = [&](const DiskEvent& change) {
        if (event.kind == Kind::sync_folder) return is_about_folder(change);
        return !is_about_folder(change) && change.file == event.file;
    };
    for (const DiskEvent& change : pending_) {
        if (!is_made_durable(change)) continue;
        if (is_about_folder(change)) {
            change_folder(names_, change);
        } else {
            change_file(contents_[static_cast<std::size_t>(change.file)], change, Fate::kept());
        }
    }
    std::erase_if(pending_, is_made_durable);
}

Image Disk::after_loss(const std::vector<Fate>& fates) const {
    std::vector<std::string> contents = contents_;
    std::map<std::string, int> names = names_;
    for (std::size_t i = 0; i < pending_.size(); ++i) {
        if (is_about_folder(pending_[i])) {
            if (fates[i].is_kept()) change_folder(names, pending_[i]);
        } else {
            change_file(contents[static_cast<std::size_t>(pending_[i].file)], pending_[i], fates[i]);
        }
    }
    Image image;
    for (const auto& [name, file] : names) image[name] = std::move(contents[static_cast<std::size_t>(file)]);
    return image;
}

}  // namespace bankctl::fault_test
