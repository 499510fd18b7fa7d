#include "core/service/verification.h"

#include <map>

#include "core/base/text.h"
#include "core/service/books.h"

namespace bankctl {
namespace {

using port::Check;

constexpr std::int64_t k_entries_staged_max = 4096;
__extension__ using Wide = __int128;  // a sum of altered balances must not overflow

/// A storage that has only the journal: the books that read it must derive all the rest. Accounts, customers, holds,
/// reversals, limit rules, disputes, loans, policies and notifications come from the books' own memory of what they
/// have replayed.
class JournalOnly final : public port::UnitOfWork {
public:
    explicit JournalOnly(port::Snapshot& stored) : stored_(stored) {}

    port::Head head() override { return {}; }
    std::optional<JournalEntry> entry(Seq seq) override { return stored_.entry(seq); }
    std::optional<Seq> keyed(const IdempotencyKey&) override { return std::nullopt; }
    std::optional<Account> account(const AccountId&) override { return std::nullopt; }
    std::optional<Account> account(Seq) override { return std::nullopt; }
    std::vector<Account> accounts_of(Seq) override { return {}; }
    std::optional<Customer> customer(const CustomerId&) override { return std::nullopt; }
    std::optional<Customer> customer(Seq) override { return std::nullopt; }
    std::optional<Hold> hold(Seq) override { return std::nullopt; }
    std::vector<Hold> expiring_holds(Seq) override { return {}; }
    std::vector<Reversal> reversals(Seq) override { return {}; }
    std::optional<LimitRule> limit_rule(const std::string&, LimitClass) override { return std::nullopt; }
    std::optional<Dispute> dispute(Seq) override { return std::nullopt; }
    std::optional<Seq> open_dispute(Seq) override { return std::nullopt; }
    std::vector<Dispute> disputes_of(Seq, std::int64_t) override { return {}; }
    std::optional<Loan> loan(Seq) override { return std::nullopt; }
    std::optional<StoredPolicy> policy(const std::string&) override { return std::nullopt; }
    std::optional<Notification> notification(const NotificationId&) override { return std::nullopt; }
    void scan_entries(Seq after, const port::Visitor<JournalEntry>& visit) override {
        stored_.scan_entries(after, visit);
    }
    void scan_accounts(const AccountId&, const port::Visitor<Account>&) override {}
    void scan_customers(const CustomerId&, const port::Visitor<Customer>&) override {}
    void scan_holds(const port::Visitor<Hold>&) override {}
    void scan_reversals(const port::Visitor<Reversal>&) override {}
    void scan_limit_rules(const port::Visitor<LimitRule>&) override {}
    void scan_disputes(Seq, const port::Visitor<Dispute>&) override {}
    void scan_queue(const DisputeQueue&, const port::Visitor<Dispute>&) override {}
    void scan_loans(Seq, const port::Visitor<Loan>&) override {}
    void scan_loan_queue(const LoanQueue&, const port::Visitor<Loan>&) override {}
    void scan_policies(const port::Visitor<StoredPolicy>&) override {}
    void scan_notifications(const NotificationId&, std::optional<NotificationStatus>,
                            const port::Visitor<Notification>&) override {}
    std::int64_t count_keys() override { return 0; }
    std::vector<Check> self_check() override { return {}; }
    void save(const port::Changes&) override {}

private:
    port::Snapshot& stored_;
};

std::string numbered(const char* what, Seq seq) { return std::string(what) + " " + std::to_string(seq.value); }

std::string named(const char* what, Seq seq) { return numbered(what, seq); }
std::string named(const char*, const NotificationId& id) { return "notification " + notification_id(id); }
std::string named(const char* what, const std::string& sha256) { return what + (" " + in_quotes(sha256)); }

/// Verifies one snapshot, check by check.
class Verifier {
public:
    Verifier(port::Snapshot& stored, const std::function<void(std::int64_t, std::int64_t)>& progress)
        : stored_(stored), progress_(progress), journal_(stored), books_(journal_) {}

    Verification run(const std::optional<Anchor>& anchor) {
        guard("storage", [&] {
            for (Check& check : stored_.self_check()) add(std::move(check));
        });
        guard("chain", [&] { add(check_chain()); });
        guard("state", [&] { add(check_state()); });
        guard("keys", [&] { add(check_keys()); });
        guard("zero_sum", [&] { add(check_zero_sum()); });
        if (anchor) guard("anchor", [&] { add(check_anchor(*anchor)); });
        result_.head = books_.head();
        return result_;
    }

private:
    void add(Check check) {
        result_.is_ok = result_.is_ok && check.ok;
        result_.checks.push_back(std::move(check));
    }

