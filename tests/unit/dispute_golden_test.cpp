// What the policy in the executable makes of a case of each category, held against a file that was read and agreed to.
// `BANKCTL_UPDATE_GOLDEN=1 unit_tests "[golden]"` writes it anew; review it in the diff.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "core/model/dispute_policy.h"

using namespace bankctl;

namespace {

struct Case {
    std::string title;
    DisputeCategory category;
    Jurisdiction jurisdiction;
    PaymentChannel channel;
    Facts facts;
    std::int32_t confidence_bp = 9'000;
    bool in_scope = true;
    bool is_long = false;
};

Timestamp at(const char* text) { return parse_time(text).value_or_throw(); }

const Timestamp k_now = at("2026-03-02T09:00:00Z");  // a Monday

FactValue text(const char* word) { return std::string(word); }
FactValue number(std::int64_t value) { return value; }

/// A payment of 120.00 USD, two days ago, of a customer of long standing.
Facts plain(Facts others) {
    others.try_emplace("amount_minor", number(12'000));
    others.try_emplace("currency", text("USD"));
    others.try_emplace("has_transaction", true);
    others.try_emplace("txn_takes_money", true);
    others.try_emplace("amount_exceeds_txn", false);
    others.try_emplace("hours_since_txn", number(50));
    others.try_emplace("account_age_days", number(900));
    others.try_emplace("balance_minor", number(250'000));
    others.try_emplace("disputes_180d", number(0));
    others.try_emplace("disputes_lost_365d", number(0));
    others.try_emplace("siblings_24h", number(1));
    others.try_emplace("sibling_unrecognised_24h", number(0));
    others.try_emplace("merchant", text("ACME"));
    others.try_emplace("same_merchant_prior_ok", number(0));
    return others;
}

std::vector<Case> cases() {
    using enum DisputeCategory;
    using Channel = PaymentChannel;
    constexpr Jurisdiction us = Jurisdiction::us;
    constexpr Jurisdiction eu = Jurisdiction::eu;
    return {
        {"card payment on the net", unauthorised_card_payment, us, Channel::online, plain({})},
        {"card payment, new device and telephone", unauthorised_card_payment, us, Channel::online,
         plain({{"contact_change_h", number(5)},
                {"device_known", false},
                {"amount_minor", number(600'000)},
                {"hours_since_txn", number(3)},
                {"sibling_unrecognised_24h", number(3)},
                {"vulnerable", true}})},
        {"card payment, perhaps their own", unauthorised_card_payment, eu, Channel::online,
         plain({{"same_merchant_prior_ok", number(4)}, {"txn_auth", text("3ds")}, {"currency", text("EUR")}})},
        {"cash from a machine", unauthorised_cash_withdrawal, us, Channel::atm, plain({})},
        {"cash, but paid by card", unauthorised_cash_withdrawal, us, Channel::point_of_sale, plain({})},
        {"direct debit in Europe", direct_debit_not_recognised, eu, Channel::direct_debit, plain({})},
        {"direct debit in America", direct_debit_not_recognised, us, Channel::direct_debit, plain({})},
        {"charged twice", duplicate_charge, us, Channel::card, plain({})},
        {"wrong amount", wrong_amount_or_fx, us, Channel::credit_card, plain({{"is_foreign", true}})},
        {"fee", fee_dispute, us, Channel::other, plain({{"amount_minor", number(250)}})},
        {"fee, after three lost disputes", fee_dispute, us, Channel::atm,
         plain({{"amount_minor", number(250)}, {"disputes_lost_365d", number(3)}, {"disputes_180d", number(4)}})},
        {"refund that did not come", refund_or_merchant_dispute, us, Channel::credit_card, plain({})},
        {"machine gave too little", atm_cash_error, us, Channel::atm, plain({})},
        {"deposit", deposit_or_topup_not_credited, us, Channel::deposit, plain({{"txn_takes_money", false}})},
        {"transfer did not arrive", transfer_not_received_or_failed, eu, Channel::transfer, plain({})},
        {"wrong beneficiary", wrong_beneficiary_or_recall, eu, Channel::transfer, plain({})},
        {"pending payment", payment_declined_pending_or_reversed, us, Channel::card, plain({})},
        {"lost card",
         lost_or_stolen_card_or_device,
         us,
         Channel::other,
         {{"has_transaction", false}, {"disputes_180d", number(0)}, {"disputes_lost_365d", number(0)}}},
        {"somebody in the account", identity_theft_or_account_takeover, us, Channel::transfer,
         plain({{"new_payee_h", number(2)}, {"amount_minor", number(180'000)}, {"balance_minor", number(0)}})},
        {"scam", scam_or_deception, eu, Channel::transfer,
         plain({{"amount_minor", number(900'000)}, {"hours_since_txn", number(1)}, {"currency", text("EUR")}})},
        {"goods did not come", goods_or_services_not_received, us, Channel::credit_card, plain({})},
        {"goods other than described", not_as_described, eu, Channel::online, plain({})},
        {"subscription", cancelled_subscription, us, Channel::card, plain({})},
        {"a question",
         not_a_dispute,
         us,
         Channel::other,
         {{"has_transaction", false}, {"disputes_180d", number(0)}, {"disputes_lost_365d", number(0)}}},
        {"no bank's business", not_a_dispute, us, Channel::other, {{"has_transaction", false}}, 9'900, false},
        {"unsure", duplicate_charge, us, Channel::card, plain({}), 6'512},
        {"very unsure", duplicate_charge, us, Channel::card, plain({}), 3'000},
        {"a long text", duplicate_charge, us, Channel::card, plain({}), 8'500, true, true},
    };
}

/// Every word of a decision, a line each.
std::string decision_text(const Case& each) {
    Facts facts = each.facts;
    facts.insert_or_assign("jurisdiction", std::string(name(each.jurisdiction)));
    if (each.channel != PaymentChannel::other) facts.insert_or_assign("channel", std::string(name(each.channel)));
    ClockFacts clocks;
    clocks.jurisdiction = each.jurisdiction;
    clocks.category = each.category;
    clocks.channel = each.channel;
    clocks.received_at = k_now;
    const auto hours = facts.find("hours_since_txn");
    if (hours != facts.end())
        clocks.transaction_at = Timestamp{k_now.us - std::get<std::int64_t>(hours->second) * 3'600'000'000};
    Classification classification;
    classification.category = each.category;
    classification.intent = name(each.category);
    classification.confidence_bp = each.confidence_bp;
    classification.in_scope = each.in_scope;
    classification.is_long = each.is_long;
    const Assessment made = DisputePolicy::embedded().assess(facts, classification, legal_deadlines(clocks, {}), k_now);
    std::ostringstream out;
    out << "== " << each.title << " (" << name(each.category) << ", " << name(each.jurisdiction) << ", "
        << name(each.channel) << ")\n";
    out << "P" << made.priority << " by " << made.priority_points << " points; risk " << name(made.risk) << " by "
        << made.risk_points << (made.needs_four_eyes ? "; four eyes" : "") << "; " << name(made.route) << " to "
        << made.team << "\n";
    for (const PointReason& reason : made.priority_reasons)
        out << "  priority " << reason.points << ": " << reason.reason << "\n";
    for (const PointReason& reason : made.risk_reasons)
        out << "  risk " << reason.points << ": " << reason.reason << "\n";
    for (const std::string& flag : made.flags) out << "  flag " << flag << "\n";
    for (const std::string& reason : made.route_reasons) out << "  look first: " << reason << "\n";
    for (const Recommendation& advice : made.recommendations)
        out << "  do " << advice.action << ": " << advice.text
            << (advice.basis.empty() ? "" : " [" + advice.basis + "]")
            << (advice.due ? " by " + format_time(*advice.due) : "") << "\n";
    for (const std::string& evidence : made.evidence_requested) out << "  ask " << evidence << "\n";
    for (const std::string& code : made.network_codes) out << "  code " << code << "\n";
    for (const std::string& fact : made.missing_facts) out << "  unknown " << fact << "\n";
    return out.str();
}

}  // namespace

TEST_CASE("the policy decides a case of each category as was agreed", "[golden]") {
    const std::string path = BANKCTL_SOURCE_DIR "/tests/unit/dispute_golden.txt";
    std::string made;
    std::vector<bool> seen(dispute_category_names().size());
    for (const Case& each : cases()) {
        made += decision_text(each);
        seen[static_cast<std::size_t>(each.category)] = true;
    }
    CHECK(std::ranges::all_of(seen, [](bool is_seen) { return is_seen; }));
    if (std::getenv("BANKCTL_UPDATE_GOLDEN")) std::ofstream(path) << made;
    std::ostringstream agreed;
    agreed << std::ifstream(path).rdbuf();
    // Line by line, so that the first difference is told.
    std::istringstream made_lines(made), agreed_lines(agreed.str());
    std::string made_line, agreed_line;
    while (std::getline(agreed_lines, agreed_line)) {
        REQUIRE(std::getline(made_lines, made_line));
        REQUIRE(made_line == agreed_line);
    }
    CHECK_FALSE(std::getline(made_lines, made_line));
}
