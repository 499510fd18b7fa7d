// Filing disputes: from options, from a document, from many; and whatever of that is refused.
#include <catch2/catch.hpp>

#include "tests/cli/dispute.h"
#include "tests/cli/forms.h"

namespace bankctl::cli_test {
namespace {

/// What two filings of the same must agree in: all but what tells them apart.
Json without_identity(Json dispute) {
    for (const char* key : {"id", "seq", "filed_at", "changed_at", "due_at", "deadlines", "history", "replayed",
                            "facts", "recommendations", "transaction"})
        dispute.erase(key);
    return dispute;
}

TEST_CASE("a dispute about a transaction is classified, decided and routed at once", "[cli][dispute]") {
    Bank bank;
    const std::string payment = add_payment(bank);
    say_category(bank, "duplicate_charge");
    const Json dispute =
        bank.data(filing(payment, {"--channel", "card", "--evidence", "both receipts", "--key", "k1"}));
    CHECK(dispute.at("id") == "DSP-" + dispute.at("seq").dump());
    CHECK(dispute.at("version") == 1);
    CHECK(dispute.at("status") == "routed");
    CHECK(dispute.at("outcome") == nullptr);
    CHECK(dispute.at("customer") == "c1");
    CHECK(dispute.at("transaction").dump() == payment);
    CHECK(dispute.at("amount") == Json{{"currency", "USD"}, {"minor", 12000}, {"decimal", "120.00"}});
    CHECK(dispute.at("merchant") == "Acme Shop");
    CHECK(dispute.at("channel") == "card");
    CHECK(dispute.at("text") == "Acme Shop took my money twice");
    CHECK(dispute.at("category") == "duplicate_charge");
    CHECK(dispute.at("confidence").dump() == "0.95");
    CHECK(dispute.at("decided_by") == "external");
    CHECK(dispute.at("fallback") == nullptr);
    CHECK(dispute.at("team") == "merchant_disputes");
    CHECK(dispute.at("evidence") == Json{"both receipts"});
    CHECK_FALSE(dispute.at("deadlines").empty());
    CHECK_FALSE(dispute.at("recommendations").empty());
    CHECK_FALSE(dispute.at("network_codes").empty());
    CHECK(dispute.at("provisional_credit") == nullptr);
    CHECK(dispute.at("recomputation") == nullptr);
    const Json& history = dispute.at("history");
    REQUIRE(history.size() == 3);
    CHECK(history[0].at("from") == nullptr);
    CHECK(history[0].at("to") == "received");
    CHECK(history[1].at("to") == "classified");
    CHECK(history[2].at("to") == "routed");
    Json shown = bank.data({"dispute", "show", dispute.at("id")});
    CHECK(shown == dispute);
    const Json list = bank.data({"dispute", "list"});
    REQUIRE(list.size() == 1);
    CHECK(list[0].at("id") == dispute.at("id"));
    CHECK(list[0].at("due_at") == dispute.at("due_at"));
    bank.head();  // verified
}

TEST_CASE("a person reads a dispute as a page", "[cli][dispute]") {
    Bank bank;
    const std::string payment = add_payment(bank);
    say_category(bank, "duplicate_charge");
    const std::string text = bank.ok(filing(payment, {"--evidence", "a\x1b[31mreceipt"}));
    for (const char* part : {", routed\n", "duplicate_charge, 95 % sure (by external)", "120.00 USD", "Acme Shop",
                             "The customer's words\n  Acme Shop took my money twice\n", "Given: a\\x1b[31mreceipt\n",
                             "\nDeadlines\n", "\nRecommended\n", "\nHistory\n"}) {
        INFO(text << "\n" << part);
        CHECK(text.find(part) != std::string::npos);
    }
    CHECK_FALSE(has_harmful_characters(text, "\n"));
    const Json list = bank.data({"dispute", "list"});
    require_same_in_all_forms(bank, {"dispute", "list"});
    const std::string id = list[0].at("id");
    CHECK(bank.ok({"dispute", "show", id, "--fields", "id,status"}) == "id      " + id + "\nstatus  routed\n");
}

TEST_CASE("options, a document and a line of many say the same", "[cli][dispute]") {
    Bank bank;
    add_payment(bank);
    say_category(bank, "atm_cash_error");
    const Json by_options =
        bank.data({"dispute",    "file",     "--customer",      "c1",         "--text",
                   "-",          "--amount", "20.00",           "--currency", "USD",
                   "--merchant", "ATM 7",    "--channel",       "atm",        "--date",
                   "2026-01-31", "--fact",   "vulnerable=true", "--fact",     "days_since_statement=3",
                   "--evidence", "slip",     "--evidence",      "photo"},
                  "The machine kept my money");
    CHECK(by_options.at("facts").at("vulnerable") == true);
    CHECK(by_options.at("facts").at("days_since_statement") == 3);
    const std::string line =
        R"({"customer":"c1","text":"The machine kept my money","amount":"20.00","currency":"USD","merchant":"ATM 7",)"
        R"("channel":"atm","date":"2026-01-31","facts":{"vulnerable":true,"days_since_statement":3},)"
        R"("evidence":["slip","photo"],"transaction":null})";
    const Json one = bank.ok_json({"dispute", "file", "-"}, line);
    CHECK(one.at("schema") == "dispute/v1");
    CHECK(without_identity(one.at("data")).at("text") == without_identity(by_options).at("text"));
    const Json pretty = bank.data({"dispute", "file"}, Json::parse(line).dump(2));
    const Json minor =
        bank.data({"dispute", "file", "-"}, R"({"customer":"c1","text":"x","amount_minor":2000,"currency":"USD"})");
    CHECK(minor.at("amount").at("decimal") == "20.00");
    const Json many = bank.ok_json({"dispute", "file", "-", "--source", "s"}, line + "\n\n" + line + "\n");
    CHECK(many.at("schema") == "dispute.file/v1");
    REQUIRE(many.at("data").size() == 2);
    for (const Json& other : {one.at("data"), pretty, many.at("data")[1]}) {
        for (const char* key : {"customer", "amount", "merchant", "channel", "paid_at", "text", "category", "evidence",
                                "team", "status"}) {
            INFO(key);
            CHECK(other.at(key) == by_options.at(key));
        }
    }
    CHECK(bank.data({"dispute", "list"}).size() == 6);
}

TEST_CASE("the customer's words may be anything that is text", "[cli][dispute]") {
    Bank bank;
    bank.add_accounts({"alice"});
    const auto by_stdin = [&](const std::string& text) {
        return bank.data({"dispute", "file", "--customer", "c1", "--text", "-"}, text).at("text");
    };
    const std::string wild = "a\x01\x1b[2J\r\n\t\x7f\u202e\u0085 \xF0\x9F\x98\x80 --\"'\\";
    CHECK(by_stdin(wild) == wild);
    CHECK(by_stdin(std::string(65'536, 'x')).get<std::string>().size() == 65'536);
    test::write_file(bank.file("words"), "from a file\n");
    CHECK(bank.data({"dispute", "file", "--customer", "c1", "--text-file", bank.file("words")}).at("text") ==
          "from a file\n");
    const Json head = bank.head();
    const Words words{"dispute", "file", "--customer", "c1", "--text", "-"};
    bank.fails(words, "invalid_text", std::string(65'537, 'x'));
    bank.fails(words, "invalid_text", "\xff");
    bank.fails(words, "invalid_text", std::string("a\0b", 3));
    bank.fails(words, "invalid_text", " \n\t");
    bank.fails(words, "invalid_text", "");
    bank.fails({"dispute", "file", "--customer", "c1", "--text", "\xC0\xAF"}, "invalid_text");
    bank.fails({"dispute", "file", "--customer", "c1", "--text-file", bank.file("absent")}, "unreadable_input");
    CHECK(bank.head() == head);
    for (const Json& row : bank.data({"dispute", "list"})) {
        const std::string page = bank.ok({"dispute", "show", row.at("id").get<std::string>()});
        CHECK_FALSE(has_harmful_characters(page, "\n"));
    }
}

TEST_CASE("what does not fit a filing is refused and changes nothing", "[cli][dispute]") {
    Bank bank;
    const std::string payment = add_payment(bank);
    const std::string bobs = bank.seq({"transaction", "credit", "bob", "1"});
    const Json head = bank.head();
    test::write_file(bank.file("bad.json"), "{}");
    test::write_file(bank.file("days"), "2026-12-25\nsoon\n");
    struct Case {
        Words words;
        std::string code;
    };
    const std::vector<Case> cases{
        {{"--customer", "nobody", "--text", "x"}, "customer_not_found"},
        {{"--customer", "a b", "--text", "x"}, "invalid_id"},
        {{"--customer", "c1"}, "missing_argument"},
        {{"--customer", "c1", "--text", "x", "--currency", "USD"}, "missing_argument"},
        {{"--customer", "c1", "--text", "x", "--text-file", "y"}, "usage"},
        {{"--customer", "c1", "--text", "x", "--transaction", "9999"}, "transaction_not_found"},
        {{"--customer", "c1", "--text", "x", "--transaction", "1"}, "transaction_not_found"},
        {{"--customer", "c1", "--text", "x", "--transaction", "0"}, "invalid_number"},
        {{"--customer", "c1", "--text", "x", "--transaction", bobs}, "wrong_customer"},
        {{"--customer", "c1", "--text", "x", "--amount", "-1", "--currency", "USD"}, "invalid_amount"},
        {{"--customer", "c1", "--text", "x", "--amount", "1.001", "--currency", "USD"}, "amount_precision"},
        {{"--customer", "c1", "--text", "x", "--amount", "1", "--currency", "XXX"}, "unknown_currency"},
        {{"--customer", "c1", "--text", "x", "--transaction", payment, "--currency", "EUR"}, "currency_mismatch"},
        {{"--customer", "c1", "--text", "x", "--channel", "cards"}, "usage"},
        {{"--customer", "c1", "--text", "x", "--date", "noon"}, "invalid_time"},
        {{"--customer", "c1", "--text", "x", "--fact", "vulnerable"}, "usage"},
        {{"--customer", "c1", "--text", "x", "--fact", "vulnerable=maybe"}, "usage"},
        {{"--customer", "c1", "--text", "x", "--fact", "amount_minor=1"}, "usage"},
        {{"--customer", "c1", "--text", "x", "--fact", "new_payee_h=x"}, "invalid_number"},
        {{"--customer", "c1", "--text", "x", "--fact", "vulnerable=true", "--fact", "vulnerable=true"}, "usage"},
        {{"--customer", "c1", "--text", "x", "--fact"}, "missing_argument"},
        {{"--customer", "c1", "--text", "x", "--evidence", ""}, "invalid_text"},
        {{"--customer", "c1", "--text", "x", "--merchant", "\xff"}, "invalid_text"},
        {{"--customer", "c1", "--text", "x", "--merchant", std::string(257, 'x')}, "invalid_text"},
        {{"--customer", "c1", "--text", "x", "--key", ""}, "invalid_key"},
        {{"--customer", "c1", "--text", "x", "--source", "s"}, "usage"},
        {{"--customer", "c1", "--text", "x", "--jurisdiction", "uk"}, "usage"},
        {{"--customer", "c1", "--text", "x", "--policy", "bad.json"}, "invalid_policy"},
        {{"--customer", "c1", "--text", "x", "--policy", "absent"}, "unreadable_input"},
        {{"--customer", "c1", "--text", "x", "--model", "bad.json"}, "invalid_model"},
        {{"--customer", "c1", "--text", "x", "--holidays", "days"}, "invalid_time"},
        {{"--text", "x"}, "usage"},
        {{"-", "--customer", "c1"}, "usage"},
        {{"-", "--key", "k"}, "usage"},
    };
    for (const Case& test : cases) {
        ProcessOptions options = bank.options(joined({"--json", "dispute", "file"}, test.words));
        options.directory = bank.directory();
        const Run run = run_process(options);
        INFO(describe(options.words, run));
        require_failure(options.words, run, test.code);
    }
    CHECK(bank.head() == head);
}

TEST_CASE("what is no document of a dispute is refused and changes nothing", "[cli][dispute]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Json head = bank.head();
    struct Case {
        std::string text;
        std::string code;
    };
    const std::vector<Case> cases{
        {"", "invalid_json"},
        {"\n \n", "invalid_json"},
        {"{", "invalid_json"},
        {"[]", "invalid_json"},
        {"\xff", "invalid_json"},
        {R"({"customer":"c1"})", "invalid_json"},
        {R"({"text":"x"})", "invalid_json"},
        {R"({"customer":"c1","text":"x","text":"y"})", "invalid_json"},
        {R"({"customer":"c1","text":"x","txt":"y"})", "invalid_json"},
        {R"({"customer":1,"text":"x"})", "invalid_json"},
        {R"({"customer":"c1","text":"a\u0000b"})", "invalid_json"},
        {R"({"customer":"c1","text":"\ud800"})", "invalid_json"},
        {R"({"customer":"c1","text":" "})", "invalid_text"},
        {R"({"customer":"c1","text":"x","amount":1,"currency":"USD"})", "invalid_amount"},
        {R"({"customer":"c1","text":"x","amount_minor":"1","currency":"USD"})", "invalid_json"},
        {R"({"customer":"c1","text":"x","amount_minor":0,"currency":"USD"})", "invalid_amount"},
        {R"({"customer":"c1","text":"x","amount_minor":1.5,"currency":"USD"})", "invalid_json"},
        {R"({"customer":"c1","text":"x","amount_minor":18446744073709551615,"currency":"USD"})", "amount_too_large"},
        {R"({"customer":"c1","text":"x","amount_minor":1,"amount":"1","currency":"USD"})", "invalid_json"},
        {R"({"customer":"c1","text":"x","transaction":"4"})", "invalid_json"},
        {R"({"customer":"c1","text":"x","transaction":-4})", "invalid_json"},
        {R"({"customer":"c1","text":"x","facts":[]})", "invalid_json"},
        {R"({"customer":"c1","text":"x","facts":{"vulnerable":1}})", "usage"},
        {R"({"customer":"c1","text":"x","facts":{"vulnerable":null}})", "invalid_json"},
        {R"({"customer":"c1","text":"x","facts":{"x":true}})", "usage"},
        {R"({"customer":"c1","text":"x","evidence":"y"})", "invalid_json"},
        {R"({"customer":"c1","text":"x","evidence":[1]})", "invalid_json"},
        {R"({"customer":"c1","text":"x","channel":"post"})", "usage"},
        {R"({"customer":"c1","text":"x","key":""})", "invalid_key"},
        {R"({"customer":"c1","text":"x","facts":)" + std::string(40, '[') + std::string(40, ']') + "}", "invalid_json"},
        {R"({"customer":"c1","text":")" + std::string(1 << 20, 'x') + "\"}", "invalid_json"},
    };
    for (const Case& test : cases) {
        INFO(test.text.substr(0, 100));
        bank.fails({"dispute", "file", "-"}, test.code, test.text);
    }
    CHECK(bank.head() == head);
}

TEST_CASE("of many documents the first that fails stops, and what went before is not filed twice", "[cli][dispute]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const std::string good = R"({"customer":"c1","text":"my card was charged twice"})";
    const std::string bad = R"({"customer":"nobody","text":"x"})";
    const Words words{"dispute", "file", "-", "--source", "web"};
    const Json error = bank.fails(words, "customer_not_found", good + "\n" + good + "\n\n" + bad + "\n" + good);
    CHECK(error.at("message").get<std::string>().starts_with("line 4: "));
    const Json& details = error.at("details");
    CHECK(details.at("line") == 4);
    CHECK(details.at("filed") == 2);
    CHECK(details.at("replayed") == 0);
    const Json before = bank.data({"dispute", "list"});
    REQUIRE(before.size() == 2);
    CHECK(details.at("last") == before[1].at("id"));
    const std::vector<Json> lines =
        parse_lines(bank.ok(joined(words, {"--output", "ndjson"}), good + "\n" + good + "\n\n" + good + "\n" + good));
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].at("replayed") == true);
    CHECK(lines[1].at("replayed") == true);
    CHECK(lines[2].at("replayed") == false);
    CHECK(lines[3].at("replayed") == false);
    CHECK(bank.data({"dispute", "list"}).size() == 4);
    bank.fails(words, "idempotency_key_mismatch", good + "\n" + R"({"customer":"c1","text":"another"})" + "\n");
    bank.fails({"dispute", "file", "-"}, "invalid_key", good + "\n" + good + "\n");
    bank.fails(words, "invalid_json", good + "\n{\n");
    CHECK(bank.data({"dispute", "list"}).size() == 4);
    bank.ok({"dispute", "file", "-", "--dry-run", "--source", "dry", "--output", "csv"}, good + "\n" + good + "\n");
    CHECK(bank.data({"dispute", "list"}).size() == 4);
    const std::string table = bank.ok({"dispute", "file", "-", "--dry-run", "--source", "dry"}, good + "\n" + good);
    CHECK(lines_of(table).size() == 3);
    require_narrow(table);
}

TEST_CASE("a dry run of a filing says what would come of it and changes nothing", "[cli][dispute]") {
    Bank bank;
    const std::string payment = add_payment(bank);
    say_category(bank, "duplicate_charge");
    const Json head = bank.head();
    const Json dry = bank.data(filing(payment, {"--dry-run"}));
    CHECK(dry.at("id") == nullptr);
    CHECK(dry.at("seq") == nullptr);
    CHECK(dry.at("dry_run") == true);
    CHECK(dry.at("status") == "routed");
    CHECK(bank.head() == head);
    const Json real = bank.data(filing(payment));
    CHECK(without_identity(real).at("team") == without_identity(dry).at("team"));
    CHECK(real.at("priority") == dry.at("priority"));
}

TEST_CASE("a key files once, and a transaction has one open dispute", "[cli][dispute]") {
    Bank bank;
    const std::string payment = add_payment(bank);
    say_category(bank, "duplicate_charge");
    const Json first = bank.data(filing(payment, {"--key", "k"}));
    say_category(bank, "fee_dispute");  // what a classifier says is no part of the request
    Json again = bank.data(filing(payment, {"--key", "k"}));
    CHECK(again.at("replayed") == true);
    again["replayed"] = false;
    CHECK(again == first);
    const Json error = bank.fails(filing(payment, {"--key", "k", "--merchant", "other"}), "idempotency_key_mismatch");
    CHECK(error.at("details").contains("field"));
    const Json refused = bank.fails(filing(payment), "already_exists");
    CHECK(refused.at("details").dump().find(first.at("id").get<std::string>()) != std::string::npos);
    bank.ok({"dispute", "advance", first.at("id"), "withdrawn"});
    bank.ok(filing(payment));
}

TEST_CASE("a decision is computed again from what is stored", "[cli][dispute]") {
    Bank bank;
    const std::string payment = add_payment(bank);
    test::write_file(bank.file("days"), "2026-12-25 Christmas\n");
    const Json with_model =
        bank.data(filing(payment, {"--holidays", bank.file("days"), "--fact", "card_present=true"}));
    const auto recomputed = [&](const std::string& id) {
        return bank.data({"dispute", "show", id, "--recompute"}).at("recomputation");
    };
    CHECK(recomputed(with_model.at("id")) ==
          Json{{"identical", true}, {"classification_recomputed", true}, {"differences", Json::array()}});
    say_category(bank, "duplicate_charge");
    const std::string other = bank.seq({"transaction", "debit", "alice", "7"});
    const Json external = bank.data(filing(other));
    CHECK(recomputed(external.at("id")) ==
          Json{{"identical", true}, {"classification_recomputed", false}, {"differences", Json::array()}});
    bank.ok({"dispute", "relabel", external.at("id"), "fee_dispute"});
    CHECK(recomputed(external.at("id")).at("identical") == true);
    bank.fails({"dispute", "show", external.at("id"), "--recompute", "--model", bank.file("absent")},
               "unreadable_input");
    bank.fails({"dispute", "show", "DSP-1"}, "dispute_not_found");
    bank.fails({"dispute", "show", "DSP-9999"}, "dispute_not_found");
    bank.fails({"dispute", "show", "9"}, "invalid_id");
}

TEST_CASE("where an external classifier fails the model decides, and the case says why", "[cli][dispute]") {
    Bank bank;
    add_payment(bank);
    for (const char* command : {"false", "echo nonsense", "exit 3", "/does/not/exist"}) {
        bank.environment()["BANKCTL_DISPUTE_CLASSIFIER"] = command;
        const Json dispute = bank.data({"dispute", "file", "--customer", "c1", "--text", "charged twice"});
        INFO(command);
        CHECK(dispute.at("fallback").is_string());
        CHECK(dispute.at("model").get<std::string>().starts_with("embedded:"));
        CHECK(dispute.at("decided_by") != "external");
    }
}

TEST_CASE("the jurisdiction says which clocks run", "[cli][dispute]") {
    Bank bank;
    add_payment(bank);
    say_category(bank, "unauthorised_card_payment");
    const auto rules = [&](const std::string& law) {
        const Json dispute = bank.data({"dispute", "file", "--customer", "c1", "--text", "not me", "--channel", "card",
                                        "--amount", "5", "--currency", "USD", "--jurisdiction", law});
        std::string all;
        for (const Json& deadline : dispute.at("deadlines")) {
            CHECK(deadline.at("legal") == (deadline.at("rule") != "team_decide"));
            all += deadline.at("rule").get<std::string>() + " ";
        }
        return all;
    };
    CHECK(rules("us").find("reg_e_decide") != std::string::npos);
    CHECK(rules("eu").find("psd2_refund") != std::string::npos);
    CHECK(rules("none") == "team_decide ");
}

}  // namespace
}  // namespace bankctl::cli_test