    /// A check that meets unreadable rows has failed; the others are still worth making. What is not about the books,
    /// such as a full disk, ends the command.
    template <class Work>
    void guard(const char* name, Work work) {
        try {
            work();
        } catch (const Failure& failure) {
            if (info(failure.error().code).kind != ErrorKind::integrity) throw;
            add({name, false, printable(failure.error().message)});
        }
    }

    Check check_chain() {
        std::string finding;
        stored_.scan_entries(Seq{INT64_MIN}, [&](const JournalEntry& stored) {
            finding = replay(stored);
            return finding.empty();
        });
        chain_is_whole_ = finding.empty();
        if (chain_is_whole_ && books_.head().seq == Seq{}) finding = "the journal is empty";
        if (!finding.empty()) return {"chain", false, finding};
        return {"chain", true, std::to_string(books_.head().seq.value) + " entries"};
    }

    /// Returns what is wrong with the entry, or nothing.
    std::string replay(const JournalEntry& stored) {
        const port::Head before = books_.head();
        if (stored.seq.value != before.seq.value + 1)
            return numbered("entry", Seq{before.seq.value + 1}) + " is missing";
        if (hash_entry(before.hash, stored) != stored.hash)
            return numbered("entry", stored.seq) + " does not match its hash";
        if (books_.record(draft_of(stored)) != stored)
            return numbered("entry", stored.seq) + " does not follow from those before it";
        if (stored.key) {
            ++keys_;
            if (stored_.keyed(IdempotencyKey{*stored.key}) != stored.seq) missing_keys_.push_back(stored.seq);
        }
        if (stored.seq.value % k_entries_staged_max == 0) {
            books_.forget_entries();
            if (progress_) progress_(stored.seq.value, stored_.head().seq.value);
        }
        return {};
    }

    /// Compares the rows that `scan` visits with those in `derived`, one to one.
    template <class Row, class Key, class Scan, class KeyOf>
    std::string compare(const char* what, const Staged<Key, Row>& derived, Scan scan, KeyOf key_of) {
        std::int64_t expected = 0;
        derived.each_change([&](const Row&, const Row*) { ++expected; });
        std::string finding;
        std::int64_t found = 0;
        scan([&](const Row& row) {
            ++found;
            const Row* const same = derived.find(key_of(row));
            if (same == nullptr || !(*same == row))
                finding = named(what, key_of(row)) + " is not what the journal says";
            return finding.empty();
        });
        if (finding.empty() && found != expected)
            finding = std::to_string(expected - found) + " rows are missing: " + what;
        return finding;
    }

    Check check_state() {
        if (!chain_is_whole_) return {"state", false, "not comparable: the chain is broken"};
        std::string finding = compare<Account>(
            "account", books_.staged_accounts(), [&](const auto& visit) { stored_.scan_accounts(AccountId{}, visit); },
            [](const Account& row) { return row.number; });
        if (finding.empty()) {
            finding = compare<Customer>(
                "customer", books_.staged_customers(),
                [&](const auto& visit) { stored_.scan_customers(CustomerId{}, visit); },
                [](const Customer& row) { return row.number; });
        }
        if (finding.empty()) {
            finding = compare<Hold>(
                "hold", books_.staged_holds(), [&](const auto& visit) { stored_.scan_holds(visit); },
                [](const Hold& row) { return row.seq; });
        }
        if (finding.empty()) {
            finding = compare<LimitRule>(
                "limit rule", books_.staged_limit_rules(), [&](const auto& visit) { stored_.scan_limit_rules(visit); },
                [](const LimitRule& row) { return row.number; });
        }
        if (finding.empty()) {
            finding = compare<Dispute>(
                "dispute", books_.staged_disputes(), [&](const auto& visit) { stored_.scan_disputes(Seq{}, visit); },
                [](const Dispute& row) { return row.number; });
        }
        if (finding.empty()) {
            finding = compare<Loan>(
                "loan", books_.staged_loans(), [&](const auto& visit) { stored_.scan_loans(Seq{}, visit); },
                [](const Loan& row) { return row.number; });
        }
        if (finding.empty()) {
            finding = compare<Notification>(
                "notification", books_.staged_notifications(),
                [&](const auto& visit) { stored_.scan_notifications({}, std::nullopt, visit); },
                [](const Notification& row) { return row.id; });
        }
        if (finding.empty()) {
            finding = compare<StoredPolicy>(
                "policy", books_.staged_policies(), [&](const auto& visit) { stored_.scan_policies(visit); },
                [](const StoredPolicy& row) { return row.sha256; });
        }
        if (finding.empty()) finding = compare_reversals();
        if (!finding.empty()) return {"state", false, finding};
        return {"state", true, "every row follows from the journal"};
    }

