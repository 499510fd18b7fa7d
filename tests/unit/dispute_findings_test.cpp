// What the books tell of a disputed payment.
#include <catch2/catch.hpp>

#include "core/service/dispute_facts.h"
#include "tests/support/bank.h"
#include "tests/support/failure.h"

namespace bankctl::test {
namespace {

constexpr std::int64_t k_hour_us = 3'600 * k_second_us;

/// A bank with the accounts alice and bob of c1 and, of c2, mallory.
struct Disputed {
    explicit Disputed(Adapter adapter) : bank(adapter) {
        bank.must(account_request("alice", "USD", "1000"));
        bank.must(account_request("bob", "USD", "10"));
        bank.run([](Posting& posting) {
                PutCustomer other;
                other.id = CustomerId{"c2"};
                other.name = "Mallory";
                return posting.put_customer(other);
            })
            .value_or_throw();
        OpenAccount mallory = account_request("mallory", "USD", "500");
        mallory.customer = CustomerId{"c2"};
        bank.must(mallory);
        bank.clock().advance_us(100 * 24 * k_hour_us);
    }

    Seq pay(std::string_view amount_text, std::string_view memo, std::string_view account = "alice") {
        TransactionRequest request = debit(account, amount_text);
        request.memo = memo;
        return bank.must(request);
    }
    void pass_hours(std::int64_t hours) { bank.clock().advance_us(hours * k_hour_us); }

    Result<DisputeFindings> find(const FileDispute& request) {
        std::optional<Result<DisputeFindings>> found;
        const Status status = write_books(bank.ledger(), [&](Books& books) {
            found = find_dispute_facts(books, request, earlier, Jurisdiction::us, bank.clock().now());
            return ok();
        });
        REQUIRE(status);
        return *found;
    }
    Dispute earlier_about(Seq transaction, std::int64_t days_ago = 1) {
        Dispute dispute;
        dispute.transaction = transaction;
        dispute.filed_at = dispute.changed_at = Timestamp{bank.clock().next().us - days_ago * 24 * k_hour_us};
        return dispute;
    }

