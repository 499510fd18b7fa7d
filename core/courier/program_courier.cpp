#include "core/courier/program_courier.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/error.h"
#include "core/base/subprocess.h"
#include "core/base/text.h"
#include "core/courier/letter_document.h"
#include "core/courier/mail_message.h"
#include "core/model/mail_address.h"

namespace bankctl::courier {
namespace {

/// Why the program, `who`, has not taken `input`; nothing if it has.
std::optional<std::string> refusal_of(ProgramCall call, const std::string& input, const std::string& who) {
    call.input = input;
    const ProgramResult result = run_program(call);
    if (result.succeeded()) return std::nullopt;
    return who + " " + description(result);
}

class ProgramCourier final : public port::Courier {
public:
    ProgramCourier(std::string command, std::chrono::milliseconds time_limit)
        : command_(std::move(command)), time_limit_(time_limit) {}

    std::optional<std::string> deliver(const port::Letter& letter) override {
        ProgramCall call;
        call.words = shell_words(command_);
        call.environment = {{"BANKCTL_NOTIFICATION_ID", notification_id(letter.id)}, {"BANKCTL_BANK_ID", letter.bank}};
        call.time_limit = time_limit_;
        return refusal_of(std::move(call), letter_document(letter), "the command");
    }

private:
    std::string command_;
    std::chrono::milliseconds time_limit_;
};

class MailCourier final : public port::Courier {
public:
    MailCourier(std::string mailer, std::string from, std::chrono::milliseconds time_limit)
        : mailer_(std::move(mailer)), from_(std::move(from)), time_limit_(time_limit) {}

    bool needs_address() const override { return true; }

    std::optional<std::string> deliver(const port::Letter& letter) override {
        if (!is_mail_address(letter.address.value_or("")))
            return "no mail can go to " + in_quotes(letter.address.value_or(""));
        ProgramCall call;
        call.words = {mailer_, "-t", "-i"};
        call.time_limit = time_limit_;
        return refusal_of(std::move(call), mail_message(letter, from_), "the mailer");
    }

private:
    std::string mailer_;
    std::string from_;
    std::chrono::milliseconds time_limit_;
};

}  // namespace

std::unique_ptr<port::Courier> make_program_courier(std::string command, std::chrono::milliseconds time_limit) {
    return std::make_unique<ProgramCourier>(std::move(command), time_limit);
}

std::unique_ptr<port::Courier> make_mail_courier(std::string mailer, std::string from,
                                                 std::chrono::milliseconds time_limit) {
    if (mailer.find('/') != std::string::npos && access(mailer.c_str(), X_OK) != 0)
        throw Failure(Error(ErrorCode::output_failed, "cannot run " + in_quotes(mailer) + ": " + std::strerror(errno)));
    return std::make_unique<MailCourier>(std::move(mailer), std::move(from), time_limit);
}

}  // namespace bankctl::courier
