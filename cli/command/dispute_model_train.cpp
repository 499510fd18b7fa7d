// bankctl dispute model train: a model of one's own from labelled texts.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/command/all.h"
#include "cli/command/common.h"
#include "cli/command/dispute_model.h"
#include "cli/input_file.h"
#include "cli/progress.h"
#include "core/base/file_descriptor.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/classify/training.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {
    {.name = "CSV", .summary = "texts and their labels", .is_required = true, .is_repeated = true}};
constexpr Option k_options[] = {
    k_text_column_option,
    k_label_column_option,
    k_map_option,
    {"out-of-scope", "CSV", "texts that are no bank's business, in the column of the texts or the first"},
    {"held-out", "A.csv,B.csv", "labelled texts to judge the model by; the figures go into its card"},
    {"about", "JSON", "what else the card says: an object with name, licences and limits"},
    {"seed", "N", "decides the order of the texts (default: 1)"},
    {.name = "out", .value = "FILE", .summary = "the model; a file of that name is replaced", .is_required = true}};
constexpr Field k_fields[] = {{"model"},
                              {"bytes", CellType::number},
                              {"texts", CellType::number},
                              {"intents", CellType::number},
                              {"held_out", CellType::nested}};
const DocumentInfo k_document{"dispute.training/v1", k_fields};
constexpr Example k_examples[] = {
    {"bankctl dispute model train texts.csv --out my.model", "a model of one's own texts"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_csv, ErrorCode::invalid_json, ErrorCode::invalid_number,
                                  ErrorCode::unreadable_input, ErrorCode::output_failed};

struct Request {
    std::vector<std::string> paths;
    LabelledColumns columns;
    std::optional<std::string> map_path;
    std::optional<std::string> out_of_scope_path;
    std::vector<std::string> held_out_paths;
    std::optional<std::string> about_path;
    std::uint64_t seed = 1;
    std::string out;
};

Result<std::int64_t> parse_seed(std::string_view text) {
    std::int64_t seed = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9' || seed > 99'999'999'999) seed = -1;
        if (seed < 0) break;
        seed = seed * 10 + (digit - '0');
    }
    if (text.empty() || seed < 0)
        return Error(ErrorCode::invalid_number, in_quotes(text) + " is no seed", "a whole number of at most 12 digits");
    return seed;
}

std::vector<std::string> split_paths(const std::string& text) {
    std::vector<std::string> paths;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        if (end > begin) paths.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return paths;
}

std::string base_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

/// Texts with what the card says of where they came from.
struct Material {
    std::vector<classify::LabelledText> texts;
    Json sources = Json::array();

    void add(const std::string& path, Result<std::vector<classify::LabelledText>> read) {
        if (!read) throw Failure(in_file(read.error(), path));
        sources.push_back({{"file", base_name(path)}, {"texts", read->size()}});
        std::ranges::move(*read, std::back_inserter(texts));
    }
};

Material read_material(const Request& request, const LabelMap& map) {
    Material material;
    for (const std::string& path : request.paths) {
        InputFile input(path);
        material.add(path, read_labelled_texts(input.stream(), request.columns, map));
    }
    if (request.out_of_scope_path) {
        InputFile input(*request.out_of_scope_path);
        material.add(*request.out_of_scope_path, read_out_of_scope(input.stream(), request.columns.text));
    }
    return material;
}

Json read_about(const std::optional<std::string>& path) {
    if (!path) return Json::object();
    InputFile input(*path);
    const std::string text{std::istreambuf_iterator<char>(input.stream()), std::istreambuf_iterator<char>()};
    const Json about = Json::parse(text, nullptr, false);
    const auto is_list = [&](const char* key) {
        return !about.contains(key) || (about[key].is_array() && std::ranges::all_of(about[key], [](const Json& each) {
                                            return each.is_string();
                                        }));
    };
    const bool has_name = about.is_object() && (!about.contains("name") || about["name"].is_string());
    if (!has_name || !is_list("licences") || !is_list("limits"))
        throw Failure(in_file(
            Error(ErrorCode::invalid_json, "it must be an object with a name and lists of texts, licences and limits"),
            *path));
    return about;
}

