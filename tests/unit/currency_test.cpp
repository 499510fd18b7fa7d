#include "core/model/currency.h"

#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "tests/support/failure.h"

namespace bankctl::test {

// Written from ISO 4217 list one, not from the table under test: the codes by their number of decimals.
TEST_CASE("every currency is found with its decimals of ISO 4217") {
    struct Group {
        int decimals;
        const char* codes;
    };
    const Group group = GENERATE(
        Group{0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"},
        Group{3, "BHD IQD JOD KWD LYD OMR TND"}, Group{4, "CLF UYW"},
        Group{2,
              "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE "
              "CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD "
              "HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK "
              "MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD "
              "RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH "
              "USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"});
    std::istringstream codes(group.codes);
    for (std::string code; codes >> code;) {
        CAPTURE(code);
        const Result<Currency> found = find_currency(code);
        REQUIRE(found);
        CHECK(found->code == code);
        CHECK(found->decimals == group.decimals);
    }
}

TEST_CASE("what is no active currency with a minor unit is unknown") {
    const std::string code =
        GENERATE(as<std::string>{}, "", "U", "US", "USDX", "usd", "Usd", " USD", "USD ", "XXX", "XTS", "XAU", "XAG",
                 "XDR", "DEM", "HRK", "BTC", "AAA", "ZZZ", "840", "@", "\xE2\x82\xAC");
    CAPTURE(code);
    CHECK(outcome(find_currency(code)) == "unknown_currency");
}

}  // namespace bankctl::test
