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

    bool is_shared() const { return (mode & 0060) == 0060; }
};

Sharing sharing_of(const std::string& database_path) {
    struct stat file {};
    if (lstat(database_path.c_str(), &file) == 0) return {file.st_uid, file.st_gid, file.st_mode & 0660};
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

}  // namespace

/// The file of one database in this boot, and what lies beside it.
class Files {
public:
    explicit Files(const Options& options)
        : options_(options),
          boot_(this_boot()),
          namespace_(time_namespace()),
          sharing_(sharing_of(options.database_path)),
          prefix_(options.database_path + "-limit-"),
          path_(prefix_ + std::to_string(k_layout_version) + "-" + short_boot()) {}

    const std::string& path() const { return path_; }

    /// The file, checked but for its contents.
    FileDescriptor find_or_make() const {
        for (int attempt = 0; attempt < k_attempts_max; ++attempt) {
            FileDescriptor file(open(path_.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
            if (file.is_open() && is_usable(file.get())) return file;
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
        if (!std::has_single_bit(header.capacity) || bytes != file_bytes(header.capacity))
            throw unsafe(path_, "does not have its size");
        if (header.time_namespace != namespace_)
            throw unavailable("this process is in another time namespace than the one that made " + in_quotes(path_),
                              "run bankctl where the others run");
    }

    /// Says beside the database that a file was made in this boot.
    void mark(Header& header) const {
        if (header.is_marked.load() != 0) return;
        const FileDescriptor file(
            open(mark_path().c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, k_mode_private));
        if (!file.is_open() || pwrite(file.get(), boot_.data(), boot_.size(), 0) != static_cast<ssize_t>(boot_.size()))
            throw cannot("write", mark_path());
        share(file.get(), mark_path());
        header.is_marked.store(1);
    }

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

    /// False if it was removed meanwhile.
    bool is_usable(int file) const {
        struct stat found {};
        if (fstat(file, &found) != 0) throw cannot("look at", path_);
        if (found.st_nlink == 0) return false;
        if (!S_ISREG(found.st_mode)) throw unsafe(path_, "is not a regular file");
        if (found.st_nlink != 1) throw unsafe(path_, "has more than one hard link");
        const bool is_by_group = sharing_.is_shared() && found.st_gid == sharing_.group;
        if (found.st_uid != sharing_.owner && !is_by_group) throw unsafe(path_, "belongs to another user");
        if ((found.st_mode & k_mode_mask & ~sharing_.mode) != 0)
            throw unsafe(path_, "can be used by more than the database");
        if ((found.st_mode & k_mode_mask) != sharing_.mode && found.st_uid == geteuid()) share(file, path_);
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
        std::uint64_t chance = 0;
        random_bytes(&chance, sizeof chance);
        const std::string draft = path_ + ".new-" + std::to_string(getpid()) + "-" + std::to_string(chance);
        const FileDescriptor file(
            open(draft.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, k_mode_private));
        if (!file.is_open()) throw cannot("create", draft);
        const std::unique_ptr<const std::string, void (*)(const std::string*)> removal(
            &draft, [](const std::string* path) { unlink(path->c_str()); });
        if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) return;  // taken for a dead maker's: tried again
        fill(file.get(), draft);
        reached(Place::file_written);
        if (renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0) {
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

    bool is_marked_in_this_boot() const {
        const FileDescriptor file(open(mark_path().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
        if (!file.is_open() && errno != ENOENT) throw cannot("read", mark_path());
        BootId marked{};
        return file.is_open() && pread(file.get(), marked.data(), marked.size(), 0) > 0 && marked == boot_;
    }

    /// Removes files of other boots and versions, and what killed makers left.
    void remove_others() const {
        const std::size_t slash = prefix_.rfind('/');
        const std::string folder = slash == std::string::npos ? "./" : prefix_.substr(0, slash + 1);
        const std::string prefix = slash == std::string::npos ? prefix_ : prefix_.substr(slash + 1);
        const std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir(folder.c_str()), closedir);
        if (!entries) return;
        while (const dirent* const entry = readdir(entries.get())) {
            const std::string_view name = entry->d_name;
            if (!name.starts_with(prefix) || !is_ours(name.substr(prefix.size()))) continue;
            const std::string other = folder + std::string(name);
            if (path_.ends_with(name)) continue;
            const FileDescriptor file(open(other.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
            if (file.is_open() && flock(file.get(), LOCK_EX | LOCK_NB) == 0) unlink(other.c_str());
        }
    }

    /// Whether a name ends like a file of the limiter: a version, twelve digits of a boot, perhaps still being made.
    static bool is_ours(std::string_view ending) {
        const auto take = [&](std::string_view characters, std::size_t most) {
            const std::size_t count = std::min({ending.find_first_not_of(characters), ending.size(), most});
            ending.remove_prefix(count);
            return count;
        };
        if (take("0123456789", 4) == 0 || take("-", 1) == 0 || take("0123456789abcdef", k_boot_digits) != k_boot_digits)
            return false;
        return ending.empty() || ending.starts_with(".new-");
    }

    static void random_bytes(void* bytes, std::size_t size) {
        if (getrandom(bytes, size, 0) != static_cast<ssize_t>(size)) throw unavailable("there are no random numbers");
    }

    void reached(Place place) const {
        if (options_.reached != nullptr) options_.reached(place);
    }

    const Options& options_;
    BootId boot_;
    NamespaceName namespace_;
    Sharing sharing_;
    std::string prefix_;
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
}

bool Segment::is_removed() const {
    struct stat found {};
    return fstat(file_.get(), &found) != 0 || found.st_nlink == 0;
}

}  // namespace bankctl::shm
