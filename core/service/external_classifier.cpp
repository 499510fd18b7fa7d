#include "core/service/external_classifier.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>
#include <rapidjson/document.h>

#include "core/base/sha256.h"
#include "core/base/subprocess.h"
#include "core/base/text.h"

namespace bankctl {
namespace {

constexpr std::size_t k_answer_bytes_max = 1 << 14;
constexpr std::size_t k_intent_characters_max = 64;
constexpr double k_basis_points = 10'000;

Error refusal(const std::string& why) { return Error(ErrorCode::invalid_json, why); }

std::string_view view(const rapidjson::Value& text) { return {text.GetString(), text.GetStringLength()}; }

/// The member, once every key is known and none stands twice.
class Answer {
public:
    explicit Answer(const rapidjson::Value& object) : object_(object) {}

    Status check_keys() const {
        constexpr std::string_view k_keys[] = {"category", "confidence", "intent", "in_scope"};
        std::vector<std::string_view> seen;
        for (const auto& member : object_.GetObject()) {
            const std::string_view key = view(member.name);
            if (std::ranges::find(k_keys, key) == std::end(k_keys))
                return refusal("its answer has the unknown key " + in_quotes(key));
            if (std::ranges::find(seen, key) != seen.end())
                return refusal("its answer has the key " + in_quotes(key) + " twice");
            seen.push_back(key);
        }
        return ok();
    }
    const rapidjson::Value* find(const char* key) const {
        const auto found = object_.FindMember(key);
        return found == object_.MemberEnd() ? nullptr : &found->value;
    }

private:
    const rapidjson::Value& object_;
};

Result<DisputeCategory> category_of(const rapidjson::Value* value) {
    if (value == nullptr || !value->IsString()) return refusal("its answer has no category");
    const auto category = dispute_category(view(*value));
    if (!category) return refusal("its answer names a category that there is not: " + in_quotes(view(*value)));
    return *category;
}

Result<std::int32_t> confidence_of(const rapidjson::Value* value) {
    if (value == nullptr || !value->IsNumber()) return refusal("its answer has no confidence");
    const double confidence = value->GetDouble();
    if (!(confidence >= 0 && confidence <= 1)) return refusal("its confidence is not within 0 and 1");
    return static_cast<std::int32_t>(std::lround(confidence * k_basis_points));
}

Result<std::string> intent_of(const rapidjson::Value* value, DisputeCategory category) {
    if (value == nullptr) return std::string(name(category));
    const std::string_view intent = value->IsString() ? view(*value) : std::string_view();
    if (intent.empty() || first_characters(intent, k_intent_characters_max) != intent || printable(intent) != intent)
        return refusal("its intent is not a text of 1 to 64 printable characters");
    return std::string(intent);
}

Result<bool> scope_of(const rapidjson::Value* value, DisputeCategory category) {
    if (value == nullptr) return true;
    if (!value->IsBool()) return refusal("its in_scope is neither true nor false");
    if (!value->GetBool() && category != DisputeCategory::not_a_dispute)
        return refusal("it says that the text is out of scope and yet a dispute");
    return value->GetBool();
}

Result<Classification> ask(const ExternalClassifier& classifier, const CaseForClassifier& dispute) {
    const std::string document = case_document(dispute);
    ProgramCall call;
    call.words = shell_words(classifier.command);
    call.input = document;
    call.time_limit = classifier.time_limit;
    call.output_bytes_max = k_answer_bytes_max;
    const ProgramResult result = run_program(call);
    if (!result.succeeded()) return refusal("it " + description(result));
    return read_classifier_answer(result.output);
}

}  // namespace

std::string case_document(const CaseForClassifier& dispute) {
    using Json = nlohmann::ordered_json;
    const auto text_or_null = [](const std::optional<std::string>& text) { return text ? Json(*text) : Json(); };
    Json document{{"schema", "dispute.case/v1"}, {"text", dispute.text}, {"amount", nullptr}};
    if (dispute.amount)
        document["amount"] = {{"currency", dispute.amount->currency.code},
                              {"minor", dispute.amount->minor},
                              {"decimal", decimal_text(*dispute.amount)}};
    document["merchant"] = text_or_null(dispute.merchant);
    document["channel"] = dispute.channel ? Json(name(*dispute.channel)) : Json();
    document["date"] = dispute.date ? Json(format_time(*dispute.date)) : Json();
    return escape_json_text(document.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n";
}

Result<Classification> read_classifier_answer(std::string_view answer) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(answer.data(),
                                                                                           answer.size());
    if (document.HasParseError())
        return refusal("its answer is not valid JSON at byte " + std::to_string(document.GetErrorOffset() + 1));
    if (!document.IsObject()) return refusal("its answer is not a JSON object");
    const Answer members(document);
    BANKCTL_CHECK(members.check_keys());
    Classification found;
    BANKCTL_TRY(category, category_of(members.find("category")));
    found.category = category;
    BANKCTL_TRY(confidence_bp, confidence_of(members.find("confidence")));
    found.confidence_bp = confidence_bp;
    BANKCTL_TRY(intent, intent_of(members.find("intent"), category));
    found.intent = std::move(intent);
    BANKCTL_TRY(in_scope, scope_of(members.find("in_scope"), category));
    found.in_scope = in_scope;
    return found;
}

Classification classify_externally(const ExternalClassifier& classifier, const CaseForClassifier& dispute,
                                   const std::function<Classification(std::string_view text)>& own_model) {
    Result<Classification> found = ask(classifier, dispute);
    if (found) {
        found->model = "external:" + to_hex(sha256(classifier.command));
        return *std::move(found);
    }
    Classification own = own_model(dispute.text);
    own.fallback = "the external classifier was not heeded: " + found.error().message;
    return own;
}

}  // namespace bankctl
