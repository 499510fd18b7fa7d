// The entries of all users in two tables, of which one is in use. A table only grows: an entry is found by probing from
// its key's place to the first that is free, so it must stay where it is. When half of the table is taken, whoever
// needs room moves the entries that still matter into the other table.
//
// The generation tells which table is in use: 0, 4, 8 … the first, 2, 6, 10 … the second. It is odd while entries are
// moved. Meanwhile the old table still decides, and whoever charges it writes the same into the new one. Words never
// decrease, so moving an entry means raising the new one to the old, which may be done twice, by two, or half and then
// again. A charge counts only if the generation is the same before and after it; else it is made again, since the entry
// may have been moved before. So nobody is admitted whose charge could be lost, a process that is killed leaves nothing
// to repair, and one that is stopped while it moves entries keeps only others from moving them; until it goes on, a
// table takes more users than half of it. One that is stopped between its last look at the generation and its charge
// may charge whoever has the entry when it goes on: that user once too much, and nobody too little.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/limit/shm/layout.h"
#include "core/limit/shm/shm_limiter.h"
#include "core/model/limit_schedule.h"

namespace bankctl::shm {

class Table {
public:
    /// `file` is the descriptor of the mapped file: its lock keeps two from moving entries at once.
    Table(const Mapping& mapping, int file, const Options& options);

    /// As port::Limiter::take, for the user whose entries begin with `key` and who is called `name`.
    port::Decision take(std::uint64_t key, const NameWords& name, const LimitPolicy& policy, std::int64_t wait_max_ns);
    port::Standing peek(std::uint64_t key, const LimitPolicy& policy) const;
    /// Forgets what the user was charged under any policy; false if somebody moves entries, who may be stopped.
    bool reset(std::uint64_t key);
    /// Makes ready to charge this key: one page fault for writing instead of one for reading and another.
    void touch(std::uint64_t key);
    /// Calls visit(entry) for each entry of the table in use.
    template <class Visit>
    void each_entry(Visit visit) const {
        for (const Entry& entry : entries(current())) {
            if (entry.key.load() != 0) visit(entry);
        }
    }
    std::int64_t used() const { return static_cast<std::int64_t>(mapping_.header->used[current()].load()); }
    std::uint64_t used_max() const { return mapping_.header->capacity / 2; }

private:
    struct Cells;
    struct Charge;
    /// Half of a table is for use. While another moves entries, who may be stopped, it goes on to seven eighths.
    enum class Insert { never, if_room, while_moving, always };
    enum class Move { done, too_soon, by_another };

    std::span<Entry> entries(std::size_t table) const { return {mapping_.tables[table], mapping_.header->capacity}; }
    std::size_t current() const { return mapping_.header->generation.load() / 2 % 2; }
    Entry* find(std::size_t table, std::uint64_t key, Insert insert);
    const Entry* find(std::size_t table, std::uint64_t key) const;
    bool find_all(std::size_t table, std::uint64_t key, std::size_t count, Insert insert, Cells& cells);
    Charge charge(Cells& cells, std::uint64_t generation, const LimitPolicy& policy, std::int64_t now_ns,
                  std::int64_t wait_max_ns);
    bool raise(std::size_t table, std::uint64_t key, std::size_t cell, std::uint64_t word);
    Move move_entries(std::int64_t now_ns);
    Move move_locked(std::int64_t now_ns);
    std::uint64_t room(Insert insert) const;
    bool move_entry(const Entry& entry, std::size_t to, std::int64_t now_ns);
    port::Decision no_room(std::size_t table, std::size_t needed, std::int64_t now_ns) const;
    std::int64_t effective(const LimitPolicy& policy, std::uint64_t word) const;
    void reached(Place place) const {
        if (options_.reached != nullptr) options_.reached(place);
    }

    Mapping mapping_;
    int file_;
    Options options_;
};

}  // namespace bankctl::shm
