#include "cli/command/loan.h"

#include "cli/input_file.h"
#include "core/score/apr.h"

namespace bankctl::cli {

Json apr_json(const std::optional<std::int64_t>& regz_ppm, const std::optional<std::int64_t>& eu_ppm) {
    const auto text = [](const std::optional<std::int64_t>& ppm) { return ppm ? Json(percent_text(*ppm)) : Json(); };
    return {{"regz", text(regz_ppm)}, {"eu", text(eu_ppm)}};
}

std::string read_whole(const std::string& path, std::size_t bytes_max) {
    InputFile input(path);
    std::string text(bytes_max + 1, '\0');
    input.stream().read(text.data(), static_cast<std::streamsize>(text.size()));
    const auto count = static_cast<std::size_t>(input.stream().gcount());
    if (input.stream().bad()) throw cannot_open(path);
    if (count > bytes_max)
        throw Failure(
            Error(ErrorCode::unreadable_input, "the input is longer than " + std::to_string(bytes_max) + " bytes"));
    text.resize(count);
    return text;
}

}  // namespace bankctl::cli
