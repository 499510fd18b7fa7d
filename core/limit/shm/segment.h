// The mapped file itself: found, checked, and made if there is none.
//
// Its name says the layout's version and the boot, PATH-limit-1-1a90d129ece8, so that a file of another version or of
// before a reboot is never found, and one is only ever made where there is none: it is filled under a name of its own
// and then given the right one, which of many only the first can do. A file beside it, PATH-boot, says in which boot
// one was made last: whoever finds none although there has been one begins with empty buckets.
#pragma once

#include <string>

#include <boost/interprocess/mapped_region.hpp>

#include "core/base/file_descriptor.h"
#include "core/limit/shm/layout.h"
#include "core/limit/shm/shm_limiter.h"

namespace bankctl::shm {

class Files;

class Segment {
public:
    /// Throws Failure with `limiter_unavailable`.
    explicit Segment(const Options& options);

    const Mapping& mapping() const { return mapping_; }
    int file() const { return file_.get(); }
    const std::string& path() const { return path_; }
    /// Tells the database from others that have had its path; 0: there is none yet.
    std::uint64_t database() const { return database_; }
    /// Whether somebody removed the file since, so that others use another one.
    bool is_removed() const;

private:
    explicit Segment(const Files& files);

    std::string path_;
    FileDescriptor file_;
    boost::interprocess::mapped_region region_;
    Mapping mapping_;
    std::uint64_t database_ = 0;
};

}  // namespace bankctl::shm
