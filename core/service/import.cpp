#include "core/service/import.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/service/import_groups.h"

namespace bankctl {
namespace {

constexpr std::int64_t k_progress_lines = 1'000;
/// After so long in one transaction the lines that are left go into the next: saving what was decided takes about as
/// long again, and other writers wait meanwhile.
constexpr std::int64_t k_deciding_us_max = 10'000;

struct Refusal {
    ImportLine line;
    Error error;
};

/// The first of a group's lines that failed.
struct GroupFailure {
    std::size_t index;
    Error error;
};

std::optional<IdempotencyKey> key_of(const ImportRequest& request) {
    return std::visit([](const auto& any) { return any.key; }, request);
}

/// Opens an account as the rules say, with its customer, unless it exists or the line was applied before.
Status open_if_missing(Books& books, Posting& posting, const ImportLine& line) {
    const OpenAccount& opening = *line.opening;
    const std::optional<IdempotencyKey> key = key_of(*line.request);
    if ((key && books.keyed(*key)) || books.account(opening.id)) return ok();
    if (!books.customer(opening.customer)) {
        PutCustomer customer;
        customer.id = opening.customer;
        customer.name = opening.customer.text;
        BANKCTL_TRY(added, posting.put_customer(customer));
        static_cast<void>(added);
    }
    BANKCTL_TRY(opened, posting.open_account(opening));
    static_cast<void>(opened);
    return ok();
}

struct Apply {
    Posting& posting;
    Result<Posted> operator()(const TransactionRequest& request) const { return posting.post(request); }
    Result<Posted> operator()(const OpenAccount& request) const { return posting.open_account(request); }
    Result<Posted> operator()(const ChangeAccount& request) const { return posting.change_account(request); }
    Result<Posted> operator()(const PutCustomer& request) const { return posting.put_customer(request); }
};

Result<Posted> apply_line(Books& books, Posting& posting, const ImportLine& line) {
    if (!line.request) return line.request.error();
    if (line.opening) BANKCTL_CHECK(open_if_missing(books, posting, line));
    return std::visit(Apply{posting}, *line.request);
}

/// The error of the line at `index` in a group that fails by `failure`.
Error error_in_group(ImportGroup group, std::size_t index, const GroupFailure& failure) {
    if (index == failure.index) return failure.error;
    if (!group[index].request) return group[index].request.error();
    Error error = failure.error;
    error.message = "line " + std::to_string(group[failure.index].line) + " of the same group failed: " + error.message;
    return error;
}

class Import {
public:
    Import(port::Ledger& ledger, Clock& clock, const Actor& actor, LineReader& reader, const ImportOptions& options,
           const ImportWatch& watch)
        : ledger_(ledger), clock_(clock), actor_(actor), groups_(reader), options_(options), watch_(watch) {}

