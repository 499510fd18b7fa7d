#include "cli/loan_case_document.h"

#include "cli/style.h"
#include "cli/wrap.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

using enum CellType;

constexpr Field k_fields[] = {{"id"},
                              {"seq", number, false},
                              {"version", number},
                              {"status"},
                              {"customer"},
                              {"account"},
                              {"amount", money},
                              {"term_months", number},
                              {"rate_bps", number},
                              {"decision", nested},
                              {"ledger_facts", nested},
                              {"contradictions", nested},
                              {"offers", nested},
                              {"offer_valid_until", time},
                              {"accepted", nested},
                              {"disbursement", nested},
                              {"fee_withheld", money},
                              {"notice_due", time},
                              {"due_at", time},
                              {"application", nested},
                              {"history", nested},
                              {"applied_at", time},
                              {"changed_at", time},
                              {"recomputation", nested},
                              {"replayed", boolean},
                              {"dry_run", boolean}};
constexpr Field k_row_fields[] = {{"id"},
                                  {"status"},
                                  {"customer"},
                                  {"amount", money},
                                  {"term_months", number},
                                  {"due_at", time},
                                  {"overdue", boolean, false},
                                  {"offer_valid_until", time, false},
                                  {"version", number, false},
                                  {"accepted_amount", money, false},
                                  {"disbursement", number, false},
                                  {"applied_at", time, false},
                                  {"changed_at", time, false}};
constexpr std::int64_t k_us_per_day = 86'400'000'000;
constexpr std::size_t k_indent = 2;
constexpr std::size_t k_minute_characters = 16;

/// A fact's value as an application would state it.
Json fact_json(LoanFact fact, const std::optional<std::int64_t>& value) {
    if (!value) return nullptr;
    return info(fact).type == LoanFactType::boolean ? Json(*value != 0) : Json(*value);
}

Json facts_json(const std::vector<LedgerFact>& facts) {
    Json json = Json::object();
    for (const LedgerFact& each : facts) json[std::string(short_name(each.fact))] = fact_json(each.fact, each.value);
    return json;
}

Json contradictions_json(const std::vector<LoanContradiction>& contradictions) {
    Json list = Json::array();
    for (const LoanContradiction& each : contradictions)
        list.push_back({{"field", info(each.fact).path},
                        {"stated", fact_json(each.fact, each.stated)},
                        {"ledger", fact_json(each.fact, each.ledger)}});
    return list;
}

bool stands(const Loan& loan, std::size_t offer) {
    if (loan.status == LoanStatus::approved) return true;
    return loan.status == LoanStatus::declined && loan.valid_until && offer > 0;
}

Json offers_json(const LoanView& view, const Currency& currency) {
    Json list = Json::array();
    for (std::size_t i = 0; i < view.application.offers.size(); ++i) {
        const LoanOffer& offer = view.application.offers[i];
        list.push_back({{"offer", i},
                        {"kind", i == 0                  ? "asked"
                                 : offer.has_same_amount ? "same_amount"
                                                         : "same_term"},
                        {"amount", money_json(currency, offer.amount_minor)},
                        {"term_months", offer.term_months},
                        {"payment", money_json(currency, offer.payment_minor)},
                        {"open", stands(view.loan, i)}});
    }
    return list;
}

Json accepted_json(const LoanView& view, const Currency& currency) {
    const Loan& loan = view.loan;
    if (!loan.offer) return nullptr;
    const LoanOffer& offer = view.application.offers.at(static_cast<std::size_t>(*loan.offer));
    return {{"offer", *loan.offer},
            {"amount", money_json(currency, loan.accepted_minor)},
            {"term_months", loan.accepted_months},
            {"payment", money_json(currency, offer.payment_minor)}};
}

Json history_json(const std::vector<LoanEvent>& history) {
    Json list = Json::array();
    for (const LoanEvent& event : history) {
        Json reasons = Json::array();
        for (const LoanReason& reason : event.reasons)
            reasons.push_back({{"code", reason.code.empty() ? Json() : Json(reason.code)}, {"text", reason.text}});
        list.push_back({{"at", time_json(event.at)},
                        {"from", event.from ? Json(name(*event.from)) : Json()},
                        {"to", name(event.to)},
                        {"action", name(event.action)},
                        {"user", event.user},
                        {"reasons", std::move(reasons)},
                        {"note", event.note ? Json(*event.note) : Json()},
                        {"seq", event.seq.value}});
    }
    return list;
}

