#include "core/model/journal.h"

#include <bit>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/failure.h"
#include "tests/support/fake_clock.h"

namespace bankctl::test {
namespace {

/// An entry whose every field has a value of its own.
JournalEntry full_entry() {
    JournalEntry entry;
    entry.seq = Seq{42};
    entry.kind = EntryKind::transfer;
    entry.posted_at = k_start;
    entry.effective_at = Timestamp{k_start.us - 5};
    entry.user = "ops";
    entry.uid = 1000;
    entry.key = "k1";
    entry.memo = "rent";
    entry.detail = "{}";
    entry.expires_at = Timestamp{k_start.us + 5};
    entry.amount_minor = 1234;
    entry.of = Seq{7};
    entry.debit = Leg{Seq{3}, 5, -100, Seq{30}, Seq{20}};
    entry.credit = Leg{Seq{4}, 6, 100, Seq{31}, Seq{21}};
    return entry;
}

Digest hash_of(const JournalEntry& entry, const Digest& previous = {}) { return hash_entry(previous, entry); }

struct Alteration {
    const char* field;
    std::function<void(JournalEntry&)> apply;
};

const std::vector<Alteration> k_alterations = {
    {"seq", [](JournalEntry& e) { e.seq = Seq{43}; }},
    {"kind", [](JournalEntry& e) { e.kind = EntryKind::credit; }},
    {"posted_at", [](JournalEntry& e) { ++e.posted_at.us; }},
    {"effective_at", [](JournalEntry& e) { ++e.effective_at->us; }},
    {"effective_at none", [](JournalEntry& e) { e.effective_at.reset(); }},
    {"effective_at zero", [](JournalEntry& e) { e.effective_at = Timestamp{0}; }},
    {"user", [](JournalEntry& e) { e.user = "opt"; }},
    {"user empty", [](JournalEntry& e) { e.user.clear(); }},
    {"uid", [](JournalEntry& e) { e.uid = 1001; }},
    {"key", [](JournalEntry& e) { e.key = "k2"; }},
    {"key none", [](JournalEntry& e) { e.key.reset(); }},
    {"key empty", [](JournalEntry& e) { e.key = ""; }},
    {"memo", [](JournalEntry& e) { e.memo = "rent "; }},
    {"memo none", [](JournalEntry& e) { e.memo.reset(); }},
    {"memo empty", [](JournalEntry& e) { e.memo = ""; }},
    {"detail", [](JournalEntry& e) { e.detail = "[]"; }},
    {"detail none", [](JournalEntry& e) { e.detail.reset(); }},
    {"detail empty", [](JournalEntry& e) { e.detail = ""; }},
    {"expires_at", [](JournalEntry& e) { --e.expires_at->us; }},
    {"expires_at none", [](JournalEntry& e) { e.expires_at.reset(); }},
    {"amount", [](JournalEntry& e) { e.amount_minor = 1235; }},
    {"amount negative", [](JournalEntry& e) { e.amount_minor = -1234; }},
    {"of", [](JournalEntry& e) { e.of = Seq{8}; }},
    {"of none", [](JournalEntry& e) { e.of = Seq{}; }},
    {"debit none", [](JournalEntry& e) { e.debit.reset(); }},
    {"debit account", [](JournalEntry& e) { e.debit->account = Seq{2}; }},
    {"debit version", [](JournalEntry& e) { ++e.debit->version; }},
    {"debit balance", [](JournalEntry& e) { ++e.debit->balance_minor; }},
    {"debit previous", [](JournalEntry& e) { e.debit->previous = Seq{29}; }},
    {"debit jump", [](JournalEntry& e) { e.debit->jump = Seq{19}; }},
    {"credit none", [](JournalEntry& e) { e.credit.reset(); }},
    {"credit account", [](JournalEntry& e) { e.credit->account = Seq{2}; }},
    {"credit version", [](JournalEntry& e) { ++e.credit->version; }},
    {"credit balance", [](JournalEntry& e) { ++e.credit->balance_minor; }},
    {"credit previous", [](JournalEntry& e) { e.credit->previous = Seq{29}; }},
    {"credit jump", [](JournalEntry& e) { e.credit->jump = Seq{19}; }},
    {"legs exchanged", [](JournalEntry& e) { std::swap(e.debit, e.credit); }},
    {"debit leg as credit leg", [](JournalEntry& e) { e.credit = std::exchange(e.debit, std::nullopt); }},
    {"memo moved to key", [](JournalEntry& e) { e.key = std::exchange(e.memo, std::nullopt); }},
    {"a byte moved from key to memo",
     [](JournalEntry& e) {
         e.key = "k";
         e.memo = "1rent";
     }},
};

// The skip links as Myers defines them: a leg jumps over two equal jumps before it, or else one step back.
std::vector<std::int64_t> jumps_by_recurrence(std::int64_t last) {
    std::vector<std::int64_t> jump(static_cast<std::size_t>(last) + 1, 1);
    const auto at = [&](std::int64_t version) -> std::int64_t& { return jump[static_cast<std::size_t>(version)]; };
    for (std::int64_t version = 2; version <= last; ++version) {
        const std::int64_t parent = version - 1;
        const bool are_equal = parent - at(parent) == at(parent) - at(at(parent));
        at(version) = are_equal ? at(at(parent)) : parent;
    }
    return jump;
}

int steps_between(std::int64_t from, std::int64_t to) {
    int steps = 0;
    for (; from != to; ++steps) from = jump_version(from) >= to ? jump_version(from) : from - 1;
    return steps;
}

/// Myers' bound for a stack of n elements: 3⌊lg(n + 1)⌋ − 2.
int most_steps(std::int64_t n) {
    const auto bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(n + 1)));
    return 3 * (bits - 1) - 2;
}

}  // namespace

