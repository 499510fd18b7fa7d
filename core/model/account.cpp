#include "core/model/account.h"

namespace bankctl {

std::string_view name(AccountStatus status) {
    switch (status) {
        case AccountStatus::open: return "open";
        case AccountStatus::frozen: return "frozen";
        case AccountStatus::closed: return "closed";
    }
    return "";
}

std::string_view name(HoldStatus status) {
    switch (status) {
        case HoldStatus::pending: return "pending";
        case HoldStatus::captured: return "captured";
        case HoldStatus::released: return "released";
        case HoldStatus::expired: return "expired";
    }
    return "";
}

}  // namespace bankctl
