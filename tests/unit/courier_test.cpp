#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "core/courier/letter_document.h"
#include "core/courier/mail_message.h"
#include "core/courier/program_courier.h"
#include "core/courier/spool_courier.h"
#include "core/model/mail_address.h"
#include "tests/support/document.h"
#include "tests/support/failure.h"
#include "tests/support/temp_directory.h"

namespace bankctl::test {
namespace {

constexpr std::chrono::seconds k_long{60};

port::Letter letter() {
    port::Letter letter;
    letter.id = {Seq{42}, 1};
    letter.bank = "b-1";
    letter.about = "DSP-40";
    letter.message = {RecipientKind::team, "cards", "filed", "A new dispute", "Look at it.\n"};
    letter.address = "cards@bank.example";
    letter.written_at = parse_time("2026-12-25T08:05:09.9Z").value();
    return letter;
}

/// What the mailer program `script` was given.
std::string mailed(const port::Letter& sent) {
    TempDirectory folder;
    const std::string mailer = folder.file("mailer");
    write_file(mailer, "#!/bin/sh\necho \"$@\" >" + folder.file("words") + "\ncat >" + folder.file("message") + "\n");
    chmod(mailer.c_str(), 0700);
    const auto courier = courier::make_mail_courier(mailer, "desk@bank.example", k_long);
    CHECK(courier->needs_address());
    CHECK(courier->deliver(sent) == std::nullopt);
    CHECK(read_file(folder.file("words")) == "-t -i\n");
    return read_file(folder.file("message"));
}

std::string header(const std::string& message) { return message.substr(0, message.find("\n\n") + 1); }

}  // namespace

TEST_CASE("a letter's document is what its schema says") {
    port::Letter sent = letter();
    sent.message.body = "a\x1b[31m \xe2\x80\xae \xff\n";
    sent.address.reset();
    const Json document = parse_document(courier::letter_document(sent));
    CHECK(schema_faults(document).empty());
    CHECK(document.at("data").at("id") == "NTF-42-1");
    CHECK(document.at("data").at("dispute") == "DSP-40");
    CHECK(document.at("data").at("address").is_null());
    CHECK_FALSE(has_harmful_characters(courier::letter_document(sent), "\n"));
}

TEST_CASE("a command gets the letter on stdin and its id in the environment") {
    TempDirectory folder;
    const auto courier = courier::make_program_courier(
        "cat >" + folder.file("letter") + "; echo $BANKCTL_NOTIFICATION_ID $BANKCTL_BANK_ID >" + folder.file("ids"),
        k_long);
    CHECK_FALSE(courier->needs_address());
    CHECK(courier->deliver(letter()) == std::nullopt);
    CHECK(read_file(folder.file("letter")) == courier::letter_document(letter()));
    CHECK(read_file(folder.file("ids")) == "NTF-42-1 b-1\n");

    CHECK(courier::make_program_courier("echo 'no route' >&2; exit 7", k_long)->deliver(letter()) ==
          "the command exited with 7: no route");
    CHECK(courier::make_program_courier("kill -9 $$", k_long)->deliver(letter()) ==
          "the command was ended by signal 9");
    CHECK(courier::make_program_courier("exec sleep 1000", std::chrono::milliseconds{50})->deliver(letter()) ==
          "the command took too long");
}

TEST_CASE("mail is a message with its id, and its text is base64") {
    const std::string message = mailed(letter());
    CHECK(message ==
          "From: desk@bank.example\n"
          "To: cards@bank.example\n"
          "Subject: A new dispute\n"
          "Date: Fri, 25 Dec 2026 08:05:09 +0000\n"
          "Message-ID: <NTF-42-1.b-1@bank.example>\n"
          "Auto-Submitted: auto-generated\n"
          "MIME-Version: 1.0\n"
          "Content-Type: text/plain; charset=utf-8\n"
          "Content-Transfer-Encoding: base64\n"
          "\n"
          "TG9vayBhdCBpdC4K\n");

    port::Letter sent = letter();
    for (const auto& [text, encoded] :
         std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                          {"f", "Zg==\n"},
                                                          {"fo", "Zm8=\n"},
                                                          {"foo", "Zm9v\n"},
                                                          {"foobar", "Zm9vYmFy\n"}}) {  // RFC 4648, 10
        sent.message.body = text;
        const std::string all = mailed(sent);
        CHECK(all.substr(all.find("\n\n") + 2) == encoded);
    }
    sent.message.body = std::string(200, 'x');
    const std::string all = mailed(sent);
    CHECK(all.find("\n\n" + all.substr(all.find("\n\n") + 2, 76) + "\n") != std::string::npos);
}

