#include "tests/concurrency/answers.h"

#include <algorithm>
#include <sstream>

#include "tests/concurrency/imports.h"

namespace bankctl::concurrency_test {
namespace {

using test::Json;
using test::Outcome;
using test::ReferenceBank;

std::string difference(const std::string& what, const Json& shown, const Json& due) {
    return what + " shows " + shown.dump() + ", due is " + due.dump();
}

Json money(const std::string& currency, std::int64_t minor) { return {{"currency", currency}, {"minor", minor}}; }

/// Without its decimal form, which the schema has checked.
Json plain(Json money) {
    money.erase("decimal");
    return money;
}

}  // namespace

Answers::Answers(const Journal& journal, const Recording& recording, const std::vector<Observation>& seen)
    : journal_(journal), recording_(recording), seen_(seen) {
    for (const JournalEntry& entry : journal.entries) {
        if (entry.expires_at) expiries_us_.push_back(entry.expires_at->us);
        if (entry.kind == EntryKind::reversal) reversals_[entry.of.value].push_back(entry.seq.value);
    }
    std::ranges::sort(expiries_us_);
    for (const Step& step : recording.steps) {
        if (step.answer.exit_code != 0) continue;
        if (step.request.purpose == Purpose::export_ndjson) ndjson_.text = step.answer.out;
        if (step.request.purpose == Purpose::export_csv) csv_.text = step.answer.out;
    }
    read_ends();
}

void Answers::read_ends() {
    std::vector<std::int64_t> in_ndjson;
    std::vector<std::int64_t> in_csv;
    for (const JournalEntry& entry : journal_.entries) {
        const std::int64_t seq = entry.seq.value;
        if (journal_.key_of(entry) || entry.kind == EntryKind::customer_added) in_ndjson.push_back(seq);
        if (moves_money(entry.kind)) in_csv.push_back(seq);
    }
    read_ends(ndjson_, in_ndjson, [&](const std::string& line, std::int64_t seq) {
        const Json key = Json::parse(line).at("key");
        const std::optional<std::string>& due = journal_.entry(seq).key;
        return key == (due ? Json(*due) : Json(nullptr));
    });
    read_ends(csv_, in_csv,
              [](const std::string& line, std::int64_t seq) { return line.starts_with(std::to_string(seq) + ","); });
}

/// Its lines are those of the entries with these seqs, or it is of no use.
void Answers::read_ends(Export& whole, const std::vector<std::int64_t>& seqs,
                        const std::function<bool(const std::string& line, std::int64_t seq)>& is_line_of) {
    std::istringstream lines(whole.text);
    std::size_t end = 0;
    auto seq = seqs.begin();
    for (std::string line; std::getline(lines, line);) {
        end += line.size() + 1;
        if (line.starts_with("seq,")) continue;  // the names of the columns
        if (seq == seqs.end() || !is_line_of(line, *seq)) return whole.ends.clear();
        whole.ends[*seq++] = end;
    }
    if (seq != seqs.end()) whole.ends.clear();
}

/// The readings of the clock, while the process ran, at which holds may look different.
std::vector<std::int64_t> Answers::moments(const Answer& answer) const {
    std::vector<std::int64_t> moments{answer.start_us};
    const auto first = std::ranges::upper_bound(expiries_us_, answer.start_us);
    for (auto at = first; at != expiries_us_.end() && *at <= answer.end_us; ++at) moments.push_back(*at);
    moments.push_back(answer.end_us);
    return moments;
}

std::string Answers::fault(std::size_t step, const ReferenceBank& bank, std::int64_t length) const {
    const Observation& seen = seen_[step];
    const Request& request = recording_.steps[step].request;
    const Answer& answer = recording_.steps[step].answer;
    switch (request.purpose) {
        case Purpose::post: return seen.is_done() ? fault_of_post(step, bank, length) : fault_of_refusal(step, bank);
        case Purpose::import:
            return seen.is_done() ? fault_of_head(seen.document.at("data").at("head"), length)
                                  : fault_of_refusal(step, bank);
        case Purpose::balances: return fault_of_balances(seen.document.at("data"), answer, bank);
        case Purpose::list: return fault_of_list(step, bank, length);
        case Purpose::show: return fault_of_show(step, bank, length);
        case Purpose::export_ndjson: return fault_of_export(ndjson_, answer.out, length);
        case Purpose::export_csv: return fault_of_export(csv_, answer.out, length);
        case Purpose::backup:
        case Purpose::verify: return fault_of_head(seen.document.at("data").at("head"), length);
    }
    return "";
}

std::string Answers::fault_of_post(std::size_t step, const ReferenceBank& bank, std::int64_t length) const {
    const Request& request = recording_.steps[step].request;
    const Answer& answer = recording_.steps[step].answer;
    const Json& data = seen_[step].document.at("data");
    const bool is_replay = seen_[step].is_replay();
    if (request.is_dry_run || is_replay) {
        std::string code;
        for (const std::int64_t time_us : moments(answer)) {
            const Outcome outcome = bank.judge(request.order, time_us);
            if (outcome.code == "ok" && outcome.is_replayed == is_replay) code = "ok";
            if (code != "ok") code = outcome.is_replayed ? "replayed" : outcome.code;
        }
        if (code != "ok") return "it was due to be " + code;
        if (request.is_dry_run) return "";
    }
    const std::int64_t seq = journal_.keyed.at(seen_[step].key);
    if (seq > length) return "it speaks of an entry that is still to come";
    if (!data.contains("seq")) return fault_of_account(data, answer, bank);
    Json shown = data;
    shown["replayed"] = false;
    return fault_of_transaction(shown, journal_.entry(seq), answer, bank, length);
}

std::string Answers::fault_of_refusal(std::size_t step, const ReferenceBank& bank) const {
    const Request& request = recording_.steps[step].request;
    const Observation& seen = seen_[step];
    std::string fault;
    for (const std::int64_t time_us : moments(recording_.steps[step].answer)) {
        if (request.purpose == Purpose::import) {
            fault = refused_line_fault(recording_.steps[step], seen, bank, time_us);
        } else {
            const Outcome outcome = bank.judge(request.order, time_us);
            fault = outcome.code == seen.code ? "" : "it was due to be " + outcome.code;
        }
        if (fault.empty()) break;
    }
    const Json& details = seen.document.at("details");
    if (fault.empty() && request.purpose == Purpose::post && seen.code == "version_conflict" &&
        request.order.kind != "reversal" && !request.order.account.empty()) {
        const std::int64_t version = bank.accounts().at(request.order.account).version();
        if (details.at("actual") != version) return difference("the version", details.at("actual"), version);
    }
    return fault;
}

std::string Answers::fault_of_transaction(const Json& shown, const JournalEntry& entry, const Answer& answer,
                                          const ReferenceBank& bank, std::int64_t length) const {
    Json due = journal_.document(entry);
    due["replayed"] = false;
    due["dry_run"] = false;
    due["reversed_by"] = Json::array();
    if (const auto found = reversals_.find(entry.seq.value); found != reversals_.end()) {
        for (const std::int64_t seq : found->second) {
            if (seq <= length) due["reversed_by"].push_back(seq);
        }
    }
    due["hold_status"] = nullptr;
    for (const std::int64_t time_us : moments(answer)) {
        if (entry.kind == EntryKind::hold) {
            const std::string status = bank.hold_status(bank.holds().at(entry.seq.value));
            const bool is_over = status == "pending" && entry.expires_at && entry.expires_at->us <= time_us;
            due["hold_status"] = is_over ? "expired" : status;
        }
        if (shown == due) return "";
    }
    for (const auto& [field, value] : due.items()) {
        if (shown.value(field, Json()) != value)
            return difference(field + " of transaction " + std::to_string(entry.seq.value), shown.value(field, Json()),
                              value);
    }
    return "a transaction shows what it should not";
}

/// An account's state as documents show it.
Json Answers::state_of(const ReferenceBank& bank, const ReferenceBank::Account& account, std::int64_t time_us) {
    const std::int64_t balance_minor = bank.balance_minor(account);
    const std::int64_t held_minor = bank.held_minor(account, time_us);
    return {{"currency", account.currency},
            {"version", account.version()},
            {"status", account.status},
            {"balance", money(account.currency, balance_minor)},
            {"held", money(account.currency, held_minor)},
            {"available", money(account.currency, balance_minor - held_minor + account.overdraft_minor)}};
}

std::string Answers::fault_of_account(const Json& shown, const Answer& answer, const ReferenceBank& bank) const {
    const auto account = bank.accounts().find(shown.at("id"));
    if (account == bank.accounts().end()) return "it shows an account that there is not yet";
    Json due;
    Json state;
    for (const std::int64_t time_us : moments(answer)) {
        due = state_of(bank, account->second, time_us);
        state = Json::object();
        for (const auto& [field, value] : due.items())
            state[field] = value.is_object() ? plain(shown.at(field)) : shown.at(field);
        if (state == due) return "";
    }
    return difference("account " + account->first, state, due);
}

std::string Answers::fault_of_balances(const Json& rows, const Answer& answer, const ReferenceBank& bank) const {
    std::string fault;
    for (const std::int64_t time_us : moments(answer)) {
        if (rows.size() != bank.accounts().size()) return "it shows " + std::to_string(rows.size()) + " accounts";
        fault = "";
        auto row = rows.begin();
        for (const auto& [id, account] : bank.accounts()) {
            Json shown = *row++;
            for (const char* field : {"balance", "held", "available"}) shown[field] = plain(shown.at(field));
            Json due = state_of(bank, account, time_us);
            due["account"] = id;
            if (shown != due && fault.empty()) fault = difference("the snapshot", shown, due);
        }
        if (fault.empty()) return "";
    }
    return fault;
}

std::string Answers::fault_of_list(std::size_t step, const ReferenceBank& bank, std::int64_t length) const {
    const Request& request = recording_.steps[step].request;
    const Observation& seen = seen_[step];
    if (seen.end == Observation::End::refused) {
        const bool is_due = seen.code == "account_not_found" && !bank.accounts().contains(request.account);
        return is_due ? "" : "it was due to be a list";
    }
    if (!request.account.empty() && !bank.accounts().contains(request.account)) return "there is no such account yet";
    const Json& rows = seen.document.at("data");
    auto row = rows.begin();
    const std::size_t rows_max = request.limit ? static_cast<std::size_t>(*request.limit) : SIZE_MAX;
    bool goes_on = false;
    for (std::int64_t seq = request.after + 1; seq <= length; ++seq) {
        const JournalEntry& entry = journal_.entry(seq);
        const auto is_on = [&](const std::optional<Leg>& leg) {
            return leg && journal_.account_id(*leg) == request.account;
        };
        const bool matches =
            is_transaction(entry.kind) && (request.account.empty() || is_on(entry.debit) || is_on(entry.credit));
        if (!matches) continue;
        goes_on = static_cast<std::size_t>(row - rows.begin()) == rows_max;
        if (goes_on) break;
        if (row == rows.end()) return "transaction " + std::to_string(seq) + " is missing in the list";
        std::string fault = fault_of_transaction(*row++, entry, recording_.steps[step].answer, bank, length);
        if (!fault.empty()) return fault;
    }
    if (row != rows.end()) return "the list has too many transactions";
    const Json next = goes_on ? Json(rows.back().at("seq").dump()) : Json(nullptr);
    return seen.document.at("next") == next ? "" : difference("next", seen.document.at("next"), next);
}

std::string Answers::fault_of_show(std::size_t step, const ReferenceBank& bank, std::int64_t length) const {
    const Observation& seen = seen_[step];
    const auto found = journal_.keyed.find(recording_.steps[step].request.order.key);
    const bool exists = found != journal_.keyed.end() && found->second <= length;
    if (seen.end == Observation::End::refused) {
        const bool is_due = seen.code == "transaction_not_found" && !exists;
        return is_due ? "" : "it was due to be shown";
    }
    if (!exists) return "it shows a transaction that there is not yet";
    return fault_of_transaction(seen.document.at("data"), journal_.entry(found->second), recording_.steps[step].answer,
                                bank, length);
}

std::string Answers::fault_of_head(const Json& head, std::int64_t length) const {
    const Json due{{"seq", length}, {"hash", to_hex(journal_.entry(length).hash)}};
    return head == due ? "" : difference("the head", head, due);
}

/// An export of a younger bank is the beginning of an older one's.
std::string Answers::fault_of_export(const Export& whole, const std::string& text, std::int64_t length) {
    const auto after = whole.ends.upper_bound(length);
    if (after == whole.ends.begin()) return "the last export has other lines than the journal";
    return text == whole.text.substr(0, std::prev(after)->second) ? "" : "it is not what the last export began with";
}

bool Answers::is_entry_of(const Order& order, const JournalEntry& entry) const {
    const auto is_on = [&](const std::optional<Leg>& leg, const std::string& account) {
        return account.empty() || (leg && journal_.account_id(*leg) == account);
    };
    const bool is_credited = order.kind == "credit" || entry.kind == EntryKind::opening;
    std::string digits = order.amount;
    std::erase(digits, '.');  // always with two decimals
    return name(entry.kind) == entry_kind_of(order) && entry.memo.value_or("") == order.memo &&
           is_on(is_credited ? entry.credit : entry.debit, order.account) && is_on(entry.credit, order.to) &&
           (digits.empty() || std::stoll(digits) == entry.amount_minor) &&
           (order.of == 0 || entry.of.value == order.of);
}

std::string Answers::entry_fault(const JournalEntry& entry, const ReferenceBank& bank) const {
    if (bank.seq() != entry.seq.value) return "it was due at " + std::to_string(bank.seq());
    for (const std::optional<Leg>& leg : {entry.debit, entry.credit}) {
        if (!leg) continue;
        const ReferenceBank::Account& account = bank.accounts().at(journal_.account_id(*leg));
        if (leg->version != account.version() || leg->balance_minor != bank.balance_minor(account))
            return "account " + journal_.account_id(*leg) + " has another version or balance on paper";
    }
    if (!is_transaction(entry.kind)) return "";
    const ReferenceBank::Transaction& transaction = bank.transactions().at(entry.seq.value);
    const bool is_equal = transaction.amount_minor == entry.amount_minor && transaction.kind == name(entry.kind) &&
                          transaction.effective_us == entry.effective_at.value_or(Timestamp{}).us;
    return is_equal ? "" : "it is another transaction on paper";
}

}  // namespace bankctl::concurrency_test
