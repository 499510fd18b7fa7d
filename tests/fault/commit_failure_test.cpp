// Writes and syncs that fail during a commit. What is answered must be so whether the next process finds the index of
// the write-ahead log or, after a restart, reads the log itself; and repeating the request has its effect once.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/service/verification.h"
#include "core/store/sqlite/sqlite_ledger.h"
#include "tests/fault/command.h"
#include "tests/support/fake_clock.h"
#include "tests/support/shim_vfs.h"
#include "tests/support/temp_directory.h"

namespace bankctl::fault_test {
namespace {

using test::VfsCall;

constexpr std::size_t k_uses_before = 12;

struct Failing {
    int number = 0;           ///< of the call that fails first, counted from 1
    bool is_lasting = false;  ///< all after it fail too
    bool is_done = false;     ///< what fails is done all the same
    bool has_reader = false;  ///< another process keeps the log's index, so that the next one does not read the log
};

/// A file system whose writes and syncs fail.
class FailingVfs final : public test::ShimVfs {
public:
    explicit FailingVfs(const Failing& failing) : failing_(failing) {}

    int call(const VfsCall& call, const std::function<int()>& pass) override {
        const bool is_sync = call.kind == VfsCall::Kind::sync;
        const bool is_change = call.kind == VfsCall::Kind::write || call.kind == VfsCall::Kind::truncate;
        if (!is_sync && !is_change) return pass();
        ++count_;
        if (failing_.is_lasting ? count_ < failing_.number : count_ != failing_.number) return pass();
        if (failing_.is_done) pass();
        return is_sync ? SQLITE_IOERR_FSYNC : SQLITE_IOERR_WRITE;
    }

    bool has_failed() const { return count_ >= failing_.number; }

private:
    Failing failing_;
    int count_ = 0;
};

/// The code that a use ended with; none if it succeeded.
std::optional<ErrorCode> code_of(const std::string& folder, const Use& use, Clock& clock) {
    try {
        const Status done = make_use(folder, use, clock, nullptr);
        return done ? std::nullopt : std::optional(done.error().code);
    } catch (const Failure& failure) {
        return failure.error().code;
    }
}

/// The last entry of a bank that verifies.
constexpr std::size_t k_import = k_uses_before + 2;  // of the uses that are made to fail

Seq verified_end(const std::string& folder) {
    const auto ledger = sqlite::open_ledger({folder + "/" + k_bank});
    const Verification verification = verify(*ledger, std::nullopt);
    INFO(findings(verification));
    REQUIRE(verification.is_ok);
    return verification.head.seq;
}

void require_repeatable(const std::string& folder, Clock& clock) {
    for (std::size_t i = k_uses_before; i < all_uses().size(); ++i)
        REQUIRE(code_of(folder, all_uses()[i], clock) == std::nullopt);
    const auto ledger = sqlite::open_ledger({folder + "/" + k_bank});
    REQUIRE(outcome_of(*ledger).balances == expected_outcome().balances);
    REQUIRE(outcome_of(*ledger).last_seq == expected_outcome().last_seq);
    verified_end(folder);
}

/// Makes one use with a failing call, and looks at what the next process sees and what one after a restart does.
/// Returns the code; none of a use that no failure reached.
std::optional<ErrorCode> use_that_fails(const std::string& folder, const Use& use, const Failing& failing, Clock& clock,
                                        bool& has_failed) {
    const Seq before = verified_end(folder);
    const auto reader = sqlite::open_ledger({folder + "/" + k_bank});
    if (failing.has_reader) reader->read([](port::Snapshot& snapshot) { snapshot.head(); });
    std::optional<ErrorCode> code;
    {
        FailingVfs vfs(failing);
        code = code_of(folder, use, clock);
        has_failed = vfs.has_failed();
    }
    const test::TempDirectory restarted;
    write_image(restarted.path(), read_image(folder));
    const Seq now = verified_end(folder);
    const Seq after_restart = verified_end(restarted.path());
    INFO("before " << before.value << ", now " << now.value << ", after a restart " << after_restart.value);
    if (!code) REQUIRE((now > before && after_restart == now));
    if (code) REQUIRE((code == ErrorCode::outcome_unknown || code == ErrorCode::storage_unavailable));
    if (code == ErrorCode::storage_unavailable) {
        REQUIRE(after_restart == now);
        if (&use != &all_uses()[k_import]) REQUIRE(now == before);  // an import keeps what went before
    }
    require_repeatable(restarted.path(), clock);
    require_repeatable(folder, clock);
    write_image(restarted.path(), read_image(folder));
    REQUIRE(verified_end(restarted.path()) == verified_end(folder));
    return code;
}

TEST_CASE("a commit that fails anywhere has its effect once when it is repeated", "[commit]") {
    test::FakeClock clock;
    const test::TempDirectory folder;
    create_bank(folder.path(), clock, nullptr);
    for (std::size_t i = 0; i < k_uses_before; ++i) REQUIRE(make_use(folder.path(), all_uses()[i], clock, nullptr));
    const Image image = read_image(folder.path());
    // A credit, a hold and an import.
    for (const std::size_t number : {k_uses_before, k_uses_before + 1, k_import}) {
        int unknown = 0;
        for (unsigned kind = 0; kind < 8; ++kind) {
            bool has_failed = true;
            for (int call = 1; has_failed; ++call) {
                write_image(folder.path(), image);
                const Failing failing{call, (kind & 1U) != 0, (kind & 2U) != 0, (kind & 4U) != 0};
                CAPTURE(number, call, failing.is_lasting, failing.is_done, failing.has_reader);
                const auto code = use_that_fails(folder.path(), all_uses()[number], failing, clock, has_failed);
                if (code == ErrorCode::outcome_unknown) ++unknown;
            }
        }
        CHECK(unknown > 4);
    }
}

/// The error of a command whose syncs all fail.
nlohmann::json error_without_syncs(const Ordeal& ordeal, const Words& words) {
    class WithoutSyncs final : public test::ShimVfs {
        int call(const VfsCall& call, const std::function<int()>& pass) override {
            return call.kind == VfsCall::Kind::sync ? SQLITE_IOERR_FSYNC : pass();
        }
    };
    ordeal.begin();
    const Answer answer = ordeal.run(words, [] { new WithoutSyncs; });  // for the rest of the process
    INFO(answer.err);
    REQUIRE(answer.exit_code == 74);
    REQUIRE(answer.out.empty());
    nlohmann::json error = nlohmann::json::parse(answer.err).at("error");
    REQUIRE(error.at("code") == "outcome_unknown");
    const auto fault = ordeal.fault_of_write(words, answer);
    INFO(fault.value_or(""));
    REQUIRE_FALSE(fault);
    return error;
}

TEST_CASE("an unknown outcome comes with the key that settles it", "[commit]") {
    const test::TempDirectory folder;
    const Ordeal ordeal(folder.path());
    const auto has_hint = [](const nlohmann::json& error, const char* words) {
        return error.at("hint").get<std::string>().find(words) != std::string::npos;
    };
    for (const Words& words : Ordeal::writes()) {
        if (words.at(words.size() - 2) != "--key") continue;
        const nlohmann::json error = error_without_syncs(ordeal, words);
        CHECK(error.at("details").at("key") == "k");
        CHECK(has_hint(error, "--key 'k'"));
    }
    CHECK(has_hint(error_without_syncs(ordeal, {"transaction", "import", "FOLDER/lines.ndjson"}),
                   "import the same again"));
}

}  // namespace
}  // namespace bankctl::fault_test