    std::string compare_reversals() {
        std::map<Seq, std::vector<Reversal>> found;
        stored_.scan_reversals([&](const Reversal& row) {
            found[row.of].push_back(row);
            return true;
        });
        std::size_t expected = 0;
        std::string finding;
        books_.staged_reversals().each_change([&](const std::vector<Reversal>& rows, const std::vector<Reversal>*) {
            ++expected;
            if (found[rows.front().of] != rows)
                finding = numbered("the reversals of transaction", rows.front().of) + " are not what the journal says";
        });
        if (finding.empty() && found.size() != expected) finding = "a reversal is not in the journal";
        return finding;
    }

    Check check_keys() {
        if (!chain_is_whole_) return {"keys", false, "not comparable: the chain is broken"};
        if (!missing_keys_.empty())
            return {"keys", false, numbered("the key does not lead to entry", missing_keys_.front())};
        if (stored_.count_keys() != keys_) return {"keys", false, "there are keys that no entry carries"};
        return {"keys", true, std::to_string(keys_) + " keys"};
    }

    Check check_zero_sum() {
        std::map<std::string_view, Wide> sums;
        stored_.scan_accounts(AccountId{}, [&](const Account& account) {
            sums[account.currency.code] += account.balance_minor;
            return true;
        });
        std::string currencies;
        for (const auto& [code, sum] : sums) {
            if (sum != 0) return {"zero_sum", false, "the balances in " + std::string(code) + " do not add up to zero"};
            currencies += (currencies.empty() ? "" : ", ") + std::string(code);
        }
        return {"zero_sum", true, currencies.empty() ? "no accounts" : currencies};
    }

    Check check_anchor(const Anchor& anchor) {
        const std::optional<JournalEntry> entry = stored_.entry(anchor.seq);
        if (!entry) return {"anchor", false, numbered("the journal ends before entry", anchor.seq)};
        if (entry->hash != anchor.hash) return {"anchor", false, numbered("another hash stands at entry", anchor.seq)};
        return {"anchor", true, numbered("entry", anchor.seq)};
    }

    port::Snapshot& stored_;
    const std::function<void(std::int64_t, std::int64_t)>& progress_;
    JournalOnly journal_;
    Books books_;
    Verification result_;
    bool chain_is_whole_ = false;
    std::int64_t keys_ = 0;
    std::vector<Seq> missing_keys_;
};

}  // namespace

Result<Anchor> parse_anchor(std::string_view text) {
    const Error malformed(ErrorCode::invalid_anchor, in_quotes(text) + " is not an anchor",
                          "write SEQ:HASH as verify prints its head");
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return malformed;
    const Result<Seq> seq = parse_seq(text.substr(0, colon));
    const std::optional<Digest> hash = digest_from_hex(text.substr(colon + 1));
    if (!seq || !hash) return malformed;
    return Anchor{*seq, *hash};
}

std::string findings(const Verification& verification) {
    std::string text;
    for (const port::Check& check : verification.checks) {
        if (!check.ok) text += (text.empty() ? "" : "; ") + check.name + ": " + check.detail;
    }
    return text;
}

Verification verify(port::Ledger& ledger, const std::optional<Anchor>& anchor,
                    const std::function<void(std::int64_t, std::int64_t)>& progress) {
    Verification result;
    try {
        ledger.read([&](port::Snapshot& snapshot) { result = Verifier(snapshot, progress).run(anchor); });
    } catch (const Failure& failure) {
        if (info(failure.error().code).kind != ErrorKind::integrity) throw;
        result = {false, {}, {{"storage", false, failure.error().message}}};
    }
    return result;
}

}  // namespace bankctl
