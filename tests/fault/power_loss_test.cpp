// Power loss at every moment of a workload. What was synced is on the disk; what was not is lost, kept, torn or kept
// without what came before it. Whatever is left must open as a whole bank that lacks nothing that was acknowledged.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "core/service/verification.h"
#include "core/store/sqlite/sqlite_ledger.h"
#include "tests/fault/disk.h"
#include "tests/fault/workload.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_directory.h"

namespace bankctl::fault_test {
namespace {

using Random = std::mt19937_64;
using Kind = DiskEvent::Kind;
using MaybeHead = std::optional<port::Head>;

constexpr const char* k_banks[] = {k_bank, k_backup, k_second_bank};

/// One way in which the unsynced changes can come out.
struct Loss {
    std::string kind;
    std::vector<Fate> fates;
};

Fate torn(Random& random) {
    constexpr std::uint64_t k_first_half = 0xF;
    switch (random() % 3) {
        case 0: return {k_first_half, false};
        case 1: return {~k_first_half, true};
        default: return {random(), random() % 2 == 0};
    }
}

/// Random fates, of whole changes or of sectors.
std::vector<Fate> random_fates(std::size_t count, bool of_sectors, Random& random) {
    std::vector<Fate> fates(count);
    for (Fate& fate : fates) {
        const bool is_kept = random() % 2 == 0;
        fate = is_kept ? Fate::kept() : Fate::lost();
        if (of_sectors && random() % 3 == 0) fate = torn(random);
        if (!is_kept && of_sectors) fate.has_size = random() % 2 == 0;
    }
    return fates;
}

/// Between two syncs the end of what was written, at a sync and at the end all that can be told apart.
std::vector<Loss> losses(std::size_t pending, bool is_before_sync, std::size_t random_losses, Random& random) {
    const std::vector<Fate> none(pending, Fate::lost());
    const std::vector<Fate> all(pending, Fate::kept());
    std::vector<Loss> found{{"all kept", all}};
    if (pending == 0) return found;
    found.push_back({"torn end", all});
    found.back().fates.back() = torn(random);
    found.push_back({"random changes", random_fates(pending, false, random)});
    if (!is_before_sync) return found;
    found.push_back({"none kept", none});
    found.push_back({"sizes without bytes", std::vector<Fate>(pending, Fate{0, true})});
    for (std::size_t i = 0; i < pending; ++i) {
        found.push_back({"one lost", all});
        found.back().fates[i] = Fate::lost();
        found.push_back({"one kept", none});
        found.back().fates[i] = Fate::kept();
    }
    for (std::size_t i = 0; i < random_losses; ++i) {
        found.push_back({"random changes", random_fates(pending, false, random)});
        found.push_back({"random sectors", random_fates(pending, true, random)});
    }
    return found;
}

bool is_same(const MaybeHead& left, const MaybeHead& right) {
    return left.has_value() == right.has_value() && (!left || (left->seq == right->seq && left->hash == right->hash));
}

/// What a bank's file may hold once `event_count` events have happened: the last that was acknowledged, or anything
/// that was about to be since.
std::vector<MaybeHead> allowed_heads(const std::vector<Mark>& marks, const std::string& name, std::size_t event_count,
                                     const MaybeHead& before) {
    std::vector<MaybeHead> allowed{before};
    for (const Mark& mark : marks) {
        if (mark.name != name || mark.event_count > event_count) continue;
        if (mark.is_acknowledged) allowed.clear();
        allowed.push_back(mark.head);
    }
    return allowed;
}

/// The head of a bank that verifies; none if there is no such file.
Result<MaybeHead> verified_head(const std::string& folder, const char* name) {
    const std::string path = folder + "/" + name;
    if (!read_image(folder).contains(name)) return MaybeHead();
    const auto ledger = sqlite::open_ledger({path});
    const Verification verification = verify(*ledger, std::nullopt);
    if (!verification.is_ok) return Error(ErrorCode::integrity_violation, findings(verification));
    return MaybeHead(verification.head);
}

bool has_unfinished_copy(const Image& image) {
    return std::ranges::any_of(
        image, [](const auto& file) { return file.first.ends_with("-partial") || file.first.ends_with("-restoring"); });
}

/// Makes every use again, as clients do that were not told, and looks at what that comes to.
std::optional<std::string> fault_of_repetition(const std::string& folder, Recorder* recorder) {
    test::FakeClock clock({test::k_start.us + 86'400 * test::k_second_us});  // all of it is history by now
    const bool is_there = read_image(folder).contains(k_bank);
    const bool has_unfinished = has_unfinished_copy(read_image(folder));
    if (!is_there) create_bank(folder, clock, recorder);
    for (std::size_t i = 0; i < all_uses().size(); ++i) {
        const Status done = make_use(folder, all_uses()[i], clock, recorder);
        if (!done) return "use " + std::to_string(i) + " cannot be repeated: " + done.error().message;
    }
    const auto ledger = sqlite::open_ledger({folder + "/" + k_bank});
    const Outcome outcome = outcome_of(*ledger);
    if (outcome != expected_outcome())
        return "after repetition " + std::to_string(outcome.last_seq.value) + " entries, " + outcome.balances +
               "instead of " + std::to_string(expected_outcome().last_seq.value) + ", " + expected_outcome().balances;
    if (const Verification verification = verify(*ledger, std::nullopt); !verification.is_ok)
        return "after repetition: " + findings(verification);
    if (has_unfinished) back_up(folder, recorder);
    return std::nullopt;
}

struct CampaignOptions {
    double share = 1;                ///< of the losses that are tried
    std::size_t random_losses = 12;  ///< of each kind, at each sync
    DroppedSyncs dropped = DroppedSyncs::none;
    std::size_t second_loss_every = 0;  ///< n-th disk, whose recovery then loses power too; 0: never
    std::size_t second_losses = 0;      ///< tried of each
};

/// Plays recordings, loses power, and looks at what is left.
class Campaign {
public:
    explicit Campaign(const CampaignOptions& options) : options_(options) {}

    void run() {
        const test::TempDirectory folder;
        Recording recording;
        {
            Recorder recorder(folder.path(), options_.dropped);
            do_workload(folder.path(), recorder);
            recording = recorder.recording();
        }
        lose_power(recording, options_.share, true);
    }

    /// Loses power once more while what the first loss left is used again.
    void run_second_losses() {
        for (const Recording& recording : std::exchange(second_recordings_, {})) {
            const double candidates = static_cast<double>(recording.events.size()) * 6;
            lose_power(recording, static_cast<double>(options_.second_losses) / candidates, false);
        }
    }

    const std::map<std::string, int>& disks() const { return disks_; }
    int disk_count() const {
        int count = 0;
        for (const auto& [kind, disks] : disks_) count += disks;
        return count;
    }
    const std::vector<std::string>& faults() const { return faults_; }

private:
    void lose_power(const Recording& recording, double share, bool is_first) {
        std::map<std::string, MaybeHead> before;
        if (!is_first) before = heads_of(recording.before);
        Disk disk(recording);
        std::set<std::pair<std::size_t, std::size_t>> seen;  // contents, and how many marks were passed
        for (std::size_t count = 0; count <= recording.events.size(); ++count) {
            const bool is_end = count == recording.events.size();
            const bool is_before_sync = is_end || recording.events[count].kind == Kind::sync ||
                                        recording.events[count].kind == Kind::sync_folder;
            for (const Loss& loss : losses(disk.pending().size(), is_before_sync, options_.random_losses, random_)) {
                if (std::uniform_real_distribution<>()(random_) >= share) continue;
                const Image image = disk.after_loss(loss.fates);
                if (!seen.emplace(hash_of(image), marks_until(recording, count)).second) continue;
                const std::string kind = (is_first ? "" : "again: ") + loss.kind;
                ++disks_[kind];
                std::optional<std::string> fault;
                try {
                    fault = fault_of(image, recording, count, before, is_first);
                } catch (const std::exception& exception) {
                    fault = exception.what();
                }
                if (fault) faults_.push_back(kind + " after " + std::to_string(count) + " events: " + *fault);
            }
            if (!is_end) disk.play(recording.events[count]);
        }
    }

    std::optional<std::string> fault_of(const Image& image, const Recording& recording, std::size_t count,
                                        const std::map<std::string, MaybeHead>& before, bool is_first) {
        const test::TempDirectory folder;
        write_image(folder.path(), image);
        for (const char* const name : k_banks) {
            const Result<MaybeHead> head = verified_head(folder.path(), name);
            if (!head) return std::string(name) + ": " + head.error().message;
            const auto head_before = before.find(name);
            const auto allowed = allowed_heads(recording.marks, name, count,
                                               head_before == before.end() ? std::nullopt : head_before->second);
            const bool is_allowed =
                std::ranges::any_of(allowed, [&](const MaybeHead& each) { return is_same(each, *head); });
            if (!is_allowed)
                return std::string(name) + " is at " + std::to_string(*head ? (*head)->seq.value : 0) +
                       " where it must be at " + std::to_string(allowed[0] ? allowed[0]->seq.value : 0);
        }
        const bool is_lost_again =
            is_first && options_.second_loss_every != 0 && ++disks_tried_ % options_.second_loss_every == 0;
        if (!is_lost_again) return fault_of_repetition(folder.path(), nullptr);
        write_image(folder.path(), image);  // without the index that looking at it has made
        Recorder recorder(folder.path());
        const std::optional<std::string> fault = fault_of_repetition(folder.path(), &recorder);
        const Recording second = recorder.recording();
        if (!fault) second_recordings_.push_back(second);
        return fault;
    }

    std::map<std::string, MaybeHead> heads_of(const Image& image) {
        const test::TempDirectory folder;
        write_image(folder.path(), image);
        std::map<std::string, MaybeHead> heads;
        for (const char* const name : k_banks) heads[name] = verified_head(folder.path(), name).value_or_throw();
        return heads;
    }

    static std::size_t hash_of(const Image& image) {
        std::size_t hash = 0;
        for (const auto& [name, bytes] : image)
            hash = (hash * 31 + std::hash<std::string>()(name)) * 31 + std::hash<std::string>()(bytes);
        return hash;
    }

    static std::size_t marks_until(const Recording& recording, std::size_t count) {
        const auto is_passed = [&](const Mark& mark) { return mark.event_count <= count; };
        return static_cast<std::size_t>(std::ranges::count_if(recording.marks, is_passed));
    }

    CampaignOptions options_;
    Random random_{20260131};
    std::map<std::string, int> disks_;
    std::size_t disks_tried_ = 0;
    std::vector<Recording> second_recordings_;
    std::vector<std::string> faults_;
};

void report(const Campaign& campaign) {
    for (const auto& [kind, disks] : campaign.disks())
        std::cout << "power loss, " << kind << ": " << disks << " disks\n";
    std::cout << "power loss: " << campaign.disk_count() << " disks, " << campaign.faults().size() << " faults\n";
}

std::string first_faults(const Campaign& campaign) {
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(campaign.faults().size(), 5); ++i)
        text += campaign.faults()[i] + "\n";
    return text;
}

TEST_CASE("whatever a loss of power leaves, nothing acknowledged is lost and nothing is partial", "[power]") {
    Campaign campaign({.share = 0.11, .second_loss_every = 25, .second_losses = 5});
    campaign.run();
    campaign.run_second_losses();
    report(campaign);
    INFO(first_faults(campaign));
    CHECK(campaign.faults().empty());
    CHECK(campaign.disk_count() >= 300);
}

TEST_CASE("the same for every loss", "[power][.long]") {
    Campaign campaign({.share = 1, .random_losses = 40, .second_loss_every = 20, .second_losses = 12});
    campaign.run();
    campaign.run_second_losses();
    report(campaign);
    INFO(first_faults(campaign));
    CHECK(campaign.faults().empty());
    CHECK(campaign.disk_count() >= 5'000);
}

TEST_CASE("a storage that does not sync what it is asked to is found out", "[power]") {
    const DroppedSyncs dropped = GENERATE(DroppedSyncs::of_logs, DroppedSyncs::of_folders, DroppedSyncs::all);
    Campaign campaign({.share = 0.02, .dropped = dropped});
    campaign.run();
    CHECK_FALSE(campaign.faults().empty());
}

}  // namespace
}  // namespace bankctl::fault_test
