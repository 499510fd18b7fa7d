#include "cli/command/dispute_model.h"

#include <cmath>

#include "cli/input_file.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

double rounded(double value) {
    constexpr double k_unit = 10'000;
    return std::round(value * k_unit) / k_unit;
}

}  // namespace

LabelledColumns labelled_columns(const Arguments& arguments) {
    return {arguments.value("text").value_or("text"), arguments.value("label").value_or("category")};
}

Error in_file(Error error, const std::string& path) {
    error.message = in_quotes(path) + ": " + error.message;
    return error;
}

std::optional<LabelMap> label_map(const std::optional<std::string>& path) {
    if (!path) return std::nullopt;
    InputFile input(*path);
    Result<LabelMap> map = read_label_map(input.stream());
    if (!map) throw Failure(in_file(map.error(), *path));
    return std::move(*map);
}

Json figures_json(const classify::Figures& figures, bool has_classes) {
    Json json{{"accuracy", rounded(figures.accuracy)},
              {"macro_f1", rounded(figures.macro_f1)},
              {"ece", rounded(figures.calibration_error)}};
    if (!has_classes) return json;
    Json classes = Json::array();
    for (const classify::ClassFigures& each : figures.classes)
        classes.push_back({{"label", each.label},
                           {"n", each.count},
                           {"precision", rounded(each.precision)},
                           {"recall", rounded(each.recall)},
                           {"f1", rounded(each.f1)}});
    json["per_class"] = std::move(classes);
    return json;
}

}  // namespace bankctl::cli
