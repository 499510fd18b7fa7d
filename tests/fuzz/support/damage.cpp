#include "tests/fuzz/support/damage.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace bankctl::fuzz {
namespace {

constexpr std::size_t k_instruction_bytes = 8;
constexpr std::size_t k_bytes_max = 4;
constexpr std::size_t k_near = 4;

std::size_t byte_at(std::string_view bytes, std::size_t i) { return static_cast<unsigned char>(bytes[i]); }

std::vector<std::size_t> telling_places(std::string_view file) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < file.size(); ++i) {
        const std::size_t begin = i - std::min(i, k_near);
        const std::string_view around = file.substr(begin, 2 * k_near + 1);
        if (around.find_first_not_of('\0') != std::string_view::npos) places.push_back(i);
    }
    return places;
}

void overwrite(std::string& file, const std::vector<std::size_t>& places, std::size_t where, std::string_view bytes) {
    if (places.empty()) return;
    std::size_t place = places[where % places.size()];
    for (const char c : bytes) {
        if (place < file.size()) file[place++] = c;
    }
}

/// The running checksum of a log (section 4.4 of SQLite's file format), over words in big or little end first.
class Checksum {
public:
    explicit Checksum(bool is_big_endian) : is_big_endian_(is_big_endian) {}

    void add(std::string_view bytes) {
        for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
            first_ += word(bytes, i) + second_;
            second_ += word(bytes, i + 4) + first_;
        }
    }
    void write(std::string& log, std::size_t at) const {
        for (std::size_t i = 0; i < 4; ++i) {
            log[at + i] = static_cast<char>(first_ >> (24 - 8 * i));
            log[at + 4 + i] = static_cast<char>(second_ >> (24 - 8 * i));
        }
    }

private:
    std::uint32_t word(std::string_view bytes, std::size_t at) const {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            value = value << 8 | static_cast<std::uint32_t>(byte_at(bytes, at + (is_big_endian_ ? i : 3 - i)));
        return value;
    }

    bool is_big_endian_;
    std::uint32_t first_ = 0;
    std::uint32_t second_ = 0;
};

void make_checksums_right(std::string& log) {
    constexpr std::size_t k_header_bytes = 32;
    constexpr std::size_t k_frame_header_bytes = 24;
    constexpr std::size_t k_page_bytes = 4096;
    if (log.size() < k_header_bytes) return;
    Checksum checksum((byte_at(log, 3) & 1) != 0);
    checksum.add(std::string_view(log).substr(0, 24));
    checksum.write(log, 24);
    for (std::size_t frame = k_header_bytes; frame + k_frame_header_bytes + k_page_bytes <= log.size();
         frame += k_frame_header_bytes + k_page_bytes) {
        checksum.add(std::string_view(log).substr(frame, 8));
        checksum.add(std::string_view(log).substr(frame + k_frame_header_bytes, k_page_bytes));
        checksum.write(log, frame + 16);
    }
}

}  // namespace

Damage::Damage(BankFiles sound)
    : sound_(std::move(sound)),
      database_places_(telling_places(sound_.database)),
      log_places_(telling_places(sound_.log)) {}

BankFiles Damage::apply(std::string_view instructions) const {
    BankFiles files = sound_;
    bool has_right_checksums = false;
    for (; instructions.size() >= k_instruction_bytes; instructions.remove_prefix(k_instruction_bytes)) {
        const std::size_t where = byte_at(instructions, 1) | byte_at(instructions, 2) << 8;
        const std::size_t choice = byte_at(instructions, 3);
        const std::string_view bytes = instructions.substr(4, 1 + choice % k_bytes_max);
        switch (byte_at(instructions, 0) % 4) {
            case 0: overwrite(files.database, database_places_, where, bytes); break;
            case 2: has_right_checksums = true; [[fallthrough]];
            case 1: overwrite(files.log, log_places_, where, bytes); break;
            default: {
                std::string& file = choice % 2 == 0 ? files.log : files.database;
                file.resize(file.size() * where / 65'536);
            }
        }
    }
    if (has_right_checksums) make_checksums_right(files.log);
    return files;
}

}  // namespace bankctl::fuzz
