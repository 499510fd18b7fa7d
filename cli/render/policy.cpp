#include "cli/render/policy.h"

#include "cli/wrap.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

constexpr std::size_t k_indent = 13;

std::string text_of(const Json& value) {
    return value.is_string() ? printable(value.get<std::string>()) : value.is_null() ? "-" : value.dump();
}

std::string line(const std::string& word, const std::string& text) { return labelled(word, text, k_indent); }

std::string joined(const Json& list, const std::string& joint) {
    std::string text;
    for (const Json& each : list) text += (text.empty() ? "" : joint) + text_of(each);
    return text;
}

std::string signed_text(const Json& points) {
    const std::string text = points.dump();
    return text.starts_with('-') ? text : "+" + text;
}

/// What a rule says, else its condition as it stands in the policy.
std::string saying(const Json& rule) {
    return rule.at("reason").is_null() ? printable(rule.at("when").dump()) : text_of(rule.at("reason"));
}

std::string bands_text(const Json& bands, const char* band) {
    std::string text;
    for (const Json& each : bands) {
        text += (text.empty() ? "" : ", ") + text_of(each.at(band)) + " from " + each.at("min").dump();
        if (each.contains("require") && !each.at("require").is_null()) text += " (" + text_of(each.at("require")) + ")";
    }
    return text;
}

std::string clock_text(const Json& levels) {
    std::string text;
    for (const Json& each : levels)
        text += (text.empty() ? "" : ", ") + text_of(each.at("p")) + " within " + each.at("within_hours").dump() + " h";
    return text;
}

std::string base_text(const Json& base) {
    std::string text;
    for (const auto& [category, points] : base.items())
        text += (text.empty() ? "" : ", ") + category + " " + points.dump();
    return text;
}

}  // namespace

std::string policy_text(const Json& policy) {
    const auto member = [&](const char* key) { return text_of(policy.at(key)); };
    std::string text = line("policy", member("id") + ", version " + member("version")) +
                       line("sha256", member("sha256")) + line("source", member("source")) +
                       line("effective", member("effective_from"));
    if (!policy.at("inherited").empty()) text += line("inherited", joined(policy.at("inherited"), ", "));
    text += line("risk", bands_text(policy.at("bands"), "risk"));
    for (const Json& rule : policy.at("rules"))
        text += line("  " + signed_text(rule.at("score")), text_of(rule.at("id")) + ": " + saying(rule));
    const Json& priority = policy.at("priority");
    text += line("priority", bands_text(priority.at("bands"), "p"));
    text += line("  base", base_text(priority.at("base")));
    for (const Json& rule : priority.at("add")) text += line("  " + signed_text(rule.at("points")), saying(rule));
    text += line("clock floor", clock_text(policy.at("clock_floor")));
    const Json& confidence = policy.at("confidence");
    text += line("confidence", "routes itself from " + confidence.at("route_bp").dump() + ", suggested from " +
                                   confidence.at("suggest_bp").dump() + ", of a long text from " +
                                   confidence.at("long_text_bp").dump() + " basis points");
    for (const Json& rule : policy.at("review"))
        text += line("look first", text_of(rule.at("id")) + ": " + saying(rule));
    text += line("teams", joined(policy.at("teams"), ", "));
    for (const Json& rule : policy.at("routing").at("rules"))
        text += line("", text_of(rule.at("id")) + ": " + text_of(rule.at("team")));
    text += line("", "all else: " + text_of(policy.at("routing").at("default")));
    for (const Json& action : policy.at("recommendations").at("actions"))
        text += line("action", text_of(action.at("name")) + ": " + text_of(action.at("text")));
    return text + "\nThe whole policy, its conditions too: --json.\n";
}

}  // namespace bankctl::cli
