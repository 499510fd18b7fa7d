// What lies in the file that all processes map: a header, a copy of the bank's rules, and two tables of entries, of
// which one is in use. Everything that changes is an atomic word, so that no process can be killed while it holds
// something that another needs.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace bankctl::shm {

using Word = std::atomic<std::uint64_t>;
static_assert(Word::is_always_lock_free && sizeof(Word) == 8, "processes share the words themselves");

inline constexpr std::array<char, 8> k_magic{'B', 'K', 'C', 'T', 'L', 'I', 'M', 'T'};
inline constexpr std::uint32_t k_layout_version = 1;
/// Entries of each table, of which half are used: 2,048 users at once, or a fifth with a window of 25 requests.
inline constexpr std::uint32_t k_capacity = 4'096;
inline constexpr std::size_t k_rule_slots = 2'048;  // one page fault maps them with the header
inline constexpr std::size_t k_rules_max = k_rule_slots / 2;

// As the kernel writes them; of a namespace's name as much as has room, the rest zeros.
using BootId = std::array<char, 36>;
using NamespaceName = std::array<char, 24>;

struct Header {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t capacity;  // a power of two
    BootId boot_id;
    NamespaceName time_namespace;          // of the process that made the file
    std::array<unsigned char, 32> secret;  // nobody can choose names that collide
    std::int64_t began_ns;                 // before it, everybody may have taken all that they are allowed

    alignas(64) Word generation;  // see table.h
    Word compacted_ns;            // when it last moved
    Word used[2];                 // entries of each table, or a few more or less

    alignas(64) Word proposed;  // see rule_cache.h
    Word confirmed;
    Word rules_of;   // the database whose rules they are
    Word is_marked;  // whether it is known beside the database that this file was made
};

struct RuleSlot {
    Word key;     // of the user and class; 0: free
    Word policy;  // packed into one word, so that it is never half changed
};

inline constexpr std::size_t k_cells = 5;
/// A user's name as it is stored: up to 64 bytes, the rest zeros.
using NameWords = std::array<std::uint64_t, 8>;

/// What is known of a user and class. A window of more than k_cells requests goes on in entries of the next keys.
struct Entry {
    Word key;  // 0: free; once set it stays as long as the table is in use
    Word admitted;
    Word refused;
    Word cells[k_cells];            // of a token bucket only the first: see core/model/limit_schedule.h
    Word name[NameWords().size()];  // of the user, for lists; trusted only if it has this key
};
static_assert(sizeof(Entry) == 128);

inline NameWords load_name(const Entry& entry) {
    NameWords words{};
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = entry.name[i].load(std::memory_order_relaxed);
    return words;
}

/// The key of a user's first entry. The upper half tells the user and class, the lower one the policy too, so that a
/// user whose policy changed begins anew. Neither is 0, and the keys that follow leave the upper half as it is.
constexpr std::uint64_t first_key(std::uint32_t user, std::uint32_t user_and_policy) {
    constexpr std::uint32_t k_highest = std::uint32_t{1} << 31;
    return std::uint64_t{user | k_highest} << 32 | (user_and_policy & ~k_highest);
}
constexpr bool is_same_user(std::uint64_t a, std::uint64_t b) { return a >> 32 == b >> 32; }

/// The first word comes last, and says that the others are there: a name that a kill has cut short is written again by
/// the user's next request.
inline void store_name(Entry& entry, const NameWords& words) {
    if (entry.name[0].load(std::memory_order_relaxed) == words[0]) return;
    for (std::size_t i = words.size(); i-- > 0;) entry.name[i].store(words[i], std::memory_order_release);
}

inline NameWords name_words(std::string_view name) {
    NameWords words{};
    std::memcpy(words.data(), name.data(), std::min(name.size(), sizeof words));
    return words;
}

inline std::string text_of(const NameWords& words) {
    const std::string_view bytes(reinterpret_cast<const char*>(words.data()), sizeof words);
    return std::string(bytes.substr(0, bytes.find('\0')));
}

inline constexpr std::size_t k_header_bytes = 4'096;
static_assert(sizeof(Header) <= k_header_bytes);

constexpr std::size_t file_bytes(std::uint32_t capacity) {
    return k_header_bytes + k_rule_slots * sizeof(RuleSlot) + std::size_t{2} * capacity * sizeof(Entry);
}

/// The parts of a mapped file.
struct Mapping {
    Header* header;
    RuleSlot* rules;
    Entry* tables[2];
};

inline Mapping parts_of(void* file, std::uint32_t capacity) {
    auto* const bytes = static_cast<std::byte*>(file);
    auto* const entries = reinterpret_cast<Entry*>(bytes + k_header_bytes + k_rule_slots * sizeof(RuleSlot));
    return {reinterpret_cast<Header*>(bytes),
            reinterpret_cast<RuleSlot*>(bytes + k_header_bytes),
            {entries, entries + capacity}};
}

}  // namespace bankctl::shm
