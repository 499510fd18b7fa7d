// A stream of NDJSON lines as `transaction import` reads it. Each line comes to a request or to a coded error; what a
// JSON library refuses is refused, and a request says what the library reads in the line. Then the lines are applied to
// a bank, and its export is imported into an empty one: both end with equal books.
#include <algorithm>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "core/service/export.h"
#include "core/service/import.h"
#include "core/service/import_fields.h"
#include "core/service/import_ndjson.h"
#include "core/store/memory/memory_ledger.h"
#include "tests/fuzz/support/fuzz.h"
#include "tests/fuzz/support/oracle.h"
#include "tests/support/bank.h"
#include "tests/support/rows.h"

using namespace bankctl;
using fuzz::expect;
using fuzz::expect_invalid;
using nlohmann::json;

namespace {

constexpr const char* k_source = "f";
constexpr int k_depth_max = 32;

/// What the JSON library makes of a line.
struct Reading {
    bool is_json = false;
    bool has_huge_number = false;  ///< which a library may refuse, but JSON does not
    bool is_too_deep = false;
    std::map<std::string, int> keys;  ///< of the outermost object, and how often each stands there
    json line;

    bool is_well_formed() const { return is_json && !is_too_deep && line.is_object(); }
};

/// Whether there may be a number with an exponent of three digits or more.
bool has_long_exponent(std::string_view raw) {
    constexpr std::string_view k_digits = "0123456789";
    for (std::size_t at = raw.find_first_of("eE"); at != std::string_view::npos; at = raw.find_first_of("eE", at + 1)) {
        std::string_view rest = raw.substr(at + 1);
        if (rest.starts_with('+') || rest.starts_with('-')) rest.remove_prefix(1);
        if (std::min(rest.find_first_not_of(k_digits), rest.size()) >= 3) return true;
    }
    return false;
}

Reading read_with_library(const std::string& raw) {
    Reading reading;
    reading.has_huge_number = has_long_exponent(raw);
    // The library takes a NUL for the end, and a byte order mark for nothing.
    if (raw.find('\0') != std::string::npos || raw.starts_with("\xEF\xBB\xBF")) return reading;
    const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
        const bool opens = event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
        if (opens && depth >= k_depth_max) reading.is_too_deep = true;
        if (event == json::parse_event_t::key && depth == 1) ++reading.keys[parsed.get<std::string>()];
        return true;
    };
    try {
        reading.line = json::parse(raw, watch);
        reading.is_json = true;
    } catch (const json::out_of_range&) {
        reading.has_huge_number = true;
    } catch (const json::exception&) {
        reading.is_json = false;
    }
    return reading;
}

/// Compares the members of an accepted line with what became of them.
class Members {
public:
    explicit Members(const json& line) : line_(line) {}

    /// The member as the reader should have seen it, and null as absent.
    std::optional<std::string> text(const char* key) const {
        const auto found = line_.find(key);
        if (found == line_.end() || found->is_null()) return std::nullopt;
        return found->is_string() ? found->get<std::string>() : found->dump();
    }
    template <class Id>
    void same_id(const char* key, const std::optional<Id>& id) const {
        expect(text(key) == (id ? std::optional(id->text) : std::nullopt), "an id is the line's");
    }
    void same_text(const char* key, const std::optional<std::string>& value) const {
        expect(text(key) == value, "a text is the line's");
    }
    void same_number(const char* key, const std::optional<std::int64_t>& value) const {
        const std::optional<std::string> number = text(key);
        expect(number.has_value() == value.has_value() && (!value || std::stoll(*number) == *value),
               "a number is the line's");
    }
    void same_time(const char* key, const std::optional<Timestamp>& value) const {
        const std::optional<std::string> time = text(key);
        expect(time.has_value() == value.has_value() && (!value || *parse_time(*time) == *value),
               "a time is the line's");
    }
    void same_amount(const char* key, const std::optional<Amount>& value) const {
        const std::optional<std::string> amount = text(key);
        expect(amount.has_value() == value.has_value(), "an amount is there where the line has one");
        if (amount) expect(fuzz::is_amount_of(*value, *amount), "an amount is the line's");
    }
    void same_key(const std::optional<IdempotencyKey>& key, std::int64_t line) const {
        expect(key && key->text == text("key").value_or(k_source + (":" + std::to_string(line))),
               "a key is the line's, or else names the line");
    }

private:
    const json& line_;
};

