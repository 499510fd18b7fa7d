// Files many disputes fast, for scripts/bench: by the service, so that the bank is a true one, in large transactions.
//
//     fill_disputes DATABASE COUNT       DATABASE: a bank that was made by bankctl init, without customers f1, f2 ...
//
// Each customer files ten. Categories, amounts and confidences vary, so that every team's queue and the triage fill up.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "core/service/disputes.h"
#include "core/store/sqlite/sqlite_ledger.h"

namespace {

using namespace bankctl;

constexpr std::int64_t k_per_customer = 10;
constexpr std::int64_t k_per_transaction = 1'000;
constexpr std::int64_t k_us_between = 7'000'000;
const Actor k_clerk{"bench", 0};

/// A clock that runs ahead of the real one, so that cases are due at different times.
class SteppingClock final : public Clock {
public:
    Timestamp now() override { return {us_ += k_us_between}; }

private:
    std::int64_t us_ = SystemClock().now().us;
};

FileDispute filing(std::int64_t serial) {
    const auto categories = static_cast<std::int64_t>(dispute_category_names().size());
    FileDispute request;
    request.customer = CustomerId{"f" + std::to_string(1 + serial / k_per_customer)};
    request.text = "Acme Shop took this payment twice, and I want one of them back.";
    request.amount = Amount::parse(std::to_string(1 + serial * 37 % 900) + ".50").value_or_throw();
    request.currency = *find_currency("USD");
    request.merchant = "Acme Shop";
    request.channel = PaymentChannel::card;
    Classification& said = request.classification;
    said.category = static_cast<DisputeCategory>(serial % categories);
    said.intent = name(said.category);
    said.confidence_bp = static_cast<std::int32_t>(4'000 + serial * 101 % 6'000);
    said.alternatives = {{DisputeCategory::fee_dispute, 500}};
    said.explanation = {{"twice", 120}, {"payment", 30}};
    said.model = "embedded:bench";
    return request;
}

void file(Books& books, Clock& clock, const DisputeRules& rules, std::int64_t serial) {
    if (serial % k_per_customer == 0) {
        PutCustomer customer;
        customer.id = filing(serial).customer;
        customer.name = "Bench";
        Posting(books, clock, k_clerk).put_customer(customer).value_or_throw();
    }
    Disputes(books, clock, k_clerk).file(filing(serial), rules).value_or_throw();
}

void fill(const std::string& path, std::int64_t count) {
    const auto ledger = sqlite::open_ledger({path});
    SteppingClock clock;
    DisputeRules rules;
    rules.policy = &DisputePolicy::embedded();
    for (std::int64_t done = 0; done < count;) {
        const std::int64_t end = std::min(count, done + k_per_transaction);
        const Status outcome = ledger->transact({.more_follow = true}, [&](port::UnitOfWork& unit) -> Status {
            Books books(unit);
            for (; done < end; ++done) file(books, clock, rules, done);
            books.keep();
            books.save();
            return ok();
        });
        if (!outcome) throw Failure(outcome.error());
    }
    ledger->settle();
}

}  // namespace

int main(int count, char** words) {
    if (count != 3) {
        std::fprintf(stderr, "usage: fill_disputes DATABASE COUNT\n");
        return 2;
    }
    try {
        fill(words[1], std::atoll(words[2]));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fill_disputes: %s\n", error.what());
        return 1;
    }
    return 0;
}
