#include "core/service/dispute_facts.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/service/chain.h"
#include "core/service/lookup.h"

namespace bankctl {
namespace {

constexpr std::int64_t k_us_per_hour = 3'600'000'000;
constexpr std::int64_t k_us_per_day = 24 * k_us_per_hour;
constexpr std::size_t k_merchant_characters_max = 128;

Timestamp effective(const JournalEntry& entry) { return entry.effective_at.value_or(entry.posted_at); }

bool equal_but_for_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool takes_money(const JournalEntry& entry, Seq account) {
    return moves_money(entry.kind) && entry.debit && entry.debit->account == account;
}

/// Puts together the findings, one source after the other.
class Finder {
public:
    Finder(Books& books, const FileDispute& request, std::span<const Dispute> earlier, Timestamp now)
        : books_(books), request_(request), earlier_(earlier), now_(now) {}

    Result<DisputeFindings> find(Jurisdiction jurisdiction) {
        for (const auto& [name, value] : request_.facts) BANKCTL_CHECK(check_operator_fact(name, value));
        found_.facts = request_.facts;
        BANKCTL_TRY(customer, find_customer(books_, request_.customer));
        found_.customer = customer;
        if (request_.transaction) BANKCTL_CHECK(find_payment(*request_.transaction));
        BANKCTL_CHECK(find_amount());
        BANKCTL_CHECK(find_description());
        set("has_transaction", request_.transaction.has_value());
        set("jurisdiction", std::string(name(jurisdiction)));
        add_earlier_disputes();
        if (transaction_) add_account();
        if (transaction_) add_other_payments();
        return std::move(found_);
    }

private:
    void set(const char* name, FactValue value) { found_.facts.insert_or_assign(name, std::move(value)); }

    /// The transaction, and which of its accounts is the customer's: the one that paid, if both are.
    Status find_payment(Seq seq) {
        BANKCTL_TRY(entry, find_transaction(books_, TransactionReference(seq)));
        for (const std::optional<Leg>& leg : {entry.debit, entry.credit}) {
            if (!leg) continue;
            const Account account = require(books_.account(leg->account), "an account that a transaction names");
            if (account.customer != found_.customer.number) continue;
            found_.account = account;
            transaction_ = std::move(entry);
            found_.payment.transaction = seq;
            found_.payment.at = effective(*transaction_);
            return ok();
        }
        return Error(ErrorCode::wrong_customer, "transaction " + std::to_string(seq.value) +
                                                    " is on no account of customer " +
                                                    in_quotes(request_.customer.text))
            .with("seq", seq.value)
            .with("customer", request_.customer.text);
    }

    /// What of a transaction's amount can still be disputed: it moved money, and neither a reversal nor an earlier case
    /// gave it back. 0 is for a person to look at.
    std::int64_t left_of(const JournalEntry& transaction) {
        if (!moves_money(transaction.kind)) return 0;
        std::int64_t minor = transaction.amount_minor;
        const std::vector<Reversal> reversals = books_.reversals(transaction.seq);
        if (!reversals.empty()) minor -= reversals.back().total_minor;
        for (const Dispute& each : earlier_) {
            if (each.transaction == transaction.seq) minor -= each.refund_minor;
        }
        return std::max<std::int64_t>(minor, 0);
    }

    Status find_amount() {
        std::optional<Currency> currency = request_.currency;
        if (found_.account) {
            if (currency && *currency != found_.account->currency)
                return Error(ErrorCode::currency_mismatch, "the transaction is in " +
                                                               std::string(found_.account->currency.code) +
                                                               ", not in " + std::string(currency->code));
            currency = found_.account->currency;
        }
        if (!request_.amount && !transaction_) return ok();
        if (!currency)
            return Error(ErrorCode::unknown_currency, "the disputed amount has no currency", "give --currency, too");
        std::int64_t minor = transaction_ ? left_of(*transaction_) : 0;
        if (request_.amount) {
            BANKCTL_TRY(own, request_.amount->minor_in(*currency));
            if (transaction_) set("amount_exceeds_txn", own > minor);
            minor = own;
        } else {
            set("amount_exceeds_txn", false);
        }
        found_.payment.amount_minor = minor;
        found_.payment.currency = std::string(currency->code);
        set("amount_minor", minor);
        set("currency", found_.payment.currency);
        return ok();
    }

    Status find_description() {
        DisputedPayment& payment = found_.payment;
        if (!transaction_) payment.at = request_.date;
        if (payment.at) {
            if (*payment.at > now_)
                return Error(ErrorCode::invalid_time, "the disputed payment lies in the future")
                    .with("at", format_time(*payment.at));
            set("hours_since_txn", (now_.us - payment.at->us) / k_us_per_hour);
        }
        payment.merchant = request_.merchant;
        if (!payment.merchant && transaction_ && transaction_->memo && !transaction_->memo->empty())
            payment.merchant = transaction_->memo;
        if (payment.merchant)
            set("merchant", std::string(first_characters(*payment.merchant, k_merchant_characters_max)));
        const std::optional<PaymentChannel> channel = request_.channel ? request_.channel : booked_channel();
        if (channel) {
            payment.channel = *channel;
            set("channel", std::string(name(*channel)));
        }
        return ok();
    }