void check_request(const TransactionRequest& request, const Members& members) {
    const std::string kind = request.kind == EntryKind::reversal ? "reverse" : std::string(name(request.kind));
    members.same_text("type", kind);
    members.same_id("account", request.account);
    members.same_id("to", request.to);
    members.same_id("counter", request.counter);
    if (const auto* const key = request.of ? std::get_if<IdempotencyKey>(&*request.of) : nullptr) {
        members.same_text("of_key", key->text);
    } else {
        members.same_number("of", request.of ? std::optional(std::get<Seq>(*request.of).value) : std::nullopt);
    }
    if (const auto minor = members.text("amount_minor")) {
        expect(request.amount && *request.amount->minor_in({"USD", 2}) == std::stoll(*minor),
               "minor units are as read");
    } else {
        members.same_amount("amount", request.amount);
    }
    members.same_text(members.text("reason") ? "reason" : "memo", request.memo);
    members.same_time("at", request.at);
    members.same_time("expires", request.expires_at);
    members.same_number("if_version", request.if_version);
}

void check_request(const OpenAccount& request, const Members& members) {
    members.same_text("type", "open");
    members.same_id("account", std::optional(request.id));
    members.same_id("customer", std::optional(request.customer));
    members.same_text("currency", std::string(request.currency.code));
    members.same_amount("overdraft", request.overdraft);
    members.same_amount("opening_balance", request.opening_balance);
    members.same_id("counter", request.counter);
    members.same_time("at", request.at);
}

void check_request(const ChangeAccount& request, const Members& members) {
    const std::string_view type = request.kind == EntryKind::account_frozen     ? "freeze"
                                  : request.kind == EntryKind::account_unfrozen ? "unfreeze"
                                                                                : "close";
    members.same_text("type", std::string(type));
    members.same_id("account", std::optional(request.id));
    members.same_number("if_version", request.if_version);
}

void check_request(const PutCustomer& request, const Members& members) {
    members.same_text("type", request.is_new ? "customer" : "customer_update");
    members.same_id("id", std::optional(request.id));
    members.same_text("name", request.name);
    members.same_text("email", request.email);
    members.same_text("phone", request.phone);
    members.same_number("if_version", request.if_version);
}

/// What makes a line unacceptable before its content is looked at.
void check_members(const Reading& reading) {
    for (const auto& [key, times] : reading.keys) {
        const std::optional<ImportField> field = import_field(key);
        expect(field && times == 1, "an accepted line has known keys, each once");
        const json& value = reading.line.at(key);
        const bool is_integer = form(*field) == ImportFieldForm::integer;
        expect(value.is_null() || (is_integer ? value.is_number_integer() : value.is_string()),
               "an accepted line has texts and amounts in quotes, and integers without");
    }
}

/// The group is told of every line whose group is clear, also of one with a mistake elsewhere.
void check_group(const ImportLine& line, const Reading& reading) {
    if (reading.has_huge_number) return;
    std::optional<std::string> group;
    if (reading.is_well_formed()) {
        const json value = reading.line.value("group", json());
        const bool is_text = value.is_string() && value.get_ref<const std::string&>().find('\0') == std::string::npos;
        const auto times = reading.keys.find("group");
        const bool is_once = times == reading.keys.end() || times->second == 1;
        if (is_once && (value.is_null() || is_text)) group = value.is_null() ? "" : value.get<std::string>();
    }
    expect(line.group == group, "the group of a line is clear or absent");
}

