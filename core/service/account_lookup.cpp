#include "core/service/account_lookup.h"

namespace bankctl {
namespace {

constexpr std::size_t k_accounts_remembered = 4'096;

}  // namespace

const Account& AccountLookup::operator()(Seq number) {
    if (const auto found = recent_.find(number); found != recent_.end()) return found->second;
    if (recent_.size() >= k_accounts_remembered) {
        older_ = std::move(recent_);
        recent_.clear();
    }
    const auto old = older_.find(number);
    Account account = old != older_.end() ? old->second : require(snapshot_.account(number), "an account");
    return recent_.emplace(number, std::move(account)).first->second;
}

const Account& AccountLookup::operator()(const std::optional<Leg>& leg) {
    return (*this)(require(leg, "an entry's leg").account);
}

}  // namespace bankctl
