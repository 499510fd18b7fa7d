#include "core/limit/shm/table.h"

#include <sys/file.h>

#include <algorithm>
#include <array>

namespace bankctl::shm {
namespace {

/// Between two moves, so that many new users at a full table do not keep everybody moving.
constexpr std::int64_t k_move_interval_ns = 100'000'000;
constexpr std::size_t k_entries_max = (k_sliding_window_rate_max + k_cells - 1) / k_cells;
constexpr int k_attempts_max = 20;  // that a moving table may cost a charge, before it is refused

std::size_t cells_of(const LimitPolicy& policy) {
    return policy.algorithm == LimitAlgorithm::sliding_window ? static_cast<std::size_t>(policy.rate) : 1;
}

std::size_t entries_of(const LimitPolicy& policy) { return (cells_of(policy) + k_cells - 1) / k_cells; }

/// When the entry no longer matters: all that it remembers has passed.
std::uint64_t end_of(const Entry& entry) {
    std::uint64_t end = 0;
    for (const Word& cell : entry.cells) end = std::max(end, cell.load());
    return end;
}

void raise_word(Word& word, std::uint64_t value) {
    std::uint64_t seen = word.load();
    while (seen < value && !word.compare_exchange_weak(seen, value)) {
    }
}

void count(Word& counter) { counter.fetch_add(1, std::memory_order_relaxed); }

std::chrono::nanoseconds ns(std::int64_t count) { return std::chrono::nanoseconds(count); }

port::Standing standing_of(const LimitStanding& standing) {
    return {standing.remaining, ns(standing.next_in_ns), ns(standing.full_in_ns)};
}

/// Held by whoever moves entries; the kernel frees it when its holder dies.
class MoveLock {
public:
    explicit MoveLock(int file) : file_(file), is_held_(flock(file, LOCK_EX | LOCK_NB) == 0) {}
    ~MoveLock() {
        if (is_held_) flock(file_, LOCK_UN);
    }
    MoveLock(const MoveLock&) = delete;
    MoveLock& operator=(const MoveLock&) = delete;

    bool is_held() const { return is_held_; }

private:
    int file_;
    bool is_held_;
};

}  // namespace

/// The entries of one user in one table; null where there is none.
struct Table::Cells {
    std::array<Entry*, k_entries_max> entries;  // only those that the policy needs are set: zeros would cost a fifth

