// bankctl dispute model evaluate: how well a model does on labelled texts.
#include "cli/command/all.h"
#include "cli/command/common.h"
#include "cli/command/dispute_model.h"
#include "cli/input_file.h"
#include "cli/progress.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"CSV", "texts and their labels; - is stdin"}};
constexpr Option k_options[] = {k_text_column_option, k_label_column_option, k_map_option, k_model_option};
constexpr Field k_fields[] = {
    {"n", CellType::number},      {"accuracy", CellType::number},  {"macro_f1", CellType::number},
    {"ece", CellType::number},    {"skipped", CellType::number},   {"taken_for_dispute", CellType::number},
    {"mapped", CellType::nested}, {"per_class", CellType::nested}, {"model"}};
const DocumentInfo k_document{"dispute.evaluation/v1", k_fields};
constexpr Example k_examples[] = {
    {"bankctl dispute model evaluate texts.csv --fields n,accuracy,ece", "texts with categories as labels"},
    {"bankctl dispute model evaluate texts.csv --json | jq .data.accuracy", "one figure of a file"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_csv, ErrorCode::invalid_model, ErrorCode::unreadable_input};

std::function<void(Context&)> plan(const Arguments& arguments) {
    return [path = arguments.required("CSV"), columns = labelled_columns(arguments),
            map_path = arguments.value("map")](Context& context) {
        const std::optional<LabelMap> map = label_map(map_path);
        const classify::Classifier classifier = open_classifier(context);
        InputFile input(path);
        Progress progress(context.settings(), context.clock(), "texts");
        const Result<ModelEvaluation> found =
            evaluate_model(classifier, input.stream(), columns, map, [&](std::int64_t count) {
                if (progress.is_due()) progress.show(count, input.share());
            });
        progress.clear();
        if (!found) throw Failure(in_file(found.error(), path));
        Json data{{"n", found->count}};
        data.update(figures_json(found->labels, true));
        data["skipped"] = found->skipped;
        data["taken_for_dispute"] = found->taken_for_dispute;
        data["mapped"] = found->mapped ? figures_json(*found->mapped, false) : Json(nullptr);
        data["model"] = classifier.id();
        context.print(data);
    };
}

}  // namespace

const Command k_dispute_model_evaluate{
    .noun = "dispute model",
    .verb = "evaluate",
    .summary = "Judge a model by labelled texts",
    .description =
        "Classifies the texts of a CSV file and compares: accuracy, the plain mean of the labels' F1, and the expected "
        "calibration error over 15 equal parts of the winner's confidence. A text's label is compared with the "
        "likeliest intent, or with the category where all labels are categories; texts whose label the model does not "
        "know are left out of that, and skipped says how many. With a map, mapped has the same "
        "figures by category; a label that the map lacks must be a category. taken_for_dispute counts the texts "
        "that were taken for a dispute of whatever category. Texts that a model was trained on say nothing about it.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
