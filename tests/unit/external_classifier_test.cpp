#include "core/service/external_classifier.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/base/sha256.h"
#include "tests/support/failure.h"
#include "tests/support/temp_directory.h"

namespace bankctl::test {
namespace {

using nlohmann::json;

Classification own_model(std::string_view text) {
    Classification own;
    own.category = DisputeCategory::fee_dispute;
    own.intent = std::string(text.substr(0, 4));
    own.confidence_bp = 5'000;
    own.model = "embedded:00";
    return own;
}

Classification ask(const std::string& command, const std::string& text = "charged twice") {
    ExternalClassifier classifier{command};
    classifier.time_limit = std::chrono::milliseconds{60'000};
    CaseForClassifier dispute;
    dispute.text = text;
    return classify_externally(classifier, dispute, own_model);
}

}  // namespace

TEST_CASE("an external classifier gets the case and its answer is taken") {
    TempDirectory folder;
    const std::string seen = folder.file("seen");
    const std::string command =
        "cat >" + seen + R"(; echo '{"category":"duplicate_charge","confidence":0.93,"intent":"charged_twice"}')";
    ExternalClassifier classifier{command};
    classifier.time_limit = std::chrono::milliseconds{60'000};
    CaseForClassifier dispute;
    dispute.text = "They charged me \"twice\"\n\xe2\x80\xae";
    dispute.amount = Money{*find_currency("JPY"), 1234};
    dispute.merchant = "Kiosk";
    dispute.channel = PaymentChannel::credit_card;
    dispute.date = parse_time("2026-01-31").value();
    const Classification found = classify_externally(classifier, dispute, own_model);
    CHECK(found.category == DisputeCategory::duplicate_charge);
    CHECK(found.confidence_bp == 9'300);
    CHECK(found.intent == "charged_twice");
    CHECK(found.in_scope);
    CHECK(found.fallback.empty());
    CHECK(found.model == "external:" + to_hex(sha256(command)));

    const std::string document = read_file(seen);
    CHECK(document.find("\xe2\x80\xae") == std::string::npos);
    CHECK(json::parse(document) == json({{"schema", "dispute.case/v1"},
                                         {"text", dispute.text},
                                         {"amount", {{"currency", "JPY"}, {"minor", 1234}, {"decimal", "1234"}}},
                                         {"merchant", "Kiosk"},
                                         {"channel", "credit_card"},
                                         {"date", "2026-01-31T00:00:00.000000Z"}}));
    CHECK(json::parse(case_document({"x", {}, {}, {}, {}})) == json({{"schema", "dispute.case/v1"},
                                                                     {"text", "x"},
                                                                     {"amount", nullptr},
                                                                     {"merchant", nullptr},
                                                                     {"channel", nullptr},
                                                                     {"date", nullptr}}));
}

TEST_CASE("whatever is wrong with an external classifier, our own model answers and the reason is kept") {
    const auto& [command, reason] = GENERATE(
        values<std::pair<std::string, std::string>>({{"exit 3", "it exited with 3"},
                                                     {"echo no model >&2; exit 1", "it exited with 1: no model"},
                                                     {"kill -KILL $$", "it was ended by signal 9"},
                                                     {"yes", "it wrote too much"},
                                                     {"/nowhere/classifier", "it exited with 127"},
                                                     {"true", "its answer is not valid JSON at byte 1"},
                                                     {"echo '[]'", "its answer is not a JSON object"}}));
    const Classification found = ask(command);
    CHECK(found.fallback.starts_with("the external classifier was not heeded: " + reason));
    Classification own = own_model("charged twice");
    own.fallback = found.fallback;
    CHECK(found == own);
}

TEST_CASE("an external classifier that takes too long is ended") {
    ExternalClassifier classifier{"exec sleep 1000"};
    classifier.time_limit = std::chrono::milliseconds{100};
    const Classification found = classify_externally(classifier, {"text", {}, {}, {}, {}}, own_model);
    CHECK(found.fallback == "the external classifier was not heeded: it took too long");
    CHECK(found.category == DisputeCategory::fee_dispute);
}

TEST_CASE("the answer of an external classifier is read strictly") {
    const auto answer = [](std::string_view text) { return read_classifier_answer(text); };
    CHECK(answer(R"({"category":"scam_or_deception","confidence":1})")->intent == "scam_or_deception");
    CHECK(answer(R"({"category":"scam_or_deception","confidence":1})")->confidence_bp == 10'000);
    CHECK(answer(R"({"category":"scam_or_deception","confidence":0})")->confidence_bp == 0);
    CHECK(answer(R"({"confidence":9.3004e-1,"category":"atm_cash_error"})")->confidence_bp == 9'300);
    CHECK(answer(R"({"confidence":0.99995,"category":"atm_cash_error"})")->confidence_bp == 10'000);
    CHECK_FALSE(answer(R"({"category":"not_a_dispute","confidence":0.5,"in_scope":false})")->in_scope);
    CHECK(answer(R"({"category":"not_a_dispute","confidence":0.5})")->in_scope);
    for (const std::string& bad : std::vector<std::string>{
             R"({"category":"chargeback","confidence":0.5})",
             R"({"category":"","confidence":0.5})",
             R"({"category":3,"confidence":0.5})",
             R"({"confidence":0.5})",
             R"({"category":"atm_cash_error"})",
             R"({"category":"atm_cash_error","confidence":"0.5"})",
             R"({"category":"atm_cash_error","confidence":1.0001})",
             R"({"category":"atm_cash_error","confidence":-0.0001})",
             R"({"category":"atm_cash_error","confidence":null})",
             R"({"category":"atm_cash_error","confidence":NaN})",
             R"({"category":"atm_cash_error","confidence":1e999})",
             R"({"category":"atm_cash_error","confidence":0.5,"confidence":0.6})",
             R"({"category":"atm_cash_error","confidence":0.5,"extra":1})",
             R"({"category":"atm_cash_error","confidence":0.5,"intent":""})",
             R"({"category":"atm_cash_error","confidence":0.5,"intent":7})",
             R"({"category":"atm_cash_error","confidence":0.5,"intent":"a\nb"})",
             R"({"category":"atm_cash_error","confidence":0.5,"intent":"a\u0000b"})",
             R"({"category":"atm_cash_error","confidence":0.5,"intent":")" + std::string(65, 'x') + "\"}",
             "{\"category\":\"atm_cash_error\",\"confidence\":0.5,\"intent\":\"\xff\"}",
             R"({"category":"atm_cash_error","confidence":0.5,"in_scope":false})",
             R"({"category":"atm_cash_error","confidence":0.5,"in_scope":1})",
             R"({"category":"atm_cash_error","confidence":0.5} {})",
             std::string(16'000, '['),
             "",
             "null",
         }) {
        INFO(bad.substr(0, 100));
        CHECK(outcome(answer(bad)) == "invalid_json");
    }
}

}  // namespace bankctl::test
