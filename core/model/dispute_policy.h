// The policy by which a dispute gets its risk, priority, team and recommendations: a versioned JSON document, made into
// a decision by integers alone, each point with its reason. bankctl-dispute-policy(5) describes the document.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/model/dispute_classification.h"
#include "core/model/dispute_clock.h"
#include "core/model/dispute_facts.h"

namespace bankctl {

enum class RiskBand { low, medium, high };
std::string_view name(RiskBand risk);
std::optional<RiskBand> risk_band(std::string_view name);

struct PointReason {
    std::int64_t points = 0;
    std::string reason;

    bool operator==(const PointReason&) const = default;
};

struct Recommendation {
    std::string action;  ///< stable name: `freeze_sessions_and_payees`
    std::string text;    ///< what to do, with the case's facts filled in
    std::string basis;   ///< the law or network rule; empty where it is the bank's own practice
    std::optional<Timestamp> due;

    bool operator==(const Recommendation&) const = default;
};

/// Who is to go on with a case.
enum class Route { routed, suggested, triage };
std::string_view name(Route route);

/// What a policy makes of a case. Lists are in the policy's order, without repetitions.
struct Assessment {
    int priority = 4;  ///< 1 (P1, most urgent) to 4
    std::int64_t priority_points = 0;
    std::vector<PointReason> priority_reasons;
    RiskBand risk = RiskBand::low;
    std::int64_t risk_points = 0;
    std::vector<PointReason> risk_reasons;
    std::vector<std::string> flags;
    bool needs_four_eyes = false;
    std::string team;
    Route route = Route::triage;
    std::vector<std::string> route_reasons;  ///< why a person must look first; empty if routed
    std::vector<Recommendation> recommendations;
    std::vector<std::string> evidence_requested;
    std::vector<std::string> network_codes;
    std::vector<std::string> missing_facts;  ///< that left a condition undecided because nobody knows them, sorted

    bool operator==(const Assessment&) const = default;
};

class DisputePolicy {
public:
    /// Reads and checks a policy; `invalid_policy` names the place in the document. Parts that it lacks and may lack
    /// are those of the policy in the executable.
    static Result<DisputePolicy> parse(std::string_view json);
    /// The policy in the executable, and its text.
    static const DisputePolicy& embedded();
    static std::string_view embedded_text();

    ~DisputePolicy();
    DisputePolicy(DisputePolicy&&) noexcept;
    DisputePolicy& operator=(DisputePolicy&&) noexcept;

    const std::string& id() const;
    const std::string& version() const;
    const std::string& sha256() const;  ///< of the canonical text, in hex
    /// The whole policy, also what it took from the one in the executable, with sorted keys and without blanks. To
    /// store this is to be able to decide again: it parses to an equal policy whatever executable reads it.
    std::string canonical_text() const;
    const std::vector<std::string>& inherited() const;  ///< keys of the parts that were taken from the executable's
    const std::vector<std::string>& teams() const;      ///< that it routes to, sorted

    /// Decides. The classification's facts (FactOrigin::classifier) stand in place of any of that name in `facts`.
    /// `deadlines` are the case's clocks: recommendations take their due times from them, and no priority is lower than
    /// the earliest of them asks for. Equal input gives equal output, byte for byte.
    Assessment assess(const Facts& facts, const Classification& classification, const std::vector<Deadline>& deadlines,
                      Timestamp now) const;

    struct Rules;  ///< core/model/dispute_policy_rules.h

private:
    explicit DisputePolicy(std::unique_ptr<Rules> rules);
    std::unique_ptr<Rules> rules_;
};

}  // namespace bankctl