TEST_CASE("an entry's hash depends on each of its fields") {
    const JournalEntry entry = full_entry();
    std::set<Digest> hashes{hash_of(entry)};
    for (const auto& [field, apply] : k_alterations) {
        JournalEntry altered = entry;
        apply(altered);
        CAPTURE(field);
        CHECK(hashes.insert(hash_of(altered)).second);  // unlike the original's and every other alteration's
    }
}

TEST_CASE("an entry's hash depends on the hash before it, and not on itself") {
    const JournalEntry entry = full_entry();
    for (std::size_t byte = 0; byte < Digest{}.size(); ++byte) {
        Digest previous{};
        previous[byte] = 1;
        CHECK(hash_of(entry, previous) != hash_of(entry));
    }
    JournalEntry hashed = entry;
    hashed.hash = hash_of(entry);
    CHECK(hash_of(hashed) == hash_of(entry));
}

TEST_CASE("the bytes that are hashed are those that the header documents") {
    // Written out by hand: whoever verifies a journal with other tools depends on exactly this.
    JournalEntry entry;
    entry.seq = Seq{1};
    entry.kind = EntryKind::bank_created;
    entry.posted_at = Timestamp{0x0102};
    entry.user = "u";
    entry.uid = -1;
    entry.detail = "{}";
    const auto eight = [](char high, char next_to_last, char last) {
        return std::string(6, high) + next_to_last + last;
    };
    const auto integer = [&](char last, char next_to_last = 0) { return '\1' + eight(0, next_to_last, last); };
    const auto text = [&](const std::string& bytes) {
        return '\2' + eight(0, 0, static_cast<char>(bytes.size())) + bytes;
    };
    const std::string minus_one = '\1' + std::string(8, '\xFF');
    const std::string absent(1, '\0');
    const std::string preimage = std::string(32, '\0') + integer(1) + integer(1) + integer(2, 1) + absent + text("u") +
                                 minus_one + absent + absent + text("{}") + absent + integer(0) + integer(0);
    CHECK(hash_of(entry) == sha256(preimage + absent + absent));

    entry.debit = Leg{Seq{1}, 2, -1, Seq{3}, Seq{4}};
    const std::string leg = integer(1) + integer(2) + minus_one + integer(3) + integer(4);
    CHECK(hash_of(entry) == sha256(preimage + leg + absent));
}

TEST_CASE("jumps are those of the recurrence") {
    const std::vector<std::int64_t> expected = jumps_by_recurrence(5000);
    for (std::int64_t version = 1; version <= 5000; ++version) {
        if (jump_version(version) != expected[static_cast<std::size_t>(version)]) FAIL("version " << version);
    }
}

TEST_CASE("every earlier version is a logarithmic number of steps away") {
    for (std::int64_t from = 2; from <= 2000; ++from) {
        const int steps_max = most_steps(from);
        for (std::int64_t to = 1; to < from; ++to) {
            if (steps_between(from, to) > steps_max) FAIL(from << " to " << to << ": " << steps_between(from, to));
        }
    }
}

TEST_CASE("long chains are as easy to walk") {
    const std::int64_t from = GENERATE(1'000'000, 1'048'575, 1'048'576, 1'048'577, 999'999'999'999);
    for (std::int64_t to = 1; to < from; to = to * 3 + 1) CHECK(steps_between(from, to) <= most_steps(from));
}

TEST_CASE("kinds have their numbers and names") {
    struct Kind {
        std::int64_t number;
        std::string_view name;
        bool is_transaction;
        bool moves_money;
    };
    const auto& [number, text, transaction, moves] = GENERATE(values<Kind>({
        {1, "bank_created", false, false},   {2, "customer_added", false, false}, {3, "customer_updated", false, false},
        {4, "account_opened", false, false}, {5, "account_frozen", false, false}, {6, "account_unfrozen", false, false},
        {7, "account_closed", false, false}, {8, "limit_set", false, false},      {9, "limit_unset", false, false},
        {10, "limit_reset", false, false},   {15, "loan_applied", false, false},  {16, "opening", true, true},
        {17, "credit", true, true},          {18, "debit", true, true},           {19, "transfer", true, true},
        {20, "hold", true, false},           {21, "capture", true, true},         {22, "release", true, false},
        {23, "reversal", true, true},        {24, "loan_changed", false, false},
    }));
    const std::optional<EntryKind> kind = entry_kind(number);
    REQUIRE(kind);
    CHECK(name(*kind) == text);
    CHECK(is_transaction(*kind) == transaction);
    CHECK(moves_money(*kind) == moves);
    CHECK(transaction_kind(text) == (transaction ? kind : std::nullopt));
}

TEST_CASE("other numbers and names are no kinds") {
    for (const std::int64_t number :
         {INT64_MIN, std::int64_t{-1}, std::int64_t{0}, std::int64_t{25}, std::int64_t{4294967313}, INT64_MAX})
        CHECK_FALSE(entry_kind(number));
    for (const char* text : {"", "Credit", "credit ", "reverse", "move"}) CHECK_FALSE(transaction_kind(text));
}

TEST_CASE("an entry's leg is found by its account") {
    const JournalEntry entry = full_entry();
    CHECK(leg_on(entry, Seq{3}) == *entry.debit);
    CHECK(leg_on(entry, Seq{4}) == *entry.credit);
    CHECK(failure_code([&] { return leg_on(entry, Seq{5}); }) == ErrorCode::integrity_violation);
}

}  // namespace bankctl::test