void check_line(const ImportLine& line) {
    const Reading reading = read_with_library(line.raw);
    check_group(line, reading);
    if (!line.request) return expect_invalid(line.request.error());
    expect(reading.is_well_formed(), "what a JSON library refuses is refused");
    check_members(reading);
    const Members members(reading.line);
    std::visit(
        [&](const auto& request) {
            check_request(request, members);
            members.same_key(request.key, line.line);
        },
        *line.request);
}

/// The numbers of the lines that hold anything.
std::vector<std::int64_t> lines_with_text(std::string_view input) {
    std::vector<std::int64_t> numbers;
    std::istringstream stream{std::string(input)};
    std::string text;
    for (std::int64_t number = 1; std::getline(stream, text); ++number) {
        if (number == 1 && text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
        for (int i = 0; i < 2 && text.ends_with('\r'); ++i) text.pop_back();  // the second one is no text either
        if (text.find_first_not_of(" \t") != std::string::npos) numbers.push_back(number);
    }
    return numbers;
}

/// Returns whether there is a request in them.
bool check_lines(std::string_view input) {
    std::istringstream stream{std::string(input)};
    const auto reader = read_ndjson(stream, k_source);
    std::vector<std::int64_t> numbers;
    bool has_request = false;
    while (const auto line = reader->next()) {
        numbers.push_back(line->line);
        check_line(*line);
        has_request = has_request || line->request;
    }
    expect(numbers == lines_with_text(input), "every line that is not blank is read once");
    return has_request;
}

/// A bank on which most requests have something to work on. Everything in it has a key, so that its export says all.
constexpr const char* k_first_lines = R"({"type":"customer","id":"c","name":"C","key":"b1"}
{"type":"open","account":"a","customer":"c","currency":"USD","overdraft":"50","opening_balance":"100","key":"b2"}
{"type":"open","account":"b","customer":"c","currency":"USD","key":"b3"}
{"type":"open","account":"y","customer":"c","currency":"JPY","opening_balance":"9007199254740000","key":"b4"}
)";

ImportReport import(port::Ledger& ledger, Clock& clock, const std::string& text, const std::string& source) {
    std::istringstream stream{text};
    const auto reader = read_ndjson(stream, source);
    return run_import(ledger, clock, Actor{"fuzzer", 0}, *reader, {.keep_going = true});
}

std::unique_ptr<port::Ledger> new_bank() {
    auto ledger = memory::make_ledger();
    test::create_bank(*ledger);
    return ledger;
}

void check_round_trip(std::string_view input) {
    const auto bank = new_bank();
    test::FakeClock clock;
    expect(!import(*bank, clock, k_first_lines, "").error, "the bank is made");
    const ImportReport report = import(*bank, clock, std::string(input), k_source);
    expect(report.lines == report.applied + report.replayed + report.refused, "every line is accounted for");
    if (report.error) fuzz::expect_sound(*report.error);

    std::string exported;
    bank->read([&](port::Snapshot& snapshot) {
        export_ndjson(snapshot, {}, [&](std::string_view part) { exported += part; });
        for (const auto exporter : {export_hledger, export_beancount, export_csv, export_ofx})
            exporter(snapshot, {}, [](std::string_view part) { expect(!part.empty(), "a part of an export is text"); });
    });
    const auto copy = new_bank();
    const ImportReport again = import(*copy, clock, exported, "");
    expect(!again.error, "an export can be imported");
    expect(
        test::without_circumstances(test::all_rows_of(*copy)) == test::without_circumstances(test::all_rows_of(*bank)),
        "an export imported into an empty bank gives equal books");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    if (!check_lines(input)) return 0;
    try {
        check_round_trip(input);
    } catch (const Failure& failure) {
        fuzz::expect(false, std::string("an import of text does not fail: ") + failure.what());
    }
    return 0;
}
