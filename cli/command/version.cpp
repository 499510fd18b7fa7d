// bankctl version: which program this is.
#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr Field k_fields[] = {{"version"}, {"storage"}};
const DocumentInfo k_document{"version/v1", k_fields};
constexpr Example k_examples[] = {{"bankctl version --json", "for a script"}};

std::function<void(Context&)> plan(const Arguments&) {
    return [](Context& context) { context.print({{"version", BANKCTL_VERSION}, {"storage", storage_version()}}); };
}

}  // namespace

const Command k_version{.noun = "version",
                        .verb = "",
                        .summary = "Show the version",
                        .description = "Shows the version of bankctl and of the storage engine built into it.",
                        .document = &k_document,
                        .examples = k_examples,
                        .plan = plan,
                        .is_about_program = true,
                        .cost = Cost::nothing};

}  // namespace bankctl::cli
