#include "tests/limiter/sabotage.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace bankctl::limiter_test {

// Two processes may note the same point twice. Then it is aimed at twice as often, and signals() adds both up.
std::size_t FaultPoints::number(std::string_view name) {
    const std::size_t known = count();
    for (std::size_t i = 0; i < known; ++i) {
        if (points_[i].is_named && name == points_[i].name.data()) return i;
    }
    const std::size_t mine = used_.fetch_add(1);
    if (mine >= k_points_max) return k_points_max - 1;
    name.copy(points_[mine].name.data(), points_[mine].name.size() - 1);
    points_[mine].is_named = true;
    return mine;
}

std::size_t FaultPoints::count() const { return std::min(used_.load(), k_points_max); }

std::map<std::string, std::int64_t> FaultPoints::signals() const {
    std::map<std::string, std::int64_t> all;
    for (std::size_t i = 0; i < count(); ++i) all[points_[i].name.data()] += points_[i].signals;
    return all;
}

Saboteur::Saboteur(FaultPoints& points, int signal, Random& random) : points_(points), signal_(signal) {
    const auto known = static_cast<std::int64_t>(points.count());
    if (known > 0 && pick(random, 0, 3) != 0) {
        target_ = static_cast<std::size_t>(pick(random, 0, known - 1));
        left_ = pick(random, 1, 8);
    } else {
        left_ = static_cast<std::int64_t>(std::exp(std::uniform_real_distribution(0.0, 6.5)(random)));
    }
}

void Saboteur::operator()(const char* place) {
    const std::size_t point = points_.number(place);
    if (--patience_left_ == 0) target_ = FaultPoints::k_points_max;
    if (target_ != FaultPoints::k_points_max && target_ != point) return;
    if (left_ == 0 || --left_ > 0) return;
    points_.signalled(point);
    kill(getpid(), signal_);
}

}  // namespace bankctl::limiter_test