    Bank bank;
    std::vector<Dispute> earlier;
};

FileDispute about(std::optional<Seq> transaction, std::string_view customer = "c1") {
    FileDispute request;
    request.customer = CustomerId{std::string(customer)};
    request.transaction = transaction;
    return request;
}

std::int64_t number(const DisputeFindings& found, const char* fact) {
    const auto value = found.facts.find(fact);
    REQUIRE(value != found.facts.end());
    return std::get<std::int64_t>(value->second);
}

TEST_CASE("a disputed transaction is found with its amount, age, merchant and account") {
    Disputed with(GENERATE(Adapter::memory, Adapter::sqlite));
    const Seq seq = with.pay("120.50", "ACME");
    with.pass_hours(50);
    const auto found = with.find(about(seq));
    REQUIRE(found);
    CHECK(found->payment.transaction == seq);
    CHECK(found->payment.amount_minor == 12'050);
    CHECK(found->payment.currency == "USD");
    CHECK(found->payment.merchant == "ACME");
    CHECK(found->payment.channel == PaymentChannel::other);
    CHECK_FALSE(found->facts.contains("channel"));
    CHECK(found->account->id.text == "alice");
    CHECK(number(*found, "amount_minor") == 12'050);
    CHECK(number(*found, "hours_since_txn") == 50);
    CHECK(number(*found, "account_age_days") == 102);
    CHECK(number(*found, "balance_minor") == 87'950);
    CHECK(number(*found, "siblings_24h") == 0);
    CHECK(number(*found, "same_merchant_prior_ok") == 0);
    CHECK(found->facts.at("txn_kind") == FactValue(std::string("debit")));
    CHECK(found->facts.at("txn_takes_money") == FactValue(true));
    CHECK(found->facts.at("amount_exceeds_txn") == FactValue(false));
    CHECK(found->facts.at("has_transaction") == FactValue(true));
    CHECK(found->facts.at("jurisdiction") == FactValue(std::string("us")));
}

TEST_CASE("what the request says of a transaction stands beside what the books say") {
    Disputed with(Adapter::memory);
    const Seq seq = with.bank.must(transfer("alice", "mallory", "20"));
    FileDispute request = about(seq);
    CHECK(with.find(request)->payment.channel == PaymentChannel::transfer);
    request.amount = amount("30");
    request.merchant = "Somebody";
    request.channel = PaymentChannel::online;
    request.facts = {{"vulnerable", true}};
    const auto found = with.find(request);
    REQUIRE(found);
    CHECK(found->payment.amount_minor == 3'000);
    CHECK(found->payment.merchant == "Somebody");
    CHECK(found->payment.channel == PaymentChannel::online);
    CHECK(found->facts.at("amount_exceeds_txn") == FactValue(true));
    CHECK(found->facts.at("vulnerable") == FactValue(true));
    // The other side of the same transaction got money.
    const auto receiver = with.find(about(seq, "c2"));
    REQUIRE(receiver);
    CHECK(receiver->account->id.text == "mallory");
    CHECK(receiver->facts.at("txn_takes_money") == FactValue(false));
    // Between two accounts of one customer it is the one that paid.
    const Seq own = with.bank.must(transfer("bob", "alice", "1"));
    CHECK(with.find(about(own))->account->id.text == "bob");
}

TEST_CASE("a payment that is only described has what the request says") {
    Disputed with(Adapter::memory);
    FileDispute request = about(std::nullopt);
    const auto nothing = with.find(request);
    REQUIRE(nothing);
    CHECK_FALSE(nothing->facts.contains("amount_minor"));
    CHECK_FALSE(nothing->facts.contains("siblings_24h"));
    CHECK(nothing->facts.at("has_transaction") == FactValue(false));
    request.amount = amount("12.34");
    CHECK(outcome(with.find(request)) == "unknown_currency");
    request.currency = find_currency("JPY").value_or_throw();
    CHECK(outcome(with.find(request)) == "amount_precision");
    request.currency = find_currency("EUR").value_or_throw();
    request.date = Timestamp{with.bank.clock().next().us - 3 * k_hour_us};
    const auto found = with.find(request);
    REQUIRE(found);
    CHECK(found->payment.amount_minor == 1'234);
    CHECK(found->payment.currency == "EUR");
    CHECK(number(*found, "hours_since_txn") == 3);
    request.date = Timestamp{with.bank.clock().next().us + k_hour_us};
    CHECK(outcome(with.find(request)) == "invalid_time");
}

TEST_CASE("a dispute names a customer and a transaction of theirs, in its currency") {
    Disputed with(Adapter::memory);
    const Seq seq = with.pay("1", "x");
    CHECK(outcome(with.find(about(seq, "nobody"))) == "customer_not_found");
    CHECK(outcome(with.find(about(Seq{1}))) == "transaction_not_found");
    CHECK(outcome(with.find(about(Seq{999}))) == "transaction_not_found");
    CHECK(outcome(with.find(about(seq, "c2"))) == "wrong_customer");
    FileDispute request = about(seq);
    request.currency = find_currency("EUR").value_or_throw();
    CHECK(outcome(with.find(request)) == "currency_mismatch");
    request = about(seq);
    request.amount = amount("1.234");
    CHECK(outcome(with.find(request)) == "amount_precision");
    request = about(seq);
    request.facts = {{"amount_minor", std::int64_t{1}}};
    CHECK(outcome(with.find(request)) == "usage");
}

TEST_CASE("siblings are the payments within 24 hours on either side") {
    Disputed with(Adapter::memory);
    with.pay("1", "too early");
    with.pass_hours(25);
    const Seq before = with.pay("2", "ACME");
    with.pass_hours(20);
    const Seq disputed = with.pay("3", "acme");
    with.pass_hours(2);
    with.bank.must(credit("alice", "50"));
    const Seq after = with.pay("4", "ACME");
    with.pass_hours(30);
    with.pay("5", "ACME");
    auto found = with.find(about(disputed));
    CHECK(number(*found, "siblings_24h") == 2);
    CHECK(number(*found, "sibling_unrecognised_24h") == 0);
    CHECK(number(*found, "same_merchant_prior_ok") == 1);
    with.earlier = {with.earlier_about(before), with.earlier_about(after), with.earlier_about(Seq{})};
    found = with.find(about(disputed));
    CHECK(number(*found, "sibling_unrecognised_24h") == 2);
    CHECK(number(*found, "same_merchant_prior_ok") == 0);
}

TEST_CASE("however long an account's history is, a bounded part of it is read") {
    Disputed with(Adapter::memory);
    for (int i = 0; i < 100; ++i) with.pay("1", "ACME");
    const Seq disputed = with.pay("1", "ACME");
    for (int i = 0; i < 10; ++i) with.pay("1", "ACME");
    const auto found = with.find(about(disputed));
    // 64 entries are read: 10 after the disputed payment, itself, and 53 before.
    CHECK(number(*found, "siblings_24h") == 63);
    CHECK(number(*found, "same_merchant_prior_ok") == 53);
    with.pass_hours(1'000);
    for (int i = 0; i < 100; ++i) with.pay("1", "ACME");
    // What came long after is jumped over.
    CHECK(number(*with.find(about(disputed)), "siblings_24h") == 63);
}

TEST_CASE("earlier disputes count by when they were filed, lost ones by when they ended") {
    Disputed with(Adapter::memory);
    const Seq seq = with.pay("1", "x");
    Dispute lost = with.earlier_about(Seq{}, 200);
    lost.outcome = DisputeOutcome::rejected;
    Dispute long_lost = with.earlier_about(Seq{}, 366);
    long_lost.outcome = DisputeOutcome::rejected;
    Dispute won = with.earlier_about(Seq{}, 10);
    won.outcome = DisputeOutcome::upheld;
    with.earlier = {with.earlier_about(Seq{}, 179), with.earlier_about(Seq{}, 181), lost, long_lost, won};
    const auto found = with.find(about(seq));
    CHECK(number(*found, "disputes_180d") == 2);
    CHECK(number(*found, "disputes_lost_365d") == 1);
}

TEST_CASE("the clocks start from the payment, the account and what the operator says") {
    Disputed with(Adapter::memory);
    FileDispute request = about(with.pay("1", "x"));
    request.channel = PaymentChannel::credit_card;
    request.facts = {{"days_since_statement", std::int64_t{10}},
                     {"billing_cycle_day", std::int64_t{31}},
                     {"is_foreign", true},
                     {"is_remittance", true},
                     {"notice_is_oral", true}};
    const auto found = with.find(request);
    REQUIRE(found);
    const Timestamp now = with.bank.clock().now();
    const ClockFacts clocks = clock_facts(*found, DisputeCategory::duplicate_charge, Jurisdiction::us, now);
    CHECK(clocks.jurisdiction == Jurisdiction::us);
    CHECK(clocks.category == DisputeCategory::duplicate_charge);
    CHECK(clocks.channel == PaymentChannel::credit_card);
    CHECK(clocks.received_at == now);
    CHECK(clocks.transaction_at == found->payment.at);
    CHECK(clocks.account_opened_at == found->account_opened_at);
    CHECK(clocks.statement_sent_at->us == now.us - 10 * 24 * k_hour_us);
    CHECK(clocks.billing_cycle_day == 31);
    CHECK(clocks.is_foreign);
    CHECK(clocks.is_remittance);
    CHECK(clocks.notice_is_oral);
}

}  // namespace
}  // namespace bankctl::test
