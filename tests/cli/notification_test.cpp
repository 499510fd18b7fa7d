// Notifications as scripts see them: lists, the ways out of the bank, kills, and two who deliver at once.
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <list>
#include <set>

#include <catch2/catch.hpp>

#include "core/store/sqlite/sqlite_ledger.h"
#include "tests/cli/bank.h"
#include "tests/cli/forms.h"
#include "tests/support/outbox.h"

namespace bankctl::cli_test {
namespace {

/// A bank whose outbox has so many notifications to the team cards; they are NTF-<entry>-1, -2 and so on.
class BankWithOutbox : public Bank {
public:
    explicit BankWithOutbox(int count) : BankWithOutbox(test::team_messages(count)) {}
    explicit BankWithOutbox(const std::vector<Message>& messages) {
        const auto ledger = sqlite::open_ledger({path()});
        entry_ = test::file_dispute(*ledger, messages).value;
    }
    std::string id(int ordinal) const { return "NTF-" + std::to_string(entry_) + "-" + std::to_string(ordinal); }
    Json list(const Words& more = {}) const {
        Words words{"notification", "list"};
        words.insert(words.end(), more.begin(), more.end());
        return data(words);
    }
    /// How many have this status.
    std::size_t count(const std::string& status) const { return list({"--status", status}).size(); }

private:
    std::int64_t entry_ = 0;
};

Words deliver(const Words& more) {
    Words words{"notification", "deliver"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

std::multiset<std::string> lines_in(const std::string& path) {
    std::multiset<std::string> lines;
    if (!std::filesystem::exists(path)) return lines;
    for (const std::string& line : lines_of(test::read_file(path))) lines.insert(line);
    return lines;
}

/// Waits until the file is there; false after a minute.
bool appears(const std::string& path) {
    for (int i = 0; i < 6'000 && !std::filesystem::exists(path); ++i) usleep(10'000);
    return std::filesystem::exists(path);
}

}  // namespace

TEST_CASE("notifications are listed with what they say and what became of them", "[cli][notification]") {
    const BankWithOutbox bank(3);
    const Json rows = bank.list();
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].at("id") == bank.id(1));
    CHECK(rows[0].at("recipient") == "cards");
    CHECK(rows[0].at("subject") == "message 1");
    CHECK(rows[0].at("body") == "Look at it.\n");
    CHECK(rows[0].at("status") == "pending");
    CHECK(rows[0].at("attempts") == 0);
    require_same_in_all_forms(bank, {"notification", "list"});

    const Json first = bank.ok_json({"notification", "list", "--limit", "2"});
    CHECK(first.at("data").size() == 2);
    CHECK(first.at("next") == bank.id(2));
    const Json rest = bank.ok_json({"notification", "list", "--after", bank.id(2)});
    REQUIRE(rest.at("data").size() == 1);
    CHECK(rest.at("data")[0].at("id") == bank.id(3));
    CHECK(rest.at("next").is_null());
    CHECK(bank.list({"--status", "delivered"}).empty());
    CHECK(bank.list({"--recipients", "customer"}).empty());
    bank.fails({"notification", "list", "--after", "x"}, "invalid_cursor");
    bank.fails({"notification", "list", "--status", "lost"}, "usage");
}

TEST_CASE("notifications go out by a command, once each", "[cli][notification]") {
    const BankWithOutbox bank(3);
    const std::string log = bank.file("log");
    const Words words = deliver({"--exec", "cat >/dev/null; echo $BANKCTL_NOTIFICATION_ID >>" + log});
    const Json document = bank.ok_json(words);
    CHECK(document.at("schema") == "notification.delivery/v1");
    REQUIRE(document.at("data").size() == 3);
    for (const Json& row : document.at("data")) CHECK(row.at("status") == "delivered");
    CHECK(bank.data(words).empty());
    CHECK(lines_in(log) == std::multiset<std::string>{bank.id(1), bank.id(2), bank.id(3)});
    CHECK(bank.count("delivered") == 3);
    bank.head();  // verifies
}

TEST_CASE("what fails is listed with its reason and is no error", "[cli][notification]") {
    const BankWithOutbox bank(2);
    const Json rows = bank.data(deliver({"--exec", "echo 'no route' >&2; exit 9", "--limit", "1"}));
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].at("status") == "pending");
    CHECK(rows[0].at("attempts") == 1);
    CHECK(rows[0].at("last_error") == "the command exited with 9: no route");
    CHECK(rows[0].at("next_attempt_at") > rows[0].at("written_at"));
    CHECK(bank.data(deliver({"--exec", "true"})).size() == 1);  // the first is not due yet
    bank.fails({"notification", "retry", bank.id(1)}, "illegal_transition");
    bank.fails({"notification", "retry", "NTF-1-1"}, "notification_not_found");
    bank.fails({"notification", "retry", "NTF-1"}, "invalid_id");
}