std::string text_of(const Json& value) {
    if (value.is_null()) return "not known";
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    return value.is_string() ? printable(value.get<std::string>()) : value.dump();
}

/// `2026-01-31 09:00` of a document's time.
std::string minute_of(const Json& time) {
    std::string text = time.get<std::string>().substr(0, k_minute_characters);
    text[10] = ' ';
    return text;
}

std::string money_of(const Json& money) {
    return money.at("decimal").get<std::string>() + " " + money.at("currency").get<std::string>();
}

/// The parts of the page, each under a heading.
class Page {
public:
    explicit Page(bool has_color) : has_color_(has_color) {}
    void heading(const std::string& text) {
        page_ += (page_.empty() ? "" : "\n") + (has_color_ ? styled(text, Look::heading) : text) + "\n";
    }
    void line(const std::string& text) { page_ += wrapped(text, k_indent); }
    const std::string& text() const { return page_; }

private:
    bool has_color_;
    std::string page_;
};

void add_head(Page& page, const Json& loan) {
    page.heading((loan.at("id").is_null() ? "A loan" : text_of(loan.at("id"))) + ", " + text_of(loan.at("status")));
    page.line("customer " + text_of(loan.at("customer")) + ", " + money_of(loan.at("amount")) + " over " +
              text_of(loan.at("term_months")) + " months, applied " + minute_of(loan.at("applied_at")) + ", version " +
              text_of(loan.at("version")));
    if (!loan.at("due_at").is_null())
        page.line((loan.at("status") == "referred" ? "to be decided, and the customer told, before "
                                                   : "can be accepted before ") +
                  minute_of(loan.at("due_at")));
    if (!loan.at("accepted").is_null()) {
        const Json& accepted = loan.at("accepted");
        page.line("accepted: " + money_of(accepted.at("amount")) + " over " + text_of(accepted.at("term_months")) +
                  " months at " + money_of(accepted.at("payment")) + " a month");
    }
    if (!loan.at("disbursement").is_null())
        page.line("paid out: " + money_of(loan.at("disbursement").at("amount")) + " to " + text_of(loan.at("account")) +
                  ", transaction " + text_of(loan.at("disbursement").at("transaction")));
    if (loan.at("replayed").get<bool>()) page.line("This is the result of an earlier request with the same key.");
    if (loan.at("dry_run").get<bool>()) page.line("This is a dry run: nothing was kept.");
}

void add_decision(Page& page, const Json& loan) {
    const Json& decision = loan.at("decision");
    page.heading("Decision: " + text_of(decision.at("decision")) + ", score " + text_of(decision.at("score")));
    page.line(text_of(decision.at("recommendation")));
    for (const Json& reason : decision.at("reasons")) page.line("- " + text_of(reason.at("text")));
    page.heading("What the ledger knows");
    for (const auto& [name, value] : loan.at("ledger_facts").items()) page.line(name + ": " + text_of(value));
    for (const Json& each : loan.at("contradictions"))
        page.line("stated otherwise: " + text_of(each.at("field")) + " " + text_of(each.at("stated")));
}

void add_offers(Page& page, const Json& loan) {
    bool has_heading = false;
    for (const Json& offer : loan.at("offers")) {
        if (!offer.at("open").get<bool>()) continue;
        if (!has_heading) page.heading("Offers");
        has_heading = true;
        page.line(text_of(offer.at("offer")) + ". " + money_of(offer.at("amount")) + " over " +
                  text_of(offer.at("term_months")) + " months at " + money_of(offer.at("payment")) + " a month");
    }
}

