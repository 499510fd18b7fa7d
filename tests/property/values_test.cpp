// Laws of the plain values, tried on values that rapidcheck makes up.
#include <rapidcheck.h>

#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "core/base/clock.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/model/money.h"
#include "tests/support/bank.h"

namespace bankctl::test {
namespace {

rc::Gen<Currency> any_currency() {
    return rc::gen::map(rc::gen::element<std::string>("JPY", "USD", "KWD", "CLF"),
                        [](const std::string& code) { return find_currency(code).value_or_throw(); });
}

/// Numbers of all lengths up to the limit, and its neighbours.
rc::Gen<std::int64_t> any_minor() {
    return rc::gen::oneOf(rc::gen::inRange<std::int64_t>(1, 1000), rc::gen::inRange<std::int64_t>(1, k_minor_max + 1),
                          rc::gen::inRange<std::int64_t>(k_minor_max - 10, k_minor_max + 1));
}

rc::Gen<std::string> text_of(const std::string& alphabet) {
    return rc::gen::container<std::string>(rc::gen::elementOf(alphabet));
}

}  // namespace

TEST_CASE("amounts are read back as they are written") {
    CHECK(rc::check([] {
        const Currency currency = *any_currency();
        const std::int64_t minor = *any_minor();
        const Result<Amount> amount = Amount::parse(decimal_text({currency, minor}));
        RC_ASSERT(amount.operator bool());
        RC_ASSERT(amount->minor_in(currency).value_or_throw() == minor);
    }));
}

TEST_CASE("an amount that is accepted is the number it was written as, in every currency that can hold it") {
    CHECK(rc::check([] {
        const std::string text = *text_of("0123456789.");
        const Result<Amount> amount = Amount::parse(text);
        if (!amount) return;
        const std::size_t point = text.find('.');
        const std::string fraction = point == std::string::npos ? "" : text.substr(point + 1);
        for (const char* code : {"JPY", "USD", "KWD", "CLF"}) {
            const Currency currency = find_currency(code).value_or_throw();
            const auto decimals = static_cast<std::size_t>(currency.decimals);
            const Result<std::int64_t> minor = amount->minor_in(currency);
            if (!minor) {
                RC_ASSERT(minor.error().code ==
                          (fraction.size() > decimals ? ErrorCode::amount_precision : ErrorCode::amount_too_large));
                continue;
            }
            // Written out again, it is the same text but for the zeros that the currency adds.
            std::string padded = text;
            if (fraction.empty() && decimals > 0) padded += '.';
            padded.append(decimals - fraction.size(), '0');
            RC_ASSERT(decimal_text({currency, *minor}) == padded);
        }
    }));
}

TEST_CASE("sums within the limit are exact, others refused") {
    CHECK(rc::check([] {
        const std::int64_t a = *any_minor() * *rc::gen::element<std::int64_t>(-1, 0, 1);
        const std::int64_t b = *any_minor() * *rc::gen::element<std::int64_t>(-1, 0, 1);
        const bool fits = a + b <= k_minor_max && a + b >= -k_minor_max;
        const Result<std::int64_t> sum = add_within_limit(a, b);
        RC_ASSERT(sum.operator bool() == fits);
        if (fits) RC_ASSERT(*sum == a + b);
    }));
}

TEST_CASE("times are read back as they are written") {
    const Timestamp first = parse_time("0001-01-01").value_or_throw();
    const Timestamp last = parse_time("9999-12-31T23:59:59.999999Z").value_or_throw();
    CHECK(rc::check([&] {
        const Timestamp time{*rc::gen::inRange<std::int64_t>(first.us, last.us + 1)};
        RC_ASSERT(parse_time(format_time(time)).value_or_throw() == time);
    }));
}

TEST_CASE("a time's text sorts like the time") {
    CHECK(rc::check([] {
        const Timestamp a{*rc::gen::inRange<std::int64_t>(-62'135'596'800'000'000, 253'402'300'800'000'000)};
        const Timestamp b{*rc::gen::inRange<std::int64_t>(-62'135'596'800'000'000, 253'402'300'800'000'000)};
        RC_ASSERT((a < b) == (format_time(a) < format_time(b)));
    }));
}

TEST_CASE("whatever bytes come in, what is printed is harmless UTF-8") {
    CHECK(rc::check([] {
        // Bytes that begin, continue and break sequences, among plain and control characters.
        const std::string text = *text_of(
            std::string("a\x1B\x7F\xC2\x80\x9B\xE2\x80\xAE\xA8\x81\xA6\xED\xA0\xF0\x9F\x98\xFF\xD8\x9C\n\0", 22));
        const std::string shown = printable(text);
        RC_ASSERT(is_utf8(shown));
        for (const char c : shown) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
        for (const char* harmful : {"\xC2\x80", "\xC2\x9B", "\xE2\x80\xAE", "\xE2\x80\xA8", "\xE2\x81\xA6", "\xD8\x9C"})
            RC_ASSERT(shown.find(harmful) == std::string::npos);
        RC_ASSERT(printable(shown) == shown);
    }));
}

TEST_CASE("digests are read back as they are written") {
    CHECK(rc::check([](const std::string& bytes) {
        const Digest digest = sha256(bytes);
        RC_ASSERT(digest_from_hex(to_hex(digest)) == digest);
    }));
}

TEST_CASE("different keys never meet in the storage") {
    TempDirectory directory;
    const auto ledger = make_empty_ledger(Adapter::sqlite, directory);
    CHECK(rc::check([&] {
        // Keys that differ little, in what SQLite's adapter stores as a number most of all.
        const auto keys = *rc::gen::container<std::set<std::string>>(rc::gen::nonEmpty(text_of("0019a:")));
        const Status tried = ledger->transact({true}, [&](port::UnitOfWork& unit) {
            port::Changes changes;
            for (const std::string& key : keys) {
                JournalEntry& entry = changes.entries.emplace_back();
                entry.seq = Seq{static_cast<std::int64_t>(changes.entries.size())};
                entry.kind = EntryKind::credit;
                entry.key = key;
            }
            unit.save(changes);
            for (const JournalEntry& entry : changes.entries)
                RC_ASSERT(unit.keyed(IdempotencyKey{*entry.key}) == entry.seq);
            return ok();
        });
        RC_ASSERT(tried.operator bool());
    }));
}

}  // namespace bankctl::test