TEST_CASE("mail goes to the address of the team or of the customer", "[cli][notification]") {
    const BankWithOutbox bank({{RecipientKind::team, "cards", "filed", "A new one", "text"},
                               {RecipientKind::customer, "c1", "filed", "We have it", "text"},
                               {RecipientKind::team, "fraud", "filed", "A new one", "text"}});
    const std::string mailer = bank.file("mailer");
    test::write_file(mailer, "#!/bin/sh\necho \"$@\" >>" + bank.file("words") + "\ncat >>" + bank.file("mail") + "\n");
    REQUIRE(chmod(mailer.c_str(), 0700) == 0);
    const Words words =
        deliver({"--sendmail=" + mailer, "--from", "desk@bank.example", "--to", "cards=cards@bank.example"});
    const Json rows = bank.data(words);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].at("status") == "delivered");
    CHECK(rows[1].at("status") == "delivered");
    CHECK(rows[2].at("last_error") == "no address is known of team 'fraud'");
    const std::multiset<std::string> lines = lines_in(bank.file("mail"));
    CHECK(lines.count("To: cards@bank.example") == 1);
    CHECK(lines.count("To: c1@customers.example") == 1);
    CHECK(lines.count("From: desk@bank.example") == 2);
    CHECK(lines_in(bank.file("words")).count("-t -i") == 2);
}

TEST_CASE("notifications go into a folder as files", "[cli][notification]") {
    const BankWithOutbox bank(2);
    const std::string spool = bank.file("spool");
    bank.fails(deliver({"--spool", spool}), "output_failed");
    CHECK(bank.count("pending") == 2);
    std::filesystem::create_directory(spool);
    CHECK(bank.data(deliver({"--spool", spool})).size() == 2);
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(spool)) {
        const Json document = parse_document(test::read_file(entry.path().string()));
        CHECK(schema_faults(document).empty());
        const std::string id = document.at("data").at("id");
        CHECK(entry.path().filename().string() ==
              id + "." + document.at("data").at("bank").get<std::string>() + ".json");
        ++files;
    }
    CHECK(files == 2);
}

TEST_CASE("a delivery says one way, with what belongs to it", "[cli][notification]") {
    const BankWithOutbox bank(1);
    const auto refused = [&](const Words& more, const std::string& code) {
        INFO(describe(more, {}));
        bank.fails(deliver(more), code);
    };
    refused({}, "usage");
    refused({"--exec", "true", "--spool", "."}, "usage");
    refused({"--exec", ""}, "usage");
    refused({"--spool", ""}, "usage");
    refused({"--exec", "true", "--from", "a@b"}, "usage");
    refused({"--exec", "true", "--to", "cards=a@b"}, "usage");
    refused({"--sendmail=/bin/true"}, "missing_argument");
    refused({"--sendmail=/bin/true", "--from", "nobody"}, "invalid_text");
    refused({"--sendmail=/bin/true", "--from", "a@b\nBcc: c@d"}, "invalid_text");
    refused({"--sendmail=/bin/true", "--from", "a@b", "--to", "cards"}, "usage");
    refused({"--sendmail=/bin/true", "--from", "a@b", "--to", "=a@b"}, "usage");
    refused({"--sendmail=/bin/true", "--from", "a@b", "--to", "cards=x"}, "invalid_text");
    refused({"--sendmail=/bin/true", "--from", "a@b", "--to", "cards=a@b", "--to", "cards=c@d"}, "usage");
    refused({"--sendmail=/no/mailer", "--from", "a@b"}, "output_failed");
    refused({"--exec", "true", "--timeout", "0"}, "invalid_number");
    refused({"--exec", "true", "--timeout", "601"}, "invalid_number");
    refused({"--exec", "true", "--limit", "0"}, "invalid_number");
    refused({"--exec", "true", "--recipients", "all"}, "usage");
    bank.fails({"--db", bank.file("absent.db"), "notification", "deliver", "--exec", "true"}, "not_initialized");
    CHECK(bank.count("pending") == 1);
}

