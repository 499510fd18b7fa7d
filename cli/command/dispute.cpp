#include "cli/command/dispute.h"

#include <istream>

#include "cli/input_file.h"
#include "cli/interrupt.h"
#include "cli/render/dispute.h"
#include "core/service/external_classifier.h"

namespace bankctl::cli {
namespace {

constexpr std::size_t k_file_bytes_max = std::size_t{1} << 20;

}  // namespace

DisputeSetup::DisputeSetup(const Context& context) {
    const DisputeSettings& settings = context.settings().dispute;
    if (!settings.policy_path.empty()) {
        const std::string text =
            read_whole(settings.policy_path, k_file_bytes_max, ErrorCode::invalid_policy, "the policy");
        own_policy_ = DisputePolicy::parse(text).value_or_throw();
    }
    rules_.policy = own_policy_ ? &*own_policy_ : &DisputePolicy::embedded();
    rules_.jurisdiction = jurisdiction(settings.jurisdiction).value_or(Jurisdiction::us);
    if (settings.holidays_path.empty()) return;
    const std::string holidays =
        read_whole(settings.holidays_path, k_file_bytes_max, ErrorCode::invalid_time, "the file of holidays");
    rules_.calendar = BusinessCalendar::parse(holidays).value_or_throw();
}

classify::Classifier open_classifier(const Context& context) {
    const std::string& path = context.settings().dispute.model_path;
    return path.empty() ? classify::Classifier::embedded() : classify::Classifier::open(path).value_or_throw();
}

Classification classify_dispute(const Context& context, const classify::Classifier& classifier,
                                const FileDispute& dispute) {
    const std::string& command = context.settings().dispute.classifier;
    if (command.empty()) return classifier.classify(dispute.text);
    CaseForClassifier described{.text = dispute.text,
                                .amount = {},
                                .merchant = dispute.merchant,
                                .channel = dispute.channel,
                                .date = dispute.date};
    if (dispute.amount && dispute.currency) {
        const Result<std::int64_t> minor = dispute.amount->minor_in(*dispute.currency);
        if (minor) described.amount = Money{*dispute.currency, *minor};
    }
    return classify_externally(ExternalClassifier{command}, described,
                               [&](std::string_view text) { return classifier.classify(text); });
}

Json write_dispute(Context& context, bool is_dry_run, const std::function<Result<Posted>(Disputes&)>& step,
                   std::optional<Seq> number) {
    const auto describe = [&](port::Snapshot& snapshot, const Posted& posted, WriteFlags flags) {
        const Seq of = number.value_or(posted.seq);
        return dispute_json(view_dispute(snapshot, of, posted.seq).value_or_throw(), flags);
    };
    const auto work = [&](Books& books) {
        Disputes disputes(books, context.clock(), context.actor());
        return step(disputes);
    };
    return write_books_once(context, is_dry_run, work, describe);
}

void print_dispute(Context& context, const Json& dispute) {
    const Settings& settings = context.settings();
    if (settings.fields.empty() && settings.output == OutputFormat::table)
        return context.print_text(dispute_text(dispute, context.has_color()));
    context.print(dispute);
}

}  // namespace bankctl::cli