Json held_out_json(const Request& request, const LabelMap& map, const classify::Classifier& classifier) {
    Json list = Json::array();
    for (const std::string& path : request.held_out_paths) {
        InputFile input(path);
        const Result<ModelEvaluation> found = evaluate_model(classifier, input.stream(), request.columns, map, nullptr);
        if (!found) throw Failure(in_file(found.error(), path));
        Json json{{"file", base_name(path)}, {"n", found->labels.count}};
        json.update(figures_json(found->labels, false));
        json["taken_for_dispute"] = found->taken_for_dispute;
        json["mapped"] = figures_json(*found->mapped, false);
        list.push_back(std::move(json));
    }
    return list;
}

/// Writes the file under another name and renames it, so that nobody ever sees half a model.
void write_file(const std::string& path, std::string_view bytes) {
    const std::string draft = path + ".draft-" + std::to_string(getpid());
    const auto cannot = [&] {
        const int reason = errno;
        unlink(draft.c_str());
        return Failure(
            Error(ErrorCode::output_failed, "cannot write " + in_quotes(path) + ": " + std::strerror(reason)));
    };
    constexpr mode_t k_mode = 0644;
    const FileDescriptor file(open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, k_mode));
    if (file.get() < 0) throw cannot();
    for (std::string_view rest = bytes; !rest.empty();) {
        const ssize_t written = write(file.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw cannot();
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    if (fsync(file.get()) != 0 || rename(draft.c_str(), path.c_str()) != 0) throw cannot();
}

void run(Context& context, const Request& request) {
    const Json about = read_about(request.about_path);
    const LabelMap map = label_map(request.map_path).value_or(LabelMap{});
    const Material material = read_material(request, map);
    Progress progress(context.settings(), context.clock(), "%");
    constexpr int k_percent = 100;
    const classify::TrainingOptions options{.seed = request.seed, .report = [&](double share) {
                                                const auto percent = static_cast<std::int64_t>(share * k_percent);
                                                if (progress.is_due()) progress.show(percent, {percent, k_percent});
                                            }};
    classify::ModelContents contents = classify::train(material.texts, options).value_or_throw();
    progress.clear();

    Json card{{"name", about.value("name", base_name(request.out))}, {"seed", request.seed}};
    card["trained_on"] = material.sources;
    card["licences"] = about.value("licences", Json::array());
    card["limits"] = about.value("limits", Json::array());
    const std::string unjudged = write_model(contents);
    const Json held_out =
        held_out_json(request, map, classify::Classifier::from_bytes(unjudged, "file").value_or_throw());
    card["held_out"] = held_out;
    contents.card = card.dump();
    const std::string bytes = write_model(contents);
    write_file(request.out, bytes);
    context.print({{"model", "file:" + to_hex(sha256(bytes))},
                   {"bytes", bytes.size()},
                   {"texts", material.texts.size()},
                   {"intents", contents.intents.size()},
                   {"held_out", held_out}});
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    Request request{.paths = arguments.values("CSV"),
                    .columns = labelled_columns(arguments),
                    .map_path = arguments.value("map"),
                    .out_of_scope_path = arguments.value("out-of-scope"),
                    .held_out_paths = split_paths(arguments.value("held-out").value_or("")),
                    .about_path = arguments.value("about"),
                    .seed = 1,
                    .out = arguments.required("out")};
    if (const auto seed = optional_argument(arguments, "seed", parse_seed))
        request.seed = static_cast<std::uint64_t>(*seed);
    return [request](Context& context) { run(context, request); };
}

}  // namespace

const Command k_dispute_model_train{
    .noun = "dispute model",
    .verb = "train",
    .summary = "Train a model on labelled texts",
    .description =
        "Fits a model to the texts and labels of CSV files and writes it to a file. Each label becomes an intent; "
        "its category is the one that the map gives it, or else the one of its name. The label out_of_scope, and the "
        "texts of --out-of-scope, are no bank's business. The same files, in the same order, and the same seed "
        "give the same bytes. A fifth of the texts is left out of a first fit, to calibrate confidences by. The file "
        "is written under another name and renamed.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
