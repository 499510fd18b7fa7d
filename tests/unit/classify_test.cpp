// The classifier of disputes: its words and features, its file, its training and its explanation.
#include <cmath>
#include <sstream>

#include <catch2/catch.hpp>

#include "core/base/sha256.h"
#include "core/classify/classifier.h"
#include "core/classify/evaluation.h"
#include "core/classify/training.h"
#include "core/service/classify_lines.h"
#include "core/service/labelled_texts.h"
#include "core/service/model_evaluation.h"

namespace bankctl {
namespace {

using classify::Classifier;

std::string words_of(std::string_view text) { return classify::split_words(text).text; }

std::vector<classify::LabelledText> small_corpus() {
    std::vector<classify::LabelledText> texts;
    const auto add = [&](const std::string& text, const std::string& label, DisputeCategory category) {
        texts.push_back({text, label, category});
    };
    for (int i = 0; i < 40; ++i) {
        const std::string day = "on day " + std::string(static_cast<std::size_t>(i % 7) + 1, 'q') + std::to_string(i);
        add("you took a monthly fee " + day, "monthly_fee", DisputeCategory::fee_dispute);
        add("an overdraft fee was taken " + day, "overdraft_fee", DisputeCategory::fee_dispute);
        add("the cash machine kept my money " + day, "machine", DisputeCategory::atm_cash_error);
        add("play some music " + day, "out_of_scope", DisputeCategory::not_a_dispute);
    }
    return texts;
}

std::string model_bytes(std::uint64_t seed = 1) {
    classify::ModelContents contents = classify::train(small_corpus(), {.seed = seed, .report = {}}).value_or_throw();
    contents.card = "{}";
    return write_model(contents);
}

Classifier small_model() { return Classifier::from_bytes(model_bytes(), "file").value_or_throw(); }

}  // namespace

TEST_CASE("a text becomes lower-case words without what differs from case to case", "[classify]") {
    CHECK(words_of("My card, WAS stolen!") == " my card was stolen ");
    CHECK(words_of("I didn't; I don\u2019t") == " i didnt i dont ");
    CHECK(words_of("charged {$1,234.50} or \u00A3 5 or 20\u20AC") == " charged $ or $ or $ ");
    CHECK(words_of("3 times, 24 hours, 123456 units") == " 3 times 00 hours 0000 units ");
    CHECK(words_of("On XX/XX/2023 XXXX called, 12/31/2023 too") == " on called too ");
    CHECK(words_of("xbox x") == " xbox x ");
    CHECK(words_of("Why?") == " why ? ");
    CHECK(words_of("CAF\u00C9 \u00C0 \u2014 caf\u00E9") == " caf\u00E9 \u00E0 caf\u00E9 ");
    CHECK(words_of("") == " ");
    CHECK(words_of("!\n\t ...") == " ");
}

TEST_CASE("any bytes become words that point into the text", "[classify]") {
    std::uint64_t state = 7;
    for (int round = 0; round < 500; ++round) {
        std::string text;
        for (int i = 0; i < 40; ++i) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            text += static_cast<char>(state >> 56);
        }
        const classify::Words words = classify::split_words(text);
        REQUIRE(words.text.back() == ' ');
        for (const classify::Word& word : words.words) {
            CHECK(word.size > 0);
            CHECK(word.begin + word.size < words.text.size());
            CHECK(words.text[word.begin - 1] == ' ');
            CHECK(word.source_begin + word.source_size <= text.size());
        }
    }
}

TEST_CASE("features are grouped by how often they are met, and each is in its part of the table", "[classify]") {
    const classify::FeatureSpace space{
        .word_buckets = 512, .letter_buckets = 1024, .words_max = 2, .letters_min = 2, .letters_max = 3};
    const auto found = features(space, classify::split_words("ab ab cd"));
    std::size_t meetings = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        meetings += found[i].count;
        CHECK(found[i].bucket < space.buckets());
        if (i > 0) CHECK(found[i - 1].count <= found[i].count);
    }
    // Three words, two pairs; of each " ab " three runs of two letters and two of three.
    CHECK(meetings == 3 + 2 + 3 * 5);
    CHECK(found.back().count >= 2);
}