    ImportReport run() {
        const Timestamp begin = clock_.now();
        if (options_.atomic || options_.dry_run) {
            run_as_one();
        } else {
            run_in_batches();
        }
        if (report_.lines == 0) {
            ledger_.read([&](port::Snapshot& snapshot) { report_.head = snapshot.head(); });
        }
        if (!report_.error && report_.refused > 0) {
            report_.error = Error(ErrorCode::lines_rejected, std::to_string(report_.refused) + " of " +
                                                                 std::to_string(report_.lines) + " lines were refused")
                                .with("refused", report_.refused);
        }
        if (watch_.progress) watch_.progress(report_.lines);
        report_.elapsed_ms = std::max<std::int64_t>(0, (clock_.now().us - begin.us) / 1'000);
        return std::move(report_);
    }

private:
    bool goes_on() const { return options_.keep_going && !options_.atomic; }

    /// Reads what one transaction takes, before it begins: a slow input must not keep other writers waiting. False at
    /// the end.
    bool read_batch(Charging charging = Charging::in_turn) {
        if (next_group_ < groups_in_batch_) return true;
        next_group_ = 0;
        groups_in_batch_ = groups_.read_batch(static_cast<std::size_t>(options_.lines_per_commit));
        return groups_in_batch_ > 0 && keep_pace(charging);
    }

    bool keep_pace(Charging charging) {
        if (!watch_.pace) return true;
        try {
            watch_.pace(static_cast<std::int64_t>(groups_.lines()), charging);
        } catch (const Failure& failure) {
            report_.error = failure.error();
        }
        return !report_.error;
    }

    /// One transaction over all lines. What was applied is handed to the storage now and then, to bound the memory.
    void run_as_one() {
        port::Head head_before;
        read_batch();  // and its pace is kept: the lines of a small file hold up nobody
        const Status outcome = ledger_.transact({options_.dry_run}, [&](port::UnitOfWork& unit) -> Status {
            Books books(unit);
            Posting posting(books, clock_, actor_);
            head_before = books.head();
            while (!report_.error && read_batch(Charging::ahead)) {
                apply_group(books, posting, groups_.group(next_group_++));
                hand_out_refusals();
                if (next_group_ == groups_in_batch_) books.save();
            }
            if (!report_.error) report_.error = groups_.failure();
            if (options_.atomic && report_.error) return *report_.error;
            books.save();
            report_.head = books.head();
            return ok();
        });
        if (!outcome) {
            report_.applied = 0;
            report_.replayed = 0;
        }
        if (outcome && !options_.dry_run) return;
        report_.head = head_before;
        report_.first_seq = report_.last_seq = Seq{};
    }

    void run_in_batches() {
        bool is_anything_committed = false;
        while (!report_.error && read_batch()) {
            const ImportReport before = report_;
            try {
                commit();
                is_anything_committed = true;
            } catch (const Failure& failure) {
                if (!is_anything_committed) throw;
                report_ = before;
                report_.error = failure.error();
                return;
            }
            try {
                hand_out_refusals();
            } catch (const Failure& failure) {  // the lines could not be kept anywhere
                report_.error = failure.error();
            }
        }
        if (!report_.error) report_.error = groups_.failure();
        if (is_anything_committed) ledger_.settle();
    }

    void commit() {
        const Status outcome = ledger_.transact({.more_follow = true}, [&](port::UnitOfWork& unit) {
            if (books_) {
                books_->continue_with(unit);
            } else {
                books_.emplace(unit);
            }
            Posting posting(*books_, clock_, actor_);
            const Timestamp end{clock_.now().us + k_deciding_us_max};
            do {
                apply_group(*books_, posting, groups_.group(next_group_++));
            } while (!report_.error && next_group_ < groups_in_batch_ && clock_.now() < end);
            books_->save();
            report_.head = books_->head();
            return ok();
        });
        if (!outcome) throw Failure(outcome.error());
    }

    /// Applies a group as a whole or not at all, and counts its lines.
    void apply_group(Books& books, Posting& posting, ImportGroup group) {
        const Seq head_before = books.head().seq;
        std::int64_t replayed = 0;
        std::optional<GroupFailure> failure;
        for (std::size_t i = 0; i < group.size() && !failure; ++i) {
            const Result<Posted> posted = apply_line(books, posting, group[i]);
            if (!posted) {
                failure = GroupFailure{i, posted.error()};
            } else if (posted->is_replayed) {
                ++replayed;
            }
        }
        const auto lines = static_cast<std::int64_t>(group.size());
        if (failure) {
            books.roll_back();
            refuse_group(group, *failure);
        } else {
            books.keep();
            report_.replayed += replayed;
            report_.applied += lines - replayed;
        }
        if (books.head().seq > head_before) {
            if (!report_.first_seq) report_.first_seq = Seq{head_before.value + 1};
            report_.last_seq = books.head().seq;
        }
        const std::int64_t lines_before = std::exchange(report_.lines, report_.lines + lines);
        if (watch_.progress && lines_before / k_progress_lines != report_.lines / k_progress_lines)
            watch_.progress(report_.lines);
    }

    void refuse_group(ImportGroup group, const GroupFailure& failure) {
        report_.refused += static_cast<std::int64_t>(group.size());
        if (!goes_on()) {
            report_.error_line = group[failure.index].line;
            report_.error = Error(failure.error).with("line", report_.error_line);
            return;
        }
        if (!watch_.reject) return;
        for (std::size_t i = 0; i < group.size(); ++i)
            refusals_.push_back({group[i], error_in_group(group, i, failure)});
    }

    void hand_out_refusals() {
        for (const Refusal& refusal : std::exchange(refusals_, {})) watch_.reject(refusal.line, refusal.error);
    }

    port::Ledger& ledger_;
    Clock& clock_;
    const Actor& actor_;
    ImportGroups groups_;
    const ImportOptions& options_;
    const ImportWatch& watch_;
    ImportReport report_;
    std::size_t groups_in_batch_ = 0;
    std::size_t next_group_ = 0;
    std::optional<Books> books_;  // through all batches
    std::vector<Refusal> refusals_;
};

}  // namespace

ImportReport run_import(port::Ledger& ledger, Clock& clock, const Actor& actor, LineReader& reader,
                        const ImportOptions& options, const ImportWatch& watch) {
    return Import(ledger, clock, actor, reader, options, watch).run();
}

}  // namespace bankctl
