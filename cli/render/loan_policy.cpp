#include "cli/render/loan_policy.h"

#include "cli/wrap.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

constexpr std::size_t k_indent = 13;
constexpr std::size_t k_characteristic_indent = 4;

std::string line(const std::string& word, const std::string& text) { return labelled(word, text, k_indent); }

std::string text_of(const Json& value) {
    return value.is_string() ? printable(value.get<std::string>()) : value.is_null() ? "none" : printable(value.dump());
}

std::string joined(const Json& list) {
    std::string text;
    for (const Json& each : list) text += (text.empty() ? "" : ", ") + text_of(each);
    return text;
}

std::string product_text(const Json& product) {
    if (product.is_null()) return "none: the card scores rows of a CSV file and decides no applications";
    return "from " + text_of(product.at("min_amount_minor")) + " to " + text_of(product.at("max_amount_minor")) +
           " in steps of " + text_of(product.at("amount_step_minor")) + " minor units, over " +
           joined(product.at("terms")) + " months";
}

std::string knockout_text(const Json& knockout) {
    return text_of(knockout.at("id")) + ": " + text_of(knockout.at("field")) + " " + text_of(knockout.at("op")) + " " +
           text_of(knockout.at("value")) + ": " + text_of(knockout.at("action")) + ", " + text_of(knockout.at("code"));
}

std::string members_text(const Json& object) {
    std::string text;
    for (const auto& [key, value] : object.items()) text += (text.empty() ? "" : ", ") + key + " " + text_of(value);
    return text;
}

std::string characteristic_text(const Json& characteristic) {
    std::string bins;
    for (const Json& bin : characteristic.at("bins"))
        bins += (bins.empty() ? "" : "; ") + text_of(bin.at("bin")) + ": " + text_of(bin.at("points"));
    const std::string head = text_of(characteristic.at("id")) + " (" + text_of(characteristic.at("field")) +
                             "), reference " + text_of(characteristic.at("reference_points"));
    return wrapped(head, k_characteristic_indent - 2) + wrapped(bins, k_characteristic_indent);
}

std::string named(const Json& policy) {
    return text_of(policy.at("id")) + ", version " + text_of(policy.at("version")) + ", " +
           text_of(policy.at("source"));
}

std::string change_text(const Json& change) {
    std::string text = text_of(change.at("part"));
    for (const char* const key : {"id", "bin", "key"}) {
        if (!change.at(key).is_null())
            text += std::string(key == std::string_view("bin") ? ", " : " ") + text_of(change.at(key));
    }
    if (!change.at("key").is_null())
        return text + ": " + text_of(change.at("before")) + " -> " + text_of(change.at("after"));
    const Json& whole = change.at(change.at("change") == "removed" ? "before" : "after");
    if (!change.at("bin").is_null()) return text + ": " + text_of(whole.at("points"));
    if (change.at("part") == "knockouts") return "knockouts " + knockout_text(whole);
    return text;
}

}  // namespace

std::string loan_policy_text(const Json& policy) {
    const auto member = [&](const char* key) { return text_of(policy.at(key)); };
    std::string text = line("policy", member("id") + ", version " + member("version") + ", " + member("status")) +
                       line("sha256", member("sha256")) + line("source", member("source")) +
                       line("effective", member("effective_from")) +
                       line("product", product_text(policy.at("product")));
    for (const Json& knockout : policy.at("knockouts")) text += line("knock-out", knockout_text(knockout));
    text += line("caps", members_text(policy.at("affordability")));
    const Json& bands = policy.at("bands");
    text += line("bands",
                 "approve from " + text_of(bands.at("approve_min")) + ", refer from " + text_of(bands.at("refer_min")));
    text += line("workflow", members_text(policy.at("workflow")));
    const Json& card = policy.at("scorecard");
    text += line("scorecard", text_of(card.at("id")) + ", version " + text_of(card.at("version")) + ", " +
                                  text_of(card.at("provenance")) + "; " + text_of(card.at("base")) +
                                  " stands for odds of " + text_of(card.at("odds")) + ", " + text_of(card.at("pdo")) +
                                  " more double them; everybody has " + text_of(card.at("base_points")));
    for (const Json& characteristic : card.at("characteristics")) text += characteristic_text(characteristic);
    return text + "\nThe whole policy, its texts too: --json.\n";
}

std::string loan_policy_diff_text(const Json& diff) {
    std::string text = line("from", named(diff.at("from"))) + line("to", named(diff.at("to"))) + "\n";
    if (diff.at("changes").empty()) return text + "They differ in nothing that decides or that an applicant is told.\n";
    for (const Json& change : diff.at("changes")) text += line(text_of(change.at("change")), change_text(change));
    return text;
}

}  // namespace bankctl::cli