TEST_CASE("training gives the same bytes for the same texts and seed, and others for another seed", "[classify]") {
    const std::string bytes = model_bytes();
    CHECK(model_bytes() == bytes);
    CHECK(model_bytes(2) != bytes);
}

TEST_CASE("a trained model tells its labels apart and adds intents up to categories", "[classify]") {
    const Classifier model = small_model();
    const Classification fee = model.classify("Which overdraft fee was that?");
    CHECK(fee.category == DisputeCategory::fee_dispute);
    CHECK(fee.intent == "overdraft_fee");
    CHECK(fee.in_scope);
    const std::vector<double> intents =
        probabilities(model.model(), classify::split_words("Which overdraft fee was that?"));
    double sum = 0;
    double fees = 0;
    for (std::size_t i = 0; i < intents.size(); ++i) {
        sum += intents[i];
        if (model.model().intents[i].category == DisputeCategory::fee_dispute) fees += intents[i];
    }
    CHECK(sum == Approx(1).epsilon(1e-9));
    CHECK(fee.confidence_bp == std::lround(fees * 10'000));
    CHECK(model.classify("play music").in_scope == false);
    CHECK(model.classify("play music").category == DisputeCategory::not_a_dispute);
    CHECK(model.classify(" .. ").in_scope == false);
    CHECK(model.id() == "file:" + to_hex(sha256(model_bytes())));
}

TEST_CASE("an explanation's words add up to the difference of scores, the weightiest first", "[classify]") {
    const Classifier classifier = small_model();
    const classify::Model& model = classifier.model();
    const classify::Words words = classify::split_words("The machine kept my overdraft fee");
    const classify::Network& network = model.network;
    const classify::Scores scores = scores_of(network, features(network.space, words));
    const std::size_t machine = 0;
    const std::size_t fee = 3;
    REQUIRE(model.intents[machine].name == "machine");
    REQUIRE(model.intents[fee].name == "overdraft_fee");
    const auto said = explanation(model, words, machine, fee, 100);
    double sum = 0;
    for (std::size_t i = 0; i < said.size(); ++i) {
        sum += static_cast<double>(said[i].weight);
        if (i > 0) CHECK(std::abs(said[i - 1].weight) >= std::abs(said[i].weight));
    }
    // What no word says: the biases of the two, and those of the hidden units that are switched on.
    double biases = double{network.biases[machine]} - double{network.biases[fee]};
    std::size_t units = 0;
    for (std::size_t unit = 0; unit < network.hidden; ++unit) {
        if (scores.hidden[unit] == 0) continue;
        ++units;
        const auto weight = [&](std::size_t intent) {
            return double{network.hidden_scales[intent]} * network.hidden_row(unit)[intent];
        };
        biases += double{network.biases[network.intents + unit]} * (weight(machine) - weight(fee));
    }
    CHECK(units > 0);
    CHECK(units < network.hidden);
    CHECK(sum / 1000 == Approx(scores.intents[machine] - scores.intents[fee] - biases).margin(0.02));
    const auto weight = [&](std::string_view word) { return std::ranges::find(said, word, &WordWeight::word)->weight; };
    CHECK(weight("machine") > 0);
    CHECK(weight("fee") < 0);
    CHECK(explanation(model, words, machine, fee, 2).size() == 2);
}

TEST_CASE("a network's score is what features say directly, and what hidden units say that they switch on",
          "[classify]") {
    classify::NetworkContents contents{
        .space = {.word_buckets = 1, .letter_buckets = 0, .words_max = 1, .letters_min = 2, .letters_max = 5},
        .hidden = 2,
        .scales = {0.5F, 1, 0.25F, 0.25F},
        .biases = {0.5F, 0, 1, 0},
        .hidden_scales = {0.125F, 1},
        .lengths = {1},
        .weights = std::vector<std::int8_t>(16, 0),
        .hidden_weights = {4, -3, 100, 100}};
    std::ranges::copy(std::vector<int>{2, -3, 8, -8}, contents.weights.begin());
    const std::string bytes = classify::write_model({.intents = {{"a", DisputeCategory::fee_dispute}, {"b", {}}},
                                                     .network = contents,
                                                     .long_words = 70,
                                                     .card = "{}"});
    const classify::Model model = classify::read_model(bytes, true).value_or_throw();
    // One word: its share in the text's length is 1, so a column is its bias plus its scale times its weight.
    const classify::Scores scores = scores_of(model.network, features(model.network.space, classify::split_words("x")));
    CHECK(scores.hidden == std::vector<std::int32_t>{3 * classify::k_hidden_parts, 0});
    CHECK(scores.intents[0] == Approx(0.5 + 0.5 * 2 + 0.125 * 4 * 3));
    CHECK(scores.intents[1] == Approx(1 * -3 + 1.0 * -3 * 3));
}

TEST_CASE("an intent that is named like its category yields to a finer one", "[classify]") {
    const auto fee = DisputeCategory::fee_dispute;
    classify::Model model;
    model.intents = {{"atm_cash_error", DisputeCategory::atm_cash_error}, {"fee_dispute", fee}, {"a", fee}, {"b", fee}};
    using Probabilities = std::vector<double>;
    CHECK(best_intent(model, Probabilities{0.3, 0.6, 0.04, 0.06}, fee) == 3);
    CHECK(best_intent(model, Probabilities{0.3, 0.695, 0.004, 0.001}, fee) == 1);
    CHECK(best_intent(model, Probabilities{0.3, 0.6, 0.04, 0.06}, DisputeCategory::atm_cash_error) == 0);
    CHECK(best_intent(model, Probabilities{0.3, 0.6, 0.04, 0.06}, DisputeCategory::scam_or_deception) == 4);
}

TEST_CASE("a damaged model is refused at every place", "[classify]") {
    const std::string bytes = model_bytes();
    const auto code = [](std::string damaged) {
        const auto result = Classifier::from_bytes(std::move(damaged), "file");
        REQUIRE_FALSE(result);
        return result.error().code;
    };
    for (std::size_t at = 0; at < bytes.size(); at += 1 + bytes.size() / 61) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 1);
        CHECK(code(damaged) == ErrorCode::invalid_model);
        CHECK(code(bytes.substr(0, at)) == ErrorCode::invalid_model);
    }
    CHECK(code(bytes + "x") == ErrorCode::invalid_model);
    // Without the checksum: whatever the sizes say, nothing beyond the bytes is read.
    for (std::size_t at = 8; at < 100; ++at) {
        for (const char value : {'\x00', '\x7f', '\xff'}) {
            std::string damaged = bytes;
            damaged[at] = value;
            const auto model = classify::read_model(damaged, false);
            if (model) probabilities(*model, classify::split_words("an overdraft fee"));
        }
    }
}