TEST_CASE("nothing that a customer wrote becomes a header") {
    const auto subject = GENERATE(values<std::string>(
        {"x\nBcc: thief@example.com", "x\r\n\r\nbody", "x\ry", std::string("x\0y", 3), "\xc3\xa4\xc3\xb6 twice",
         "=?utf-8?Q?x?=", " leading", std::string(300, 'a'), "\x1b[31m", "\xff\xfe",
         "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
         "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"}));
    port::Letter sent = letter();
    sent.message.subject = subject;
    const std::string message = mailed(sent);
    const std::string lines = header(message);
    for (const char c : message) CHECK(((c >= ' ' && c <= '~') || c == '\n'));
    CHECK(lines.find("\nBcc:") == std::string::npos);
    std::vector<std::string> names;
    for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
        const std::string line = lines.substr(at, lines.find('\n', at) - at);
        CHECK(line.size() <= 90);
        if (line.starts_with(" =?utf-8?B?")) continue;
        names.push_back(line.substr(0, line.find(':')));
    }
    CHECK(names == std::vector<std::string>{"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
                                            "MIME-Version", "Content-Type", "Content-Transfer-Encoding"});
}

TEST_CASE("long subjects are encoded in words of whole characters") {
    port::Letter sent = letter();
    sent.message.subject.clear();
    for (int i = 0; i < 16; ++i) sent.message.subject += "\xe2\x82\xac";  // 48 bytes: the first word takes 45
    CHECK(header(courier::mail_message(sent, "a@b.example"))
              .find("Subject: =?utf-8?B?4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs4oKs?=\n "
                    "=?utf-8?B?4oKs?=\n") != std::string::npos);
    sent.message.subject = "ab" + sent.message.subject;  // 50 bytes: a character would be cut at 45
    CHECK(header(courier::mail_message(sent, "a@b.example"))
              .find("Subject: =?utf-8?B?YWLigqzigqzigqzigqzigqzigqzigqzigqzigqzigqzigqzigqzigqzigqw=?=\n "
                    "=?utf-8?B?4oKs4oKs?=\n") != std::string::npos);
}

TEST_CASE("only plain addresses get mail") {
    for (const char* good : {"a@b", "desk@bank.example", "first.last+tag@mail-1.bank.example", "o'neil@x.example"})
        CHECK(is_mail_address(good));
    for (const std::string& bad :
         {std::string(""), std::string("a"), std::string("@b"), std::string("a@"), std::string("a@b\nBcc: c@d"),
          std::string("a b@c"), std::string("a@b c"), std::string("a@b,c@d"), std::string("<a@b>"),
          std::string("\"a\"@b"), std::string("-oQ/tmp@b"), std::string("a@b@c"), std::string("a..b@c"),
          std::string(".a@b"), std::string("a@b."), std::string("\xc3\xa4@b"), std::string("a\0@b", 4),
          std::string(65, 'a') + "@b", "a@" + std::string(253, 'b')}) {
        INFO(bad);
        CHECK_FALSE(is_mail_address(bad));
        port::Letter sent = letter();
        sent.address = bad;
        const auto error = courier::make_mail_courier("/bin/true", "desk@bank.example", k_long)->deliver(sent);
        CHECK(error.value_or("").starts_with("no mail can go to "));
    }
    CHECK(courier::make_mail_courier("/bin/false", "desk@bank.example", k_long)->deliver(letter()) ==
          "the mailer exited with 1");
    CHECK(failure_code([] { courier::make_mail_courier("/no/mailer", "desk@bank.example", k_long); }) ==
          ErrorCode::output_failed);
}

TEST_CASE("a spool file is there whole, and a repeated letter replaces it") {
    TempDirectory folder;
    const auto courier = courier::make_spool_courier(folder.path());
    write_file(folder.file(".NTF-42-1.b-1.json"), std::string(10'000, 'x'));  // what a killed one left
    CHECK(courier->deliver(letter()) == std::nullopt);
    const std::string path = folder.file("NTF-42-1.b-1.json");
    CHECK(read_file(path) == courier::letter_document(letter()));
    CHECK_FALSE(std::filesystem::exists(folder.file(".NTF-42-1.b-1.json")));
    struct stat status {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0007) == 0);

    port::Letter again = letter();
    again.attempt = 2;
    CHECK(courier->deliver(again) == std::nullopt);
    CHECK(read_file(path) == courier::letter_document(again));
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);

    CHECK(failure_code([&] { courier::make_spool_courier(folder.file("absent")); }) == ErrorCode::output_failed);
    CHECK(failure_code([&] { courier::make_spool_courier(path); }) == ErrorCode::output_failed);
}

TEST_CASE("a spool file that cannot be written says why and leaves nothing") {
    TempDirectory folder;
    const std::string spool = folder.file("spool");
    std::filesystem::create_directory(spool);
    const auto courier = courier::make_spool_courier(spool);
    std::filesystem::create_directory(spool + "/NTF-42-1.b-1.json");
    CHECK(courier->deliver(letter()).value_or("").starts_with("cannot write into the folder"));
    CHECK_FALSE(std::filesystem::exists(spool + "/.NTF-42-1.b-1.json"));
    std::filesystem::remove_all(spool);
    CHECK(courier->deliver(letter()).value_or("").starts_with("cannot open the folder"));
}

}  // namespace bankctl::test