    /// How the books say that it was made: of a debit they only know that money went.
    std::optional<PaymentChannel> booked_channel() const {
        if (!transaction_) return std::nullopt;
        switch (transaction_->kind) {
            case EntryKind::transfer: return PaymentChannel::transfer;
            case EntryKind::credit:
            case EntryKind::opening: return PaymentChannel::deposit;
            default: return std::nullopt;
        }
    }

    void add_earlier_disputes() {
        const auto since = [&](std::int64_t days) { return Timestamp{now_.us - days * k_us_per_day}; };
        set("disputes_180d", std::int64_t{std::ranges::count_if(
                                 earlier_, [&](const Dispute& each) { return each.filed_at >= since(180); })});
        set("disputes_lost_365d", std::int64_t{std::ranges::count_if(earlier_, [&](const Dispute& each) {
                return each.outcome == DisputeOutcome::rejected && each.changed_at >= since(365);
            })});
    }

    void add_account() {
        const Account& account = *found_.account;
        const JournalEntry opened = require(books_.entry(account.number), "the entry that opened an account");
        found_.account_opened_at = opened.posted_at;
        set("account_age_days", std::max<std::int64_t>(0, now_.us - opened.posted_at.us) / k_us_per_day);
        set("balance_minor", account.balance_minor);
        set("txn_kind", std::string(name(transaction_->kind)));
        set("txn_takes_money", takes_money(*transaction_, account.number));
    }

    bool is_disputed(Seq transaction) const {
        return std::ranges::any_of(earlier_, [&](const Dispute& each) { return each.transaction == transaction; });
    }

    /// Counts payments around the disputed one and to the same merchant, newest first, as far as the bound allows.
    void add_other_payments() {
        const Account& account = *found_.account;
        const std::int64_t at = effective(*transaction_).us;
        const auto is_before_end = [&](const JournalEntry& entry) { return effective(entry).us <= at + k_us_per_day; };
        std::optional<JournalEntry> entry = newest_entry_where(books_, account, is_before_end);
        std::int64_t siblings = 0, unrecognised = 0, merchant_before = 0;
        for (int read = 1; entry; ++read) {
            if (entry->seq != transaction_->seq && takes_money(*entry, account.number)) {
                const bool disputed = is_disputed(entry->seq);
                if (effective(*entry).us >= at - k_us_per_day) {
                    ++siblings;
                    unrecognised += disputed;
                }
                merchant_before += !disputed && entry->seq < transaction_->seq && is_to_merchant(*entry);
            }
            const Leg leg = leg_on(*entry, account.number);
            if (leg.version == 1 || read == k_disputed_account_entries_max) break;
            entry = follow_chain(books_, leg.previous, *entry);
        }
        set("siblings_24h", siblings);
        set("sibling_unrecognised_24h", unrecognised);
        if (found_.payment.merchant) set("same_merchant_prior_ok", merchant_before);
    }

    bool is_to_merchant(const JournalEntry& entry) const {
        return entry.memo && found_.payment.merchant && equal_but_for_case(*entry.memo, *found_.payment.merchant);
    }

    Books& books_;
    const FileDispute& request_;
    std::span<const Dispute> earlier_;
    Timestamp now_;
    DisputeFindings found_;
    std::optional<JournalEntry> transaction_;
};

template <class T>
std::optional<T> known(const Facts& facts, std::string_view name) {
    const auto found = facts.find(name);
    if (found == facts.end()) return std::nullopt;
    return std::get<T>(found->second);
}

}  // namespace

Result<DisputeFindings> find_dispute_facts(Books& books, const FileDispute& request, std::span<const Dispute> earlier,
                                           Jurisdiction jurisdiction, Timestamp now) {
    return Finder(books, request, earlier, now).find(jurisdiction);
}

ClockFacts clock_facts(const DisputeFindings& findings, DisputeCategory category, Jurisdiction jurisdiction,
                       Timestamp received_at) {
    ClockFacts clocks;
    clocks.jurisdiction = jurisdiction;
    clocks.category = category;
    clocks.channel = findings.payment.channel;
    clocks.received_at = received_at;
    clocks.account_opened_at = findings.account_opened_at;
    clocks.transaction_at = findings.payment.at;
    if (const auto days = known<std::int64_t>(findings.facts, "days_since_statement"))
        clocks.statement_sent_at = Timestamp{received_at.us - *days * k_us_per_day};
    if (const auto day = known<std::int64_t>(findings.facts, "billing_cycle_day"))
        clocks.billing_cycle_day = static_cast<int>(*day);
    clocks.is_foreign = known<bool>(findings.facts, "is_foreign").value_or(false);
    clocks.is_remittance = known<bool>(findings.facts, "is_remittance").value_or(false);
    clocks.notice_is_oral = known<bool>(findings.facts, "notice_is_oral").value_or(false);
    return clocks;
}

}  // namespace bankctl
