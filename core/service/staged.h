// A small write-back cache: what one unit of work has read and changed, with an undo for the group it is working on.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace bankctl {

template <class Key, class Value>
class Staged {
public:
    /// The staged value of `key`, or null. Stays valid until it is put anew, rolled back or cleared.
    const Value* find(const Key& key) const {
        const auto slot = slots_.find(key);
        return slot == slots_.end() ? nullptr : &slot->second.value;
    }
    /// Keeps a value as the storage has it.
    const Value& load(const Key& key, Value value) {
        return slots_.try_emplace(key, Slot{std::move(value), {}, false}).first->second.value;
    }

    /// A staged value, or one that is new, to be changed. The first change since the storage was last in step remembers
    /// what the storage has.
    Value& change(const Key& key) {
        const auto [found, is_new] = slots_.try_emplace(key);
        Slot& slot = found->second;
        Undo& undo = undo_.emplace_back(Undo{&*found, is_new ? Step::created : Step::changed_again, {}});
        if (!is_new && !slot.is_dirty) {
            undo.step = Step::changed_first;
            slot.stored = slot.value;
        } else if (!is_new) {
            undo.before = slot.value;
        }
        slot.is_dirty = true;
        return slot.value;
    }
    const Value& put(const Key& key, Value value) { return change(key) = std::move(value); }

    void keep() { undo_.clear(); }
    void roll_back() {
        for (; !undo_.empty(); undo_.pop_back()) {
            Undo& undo = undo_.back();
            Slot& slot = undo.entry->second;
            switch (undo.step) {
                case Step::created: slots_.erase(Key(undo.entry->first)); break;
                case Step::changed_first:
                    slot.value = std::move(*slot.stored);
                    slot.stored.reset();
                    slot.is_dirty = false;
                    break;
                case Step::changed_again: slot.value = std::move(*undo.before); break;
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
    /// Takes every change for what the storage has now.
    void saved() {
        for (auto& [key, slot] : slots_) {
            slot.stored.reset();
            slot.is_dirty = false;
        }
        undo_.clear();
    }
    std::size_t size() const { return slots_.size(); }
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
    enum class Step { created, changed_first, changed_again };
    struct Undo {
        std::pair<const Key, Slot>* entry;
        Step step;
        std::optional<Value> before;  // of changed_again; the first change is undone from what is stored
    };
    std::unordered_map<Key, Slot> slots_;
    std::vector<Undo> undo_;
};

}  // namespace bankctl