TEST_CASE("one delivers at a time; another waits or is busy", "[cli][notification]") {
    const BankWithOutbox bank(1);
    const std::string started = bank.file("started");
    const std::string go = bank.file("go");
    Process first(bank.options(
        deliver({"--exec", ": >" + started + "; while [ ! -e " + go + " ]; do sleep 0.05; done", "--timeout", "600"})));
    REQUIRE(appears(started));
    const Json error = bank.fails(deliver({"--exec", "true", "--wait=0"}), "busy");
    CHECK(error.at("retryable") == true);
    bank.ok({"customer", "add", "c9", "--name", "Eve", "--wait=0"});  // the books are not held up
    CHECK(bank.count("pending") == 1);
    test::write_file(go, "");
    CHECK(first.wait().exit_code == 0);
    CHECK(bank.data(deliver({"--exec", "true"})).empty());
    CHECK(bank.count("delivered") == 1);
}

TEST_CASE("eight who deliver at once send each notification once", "[cli][notification]") {
    const BankWithOutbox bank(12);
    const std::string log = bank.file("log");
    std::list<Process> processes;
    for (int i = 0; i < 8; ++i)
        processes.emplace_back(bank.options(deliver(
            {"--exec", "cat >/dev/null; echo $BANKCTL_NOTIFICATION_ID >>" + log, "--wait=60", "--limit", "3"})));
    for (Process& process : processes) {
        const Run run = process.wait();
        INFO(run.err);
        CHECK(run.exit_code == 0);
    }
    std::multiset<std::string> all;
    for (int i = 1; i <= 12; ++i) all.insert(bank.id(i));
    CHECK(lines_in(log) == all);
    CHECK(bank.count("delivered") == 12);
    bank.head();
}

TEST_CASE("a killed deliverer loses no notification, and its turn is free at once", "[cli][notification]") {
    const BankWithOutbox bank(3);
    const std::string log = bank.file("log");
    const std::string sent = bank.file("sent");
    // The command has done its work, but the deliverer dies before it can record that.
    Process victim(bank.options(
        deliver({"--exec",
                 "echo $BANKCTL_NOTIFICATION_ID >>" + log + "; if [ $BANKCTL_NOTIFICATION_ID = " + bank.id(2) +
                     " ]; then : >" + sent + "; exec sleep 600; fi",
                 "--timeout", "600"})));
    REQUIRE(appears(sent));
    victim.send_signal(SIGKILL);
    CHECK(victim.wait().signal == SIGKILL);
    CHECK(bank.count("delivered") == 1);
    CHECK(bank.count("pending") == 2);
    const Json rows = bank.data(deliver({"--exec", "echo $BANKCTL_NOTIFICATION_ID >>" + log, "--wait=0"}));
    CHECK(rows.size() == 2);
    CHECK(lines_in(log) == std::multiset<std::string>{bank.id(1), bank.id(2), bank.id(2), bank.id(3)});
    CHECK(bank.count("delivered") == 3);
    bank.head();
}

TEST_CASE("an interrupted deliverer records the attempt under way and stops", "[cli][notification]") {
    const BankWithOutbox bank(2);
    const std::string started = bank.file("started");
    const std::string go = bank.file("go");
    Words words = deliver(
        {"--exec", ": >" + started + "; while [ ! -e " + go + " ]; do sleep 0.05; done", "--timeout", "600", "--json"});
    Process process(bank.options(words));
    REQUIRE(appears(started));
    process.send_signal(SIGTERM);
    test::write_file(go, "");
    const Run run = process.wait();
    INFO(describe(words, run));
    CHECK(run.exit_code == 128 + SIGTERM);
    CHECK(run.out.empty());
    CHECK(parse_document(run.err).at("error").at("code") == "interrupted");
    CHECK(bank.count("delivered") == 1);
    CHECK(bank.count("pending") == 1);
}

TEST_CASE("a delivery whose list cannot be written says so, and what was sent is recorded", "[cli][notification]") {
    const BankWithOutbox bank(1);
    ProcessOptions options = bank.options(deliver({"--exec", "true", "--json"}));
    options.out = Stdout::full_disk;
    const Run run = run_process(options);
    CHECK(parse_document(run.err).at("error").at("code") == "applied_unreported");
    CHECK(bank.count("delivered") == 1);
}

}  // namespace bankctl::cli_test
