// The steps of a dispute: who may do what when, and what becomes of the money.
#include <map>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/cli/dispute.h"
#include "tests/cli/forms.h"
#include "tests/cli/raw_database.h"

namespace bankctl::cli_test {
namespace {

const Words k_statuses{"received",          "classified", "triage",        "routed",          "investigating",
                       "awaiting_customer", "chargeback", "representment", "pre_arbitration", "arbitration",
                       "decided",           "closed",     "reopened",      "withdrawn"};

/// From where to where, as the page says it: `triage             investigating, withdrawn`.
std::map<std::string, std::set<std::string>> documented_advances() {
    std::map<std::string, std::set<std::string>> advances;
    bool is_table = false;
    for (const std::string& line : lines_of(test::read_file(BANKCTL_SOURCE_DIR "/man/bankctl-dispute-workflow.7"))) {
        if (line == ".Ss From where to where") is_table = true;
        if (line == ".Ed") is_table = false;
        if (!is_table || line.starts_with('.') || line.find("  ") == std::string::npos) continue;
        std::istringstream words(line);
        std::string from;
        words >> from;
        advances[from];
        for (std::string to; words >> to;) {
            if (to != "-") advances[from].insert(to.substr(0, to.find(',')));
        }
    }
    return advances;
}

bool is_in(const std::string& status, const std::set<std::string>& statuses) { return statuses.contains(status); }

TEST_CASE("every pair of status and action answers as the page says", "[cli][dispute]") {
    Bank bank;
    bank.add_accounts({"alice"}, "100");
    say_category(bank, "duplicate_charge");
    const std::map<std::string, std::set<std::string>> advances = documented_advances();
    REQUIRE(advances.size() == k_statuses.size());
    const std::set<std::string> network{"chargeback", "representment", "pre_arbitration", "arbitration"};
    const std::set<std::string> in_work{"triage",     "routed",        "investigating",   "awaiting_customer",
                                        "chargeback", "representment", "pre_arbitration", "arbitration",
                                        "reopened"};
    for (std::size_t i = 2; i < k_statuses.size(); ++i) {  // no case stays received or classified
        const std::string& status = k_statuses[i];
        const std::string id =
            bank.data({"dispute", "file", "--customer", "c1", "--text", "x", "--amount", "5", "--currency", "USD"})
                .at("id");
        bring_to(bank, id, status);
        REQUIRE(bank.data({"dispute", "show", id}).at("status") == status);
        const Json head = bank.data({"verify"}).at("head");
        const auto require_answer = [&](const Words& words, bool is_allowed) {
            const Words dry = joined(words, {"--dry-run"});
            INFO(status << ": " << words[1] << " " << words.back());
            if (is_allowed) {
                CHECK(bank.data(dry).at("dry_run") == true);
            } else {
                CHECK(bank.fails(dry, "illegal_transition").at("details").at("from") == status);
            }
        };
        for (const std::string& to : k_statuses) {
            const bool is_allowed = is_in(to, advances.at(status));
            require_answer({"dispute", "advance", id, to}, is_allowed);
            if (!is_allowed)
                CHECK(bank.fails({"dispute", "advance", id, to}, "illegal_transition").at("details").at("to") == to);
        }
        require_answer({"dispute", "assign", id, "--team", "cards"}, is_in(status, in_work));
        require_answer({"dispute", "credit", id, "1"}, is_in(status, in_work));
        require_answer({"dispute", "resolve", id, "upheld"}, status == "investigating" || is_in(status, network));
        require_answer({"dispute", "relabel", id, "fee_dispute"}, true);
        CHECK(bank.data({"verify"}).at("head") == head);
    }
}

TEST_CASE("money follows the case, whatever is decided", "[cli][dispute]") {
    Bank bank;
    const std::string id = investigated(bank);
    REQUIRE(bank.balance_of("alice") == "880.00");
    const auto resolve = [&](const Words& more) { return bank.data(joined({"dispute", "resolve", id}, more)); };
    SECTION("upheld without a credit: the disputed amount") {
        const Json dispute = resolve({"upheld"});
        CHECK(dispute.at("outcome") == "upheld");
        CHECK(dispute.at("refund").at("amount").at("decimal") == "120.00");
        CHECK(bank.balance_of("alice") == "1000.00");
        CHECK(bank.balance_of("@dispute.USD") == "-120.00");
    }
    SECTION("rejected without a credit: nothing") {
        CHECK(resolve({"rejected"}).at("refund") == nullptr);
        CHECK(bank.balance_of("alice") == "880.00");
    }
    SECTION("in part without a credit") {
        resolve({"partial", "--refund", "20.00"});
        CHECK(bank.balance_of("alice") == "900.00");
    }
    SECTION("with a credit that stands") {
        const Json credited = bank.data({"dispute", "credit", id});
        CHECK(credited.at("provisional_credit").at("status") == "provisional");
        CHECK(credited.at("provisional_credit").at("amount").at("decimal") == "120.00");
        CHECK(bank.balance_of("alice") == "1000.00");
        SECTION("upheld: it becomes final") {
            const Json dispute = resolve({"upheld"});
            CHECK(dispute.at("provisional_credit") == nullptr);
            CHECK(dispute.at("refund").at("amount").at("decimal") == "120.00");
            CHECK(dispute.at("refund").at("transaction") == credited.at("provisional_credit").at("transaction"));
            CHECK(bank.balance_of("alice") == "1000.00");
        }
        SECTION("upheld with more: refused, and fees are refunded besides") {
            const Json details =
                bank.fails({"dispute", "resolve", id, "upheld", "--refund", "150.00"}, "exceeds_reversible")
                    .at("details");
            CHECK(details.at("disputed_minor") == 12000);
            CHECK(details.at("reversible_minor") == 12000);
            bank.ok({"transaction", "credit", "alice", "30.00", "--counter", "@dispute.USD", "--memo", id + " fees"});
            resolve({"upheld"});
            CHECK(bank.balance_of("alice") == "1030.00");
        }
        SECTION("in part: the rest is taken back") {
            resolve({"partial", "--refund", "20.00"});
            CHECK(bank.balance_of("alice") == "900.00");
        }
        SECTION("rejected: it is taken back") {
            const Json dispute = resolve({"rejected"});
            CHECK(dispute.at("provisional_credit") == nullptr);
            CHECK(dispute.at("refund") == nullptr);
            CHECK(bank.balance_of("alice") == "880.00");
        }
        SECTION("rejected when it is spent: refused, and nothing is decided") {
            bank.ok({"transaction", "debit", "alice", "990.00"});
            bank.fails({"dispute", "resolve", id, "rejected"}, "insufficient_funds");
            CHECK(bank.data({"dispute", "show", id}).at("status") == "investigating");
            CHECK(bank.balance_of("alice") == "10.00");
        }
        SECTION("withdrawn: it is taken back") {
            bank.ok({"dispute", "advance", id, "withdrawn"});
            CHECK(bank.balance_of("alice") == "880.00");
        }
        SECTION("taken back by hand") {
            CHECK(bank.data({"dispute", "credit", id, "--take-back"}).at("provisional_credit") == nullptr);
            CHECK(bank.balance_of("alice") == "880.00");
            bank.fails({"dispute", "credit", id, "--take-back"}, "illegal_transition");
        }
    }
    bank.head();  // verified
}

TEST_CASE("a case whose amount nobody knows is not decided for nothing", "[cli][dispute]") {
    Bank bank;
    bank.add_accounts({"alice"}, "1000");
    const std::string id = bank.data({"dispute", "file", "--customer", "c1", "--text", "I was charged twice"}).at("id");
    bank.ok({"dispute", "assign", id, "--team", "cards"});
    bank.ok({"dispute", "advance", id, "investigating"});
    bank.fails({"dispute", "resolve", id, "upheld"}, "missing_argument");
    bank.ok({"dispute", "credit", id, "50.00"});
    CHECK(bank.data({"dispute", "resolve", id, "upheld"}).at("refund").at("amount").at("decimal") == "50.00");
    CHECK(bank.balance_of("alice") == "1050.00");
}

TEST_CASE("a payment is given back once", "[cli][dispute]") {
    Bank bank;
    bank.add_accounts({"alice"}, "1000");
    const std::string payment = bank.seq({"transaction", "debit", "alice", "100"});
    const auto disputed_minor = [&](const std::string& transaction) -> std::int64_t {
        const Json amount = bank.data(joined(filing(transaction), {"--dry-run"})).at("amount");
        return amount.is_null() ? 0 : amount.at("minor").get<std::int64_t>();
    };
    SECTION("by a reversal before the case") {
        bank.ok({"transaction", "reverse", payment, "30.00"});
        CHECK(disputed_minor(payment) == 7000);
        bank.ok({"transaction", "reverse", payment});
        CHECK(disputed_minor(payment) == 0);
    }
    SECTION("and a filing with a key is repeated as it was asked for") {
        bank.ok({"transaction", "reverse", payment, "30.00"});
        const Words again = filing(payment, {"--key", "k"});
        CHECK(bank.data(again).at("replayed") == false);
        CHECK(bank.data(again).at("replayed") == true);
    }
    SECTION("by an earlier case, and by its reopening") {
        const std::string id = bank.data(filing(payment)).at("id");
        bank.ok({"dispute", "assign", id, "--team", "cards"});
        bank.ok({"dispute", "advance", id, "investigating"});
        bank.ok({"dispute", "resolve", id, "upheld"});
        bank.ok({"dispute", "advance", id, "closed"});
        CHECK(disputed_minor(payment) == 0);
        bank.ok({"dispute", "advance", id, "reopened"});
        bank.ok({"dispute", "advance", id, "investigating"});
        bank.fails({"dispute", "credit", id}, "illegal_transition");
        CHECK(bank.balance_of("alice") == "1000.00");
    }
    SECTION("by a reversal while the case is open") {
        const std::string id = bank.data(filing(payment)).at("id");
        bank.ok({"dispute", "assign", id, "--team", "cards"});
        bank.ok({"dispute", "advance", id, "investigating"});
        bank.ok({"transaction", "reverse", payment});
        bank.fails({"dispute", "credit", id}, "illegal_transition");
        bank.fails({"dispute", "resolve", id, "upheld", "--refund", "100"}, "exceeds_reversible");
        CHECK(bank.data({"dispute", "resolve", id, "upheld"}).at("refund") == nullptr);
        CHECK(bank.balance_of("alice") == "1000.00");
    }
    SECTION("a hold took nothing") { CHECK(disputed_minor(bank.seq({"transaction", "hold", "alice", "30"})) == 0); }
}

TEST_CASE("what a relabel decided is decided again, too", "[cli][dispute]") {
    Bank bank;
    const std::string id = investigated(bank);
    bank.ok({"dispute", "relabel", id, "fee_dispute"});
    const auto recomputation = [&] { return bank.data({"dispute", "show", id, "--recompute"}).at("recomputation"); };
    CHECK(recomputation().at("identical") == true);
    {
        RawDatabase raw(bank.path());
        REQUIRE(raw.execute("DROP TRIGGER journal_update") == SQLITE_OK);
        REQUIRE(raw.execute("UPDATE journal SET detail=json_set(detail,'$.decision.assessment.priority_points',999)"
                            "WHERE seq=(SELECT max(seq) FROM journal)") == SQLITE_OK);
    }
    CHECK(recomputation().at("differences") == Json{"priority_points"});
}

TEST_CASE("a provisional credit that was taken back meets no clock", "[cli][dispute]") {
    Bank bank;
    const std::string id = investigated(bank);
    const auto is_met = [&] {
        const Json dispute = bank.data({"dispute", "show", id});
        for (const Json& deadline : dispute.at("deadlines")) {
            if (deadline.at("rule") == "reg_e_provisional_credit") return deadline.at("met").get<bool>();
        }
        FAIL("there is no such clock");
        return false;
    };
    CHECK_FALSE(is_met());
    bank.ok({"dispute", "credit", id});
    CHECK(is_met());
    bank.ok({"dispute", "credit", id, "--take-back"});
    CHECK_FALSE(is_met());
}

TEST_CASE("a step that does not fit is refused and changes nothing", "[cli][dispute]") {
    Bank bank;
    const std::string id = investigated(bank);
    const Json head = bank.head();
    struct Case {
        Words words;
        std::string code;
    };
    const std::vector<Case> cases{
        {{"advance", "DSP-9999", "closed"}, "dispute_not_found"},
        {{"advance", id, "done"}, "usage"},
        {{"advance", id}, "missing_argument"},
        {{"advance", "7", "closed"}, "invalid_id"},
        {{"advance", id, "chargeback", "--if-version", "99"}, "version_conflict"},
        {{"advance", id, "chargeback", "--note", "\xff"}, "invalid_text"},
        {{"advance", id, "chargeback", "--note", std::string(4097, 'x')}, "invalid_text"},
        {{"advance", id, "chargeback", "--key", ""}, "invalid_key"},
        {{"assign", id}, "missing_argument"},
        {{"assign", id, "--team", ""}, "usage"},
        {{"assign", "DSP-9999", "--team", "cards"}, "dispute_not_found"},
        {{"credit", id, "-1"}, "invalid_amount"},
        {{"credit", id, "0.001"}, "amount_precision"},
        {{"credit", id, "1", "--take-back"}, "usage"},
        {{"credit", id, "--account", "nobody"}, "account_not_found"},
        {{"credit", id, "--account", "bob"}, "wrong_customer"},
        {{"credit", "DSP-9999"}, "dispute_not_found"},
        {{"resolve", id}, "missing_argument"},
        {{"resolve", id, "won"}, "usage"},
        {{"resolve", id, "partial"}, "missing_argument"},
        {{"resolve", id, "rejected", "--refund", "1"}, "usage"},
        {{"resolve", id, "upheld", "--if-version", "1"}, "version_conflict"},
        {{"resolve", "DSP-9999", "rejected"}, "dispute_not_found"},
        {{"relabel", id, "duplicate"}, "usage"},
        {{"relabel", id, "fee_dispute", "--policy", "absent"}, "unreadable_input"},
        {{"relabel", "DSP-9999", "fee_dispute"}, "dispute_not_found"},
        {{"list", "--status", "open"}, "usage"},
        {{"list", "--priority", "P5"}, "usage"},
        {{"list", "--due-before", "soon"}, "invalid_time"},
        {{"list", "--customer", "nobody"}, "customer_not_found"},
        {{"list", "--after", "x"}, "invalid_cursor"},
        {{"list", "--limit", "0"}, "invalid_number"},
    };
    for (const Case& test : cases) {
        INFO(test.words[0] << " " << test.words.back());
        bank.fails(joined({"dispute"}, test.words), test.code);
    }
    for (const Words& words :
         {Words{"advance", id, "chargeback"}, Words{"assign", id, "--team", "cards"}, Words{"credit", id},
          Words{"resolve", id, "upheld"}, Words{"relabel", id, "fee_dispute"}}) {
        const Json dry = bank.data(joined(joined({"dispute"}, words), {"--dry-run", "--note", "try"}));
        INFO(words[0]);
        CHECK(dry.at("id") == id);
        CHECK(dry.at("seq") == nullptr);
        CHECK(dry.at("version") == 3);
        CHECK(dry.at("history").back().at("note") == "try");
    }
    CHECK(bank.head() == head);
}

TEST_CASE("a step with a key is done once", "[cli][dispute]") {
    Bank bank;
    const std::string id = investigated(bank);
    struct Case {
        Words words;
        Words other;  ///< the same verb with another request
    };
    for (const Case& test : {Case{{"assign", id, "--assignee", "bob"}, {"assign", id, "--assignee", "cem"}},
                             Case{{"credit", id, "5.00"}, {"credit", id, "6.00"}},
                             Case{{"relabel", id, "fee_dispute"}, {"relabel", id, "atm_cash_error"}},
                             Case{{"advance", id, "chargeback"}, {"advance", id, "withdrawn"}},
                             Case{{"resolve", id, "upheld", "--refund", "7.00"}, {"resolve", id, "rejected"}}}) {
        const Words key{"--key", "k-" + test.words[0]};
        INFO(test.words[0]);
        const Json first = bank.data(joined(joined({"dispute"}, test.words), key));
        CHECK(first.at("replayed") == false);
        Json again = bank.data(joined(joined({"dispute"}, test.words), key));
        CHECK(again.at("replayed") == true);
        again["replayed"] = false;
        CHECK(again == first);
        const Json error = bank.fails(joined(joined({"dispute"}, test.other), key), "idempotency_key_mismatch");
        CHECK(error.at("details").contains("field"));
    }
    CHECK(bank.balance_of("alice") == "887.00");
    bank.head();
}

TEST_CASE("who investigates a case of high risk may not resolve it", "[cli][dispute]") {
    Bank bank;
    bank.add_accounts({"alice"}, "5000");
    const std::string payment = bank.seq({"transaction", "debit", "alice", "2000"});
    say_category(bank, "scam_or_deception");
    const Json filed = bank.data(filing(payment, {"--channel", "transfer", "--fact", "new_payee_h=3"}));
    const std::string id = filed.at("id");
    CHECK(filed.at("risk") == "high");
    CHECK(filed.at("four_eyes") == true);
    CHECK(filed.at("status") == "triage");
    bank.ok({"dispute", "advance", id, "investigating", "--user", "ann"});
    const Json error = bank.fails({"dispute", "resolve", id, "upheld", "--user", "ann"}, "four_eyes_required");
    CHECK(error.at("kind") == "forbidden");
    CHECK(bank.balance_of("alice") == "3000.00");
    // Nor by relabelling it to what is of low risk.
    CHECK(bank.data({"dispute", "relabel", id, "duplicate_charge", "--user", "ann"}).at("risk") != "high");
    bank.fails({"dispute", "resolve", id, "upheld", "--user", "ann"}, "four_eyes_required");
    CHECK(bank.balance_of("alice") == "3000.00");
    bank.ok({"dispute", "resolve", id, "upheld", "--user", "ben"});
    CHECK(bank.balance_of("alice") == "5000.00");
}

TEST_CASE("assigning routes, relabelling decides anew, and the list shows it", "[cli][dispute]") {
    Bank bank;
    add_payment(bank);
    say_category(bank, "duplicate_charge", "0.30");
    const Json filed =
        bank.data({"dispute", "file", "--customer", "c1", "--text", "x", "--amount", "5", "--currency", "USD"});
    const std::string id = filed.at("id");
    CHECK(filed.at("status") == "triage");
    CHECK(filed.at("team") == "triage");
    CHECK_FALSE(filed.at("route_reasons").empty());
    const Json relabelled = bank.data({"dispute", "relabel", id, "atm_cash_error", "--note", "she means the machine"});
    CHECK(relabelled.at("category") == "atm_cash_error");
    CHECK(relabelled.at("decided_by") == "human");
    const Json assigned = bank.data({"dispute", "assign", id, "--team", "cash", "--assignee", "bob"});
    CHECK(assigned.at("status") == "routed");
    CHECK(assigned.at("assignee") == "bob");
    CHECK(assigned.at("history").back().at("action") == "assign");
    say_category(bank, "scam_or_deception");
    const std::string urgent =
        bank.data({"dispute", "file", "--customer", "c2", "--text", "y", "--amount", "900", "--currency", "USD",
                   "--channel", "transfer", "--fact", "new_payee_h=1", "--fact", "vulnerable=true"})
            .at("id");
    const auto ids = [&](const Words& more) {
        std::string all;
        for (const Json& row : bank.data(joined({"dispute", "list"}, more)))
            all += row.at("id").get<std::string>() + " ";
        return all;
    };
    CHECK(ids({}) == urgent + " " + id + " ");
    CHECK(ids({"--team", "cash"}) == id + " ");
    CHECK(ids({"--assignee", "bob"}) == id + " ");
    CHECK(ids({"--customer", "c2"}) == urgent + " ");
    CHECK(ids({"--status", "routed"}) == id + " ");
    CHECK(ids({"--overdue"}).empty());
    CHECK(ids({"--due-before", "2100-01-01"}) == urgent + " " + id + " ");
    CHECK(ids({"--due-before", "2026-01-01"}).empty());
    const Json page = bank.ok_json({"dispute", "list", "--limit", "1"});
    CHECK(page.at("data")[0].at("id") == urgent);
    REQUIRE(page.at("next").is_string());
    CHECK(ids({"--after", page.at("next")}) == id + " ");
    bank.ok({"dispute", "advance", urgent, "withdrawn"});
    CHECK(ids({}) == id + " ");
    CHECK(ids({"--all"}) == id + " " + urgent + " ");
    CHECK(ids({"--status", "withdrawn"}) == urgent + " ");
    require_narrow(bank.ok({"dispute", "list", "--all"}));
}

TEST_CASE("figures count what was filed, decided and corrected", "[cli][dispute]") {
    Bank bank;
    CHECK(bank.data({"dispute", "stats"}).at("filed") == 0);
    CHECK(bank.data({"dispute", "stats"}).at("days_to_decision") == nullptr);
    const std::string upheld = investigated(bank);
    bank.ok({"dispute", "resolve", upheld, "upheld"});
    const auto file = [&] {
        return bank.data({"dispute", "file", "--customer", "c1", "--text", "x", "--amount", "5", "--currency", "USD"})
            .at("id")
            .get<std::string>();
    };
    const std::string rejected = file();
    bank.ok({"dispute", "relabel", rejected, "fee_dispute"});
    bring_to(bank, rejected, "closed");
    file();
    const Json stats = bank.data({"dispute", "stats"});
    const Json expected{{"filed", 3},   {"open", 2},     {"overdue", 0}, {"decided", 2},  {"upheld", 1},
                        {"partial", 0}, {"rejected", 1}, {"late", 0},    {"corrected", 1}};
    for (const auto& [key, value] : expected.items()) {
        INFO(key);
        CHECK(stats.at(key) == value);
    }
    REQUIRE(stats.at("by_category").size() == 2);
    CHECK(stats.at("by_category")[0].at("category") == "duplicate_charge");
    CHECK(stats.at("by_category")[0].at("filed") == 2);
    CHECK(stats.at("by_category")[1].at("corrected") == 1);
    REQUIRE(stats.at("model").size() == 1);
    CHECK(stats.at("model")[0].at("corrected_share").dump() == "0.3333");
    CHECK(stats.at("model")[0].at("mean_confidence").dump() == "0.95");
    CHECK(stats.at("by_age")[0].at("open") == 2);
    CHECK(bank.data({"dispute", "stats", "--until", "2026-01-01"}).at("filed") == 0);
    bank.fails({"dispute", "stats", "--since", "soon"}, "invalid_time");
}

TEST_CASE("waiting for the customer pauses the bank's target and no legal clock", "[cli][dispute]") {
    Bank bank;
    const std::string id = investigated(bank);
    const auto paused = [&] {
        std::set<std::string> rules;
        const Json dispute = bank.data({"dispute", "show", id});
        for (const Json& deadline : dispute.at("deadlines")) {
            if (deadline.at("paused").get<bool>()) rules.insert(deadline.at("rule"));
        }
        return rules;
    };
    CHECK(paused().empty());
    bank.ok({"dispute", "advance", id, "awaiting_customer"});
    CHECK(paused() == std::set<std::string>{"team_decide"});
    bank.ok({"dispute", "advance", id, "investigating"});
    CHECK(paused().empty());
}

}  // namespace
}  // namespace bankctl::cli_test
