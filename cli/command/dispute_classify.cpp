// bankctl dispute classify: what customers' words are about, without a case and without a bank.
#include <iterator>

#include "cli/command/all.h"
#include "cli/command/common.h"
#include "cli/command/dispute_model.h"
#include "cli/input_file.h"
#include "core/base/text.h"
#include "core/service/classify_lines.h"
#include "core/service/line_source.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {
    {.name = "FILE", .summary = "lines like {\"id\":1,\"text\":\"…\"}; - is stdin", .is_required = false}};
constexpr Option k_options[] = {{"text", "TEXT", "one text instead of a file; - reads it from stdin"}, k_model_option};
constexpr Field k_fields[] = {{"id"},
                              {"category"},
                              {"intent"},
                              {"confidence", CellType::number},
                              {"in_scope", CellType::boolean},
                              {"long", CellType::boolean, false},
                              {"alternatives", CellType::nested, false},
                              {"explanation", CellType::nested, false},
                              {"model", CellType::text, false}};
const DocumentInfo k_document{"dispute.classification/v1", k_fields};
const DocumentInfo k_list_document{"dispute.classification.list/v1", k_fields};
constexpr Example k_examples[] = {
    {"bankctl dispute classify --text 'I was charged twice for one coffee'", "one text"},
    {"echo '{\"text\":\"My card was stolen\"}' | bankctl dispute classify -", "texts from a stream, a line each"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_json, ErrorCode::invalid_text, ErrorCode::invalid_model,
                                  ErrorCode::unreadable_input};

Json id_json(const TextId& id) {
    return std::visit(
        [](const auto& value) -> Json {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>)
                return nullptr;
            else
                return value;
        },
        id);
}

Json classification_json(const TextId& id, const Classification& said) {
    return {{"id", id_json(id)},
            {"category", name(said.category)},
            {"intent", said.intent},
            {"confidence", confidence_json(said.confidence_bp)},
            {"in_scope", said.in_scope},
            {"long", said.is_long},
            {"alternatives", alternatives_json(said)},
            {"explanation", explanation_json(said)},
            {"model", said.model}};
}

/// The same error, which names the line.
Error in_line(Error error, std::int64_t line) {
    error.message = "line " + std::to_string(line) + ": " + error.message;
    return std::move(error).with("line", line);
}

void classify_lines(Context& context, const classify::Classifier& classifier, const std::string& path) {
    InputFile input(path);
    LineSource lines(input.stream());
    ListPrinter printer(context);
    const auto refuse = [&](const Error& error) {
        printer.flush();
        return Failure(in_line(error, lines.number()));
    };
    while (lines.next()) {
        std::string_view line = without_carriage_return(lines.text());
        if (lines.number() == 1) line = without_byte_order_mark(line);
        if (is_blank(line)) continue;
        if (lines.is_too_long()) throw refuse(Error(ErrorCode::invalid_json, "the line is longer than 1 MiB"));
        const Result<IdentifiedText> text = parse_identified_text(line);
        if (!text) throw refuse(text.error());
        if (!printer.add(classification_json(text->id, classifier.classify(text->text)))) return;
    }
    printer.finish();
}

std::string whole_input() {
    InputFile input("-");
    std::string text(k_text_bytes_max + 1, '\0');
    input.stream().read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(input.stream().gcount()));
    return text;
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    const std::optional<std::string> path = arguments.value("FILE");
    const std::optional<std::string> text = arguments.value("text");
    if (path && text) throw Failure(Error(ErrorCode::usage, "FILE and --text contradict each other"));
    if (!path && !text)
        throw Failure(Error(ErrorCode::missing_argument, "FILE is missing", "name a file, or give --text")
                          .with("argument", "FILE"));
    const auto check = [](const std::string& words) {
        return parse_text(words, k_text_bytes_max, "the text").value_or_throw();
    };
    if (text && *text != "-") check(*text);
    return [path, text, check](Context& context) {
        const classify::Classifier classifier = open_classifier(context);
        if (path) return classify_lines(context, classifier, *path);
        const std::string words = *text == "-" ? check(whole_input()) : *text;
        context.print(classification_json({}, classifier.classify(words)));
    };
}

}  // namespace

const Command k_dispute_classify{
    .noun = "dispute",
    .verb = "classify",
    .summary = "Say what customers' words are about",
    .description =
        "Reads texts and says of each which category of dispute it is, how sure that is, what else it may be, and "
        "which words spoke for the category (weight above 0) or for the next best (below). No case is filed, and no "
        "bank is needed. A text that is no bank's business is not in scope, and not_a_dispute. Texts that long mark as "
        "true are narratives, on which confidences are less proven than on messages; bankctl help dispute model tells "
        "more. FILE is read line by line, however long it is; a line that does not fit ends the reading, and its error "
        "names it. A whole file answers dispute.classification.list/v1, --text answers dispute.classification/v1. A "
        "text has at most 64 KiB.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_document,
    .list_document = &k_list_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
