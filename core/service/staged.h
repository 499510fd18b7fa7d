// A small write-back cache: what one unit of work has read and changed, with an undo for the group it is working on.
#pragma once

#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace bankctl {

template <class Key, class Value>
class Staged {
public:
    /// The staged value of `key`, or null. Stays valid until the next put, load or rollback.
    const Value* find(const Key& key) const {
        const auto slot = slots_.find(key);
        return slot == slots_.end() ? nullptr : &slot->second.value;
    }
    /// Keeps a value as the storage has it.
    const Value& load(const Key& key, Value value) {
        return slots_.try_emplace(key, Slot{std::move(value), {}, false}).first->second.value;
    }

    /// Changes a value; the first change since the last flush remembers what the storage has.
    const Value& put(const Key& key, Value value) {
        const auto [slot, is_new] = slots_.try_emplace(key);
        undo_.emplace_back(key, is_new ? std::nullopt : std::optional<Slot>(slot->second));
        if (!is_new && !slot->second.is_dirty) slot->second.stored = std::move(slot->second.value);
        slot->second.value = std::move(value);
        slot->second.is_dirty = true;
        return slot->second.value;
    }

    void keep() { undo_.clear(); }
    void roll_back() {
        for (; !undo_.empty(); undo_.pop_back()) {
            auto& [key, before] = undo_.back();
            if (before) {
                slots_[key] = std::move(*before);
            } else {
                slots_.erase(key);
            }
        }
    }

    /// Calls visit(value, stored) for every changed value, `stored` being null where the storage has none.
    template <class Visit>
    void each_change(Visit visit) const {
        for (const auto& [key, slot] : slots_) {
            if (slot.is_dirty) visit(slot.value, slot.stored ? &*slot.stored : nullptr);
        }
    }
    void clear() {
        slots_.clear();
        undo_.clear();
    }

private:
    struct Slot {
        Value value;
        std::optional<Value> stored;  // as the storage has it, where that is something and the value changed
        bool is_dirty = false;
    };
    std::unordered_map<Key, Slot> slots_;
    std::vector<std::pair<Key, std::optional<Slot>>> undo_;
};

}  // namespace bankctl