TEST_CASE("the embedded model is whole and its checksum the one that was taken at build time", "[classify]") {
    const Classifier model = Classifier::embedded();
    const auto checked = Classifier::open(BANKCTL_SOURCE_DIR "/schema/model/dispute.model");
    REQUIRE(checked);
    CHECK(checked->sha256() == model.sha256());
    CHECK(model.bytes() <= 1'500'000);
    CHECK(model.id() == "embedded:" + model.sha256());
    const std::string text = "I was charged twice for the same coffee";
    CHECK(model.classify(text).category == DisputeCategory::duplicate_charge);
    Classification other = checked->classify(text);
    other.model = model.id();
    CHECK(other == model.classify(text));
    CHECK(model.classify("what is the weather in Paris").in_scope == false);
}

TEST_CASE("figures are accuracy, macro-F1 and calibration error as defined", "[classify]") {
    classify::Evaluation evaluation;
    evaluation.add("a", "a", 0.95);
    evaluation.add("a", "a", 0.95);
    evaluation.add("a", "b", 0.55);
    evaluation.add("b", "b", 0.55);
    const classify::Figures figures = evaluation.figures();
    CHECK(figures.count == 4);
    CHECK(figures.accuracy == Approx(0.75));
    CHECK(figures.macro_f1 == Approx((0.8 + 2.0 / 3) / 2));
    CHECK(figures.calibration_error == Approx((0.1 + 0.1) / 4));
    REQUIRE(figures.classes.size() == 2);
    CHECK(figures.classes[1].precision == Approx(0.5));
}

