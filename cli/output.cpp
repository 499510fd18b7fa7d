#include "cli/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace bankctl::cli {

void reserve_standard_streams() {
    for (int descriptor = 0; descriptor <= 2; ++descriptor) {
        if (fcntl(descriptor, F_GETFD) >= 0) continue;
        // The lowest free descriptor is this one. Read-only, so that writing to a closed stdout fails as it should.
        if (open("/dev/null", O_RDONLY) != descriptor) return;
    }
}

WriteOutcome write_all(int descriptor, std::string_view bytes, bool (*gives_up)()) {
    while (!bytes.empty()) {
        const ssize_t written = write(descriptor, bytes.data(), bytes.size());
        if (written > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EPIPE) {
            return WriteOutcome::reader_gone;
        } else if (errno != EINTR) {
            return WriteOutcome::failed;
        }
        if (!bytes.empty() && gives_up != nullptr && gives_up()) return WriteOutcome::given_up;
    }
    return WriteOutcome::done;
}

}  // namespace bankctl::cli
