// Records what a process does to the files of one folder. The executable's own calls of the C library are replaced at
// link time (see recorder.cpp), so SQLite, backup, restore and init are all seen, folders included.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/port/ledger.h"

namespace bankctl::fault_test {

/// The regular files of a folder, by name.
using Image = std::map<std::string, std::string>;

/// One change of a file or of the folder, or a sync that makes the changes before it durable.
struct DiskEvent {
    enum class Kind { create, remove, rename, sync_folder, write, truncate, sync };
    Kind kind{};
    int file = 0;             ///< which file, however it is called; counted from 0
    std::string name;         ///< create, remove, rename
    std::string new_name;     ///< rename: what has this name is replaced
    std::int64_t offset = 0;  ///< write: where; truncate: the new size
    std::string bytes;        ///< write
};

/// What a client was about to do or was told, while the events before `event_count` had happened.
struct Mark {
    std::size_t event_count = 0;
    std::string name;                ///< of the bank's file
    std::optional<port::Head> head;  ///< that the bank gets; none: there is no bank
    bool is_acknowledged = false;
};

struct Recording {
    Image before;  ///< all durable; its files are numbered in the order of their names
    std::vector<DiskEvent> events;
    std::vector<Mark> marks;
};

/// Image of a folder, without what does not outlive the machine or holds nothing: -shm and -gate.
Image read_image(const std::string& folder);
/// Makes `folder` hold exactly this.
void write_image(const std::string& folder, const Image& image);

/// Syncs that a recorder passes over, as a storage that lies would.
enum class DroppedSyncs { none, of_logs, of_folders, all };

/// Records from its construction to its end; there is one at a time.
class Recorder {
public:
    explicit Recorder(std::string folder, DroppedSyncs dropped = DroppedSyncs::none);
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    void about_to(std::string name, std::optional<port::Head> head) { mark(std::move(name), head, false); }
    void acknowledged(std::string name, std::optional<port::Head> head) { mark(std::move(name), head, true); }
    const Recording& recording() const { return recording_; }

    // For the replaced calls, after they have succeeded.
    void opened(std::string_view path, int descriptor, int flags);
    void wrote(int descriptor, std::int64_t offset, std::string_view bytes);
    void truncated(int descriptor, std::int64_t size);
    void synced(int descriptor);
    void removed(std::string_view path);
    void renamed(std::string_view path, std::string_view new_path);

private:
    void mark(std::string name, std::optional<port::Head> head, bool is_acknowledged);
    /// The name of a file in the folder that is recorded.
    std::optional<std::string> name_in_folder(std::string_view path) const;
    std::optional<int> file_of(int descriptor) const;
    int new_file() { return file_count_++; }
    bool is_dropped(int file) const;

    std::string folder_;
    DroppedSyncs dropped_;
    Recording recording_;
    std::map<std::string, int> names_;
    std::map<ino_t, int> inodes_;
    int file_count_ = 0;
};

}  // namespace bankctl::fault_test
