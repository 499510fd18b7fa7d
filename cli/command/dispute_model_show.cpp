// bankctl dispute model show: a model's card.
#include "cli/command/all.h"
#include "cli/command/common.h"
#include "cli/command/dispute_model.h"

namespace bankctl::cli {
namespace {

constexpr Option k_options[] = {k_model_option};
constexpr Field k_fields[] = {{"model"},
                              {"bytes", CellType::number},
                              {"name"},
                              {"seed", CellType::number},
                              {"intents", CellType::nested},
                              {"network", CellType::nested},
                              {"long_words", CellType::number},
                              {"trained_on", CellType::nested},
                              {"held_out", CellType::nested},
                              {"licences", CellType::list},
                              {"limits", CellType::list}};
const DocumentInfo k_document{"dispute.model/v1", k_fields};
constexpr Example k_examples[] = {{"bankctl dispute model show", "the model in the executable"},
                                  {"bankctl dispute model show --json | jq .data.held_out", "what it was judged by"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_model, ErrorCode::unreadable_input};

Json network_json(const classify::Network& network) {
    return {{"hidden_units", network.hidden},
            {"word_buckets", network.space.word_buckets},
            {"letter_buckets", network.space.letter_buckets},
            {"words_max", network.space.words_max},
            {"letters_min", network.space.letters_min},
            {"letters_max", network.space.letters_max}};
}

std::function<void(Context&)> plan(const Arguments&) {
    return [](Context& context) {
        const classify::Classifier classifier = open_classifier(context);
        const classify::Model& model = classifier.model();
        const nlohmann::json card = nlohmann::json::parse(model.card, nullptr, false);
        if (!card.is_object()) throw Failure(Error(ErrorCode::invalid_model, "the model's card is no JSON object"));
        Json intents = Json::array();
        for (const classify::Intent& intent : model.intents)
            intents.push_back({{"intent", intent.name}, {"category", name(intent.category)}});
        Json data{{"model", classifier.id()}, {"bytes", classifier.bytes()}};
        for (const char* const key : {"name", "seed"}) data[key] = card.value(key, nlohmann::json());
        data["intents"] = std::move(intents);
        data["network"] = network_json(model.network);
        data["long_words"] = model.long_words;
        for (const char* const key : {"trained_on", "held_out", "licences", "limits"})
            data[key] = card.value(key, nlohmann::json::array());
        context.print(data);
    };
}

}  // namespace

const Command k_dispute_model_show{
    .noun = "dispute model",
    .verb = "show",
    .summary = "Show a model's card",
    .description =
        "Shows where a model is and its SHA-256, what it was trained on, under which licences its data is, how it did "
        "on texts that were held out, what it is not good for, its intents with their categories, and the form of its "
        "network. Texts of long_words words and more are narratives.",
    .options = k_options,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
