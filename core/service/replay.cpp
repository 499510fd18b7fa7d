#include "core/service/replay.h"

#include "core/base/text.h"

namespace bankctl {

Error Replay::mismatch(std::string_view field, const std::string& asked, const std::string& was) const {
    return Error(ErrorCode::idempotency_key_mismatch,
                 "key " + in_quotes(original_.key.value_or("")) + " was used for entry " +
                     std::to_string(original_.seq.value) + " with another " + std::string(field),
                 "use a new key for a new effect")
        .with("field", std::string(field))
        .with("expected", printable(was))
        .with("actual", printable(asked))
        .with("seq", original_.seq.value);
}

Account Replay::account_of(const std::optional<Leg>& leg) const {
    return require(books_.account(require(leg, "a leg").account), "an account");
}

Status Replay::kind(EntryKind asked) const {
    if (asked == original_.kind) return ok();
    return mismatch("kind", std::string(name(asked)), std::string(name(original_.kind)));
}

Status Replay::number(std::string_view field, std::int64_t asked, std::int64_t was) const {
    if (asked == was) return ok();
    return mismatch(field, std::to_string(asked), std::to_string(was));
}

Status Replay::text(std::string_view field, const std::optional<std::string>& asked,
                    const std::optional<std::string>& was) const {
    if (asked == was) return ok();
    return mismatch(field, asked.value_or(""), was.value_or(""));
}

Status Replay::time(std::string_view field, const std::optional<Timestamp>& asked,
                    const std::optional<Timestamp>& was) const {
    if (!asked || asked == was) return ok();
    return mismatch(field, format_time(*asked), was ? format_time(*was) : "");
}

Status Replay::account(std::string_view field, const AccountId& asked, const std::optional<Leg>& was) const {
    return text(field, asked.text, account_of(was).id.text);
}

Status Replay::counter(const std::optional<AccountId>& asked, const std::optional<Leg>& was) const {
    const Account account = account_of(was);
    return text("counter", asked ? asked->text : "@cash." + std::string(account.currency.code), account.id.text);
}

Status Replay::amount(const std::optional<Amount>& asked) const {
    if (asked) return amount("amount", *asked, original_.amount_minor);
    std::int64_t all_minor = 0;
    if (original_.kind == EntryKind::capture) {
        all_minor = require(books_.hold(original_.of), "a hold").amount_minor;
    } else {
        for (const Reversal& reversal : books_.reversals(original_.of)) {
            if (reversal.seq == original_.seq)
                all_minor = reversal.limit_minor - reversal.total_minor + original_.amount_minor;
        }
    }
    if (all_minor == original_.amount_minor) return ok();
    const Currency currency = account_of(original_.debit).currency;
    return mismatch("amount", decimal_text({currency, all_minor}), decimal_text({currency, original_.amount_minor}));
}

Status Replay::amount(std::string_view field, const Amount& asked, std::int64_t was_minor) const {
    const Currency currency = account_of(original_.debit).currency;
    const std::string was = decimal_text({currency, was_minor});
    const Result<std::int64_t> asked_minor = asked.minor_in(currency);
    if (!asked_minor) return mismatch(field, "one that the currency cannot express", was);
    if (*asked_minor == was_minor) return ok();
    return mismatch(field, decimal_text({currency, *asked_minor}), was);
}

}  // namespace bankctl
