#include "core/service/limit_simulation.h"

#include <algorithm>

namespace bankctl {

using std::chrono::nanoseconds;

void BusiestSpan::add(nanoseconds time) {
    while (!times_.empty() && time - times_.front() >= length_) times_.pop_front();
    times_.push_back(time);
    count_ = std::max(count_, static_cast<std::int64_t>(times_.size()));
}

LimitSimulation::LimitSimulation(const LimitPolicy& policy, std::span<const LimitMethod> methods)
    : slots_(methods.size() + 1) {
    const BusiestSpan second(std::chrono::seconds(1));
    const BusiestSpan period(std::chrono::milliseconds(policy.period_ms));
    for (const LimitMethod method : methods) {
        Run& run = runs_.emplace_back(Run{{.method = method}, simulated_limit(method, policy), second, period});
        run.result.bytes = run.limit->bytes();
    }
}

void LimitSimulation::ask(nanoseconds time) {
    if (requests_++ == 0) first_ = time;
    last_ = time;
    slots_.count(0, time - first_);
    for (std::size_t i = 0; i < runs_.size(); ++i) {
        Run& run = runs_[i];
        MethodResult& result = run.result;
        const std::optional<nanoseconds> goes_on = run.limit->ask(time);
        if (!goes_on) {
            ++result.refused;
            result.refused_run = std::max(result.refused_run, ++run.refused_run);
            continue;
        }
        ++result.admitted;
        run.refused_run = 0;
        run.second.add(*goes_on);
        run.period.add(*goes_on);
        result.delay_max = std::max(result.delay_max, *goes_on - time);
        slots_.count(i + 1, *goes_on - first_);
    }
}

SimulationReport LimitSimulation::report(std::size_t slots_max) const {
    SimulationReport report{requests_, last_ - first_, {}, slots_.counts(slots_max)};
    for (const Run& run : runs_) {
        report.results.push_back(run.result);
        report.results.back().worst_second = run.second.count();
        report.results.back().worst_period = run.period.count();
    }
    return report;
}

}  // namespace bankctl
