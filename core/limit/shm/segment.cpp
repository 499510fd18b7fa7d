#include "core/limit/shm/segment.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include <boost/interprocess/exceptions.hpp>

#include "core/base/text.h"

namespace bankctl::shm {
namespace {

constexpr int k_attempts_max = 100;  // to find or make the file, while others remove what was made
constexpr mode_t k_mode_private = 0600;
constexpr mode_t k_mode_shared = 0660;
constexpr mode_t k_mode_mask = 07777;
constexpr std::size_t k_boot_digits = 12;
constexpr const char* k_boot_id = "/proc/sys/kernel/random/boot_id";
constexpr const char* k_time_namespace = "/proc/self/ns/time";

Failure unavailable(const std::string& why, const std::string& hint = {}) {
    return Failure(Error(ErrorCode::limiter_unavailable, "the limiter cannot be used: " + why, hint));
}

Failure cannot(const std::string& what, const std::string& path) {
    return unavailable("cannot " + what + " " + in_quotes(path) + ": " + std::strerror(errno));
}

Failure unsafe(const std::string& path, const std::string& why) {
    return unavailable(in_quotes(path) + " " + why, "the owner of the database may remove it");
}

BootId this_boot() {
    const FileDescriptor file(open(k_boot_id, O_RDONLY | O_CLOEXEC));
    BootId id{};
    if (!file.is_open() || read(file.get(), id.data(), id.size()) != static_cast<ssize_t>(id.size()))
        throw cannot("read", k_boot_id);
    return id;
}

/// The namespace whose clock this process sees, as the kernel names it; empty where the kernel has none. In another one
/// the clock of boot time is set differently, so there nobody may charge.
NamespaceName time_namespace() {
    NamespaceName name{};
    if (readlink(k_time_namespace, name.data(), name.size()) > 0 || errno == ENOENT) return name;
    throw cannot("look at", k_time_namespace);
}

/// Who may use the database, and so the file: its owner, and its group if it is shared with that.
struct Sharing {
    uid_t owner = geteuid();
    gid_t group = getegid();
    mode_t mode = k_mode_private;
    std::uint64_t database = 0;  // tells it from others that have had its name; 0: there is none

    bool is_shared() const { return mode == k_mode_shared; }
};

Sharing sharing_of(const std::string& database_path) {
    struct stat file {};
    if (lstat(database_path.c_str(), &file) == 0)
        return {file.st_uid, file.st_gid, file.st_mode & k_mode_shared, file.st_ino ^ (file.st_dev << 32U)};
    if (errno == ENOENT || errno == ENOTDIR) return {};
    throw cannot("look at", database_path);
}

/// What a mapped_region takes for a file.
class Mappable {
public:
    explicit Mappable(int file) : file_(file) {}
    boost::interprocess::mapping_handle_t get_mapping_handle() const {
        return boost::interprocess::ipcdetail::mapping_handle_from_file_handle(file_);
    }

private:
    int file_;
};

boost::interprocess::mapped_region map_whole(int file, std::size_t bytes, const std::string& path) {
    try {
        return {Mappable(file), boost::interprocess::read_write, 0, bytes};
    } catch (const boost::interprocess::interprocess_exception& exception) {
        throw unavailable("cannot map " + in_quotes(path) + ": " + exception.what());
    }
}

void random_bytes(void* bytes, std::size_t size) {
    if (getrandom(bytes, size, 0) != static_cast<ssize_t>(size)) throw unavailable("there are no random numbers");
}

/// A new file with a name of its own beside the one that it is meant for; removed unless it was renamed.
class Draft {
public:
    explicit Draft(const std::string& meant_for)
        : path_(meant_for + ".new-" + std::to_string(getpid()) + "-" + chance()),
          file_(open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, k_mode_private)) {
        if (!file_.is_open()) throw cannot("create a file beside", meant_for);
        flock(file_.get(), LOCK_EX | LOCK_NB);  // says that its maker lives; one that comes too late finds it removed
    }
    ~Draft() { unlink(path_.c_str()); }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    const std::string& path() const { return path_; }
    int file() const { return file_.get(); }

private:
    static std::string chance() {
        std::uint64_t number = 0;
        random_bytes(&number, sizeof number);
        return std::to_string(number);
    }

    std::string path_;
    FileDescriptor file_;
};

}  // namespace

