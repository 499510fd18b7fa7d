// Arguments that are wrong.
// Every piece of it gets one documented error, one exit code, an empty stdout, and leaves the books as they were.
#include "tests/cli/bad_input.h"

#include <catch2/catch.hpp>

namespace bankctl::cli_test {
namespace {

TEST_CASE("bad amounts", "[cli][bad_input]") {
    const UnchangedBank bank;
    for (const auto& [text, code] : bad_amounts()) {
        INFO(text.substr(0, 100));
        bank->fails({"transaction", "credit", "alice", text}, code);
        bank->fails({"transaction", "transfer", "alice", "bob", "--", text}, code);
        if (std::string(code) == "amount_precision" || text.starts_with("0")) continue;
        bank->fails({"account", "open", "new", "--customer", "c1", "--currency", "USD", "--overdraft", text}, code);
    }
    bank->fails({"transaction", "credit", "yen", "1.0"}, "amount_precision");
    bank->fails({"transaction", "credit", "yen", "0.5"}, "amount_precision");
    bank->fails({"account", "open", "new", "--customer", "c1", "--currency", "KWD", "--overdraft", "1.0001"},
                "amount_precision");
    bank->fails({"account", "open", "new", "--customer", "c1", "--currency", "CLF", "--opening-balance", "1.00001"},
                "amount_precision");
}

TEST_CASE("bad ids", "[cli][bad_input]") {
    const UnchangedBank bank;
    for (const std::string& id : std::vector<std::string>{"",
                                                          " ",
                                                          "a b",
                                                          " a",
                                                          "a ",
                                                          ".a",
                                                          "_a",
                                                          ":a",
                                                          "a/b",
                                                          "a\\b",
                                                          "a,b",
                                                          "a;b",
                                                          "a'b",
                                                          "a\"b",
                                                          "a\nb",
                                                          "a\tb",
                                                          "ä",
                                                          "aä",
                                                          "日本",
                                                          "a\u200b",
                                                          "\ufeff"
                                                          "a",
                                                          "a\x1b",
                                                          "a\x7f",
                                                          "\xff",
                                                          "a\xff",
                                                          "a@b",
                                                          "a#b",
                                                          "a$b",
                                                          "a%b",
                                                          "a*b",
                                                          "a+b",
                                                          "a=b",
                                                          "a?b",
                                                          "a|b",
                                                          "a~b",
                                                          "a`b",
                                                          "a<b",
                                                          "a(b)",
                                                          "[a]",
                                                          "[a,b]",
                                                          "{a}",
                                                          "../a",
                                                          std::string(65, 'a'),
                                                          std::string(5000, 'a'),
                                                          "@@a",
                                                          "a' OR '1'='1",
                                                          "a;DROP TABLE account"}) {
        INFO(id.substr(0, 80));
        bank->fails({"account", "show", "--", id}, "invalid_id");
        bank->fails({"customer", "show", "--", id}, "invalid_id");
        bank->fails({"balance", "alice", id}, "invalid_id");
        bank->fails({"transaction", "credit", id, "1"}, "invalid_id");
        bank->fails({"transaction", "transfer", "alice", id, "1"}, "invalid_id");
        bank->fails({"account", "open", "new", "--customer", id, "--currency", "USD"}, "invalid_id");
        bank->fails({"transaction", "credit", "alice", "1", "--counter", "@" + id}, "invalid_id");
        bank->fails({"transaction", "list", "--account", id}, "invalid_id");
    }
    for (const char* id : {"@", "@ ", "@-a", "@.a", "@a b"}) {
        bank->fails({"account", "show", id}, "invalid_id");
        bank->fails({"transaction", "debit", "alice", "1", "--counter", id}, "invalid_id");
    }
    bank->fails({"customer", "show", "@a"}, "invalid_id");
    bank->fails({"transaction", "credit", "alice", "1", "--counter", "cash.USD"}, "invalid_id");
}

TEST_CASE("bad keys and texts", "[cli][bad_input]") {
    const UnchangedBank bank;
    for (const std::string& key :
         std::vector<std::string>{"", "\n", "a\tb", "a\nb", "ä", "日本", "\x1b", "\x7f", "a\x80", "\xff", "\u00a0",
                                  std::string(256, 'k'), std::string(100'000, 'k')}) {
        INFO(key.substr(0, 80));
        bank->fails({"transaction", "credit", "alice", "1", "--key", key}, "invalid_key");
        bank->fails({"transaction", "show", "--key", key}, "invalid_key");
        bank->fails({"account", "open", "new", "--customer", "c1", "--currency", "USD", "--key", key}, "invalid_key");
    }
    // No UTF-8: bytes that never occur, overlong forms, surrogates, beyond the last code point, sequences cut short.
    for (const std::string& text : std::vector<std::string>{
             "\xff", "\xfe", "a\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80",
             "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3",
             "\xe2\x82", "\xf0\x9f\x92", "ok\xc3(", "caf\xe9"}) {
        bank->fails({"transaction", "credit", "alice", "1", "--memo", text}, "invalid_text");
        bank->fails({"transaction", "credit", "alice", "1", "--user", text}, "invalid_text");
        bank->fails({"customer", "add", "c9", "--name", text}, "invalid_text");
        bank->fails({"customer", "update", "c1", "--email", text}, "invalid_text");
    }
    bank->fails({"transaction", "credit", "alice", "1", "--memo", std::string(4097, 'x')}, "invalid_text");
    bank->fails({"transaction", "credit", "alice", "1", "--memo", std::string(100'000, 'x')}, "invalid_text");
    bank->fails({"customer", "add", "c9", "--name", std::string(257, 'x')}, "invalid_text");
    bank->fails({"customer", "add", "c9", "--name", "Ada", "--phone", std::string(257, '1')}, "invalid_text");
    bank->fails({"transaction", "credit", "alice", "1", "--user", std::string(65, 'x')}, "invalid_text");
}

TEST_CASE("bad times", "[cli][bad_input]") {
    const UnchangedBank bank;
    for (const std::string& time : std::vector<std::string>{"",
                                                            " ",
                                                            "now",
                                                            "today",
                                                            "yesterday",
                                                            "0",
                                                            "1769850000",
                                                            "2026",
                                                            "2026-01",
                                                            "2026-1-31",
                                                            "26-01-31",
                                                            "2026/01/31",
                                                            "31.01.2026",
                                                            "01/31/2026",
                                                            "20260131",
                                                            "2026-01-32",
                                                            "2026-02-29",
                                                            "2026-02-30",
                                                            "2026-04-31",
                                                            "2026-13-01",
                                                            "2026-00-01",
                                                            "2026-01-00",
                                                            "0000-01-01",
                                                            "10000-01-01",
                                                            "-2026-01-01",
                                                            "+2026-01-01",
                                                            " 2026-01-31",
                                                            "2026-01-31 ",
                                                            "2026-01-31T",
                                                            "2026-01-31T09",
                                                            "2026-01-31T09:00",
                                                            "2026-01-31T09:00:00",
                                                            "2026-01-31 09:00:00Z",
                                                            "2026-01-31T09:00Z",
                                                            "2026-01-31T24:00:00Z",
                                                            "2026-01-31T09:60:00Z",
                                                            "2026-01-31T09:00:60Z",
                                                            "2026-01-31T23:59:60Z",
                                                            "2026-01-31T09:00:00.Z",
                                                            "2026-01-31T09:00:00.1234567Z",
                                                            "2026-01-31T09:00:00,5Z",
                                                            "2026-01-31T09:00:00+1",
                                                            "2026-01-31T09:00:00+0100",
                                                            "2026-01-31T09:00:00+24:00",
                                                            "2026-01-31T09:00:00+01:60",
                                                            "2026-01-31T09:00:00ZZ",
                                                            "2026-01-31T09:00:00Zx",
                                                            "2026-01-31T9:00:00Z",
                                                            "2026-01-31T-9:00:00Z",
                                                            "2026-W05-6",
                                                            "2026-031",
                                                            "２０２６-01-31",
                                                            "2026-01-31T09:00:00Europe/Berlin",
                                                            "0001-01-01T00:00:00+01:00",
                                                            "9999-12-31T23:59:59-01:00",
                                                            "\xff",
                                                            "2026-01-31\xff",
                                                            "2026-01-31\x1b",
                                                            std::string(10'000, '2')}) {
        INFO(time.substr(0, 80));
        bank->fails({"balance", "alice", "--at", time}, "invalid_time");
        bank->fails({"transaction", "list", "--since", time}, "invalid_time");
        bank->fails({"transaction", "list", "--until", time}, "invalid_time");
        bank->fails({"transaction", "credit", "alice", "1", "--at", time}, "invalid_time");
        bank->fails({"transaction", "hold", "alice", "1", "--expires", time}, "invalid_time");
    }
    bank->fails({"transaction", "credit", "alice", "1", "--at", "9999-12-31"}, "invalid_time");
    bank->fails({"transaction", "hold", "alice", "1", "--expires", "2026-01-01"}, "invalid_time");
}

TEST_CASE("bad numbers", "[cli][bad_input]") {
    const UnchangedBank bank;
    for (const std::string& number : std::vector<std::string>{"",
                                                              " ",
                                                              "0",
                                                              "00",
                                                              "01",
                                                              "010",
                                                              "-1",
                                                              "+1",
                                                              "1.0",
                                                              "1.5",
                                                              "1e3",
                                                              "0x1",
                                                              " 1",
                                                              "1 ",
                                                              "one",
                                                              "1,000",
                                                              "1_000",
                                                              "９",
                                                              "9223372036854775808",
                                                              "18446744073709551617",
                                                              std::string(1000, '9'),
                                                              "\xff",
                                                              "1\n",
                                                              "NaN",
                                                              "[1]",
                                                              "1;2"}) {
        INFO(number.substr(0, 80));
        bank->fails({"account", "list", "--limit", number}, "invalid_number");
        bank->fails({"transaction", "list", "--limit", number}, "invalid_number");
        bank->fails({"account", "freeze", "alice", "--if-version", number}, "invalid_number");
        bank->fails({"transaction", "credit", "alice", "1", "--if-version", number}, "invalid_number");
        bank->fails({"transaction", "show", "--", number}, "invalid_number");
        bank->fails({"transaction", "reverse", "--", number}, "invalid_number");
        bank->fails({"transaction", "list", "--after", number}, "invalid_cursor");
    }
    bank->fails({"account", "list", "--limit", "1000000001"}, "invalid_number");
    bank->fails({"transaction", "show", "9223372036854775807"}, "transaction_not_found");
}

TEST_CASE("bad currencies", "[cli][bad_input]") {
    const UnchangedBank bank;
    for (const std::string& currency : std::vector<std::string>{
             "",    " ",   "usd", "Usd", "US",  "USDD", "USD ", " USD",   "$",      "€",       "840",
             "XXX", "XTS", "XAU", "DEM", "HRK", "BTC",  "U$D",  "US\xff", "ＵＳＤ", "USD,EUR", "[USD]"}) {
        INFO(currency);
        bank->fails({"account", "open", "new", "--customer", "c1", "--currency", currency}, "unknown_currency");
    }
}

}  // namespace
}  // namespace bankctl::cli_test
