// bankctl dispute form: asks for a dispute step by step at a terminal, shows what would come of it, and files it.
#include <unistd.h>

#include "cli/command/all.h"
#include "cli/command/dispute.h"
#include "cli/output.h"
#include "cli/prompt.h"
#include "cli/wrap.h"
#include "core/base/text.h"
#include "core/service/chain.h"
#include "core/service/queries.h"

namespace bankctl::cli {
namespace {

constexpr Option k_options[] = {{"customer", "CUSTOMER", "whose dispute it is (default: asks)"},
                                k_policy_option,
                                k_model_option,
                                k_classifier_option,
                                k_jurisdiction_option,
                                k_holidays_option,
                                k_dry_run_option};
constexpr ErrorCode k_errors[] = {ErrorCode::customer_not_found,    ErrorCode::already_exists,
                                  ErrorCode::invalid_text,          ErrorCode::invalid_policy,
                                  ErrorCode::invalid_model,         ErrorCode::unreadable_input,
                                  ErrorCode::confirmation_required, ErrorCode::missing_argument};

constexpr std::int64_t k_shown_per_account = 10;
constexpr std::size_t k_memo_width = 28;
constexpr std::size_t k_indent = 2;

void tell(const std::string& text) { write_all(STDERR_FILENO, text); }

/// A line of the form, filled at 80 columns.
void tell_line(const std::string& text) { tell(wrapped(text, k_indent)); }
void tell_error(const Error& error) { tell_line(printable(error.message)); }

Failure ended() { return Failure(Error(ErrorCode::missing_argument, "the form was left", "fill it in to the end")); }

/// One answer that `parse` accepts; an empty one is none. What does not fit is said and asked again, until the input
/// ends: a form that gave up would lose what was typed before.
template <class T, class Parse>
std::optional<T> answer(const std::string& question, Parse parse) {
    while (true) {
        const std::optional<std::string> text = ask(question);
        if (!text) throw ended();
        if (text->empty()) return std::nullopt;
        Result<T> value = parse(std::string_view(*text));
        if (value) return *std::move(value);
        tell_error(value.error());
    }
}

/// Lines up to an empty one or a single dot.
std::vector<std::string> answer_lines(const std::string& question, const std::string& mark) {
    tell(question + "\n");
    std::vector<std::string> lines;
    while (true) {
        std::optional<std::string> line = ask(mark);
        if (!line) throw ended();
        if (line->empty() || *line == ".") return lines;
        lines.push_back(*std::move(line));
    }
}

/// A transaction that the customer may mean.
struct Choice {
    Seq seq;
    std::string text;
};

std::string choice_text(const TransactionView& view, Seq account) {
    const JournalEntry& entry = view.entry;
    const bool is_out = entry.debit && entry.debit->account == account;
    const std::string amount = decimal_text({view.currency, is_out ? -entry.amount_minor : entry.amount_minor});
    const std::string memo = printable(entry.memo.value_or(""));
    return format_date(entry.effective_at.value_or(entry.posted_at)) + "  " + amount + " " +
           std::string(view.currency.code) + "  " + std::string(name(entry.kind)) + "  " +
           shortened(memo, k_memo_width);
}

/// The newest transactions of the customer's accounts, account by account, the newest first.
std::vector<Choice> recent_transactions(Context& context, const CustomerId& id) {
    std::vector<Choice> choices;
    context.ledger().read([&](port::Snapshot& snapshot) {
        const std::optional<Customer> customer = snapshot.customer(id);
        if (!customer)
            throw Failure(Error(ErrorCode::customer_not_found, "there is no customer " + in_quotes(id.text)));
        Describer describer(snapshot, context.clock().now());
        snapshot.scan_accounts({}, [&](const Account& account) {
            if (account.customer != customer->number) return true;
            std::vector<Choice> newest;
            const std::int64_t first = std::max<std::int64_t>(account.version - k_shown_per_account + 1, 1);
            scan_versions(snapshot, account, first, account.version, [&](const JournalEntry& entry) {
                if (is_transaction(entry.kind))
                    newest.push_back({entry.seq, choice_text(describer.describe(entry), account.number)});
                return true;
            });
            choices.insert(choices.end(), newest.rbegin(), newest.rend());
            return true;
        });
    });
    return choices;
}

std::vector<Choice> ask_for_customer(Context& context, FileDispute& dispute, const std::optional<CustomerId>& given) {
    if (given) dispute.customer = *given;
    if (given) return recent_transactions(context, *given);
    while (true) {
        const auto id = answer<CustomerId>("Customer's id: ", parse_customer_id);
        if (!id) throw ended();
        try {
            dispute.customer = *id;
            return recent_transactions(context, *id);
        } catch (const Failure& failure) {
            if (failure.error().code != ErrorCode::customer_not_found) throw;
            tell_error(failure.error());
        }
    }
}

void ask_for_transaction(const std::vector<Choice>& choices, FileDispute& dispute) {
    if (choices.empty()) return tell("The customer has no transactions here.\n");
    tell("Recent transactions:\n");
    for (std::size_t i = 0; i < choices.size(); ++i) tell_line(std::to_string(i + 1) + "  " + choices[i].text);
    const auto parse = [&](std::string_view text) {
        return parse_number(text, 1, static_cast<std::int64_t>(choices.size()), "the number in the list");
    };
    if (const auto number = answer<std::int64_t>("Which one (its number; empty: none of them): ", parse))
        dispute.transaction = choices[static_cast<std::size_t>(*number) - 1].seq;
}

/// An amount that its currency can express.
void ask_for_amount(FileDispute& dispute) {
    while (true) {
        dispute.amount = answer<Amount>("Amount, like 12.34 (empty: not known): ", Amount::parse);
        dispute.currency.reset();
        while (dispute.amount && !dispute.currency)
            dispute.currency = answer<Currency>("Currency, like USD: ", find_currency);
        if (!dispute.amount) return;
        const Result<std::int64_t> minor = dispute.amount->minor_in(*dispute.currency);
        if (minor) return;
        tell_error(minor.error());
    }
}

void ask_for_payment(const std::vector<Choice>& choices, FileDispute& dispute) {
    dispute.transaction.reset();
    ask_for_transaction(choices, dispute);
    if (dispute.transaction) {
        dispute.amount.reset();
        dispute.currency.reset();
        dispute.merchant.reset();
        dispute.date.reset();
    } else {
        ask_for_amount(dispute);
        dispute.merchant = answer<std::string>("Merchant (empty: not known): ", parse_merchant);
        dispute.date = answer<Timestamp>("Date, like 2026-01-31 (empty: not known): ", parse_time);
    }
    dispute.channel = answer<PaymentChannel>(
        "Channel: card, point_of_sale, online, credit_card, atm, transfer, direct_debit,\n"
        "deposit, branch, other (empty: not known): ",
        parse_channel);
}

void ask_for_words(FileDispute& dispute) {
    while (true) {
        std::string words;
        for (const std::string& line : answer_lines("The customer's words; an empty line or a dot ends them:", "| "))
            words += (words.empty() ? "" : "\n") + line;
        Result<std::string> text = parse_dispute_text(words);
        if (text) dispute.text = *std::move(text);
        if (text) return;
        tell_error(text.error());
    }
}

void ask_for_evidence(FileDispute& dispute) {
    dispute.evidence.clear();
    tell("Evidence that the customer gives, one a line:\n");
    while (dispute.evidence.size() < k_evidence_max) {
        auto piece = answer<std::string>(
            "+ ", [](std::string_view text) { return parse_text(text, k_evidence_bytes_max, "a piece of evidence"); });
        if (!piece || *piece == ".") return;
        dispute.evidence.push_back(*std::move(piece));
    }
}

void show_facts() {
    for (const FactInfo& fact : all_facts()) {
        if (fact.origin == FactOrigin::operator_) tell_line(std::string(fact.name) + ": " + std::string(fact.what));
    }
}

void ask_for_facts(FileDispute& dispute) {
    dispute.facts.clear();
    tell("What else you know, like vulnerable=true; ? shows what there is:\n");
    while (true) {
        const std::optional<std::string> line = ask("= ");
        if (!line) throw ended();
        if (line->empty() || *line == ".") return;
        if (*line == "?") {
            show_facts();
            continue;
        }
        Result<std::pair<std::string, FactValue>> fact = parse_operator_fact(*line);
        if (!fact) tell_error(fact.error());
        if (fact) dispute.facts.insert_or_assign(fact->first, fact->second);
    }
}

void show_summary(const Json& dispute) {
    const auto text = [&](const char* key) { return dispute.at(key).get<std::string>(); };
    const auto percent = static_cast<int>(dispute.at("confidence").get<double>() * 100 + 0.5);
    tell("What comes of it:\n");
    tell_line(text("category") + ", " + std::to_string(percent) + " % sure");
    tell_line(text("priority") + ", risk " + text("risk") + ", " + text("status") + ", team " + text("team"));
    for (const Json& deadline : dispute.at("deadlines")) {
        tell_line(deadline.at("due").get<std::string>().substr(0, 10) + "  " +
                  printable(deadline.at("what").get<std::string>()));
    }
    for (const Json& evidence : dispute.at("evidence_requested"))
        tell_line("ask for: " + printable(evidence.get<std::string>()));
}

/// A word as a shell takes it literally.
std::string shell_word(const std::string& word) {
    constexpr std::string_view k_plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.,:/@=+";
    if (!word.empty() && word.find_first_not_of(k_plain) == std::string::npos) return word;
    std::string quoted = "'";
    std::string_view rest = word;
    while (!rest.empty()) {  // a line of its own stays one
        const std::size_t end = std::min(rest.find_first_of("'\n"), rest.size());
        quoted += printable(rest.substr(0, end));
        if (end < rest.size()) quoted += rest[end] == '\n' ? "\n" : "'\\''";
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return quoted + "'";
}

std::string fact_word(const std::string& name, const FactValue& value) {
    if (const auto* const text = std::get_if<std::string>(&value)) return name + "=" + *text;
    if (const auto* const flag = std::get_if<bool>(&value)) return name + (*flag ? "=true" : "=false");
    return name + "=" + std::to_string(std::get<std::int64_t>(value));
}

/// The command that files the same: the customer's words come on stdin, so that they are in no list of processes.
std::string equivalent_command(const FileDispute& dispute) {
    std::string line = "bankctl dispute file --customer " + dispute.customer.text;
    const auto add = [&](const char* option, const std::string& word) {
        line += std::string(" --") + option + " " + shell_word(word);
    };
    if (dispute.transaction) add("transaction", std::to_string(dispute.transaction->value));
    if (dispute.amount) {
        const Currency& currency = *dispute.currency;  // of an amount that was typed in
        add("amount", decimal_text({currency, dispute.amount->minor_in(currency).value_or_throw()}));
    }
    if (dispute.currency) add("currency", std::string(dispute.currency->code));
    if (dispute.merchant) add("merchant", *dispute.merchant);
    if (dispute.channel) add("channel", std::string(name(*dispute.channel)));
    if (dispute.date) add("date", format_time(*dispute.date));
    for (const auto& [name, value] : dispute.facts) add("fact", fact_word(name, value));
    for (const std::string& evidence : dispute.evidence) add("evidence", evidence);
    return "printf %s " + shell_word(dispute.text) + " | " + line + " --text -";
}

/// The parts of the form that can be filled in again.
enum class Part { payment, words, evidence, facts };

Result<Part> parse_part(std::string_view text) {
    if (text == "payment") return Part::payment;
    if (text == "words") return Part::words;
    if (text == "evidence") return Part::evidence;
    if (text == "facts") return Part::facts;
    return Error(ErrorCode::usage, in_quotes(text) + " is none of payment, words, evidence, facts");
}

void fill_in(Part part, const std::vector<Choice>& choices, FileDispute& dispute) {
    switch (part) {
        case Part::payment: return ask_for_payment(choices, dispute);
        case Part::words: return ask_for_words(dispute);
        case Part::evidence: return ask_for_evidence(dispute);
        case Part::facts: return ask_for_facts(dispute);
    }
}

/// Whether other answers can mend it.
bool is_about_the_request(ErrorKind kind) {
    return kind == ErrorKind::invalid || kind == ErrorKind::not_found || kind == ErrorKind::refused ||
           kind == ErrorKind::conflict;
}

/// Shows what would come of it until somebody says that it is to be filed, and has the parts filled in again that are
/// wrong. Who leaves instead gets `confirmation_required`, and the command, so that nothing typed is lost.
Json confirmed(Context& context, FileDispute& dispute, const std::vector<Choice>& choices,
               const std::function<Json(bool is_dry_run)>& file) {
    while (true) {
        std::optional<Error> error;
        try {
            const Json expected = file(true);
            show_summary(expected);
            if (context.settings().is_yes) return expected;
            const std::string said = ask("File it? [y/N] ").value_or("");
            if (said == "y" || said == "Y" || said == "yes") return expected;
            error.emplace(ErrorCode::confirmation_required, "the dispute was not filed", "answer y to file it");
        } catch (const Failure& failure) {
            if (!is_about_the_request(info(failure.error().code).kind)) throw;
            error = failure.error();
            tell_error(*error);
        }
        const auto part = answer<Part>("Change what: payment, words, evidence, facts (empty: leave): ", parse_part);
        if (part) {
            fill_in(*part, choices, dispute);
            continue;
        }
        tell("What was typed, as a command:\n" + equivalent_command(dispute) + "\n");
        throw Failure(*error);
    }
}

void run(Context& context, const std::optional<CustomerId>& customer, bool is_dry_run) {
    if (!can_ask(context.settings()))
        throw Failure(Error(ErrorCode::missing_argument, "the form needs a terminal to ask at",
                            "use bankctl dispute file, which takes the same as options or as a document"));
    const DisputeSetup setup(context);
    const classify::Classifier classifier = open_classifier(context);
    FileDispute dispute;
    const std::vector<Choice> choices = ask_for_customer(context, dispute, customer);
    for (const Part part : {Part::payment, Part::words, Part::evidence, Part::facts}) fill_in(part, choices, dispute);
    const auto file = [&](bool is_dry) {
        if (is_dry) dispute.classification = classify_dispute(context, classifier, dispute);
        return write_dispute(context, is_dry,
                             [&](Disputes& disputes) { return disputes.file(dispute, setup.rules()); });
    };
    if (is_dry_run) {
        const Json expected = file(true);
        show_summary(expected);
        return print_dispute(context, expected);
    }
    confirmed(context, dispute, choices, file);
    print_dispute(context, file(false));
    context.set_note("the same without questions:\n" + equivalent_command(dispute));
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    const auto customer = optional_argument(arguments, "customer", parse_customer_id);
    const bool is_dry_run = arguments.has("dry-run");
    return [customer, is_dry_run](Context& context) { run(context, customer, is_dry_run); };
}

}  // namespace

const Command k_dispute_form{
    .noun = "dispute",
    .verb = "form",
    .summary = "File a dispute by answering questions",
    .description =
        "Asks at a terminal: for the customer, which of their recent transactions it is about, or what payment, the "
        "customer's words, the evidence they give, and what else is known. Then it shows what bankctl makes of it, "
        "asks whether to file it, files it, and prints the command that does the same without questions. Who says no, "
        "or "
        "typed something that is refused, can change a part of it and looks again. The questions go to stderr, the "
        "document to stdout.",
    .options = k_options,
    .document = &k_dispute_document,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