/// The file of one database in this boot, and what lies beside it.
class Files {
public:
    explicit Files(const Options& options)
        : options_(options),
          boot_(this_boot()),
          namespace_(time_namespace()),
          sharing_(sharing_of(options.database_path)),
          path_(options.database_path + "-limit-" + std::to_string(k_layout_version) + "-" + short_boot()) {}

    const std::string& path() const { return path_; }

    /// The file, checked but for its contents.
    FileDescriptor find_or_make() const {
        for (int attempt = 0; attempt < k_attempts_max; ++attempt) {
            FileDescriptor file(open(path_.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
            if (file.is_open() && is_usable(file.get(), path_)) return file;
            if (file.is_open()) continue;
            if (errno == ELOOP) throw unsafe(path_, "is a symbolic link");
            if (errno != ENOENT) throw cannot("open", path_);
            make();
        }
        throw unavailable(in_quotes(path_) + " is removed again and again");
    }

    /// Throws unless the header of a file of so many bytes is right.
    void check(const Header& header, std::size_t bytes) const {
        if (header.magic != k_magic) throw unsafe(path_, "is no file of the limiter");
        if (header.version != k_layout_version || header.boot_id != boot_)
            throw unsafe(path_, "was made by another version or before the machine was started");
        if (header.capacity < 2 || !std::has_single_bit(header.capacity) || bytes != file_bytes(header.capacity))
            throw unsafe(path_, "does not have its size");
        if (header.time_namespace != namespace_)
            throw unavailable("this process is in another time namespace than the one that made " + in_quotes(path_),
                              "run bankctl where the others run");
    }

    /// Says beside the database that a file was made in this boot.
    void mark(Header& header) const {
        if (header.is_marked.load() != 0) return;
        for (int attempt = 0; !is_marked_in_this_boot(); ++attempt) {
            const Draft draft(mark_path());
            if (write(draft.file(), boot_.data(), boot_.size()) != static_cast<ssize_t>(boot_.size()))
                throw cannot("write", mark_path());
            share(draft.file(), mark_path());
            if (rename(draft.path().c_str(), mark_path().c_str()) == 0) break;
            if (errno != ENOENT || attempt == k_attempts_max) throw cannot("name", mark_path());
        }
        header.is_marked.store(1);
    }

    std::uint64_t database() const { return sharing_.database; }

private:
    std::string mark_path() const { return options_.database_path + "-boot"; }

    /// The first digits of the boot's number.
    std::string short_boot() const {
        std::string digits;
        for (const char c : boot_) {
            if (c != '-' && digits.size() < k_boot_digits) digits += c;
        }
        return digits;
    }

    /// False if it was removed meanwhile. Its owner makes it as open as the database is now.
    bool is_usable(int file, const std::string& path) const {
        struct stat found {};
        if (fstat(file, &found) != 0) throw cannot("look at", path);
        if (found.st_nlink == 0) return false;
        if (!S_ISREG(found.st_mode)) throw unsafe(path, "is not a regular file");
        if (found.st_nlink != 1) throw unsafe(path, "has more than one hard link");
        const bool is_by_group = sharing_.is_shared() && found.st_gid == sharing_.group;
        if (found.st_uid != sharing_.owner && !is_by_group) throw unsafe(path, "belongs to another user");
        const mode_t mode = found.st_mode & k_mode_mask;
        const bool was_shared = mode == k_mode_shared && found.st_uid == geteuid();
        if ((mode & ~sharing_.mode) != 0 && !was_shared) throw unsafe(path, "can be used by more than the database");
        if (mode != sharing_.mode && found.st_uid == geteuid()) share(file, path);
        return true;
    }

    /// Gives a file to whoever may use the database. What is not allowed is left: who cannot use it will say so.
    void share(int file, const std::string& path) const {
        const uid_t owner = geteuid() == 0 ? sharing_.owner : static_cast<uid_t>(-1);
        if (fchown(file, owner, sharing_.group) != 0 && errno != EPERM) throw cannot("share", path);
        if (fchmod(file, sharing_.mode) != 0 && errno != EPERM) throw cannot("share", path);
    }

    /// Fills a file and gives it the name, unless somebody else's has it by then.
    void make() const {
        const Draft draft(path_);
        fill(draft.file(), draft.path());
        reached(Place::file_written);
        if (renameat2(AT_FDCWD, draft.path().c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0) {
            reached(Place::file_named);
            remove_others();
        } else if (errno != EEXIST && errno != ENOENT) {
            throw cannot("name", path_);
        }
    }

    void fill(int file, const std::string& draft) const {
        const std::uint32_t capacity = options_.capacity == 0 ? k_capacity : options_.capacity;
        const std::size_t bytes = file_bytes(capacity);
        share(file, draft);
        if (const int failure = posix_fallocate(file, 0, static_cast<off_t>(bytes)); failure != 0) {
            errno = failure;
            throw cannot("fill", draft);
        }
        const auto region = map_whole(file, k_header_bytes, draft);
        Header& header = *parts_of(region.get_address(), capacity).header;
        header.magic = k_magic;
        header.version = k_layout_version;
        header.capacity = capacity;
        header.boot_id = boot_;
        header.time_namespace = namespace_;
        random_bytes(header.secret.data(), header.secret.size());
        header.began_ns = is_marked_in_this_boot() ? options_.now_ns() : 0;
    }

    /// Whoever may not look has to take it for marked.
    bool is_marked_in_this_boot() const {
        const FileDescriptor file(open(mark_path().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        if (!file.is_open() && errno == EACCES) return true;
        if (!file.is_open() && errno == ELOOP) throw unsafe(mark_path(), "is a symbolic link");
        if (!file.is_open() && errno != ENOENT) throw cannot("read", mark_path());
        BootId marked{};
        return file.is_open() && is_usable(file.get(), mark_path()) &&
               pread(file.get(), marked.data(), marked.size(), 0) > 0 && marked == boot_;
    }

    /// Removes files of other boots and versions, and what killed makers left.
    void remove_others() const {
        const std::string& database = options_.database_path;
        const std::size_t slash = database.rfind('/');
        const std::string folder = slash == std::string::npos ? "./" : database.substr(0, slash + 1);
        const std::string prefix = slash == std::string::npos ? database : database.substr(slash + 1);
        const std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir(folder.c_str()), closedir);
        if (!entries) return;
        while (const dirent* const entry = readdir(entries.get())) {
            const std::string_view name = entry->d_name;
            if (!name.starts_with(prefix) || !is_ours(name.substr(prefix.size())) || path_.ends_with(name)) continue;
            const std::string other = folder + std::string(name);
            const FileDescriptor file(open(other.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
            if (file.is_open() && flock(file.get(), LOCK_EX | LOCK_NB) == 0) unlink(other.c_str());
        }
    }

    /// Whether a database's name goes on like a file of the limiter, a version and digits of a boot, or like one that
    /// is still being made.
    static bool is_ours(std::string_view ending) {
        const auto take = [&](std::string_view characters, std::size_t most) {
            const std::size_t count = std::min({ending.find_first_not_of(characters), ending.size(), most});
            ending.remove_prefix(count);
            return count;
        };
        if (ending.starts_with("-boot.new-")) return true;
        if (!ending.starts_with("-limit-")) return false;
        ending.remove_prefix(std::string_view("-limit-").size());
        if (take("0123456789", 4) == 0 || take("-", 1) == 0 || take("0123456789abcdef", k_boot_digits) != k_boot_digits)
            return false;
        return ending.empty() || ending.starts_with(".new-");
    }

    void reached(Place place) const {
        if (options_.reached != nullptr) options_.reached(place);
    }

    const Options& options_;
    BootId boot_;
    NamespaceName namespace_;
    Sharing sharing_;
    std::string path_;
};

Segment::Segment(const Options& options) : Segment(Files(options)) {}

Segment::Segment(const Files& files) : path_(files.path()), file_(files.find_or_make()) {
    struct stat found {};
    if (fstat(file_.get(), &found) != 0) throw cannot("look at", path_);
    const auto bytes = static_cast<std::size_t>(found.st_size);
    if (bytes < k_header_bytes) throw unsafe(path_, "is cut short");
    region_ = map_whole(file_.get(), bytes, path_);
    Header& header = *static_cast<Header*>(region_.get_address());
    files.check(header, bytes);
    files.mark(header);
    mapping_ = parts_of(region_.get_address(), header.capacity);
    database_ = files.database();
}

bool Segment::is_removed() const {
    struct stat found {};
    return fstat(file_.get(), &found) != 0 || found.st_nlink == 0;
}

}  // namespace bankctl::shm
