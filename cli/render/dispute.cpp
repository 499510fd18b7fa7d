#include "cli/render/dispute.h"

#include <algorithm>

#include "cli/style.h"
#include "cli/wrap.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

constexpr std::size_t k_indent = 2;
constexpr std::size_t k_text_characters_max = 2000;
constexpr std::size_t k_words_max = 5;
constexpr std::size_t k_minute_characters = 16;

std::string text_of(const Json& value) {
    if (value.is_string()) return printable(value.get<std::string>());
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    return value.dump();
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

/// 0.8712 as 87 %.
std::string percent_of(const Json& confidence) {
    constexpr double k_percent = 100;
    constexpr double k_half = 0.5;
    return std::to_string(static_cast<int>(confidence.get<double>() * k_percent + k_half)) + " %";
}

std::string joined(const Json& list, const char* between = ", ") {
    std::string text;
    for (const Json& element : list) text += (text.empty() ? "" : between) + text_of(element);
    return text;
}

/// The parts of the page, each under a heading; what is empty is left out.
class Page {
public:
    explicit Page(bool has_color) : has_color_(has_color) {}

    void heading(const std::string& text) {
        pending_ = (page_.empty() ? "" : "\n") + (has_color_ ? styled(text, Look::heading) : text) + "\n";
    }
    /// One paragraph under the last heading.
    void line(const std::string& text) {
        page_ += pending_ + wrapped(text, k_indent);
        pending_.clear();
    }
    const std::string& text() const { return page_; }

private:
    bool has_color_;
    std::string page_;
    std::string pending_;
};

void add_head(Page& page, const Json& dispute) {
    const std::string id = dispute.at("id").is_null() ? "A dispute" : text_of(dispute.at("id"));
    std::string title = id + ", " + text_of(dispute.at("priority")) + ", " + text_of(dispute.at("status"));
    if (!dispute.at("outcome").is_null()) title += ": " + text_of(dispute.at("outcome"));
    page.heading(title);
    std::string what = text_of(dispute.at("category"));
    if (dispute.at("decided_by") != "human") what += ", " + percent_of(dispute.at("confidence")) + " sure";
    page.line(what + " (by " + text_of(dispute.at("decided_by")) + ")");
    std::string payment;
    const auto add = [&](const std::string& text) { payment += (payment.empty() ? "" : ", ") + text; };
    add("customer " + text_of(dispute.at("customer")));
    if (!dispute.at("transaction").is_null()) add("transaction " + text_of(dispute.at("transaction")));
    if (!dispute.at("amount").is_null()) add(money_of(dispute.at("amount")));
    if (!dispute.at("merchant").is_null()) add(text_of(dispute.at("merchant")));
    if (dispute.at("channel") != "other") add(text_of(dispute.at("channel")));
    if (!dispute.at("paid_at").is_null()) add("of " + minute_of(dispute.at("paid_at")));
    page.line(payment);
    std::string who = "team " + text_of(dispute.at("team"));
    if (!dispute.at("assignee").is_null()) who += ", " + text_of(dispute.at("assignee"));
    who += ", filed " + minute_of(dispute.at("filed_at")) + ", version " + text_of(dispute.at("version"));
    page.line(who);
    if (dispute.at("replayed").get<bool>()) page.line("This is the result of an earlier request with the same key.");
    if (dispute.at("dry_run").get<bool>()) page.line("This is a dry run: nothing was kept.");
}

void add_words(Page& page, const Json& dispute) {
    page.heading("The customer's words");
    const auto words = dispute.at("text").get<std::string>();
    const std::string_view shown = first_characters(words, k_text_characters_max);
    page.line(printable(shown) + (shown.size() < words.size() ? " …" : ""));
    if (!dispute.at("evidence").empty()) page.line("Given: " + joined(dispute.at("evidence")));
}

void add_reasons(Page& page, const Json& dispute, const char* key, const std::string& heading) {
    page.heading(heading);
    for (const Json& reason : dispute.at(key))
        page.line(text_of(reason.at("points")) + "  " + text_of(reason.at("reason")));
}

void add_decision(Page& page, const Json& dispute) {
    add_reasons(page, dispute, "priority_reasons",
                "Why " + text_of(dispute.at("priority")) + " (" + text_of(dispute.at("priority_points")) + " points)");
    add_reasons(
        page, dispute, "risk_reasons",
        "Why the risk is " + text_of(dispute.at("risk")) + " (" + text_of(dispute.at("risk_points")) + " points)");
    page.heading("Why this category");
    std::string words;
    for (const Json& word : dispute.at("explanation")) {
        if (std::count(words.begin(), words.end(), ',') + 1 == k_words_max) break;
        words += (words.empty() ? "" : ", ") + text_of(word.at("word")) + " " + text_of(word.at("weight"));
    }
    if (!words.empty()) page.line("words: " + words);
    std::string others;
    for (const Json& other : dispute.at("alternatives"))
        others +=
            (others.empty() ? "" : ", ") + text_of(other.at("category")) + " " + percent_of(other.at("confidence"));
    if (!others.empty()) page.line("else: " + others);
    if (!dispute.at("fallback").is_null()) page.line("fallback: " + text_of(dispute.at("fallback")));
    for (const Json& reason : dispute.at("route_reasons")) page.line("a person must look: " + text_of(reason));
    if (!dispute.at("flags").empty()) page.line("flags: " + joined(dispute.at("flags")));
    if (dispute.at("four_eyes").get<bool>()) page.line("Somebody else must resolve it than who investigates it.");
}

void add_work(Page& page, const Json& dispute) {
    page.heading("Deadlines");
    for (const Json& deadline : dispute.at("deadlines")) {
        std::string line = minute_of(deadline.at("due")) + "  " + text_of(deadline.at("what"));
        if (!deadline.at("source").is_null()) line += " (" + text_of(deadline.at("source")) + ")";
        if (deadline.at("met").get<bool>()) line += ", met";
        if (deadline.at("paused").get<bool>()) line += ", paused";
        page.line(line);
    }
    page.heading("Recommended");
    for (const Json& recommendation : dispute.at("recommendations")) {
        std::string line = text_of(recommendation.at("text"));
        if (!recommendation.at("basis").is_null()) line += " (" + text_of(recommendation.at("basis")) + ")";
        if (!recommendation.at("due").is_null()) line += ", by " + minute_of(recommendation.at("due"));
        page.line(line);
    }
    page.heading("Evidence to ask for");
    for (const Json& evidence : dispute.at("evidence_requested")) page.line(text_of(evidence));
    page.heading("Network reason codes");
    if (!dispute.at("network_codes").empty()) page.line(joined(dispute.at("network_codes")));
}

void add_money(Page& page, const Json& dispute) {
    page.heading("Money");
    const Json& credit = dispute.at("provisional_credit");
    if (!credit.is_null())
        page.line(text_of(credit.at("status")) + " credit of " + money_of(credit.at("amount")) + ", transaction " +
                  text_of(credit.at("transaction")));
    const Json& refund = dispute.at("refund");
    if (!refund.is_null())
        page.line("refund of " + money_of(refund.at("amount")) + ", transaction " + text_of(refund.at("transaction")));
}

void add_history(Page& page, const Json& dispute) {
    page.heading("History");
    for (const Json& event : dispute.at("history")) {
        std::string line = minute_of(event.at("at")) + "  " + text_of(event.at("user")) + ": ";
        line += event.at("from") == event.at("to") ? text_of(event.at("action")) : text_of(event.at("to"));
        std::string changes;
        const auto add = [&](const char* key, const std::string& before, const std::string& text) {
            if (!event.at(key).is_null()) changes += (changes.empty() ? ": " : ", ") + before + text;
        };
        const auto text = [&](const char* key) { return event.at(key).is_null() ? "" : text_of(event.at(key)); };
        const auto money = [&](const char* key) { return event.at(key).is_null() ? "" : money_of(event.at(key)); };
        add("outcome", "", text("outcome"));
        add("refund", "refund ", money("refund"));
        add("category", "", text("category"));
        add("team", "team ", text("team"));
        add("assignee", "", text("assignee").empty() ? "nobody" : text("assignee"));
        if (!event.at("amount").is_null()) {
            const bool is_out = event.at("amount").at("minor").get<std::int64_t>() < 0;
            add("amount", is_out ? "posted " : "posted +", money("amount"));
        }
        line += changes;
        if (!event.at("note").is_null()) line += " (" + text_of(event.at("note")) + ")";
        page.line(line);
    }
    const Json& recomputation = dispute.at("recomputation");
    if (recomputation.is_null()) return;
    page.heading("Recomputed");
    std::string line = recomputation.at("identical").get<bool>() ? "identical" : "differs in ";
    line += joined(recomputation.at("differences"));
    if (!recomputation.at("classification_recomputed").get<bool>())
        line += "; the classification is the stored one, for the model at hand is another";
    page.line(line);
}

}  // namespace

std::string dispute_text(const Json& dispute, bool has_color) {
    Page page(has_color);
    add_head(page, dispute);
    add_words(page, dispute);
    add_decision(page, dispute);
    add_work(page, dispute);
    add_money(page, dispute);
    add_history(page, dispute);
    return page.text();
}

}  // namespace bankctl::cli