    Word& at(std::size_t cell) { return entries[cell / k_cells]->cells[cell % k_cells]; }
};

struct Table::Charge {
    bool is_admitted = false;
    std::int64_t delay_ns = 0;
    std::size_t cell = 0;
    std::uint64_t word = 0;
    LimitStanding after;
};

Table::Table(const Mapping& mapping, int file, const Options& options)
    : mapping_(mapping), file_(file), options_(options) {}

/// What a word stands for: when the file was made, everybody may have been exhausted.
std::int64_t Table::effective(const LimitPolicy& policy, std::uint64_t word) const {
    return std::max(static_cast<std::int64_t>(word), word_when_exhausted(policy, mapping_.header->began_ns));
}

/// How many entries of a table may be used for one more to be taken.
std::uint64_t Table::room(Insert insert) const {
    const std::uint64_t capacity = mapping_.header->capacity;
    switch (insert) {
        case Insert::never: return 0;
        case Insert::if_room: return used_max();
        case Insert::while_moving: return capacity - capacity / 8;
        case Insert::always: break;
    }
    return capacity;
}

Entry* Table::find(std::size_t table, std::uint64_t key, Insert insert) {
    const std::span<Entry> all = entries(table);
    Word& used = mapping_.header->used[table];
    for (std::size_t i = 0; i < all.size(); ++i) {
        Entry& entry = all[(key + i) & (all.size() - 1)];
        std::uint64_t found = entry.key.load();
        if (found == key) return &entry;
        if (found != 0) continue;
        if (insert != Insert::always && used.load() >= room(insert)) return nullptr;
        used.fetch_add(1);  // first, so that a kill makes the table seem fuller and not emptier
        if (entry.key.compare_exchange_strong(found, key)) {
            reached(Place::entry_claimed);
            return &entry;
        }
        used.fetch_sub(1);
        if (found == key) return &entry;
    }
    return nullptr;
}

const Entry* Table::find(std::size_t table, std::uint64_t key) const {
    return const_cast<Table*>(this)->find(table, key, Insert::never);
}

bool Table::find_all(std::size_t table, std::uint64_t key, std::size_t count, Insert insert, Cells& cells) {
    for (std::size_t i = 0; i < count; ++i) {
        cells.entries[i] = find(table, key + i, insert);
        if (cells.entries[i] == nullptr) return false;
    }
    return true;
}

/// Charges the cells of a table that decides. What others charge meanwhile is seen by comparing before writing.
Table::Charge Table::charge(Cells& cells, std::uint64_t generation, const LimitPolicy& policy, std::int64_t now_ns,
                            std::int64_t wait_max_ns) {
    const bool is_window = policy.algorithm == LimitAlgorithm::sliding_window;
    std::array<std::int64_t, k_sliding_window_rate_max> words;
    for (;;) {
        Charge charge;
        std::uint64_t stored = cells.at(0).load();
        if (is_window) {
            for (std::size_t i = 0; i < cells_of(policy); ++i) {
                const std::uint64_t word = cells.at(i).load();
                words[i] = effective(policy, word);
                if (words[i] < words[charge.cell] || i == 0) {
                    charge.cell = i;
                    stored = word;
                }
            }
        }
        const std::int64_t word_ns = effective(policy, stored);
        const LimitSlot slot =
            is_window ? sliding_window_slot(policy, word_ns, now_ns) : token_bucket_slot(policy, word_ns, now_ns);
        charge.delay_ns = slot.begins_ns - now_ns;
        charge.is_admitted = charge.delay_ns <= wait_max_ns;
        charge.word = static_cast<std::uint64_t>(slot.word_ns);
        // Once entries have moved, these may be others'. Whoever is stopped right after this look still charges them,
        // but too much and never too little.
        if (charge.is_admitted && mapping_.header->generation.load() != generation) return charge;
        if (charge.is_admitted && !cells.at(charge.cell).compare_exchange_strong(stored, charge.word)) continue;
        if (charge.is_admitted) reached(Place::cell_charged);
        words[is_window ? charge.cell : 0] = charge.is_admitted ? slot.word_ns : word_ns;
        charge.after = is_window ? sliding_window_standing(std::span(words).first(cells_of(policy)), now_ns)
                                 : token_bucket_standing(policy, words[0], now_ns);
        return charge;
    }
}

/// Raises one cell of a user in the table that is being filled.
bool Table::raise(std::size_t table, std::uint64_t key, std::size_t cell, std::uint64_t word) {
    Entry* const entry = find(table, key + cell / k_cells, Insert::always);
    if (entry == nullptr) return false;
    raise_word(entry->cells[cell % k_cells], word);
    return true;
}

port::Decision Table::take(std::uint64_t key, const NameWords& name, const LimitPolicy& policy,
                           std::int64_t wait_max_ns) {
    Word& generation = mapping_.header->generation;
    for (int attempt = 0; attempt < k_attempts_max; ++attempt) {
        const std::uint64_t before = generation.load();
        const std::size_t table = before / 2 % 2;
        const std::int64_t now_ns = options_.now_ns();
        Cells cells;
        if (!find_all(table, key, entries_of(policy), Insert::if_room, cells)) {
            const Move move = move_entries(now_ns);
            if (move == Move::done || generation.load() != before) continue;
            if (move == Move::too_soon || !find_all(table, key, entries_of(policy), Insert::while_moving, cells))
                return no_room(table, entries_of(policy), now_ns);
        }
        const Charge charged = charge(cells, before, policy, now_ns, wait_max_ns);
        if (charged.is_admitted && generation.load() != before) continue;
        if (charged.is_admitted && before % 2 == 1 && !raise(1 - table, key, charged.cell, charged.word))
            return no_room(1 - table, 1, now_ns);
        if (charged.is_admitted && generation.load() != before) continue;
        Entry& entry = *cells.entries[0];
        count(charged.is_admitted ? entry.admitted : entry.refused);
        store_name(entry, name);
        return {charged.is_admitted, ns(charged.delay_ns), false, standing_of(charged.after)};
    }
    return no_room(current(), entries_of(policy), options_.now_ns());
}

port::Standing Table::peek(std::uint64_t key, const LimitPolicy& policy) const {
    const std::size_t table = current();
    const std::int64_t now_ns = options_.now_ns();
    std::array<std::int64_t, k_sliding_window_rate_max> words{};
    const Entry* entry = nullptr;
    for (std::size_t i = 0; i < cells_of(policy); ++i) {
        if (i % k_cells == 0) entry = find(table, key + i / k_cells);
        words[i] = effective(policy, entry == nullptr ? 0 : entry->cells[i % k_cells].load());
    }
    return standing_of(policy.algorithm == LimitAlgorithm::sliding_window
                           ? sliding_window_standing(std::span(words).first(cells_of(policy)), now_ns)
                           : token_bucket_standing(policy, words[0], now_ns));
}

void Table::touch(std::uint64_t key) {
    const std::span<Entry> all = entries(current());
    all[key & (all.size() - 1)].key.fetch_or(0);
}

/// Nobody may move entries meanwhile: what is forgotten could be another user's by then.
bool Table::reset(std::uint64_t key) {
    const MoveLock lock(file_);
    if (!lock.is_held()) return false;
    if (mapping_.header->generation.load() % 2 == 1 && move_locked(options_.now_ns()) != Move::done) return false;
    for (Entry& entry : entries(current())) {
        if (!is_same_user(entry.key.load(), key)) continue;
        reached(Place::entry_found);
        for (Word& cell : entry.cells) cell.store(0);
    }
    return true;
}

/// Makes room: fills the other table with what still matters and puts it in use, or finishes what somebody began who is
/// dead.
Table::Move Table::move_entries(std::int64_t now_ns) {
    const MoveLock lock(file_);
    return lock.is_held() ? move_locked(now_ns) : Move::by_another;
}

Table::Move Table::move_locked(std::int64_t now_ns) {
    Header& header = *mapping_.header;
    std::uint64_t generation = header.generation.load();
    const std::size_t from = generation / 2 % 2;
    const std::size_t to = 1 - from;
    if (generation % 2 == 0) {
        const auto compacted_ns = static_cast<std::int64_t>(header.compacted_ns.load());
        if (compacted_ns != 0 && now_ns - compacted_ns < k_move_interval_ns) return Move::too_soon;
        for (Entry& entry : entries(to)) {
            for (Word* const word : {&entry.key, &entry.admitted, &entry.refused, &entry.name[0]}) word->store(0);
            for (Word& cell : entry.cells) cell.store(0);
        }
        header.used[to].store(0);
        reached(Place::table_cleared);
        header.generation.store(++generation);
        reached(Place::compaction_begun);
    }
    for (const Entry& entry : entries(from)) {
        if (!move_entry(entry, to, now_ns)) return Move::too_soon;
        reached(Place::entry_moved);
    }
    header.compacted_ns.store(static_cast<std::uint64_t>(now_ns));
    header.generation.store(generation + 1);
    return Move::done;
}

/// Returns false if there is no room for it, which the sizes of the tables rule out.
bool Table::move_entry(const Entry& entry, std::size_t to, std::int64_t now_ns) {
    const std::uint64_t key = entry.key.load();
    if (key == 0 || end_of(entry) <= static_cast<std::uint64_t>(now_ns)) return true;
    Entry* const moved = find(to, key, Insert::always);
    if (moved == nullptr) return false;
    for (std::size_t i = 0; i < k_cells; ++i) raise_word(moved->cells[i], entry.cells[i].load());
    store_name(*moved, load_name(entry));
    raise_word(moved->admitted, entry.admitted.load());
    raise_word(moved->refused, entry.refused.load());
    return true;
}

/// Refused for want of room: when will as many entries as are needed have ended, and be moved out?
port::Decision Table::no_room(std::size_t table, std::size_t needed, std::int64_t now_ns) const {
    std::vector<std::uint64_t> ends;
    for (const Entry& entry : entries(table)) {
        const std::uint64_t end = end_of(entry);
        if (entry.key.load() != 0 && end > static_cast<std::uint64_t>(now_ns)) ends.push_back(end);
    }
    std::int64_t room_ns = static_cast<std::int64_t>(mapping_.header->compacted_ns.load()) + k_move_interval_ns;
    if (!ends.empty() && ends.size() + needed > used_max()) {
        const auto last =
            ends.begin() + static_cast<std::ptrdiff_t>(std::min(ends.size() + needed - used_max(), ends.size()) - 1);
        std::ranges::nth_element(ends, last);
        room_ns = std::max(room_ns, static_cast<std::int64_t>(*last));
    }
    // Where there should be room already, somebody else is at it.
    const std::int64_t delay_ns = room_ns > now_ns ? room_ns - now_ns : k_move_interval_ns;
    return {false, ns(delay_ns), true, {0, ns(delay_ns), ns(delay_ns)}};
}

}  // namespace bankctl::shm