void add_history(Page& page, const Json& loan) {
    page.heading("History");
    for (const Json& event : loan.at("history")) {
        std::string line = minute_of(event.at("at")) + "  " + text_of(event.at("user")) + ": " +
                           text_of(event.at("action")) + ", " + text_of(event.at("to"));
        for (const Json& reason : event.at("reasons")) line += "; " + text_of(reason.at("text"));
        const bool says_more = !event.at("note").is_null() &&
                               (event.at("reasons").empty() || !event.at("reasons").front().at("code").is_null());
        if (says_more) line += " (" + text_of(event.at("note")) + ")";
        page.line(line);
    }
    const Json& recomputation = loan.at("recomputation");
    if (recomputation.is_null()) return;
    page.heading("Recomputed");
    std::string line = recomputation.at("identical").get<bool>() ? "identical" : "differs in";
    for (const Json& each : recomputation.at("differences")) line += " " + text_of(each);
    page.line(line);
}

}  // namespace

const DocumentInfo k_loan_document{"loan/v1", k_fields};
const DocumentInfo k_loan_list_document{"loan.list/v1", k_row_fields};

Json loan_recomputation_json(const LoanRecomputation& recomputation) {
    return {{"identical", recomputation.is_identical}, {"differences", recomputation.differences}};
}

Json loan_json(const LoanView& view, WriteFlags flags) {
    const Loan& loan = view.loan;
    const LoanApplicationRecord& application = view.application;
    const Currency currency = find_currency(loan.currency).value_or_throw();
    const bool is_applying = flags.is_dry_run && loan.last == loan.number;
    Json disbursement;
    if (loan.disbursement)
        disbursement = {{"transaction", flags.is_dry_run ? Json() : Json(loan.disbursement.value)},
                        {"amount", money_json(currency, loan.disbursed_minor)}};
    return {{"id", is_applying ? Json() : Json(loan_id(loan.number))},
            {"seq", flags.is_dry_run ? Json() : Json(loan.last.value)},
            {"version", loan.version},
            {"status", name(loan.status)},
            {"customer", view.customer.id.text},
            {"account", view.account ? Json(view.account->text) : Json()},
            {"amount", money_json(currency, loan.amount_minor)},
            {"term_months", loan.term_months},
            {"rate_bps", application.rate_bps},
            {"decision", Json::parse(application.decision)},
            {"ledger_facts", facts_json(application.facts)},
            {"contradictions", contradictions_json(application.contradictions)},
            {"offers", offers_json(view, currency)},
            {"offer_valid_until", time_json(loan.valid_until)},
            {"accepted", accepted_json(view, currency)},
            {"disbursement", std::move(disbursement)},
            {"fee_withheld", money_json(currency, application.fee_withheld_minor)},
            {"notice_due", time_json(Timestamp{loan.applied_at.us + k_loan_notice_days * k_us_per_day})},
            {"due_at", time_json(loan.due_at)},
            {"application", Json::parse(application.input)},
            {"history", history_json(view.history)},
            {"applied_at", time_json(loan.applied_at)},
            {"changed_at", time_json(loan.changed_at)},
            {"recomputation", nullptr},
            {"replayed", flags.is_replayed},
            {"dry_run", flags.is_dry_run}};
}

Json loan_row_json(port::Snapshot& snapshot, const Loan& loan, Timestamp now) {
    const Currency currency = find_currency(loan.currency).value_or_throw();
    const Customer customer = require(snapshot.customer(loan.customer), "a loan's customer");
    return {{"id", loan_id(loan.number)},
            {"status", name(loan.status)},
            {"customer", customer.id.text},
            {"amount", money_json(currency, loan.amount_minor)},
            {"term_months", loan.term_months},
            {"due_at", time_json(loan.due_at)},
            {"overdue", loan.due_at && *loan.due_at < now},
            {"offer_valid_until", time_json(loan.valid_until)},
            {"version", loan.version},
            {"accepted_amount", loan.offer ? money_json(currency, loan.accepted_minor) : Json()},
            {"disbursement", loan.disbursement ? Json(loan.disbursement.value) : Json()},
            {"applied_at", time_json(loan.applied_at)},
            {"changed_at", time_json(loan.changed_at)}};
}

std::string loan_text(const Json& loan, bool has_color) {
    Page page(has_color);
    add_head(page, loan);
    add_decision(page, loan);
    add_offers(page, loan);
    add_history(page, loan);
    return page.text();
}

}  // namespace bankctl::cli