TEST_CASE("what cannot be learned from is refused", "[classify]") {
    using Texts = std::vector<classify::LabelledText>;
    const auto code = [](const Texts& texts) {
        const auto result = classify::train(texts, {});
        REQUIRE_FALSE(result);
        return result.error().code;
    };
    const auto fee = DisputeCategory::fee_dispute;
    CHECK(code({}) == ErrorCode::invalid_csv);
    CHECK(code(Texts(50, {"one label only", "fee", fee})) == ErrorCode::invalid_csv);
    CHECK(code({{"too", "a", fee}, {"few", "b", fee}}) == ErrorCode::invalid_csv);
    Texts two = small_corpus();
    two.push_back({"x", "machine", fee});
    CHECK(code(two) == ErrorCode::invalid_csv);
}

TEST_CASE("labelled texts are read strictly", "[classify]") {
    const LabelledColumns columns{"text", "category"};
    const auto read = [&](const std::string& csv, const LabelMap& map = {}) {
        std::istringstream input(csv);
        return read_labelled_texts(input, columns, map);
    };
    const auto texts = read("id,category,text\n1,fee_dispute,\"a, b\"\n2,mine,c\n3,out_of_scope,d\n",
                            {{"mine", DisputeCategory::atm_cash_error}});
    REQUIRE(texts);
    REQUIRE(texts->size() == 3);
    CHECK((*texts)[0].text == "a, b");
    CHECK((*texts)[1].category == DisputeCategory::atm_cash_error);
    CHECK((*texts)[2].category == DisputeCategory::not_a_dispute);
    for (const char* bad :
         {"", "text,label\na,b\n", "text,category\na\n", "text,category\na,\n", "text,category\n,b\n",
          "text,category\na,no_such\n", "text,category\n\"a,b\n", "text,category\n\xff,fee_dispute\n"}) {
        INFO(bad);
        const auto result = read(bad);
        REQUIRE_FALSE(result);
        CHECK(result.error().code == ErrorCode::invalid_csv);
    }
    std::istringstream map("label,category\na,fee_dispute\na,atm_cash_error\n");
    CHECK_FALSE(read_label_map(map));
}

TEST_CASE("a line to classify is read strictly, and its id kept", "[classify]") {
    const auto id = [](std::string_view line) { return parse_identified_text(line).value_or_throw().id; };
    CHECK(std::get<std::int64_t>(id(R"({"id":-7,"text":"a"})")) == -7);
    CHECK(std::get<std::uint64_t>(id(R"({"id":18446744073709551615,"text":"a"})")) == 18446744073709551615U);
    CHECK(std::get<std::string>(id(R"({"text":"a","id":"x y"})")) == "x y");
    CHECK(id(R"({"text":"a"})") == TextId());
    for (const char* bad :
         {"", "[]", "7", "null", "{}", R"({"id":1})", R"({"text":1})", R"({"text":null})", R"({"text":["a"]})",
          R"({"text":"a","text":"b"})", R"({"text":"a","more":1})", R"({"id":1.5,"text":"a"})",
          R"({"id":99999999999999999999,"text":"a"})", R"({"id":{},"text":"a"})", R"({"text":"\u0000"})",
          R"({"text":"\ud800"})", "{\"text\":\"\xff\"}", R"({"text":"a"} {})"}) {
        INFO(bad);
        const auto result = parse_identified_text(bad);
        REQUIRE_FALSE(result);
        CHECK(result.error().code == ErrorCode::invalid_json);
    }
    const auto large = parse_identified_text(R"({"text":")" + std::string(k_text_bytes_max + 1, 'a') + R"("})");
    REQUIRE_FALSE(large);
    CHECK(large.error().code == ErrorCode::invalid_text);
}

}  // namespace bankctl
