#include "core/courier/spool_courier.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/base/error.h"
#include "core/base/file_descriptor.h"
#include "core/base/text.h"
#include "core/courier/letter_document.h"

namespace bankctl::courier {
namespace {

/// True once all of it is written and synced.
bool write_whole(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return fsync(file) == 0;
}

class SpoolCourier final : public port::Courier {
public:
    explicit SpoolCourier(std::string folder) : folder_(std::move(folder)) {
        if (!opened().is_open()) throw Failure(Error(ErrorCode::output_failed, failure("open the folder")));
    }

    std::optional<std::string> deliver(const port::Letter& letter) override {
        const FileDescriptor folder = opened();
        if (!folder.is_open()) return failure("open the folder");
        const std::string name = notification_id(letter.id) + "." + letter.bank + ".json";
        const std::string draft = "." + name;
        // Nobody else writes this name: a bank has one deliverer at a time. What a killed one left goes.
        unlinkat(folder.get(), draft.c_str(), 0);
        const FileDescriptor file(openat(folder.get(), draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
        if (!file.is_open()) return failure("write into the folder");
        if (!write_whole(file.get(), letter_document(letter)) ||
            renameat(folder.get(), draft.c_str(), folder.get(), name.c_str()) != 0) {
            const std::string why = failure("write into the folder");
            unlinkat(folder.get(), draft.c_str(), 0);
            return why;
        }
        if (fsync(folder.get()) != 0) return failure("sync the folder");
        return std::nullopt;
    }

private:
    FileDescriptor opened() const { return FileDescriptor(open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)); }
    std::string failure(const std::string& what) const {
        return "cannot " + what + " " + in_quotes(folder_) + ": " + std::strerror(errno);  // NOLINT: one thread
    }

    std::string folder_;
};

}  // namespace

std::unique_ptr<port::Courier> make_spool_courier(std::string folder) {
    return std::make_unique<SpoolCourier>(std::move(folder));
}

}  // namespace bankctl::courier
