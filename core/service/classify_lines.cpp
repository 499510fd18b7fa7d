#include "core/service/classify_lines.h"

#include <charconv>
#include <optional>

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "core/base/text.h"

namespace bankctl {
namespace {

/// Receives one line's JSON; what does not fit ends the reading.
class Collector {
public:
    IdentifiedText result;
    bool has_text = false;
    std::string problem;

    bool Null() { return depth_ == 0 ? not_an_object() : refuse(" is null"); }
    bool Bool(bool) { return depth_ == 0 ? not_an_object() : refuse(" is true or false"); }
    bool RawNumber(const char* bytes, rapidjson::SizeType size, bool) {
        if (depth_ == 0) return not_an_object();
        if (!is_id_) return refuse(" must be a string");
        const char* const end = bytes + size;
        std::int64_t small = 0;
        if (const auto read = std::from_chars(bytes, end, small); read.ec == std::errc() && read.ptr == end) {
            result.id = small;
            return true;
        }
        std::uint64_t large = 0;
        if (const auto read = std::from_chars(bytes, end, large); read.ec == std::errc() && read.ptr == end) {
            result.id = large;
            return true;
        }
        return refuse(" must be a string or an integer of 64 bits");
    }
    bool String(const char* bytes, rapidjson::SizeType size, bool) {
        if (depth_ == 0) return not_an_object();
        const std::string_view text(bytes, size);
        if (!is_utf8(text)) return refuse(" has half a surrogate pair");
        if (text.find('\0') != std::string_view::npos) return refuse(" has a NUL character");
        if (is_id_) {
            result.id = std::string(text);
        } else {
            result.text = text;
            has_text = true;
        }
        return true;
    }
    bool Key(const char* bytes, rapidjson::SizeType size, bool) {
        const std::string_view key(bytes, size);
        is_id_ = key == "id";
        if (!is_id_ && key != "text") return fail("the key " + in_quotes(key) + " is unknown");
        bool& is_seen = is_id_ ? is_id_seen_ : is_text_seen_;
        if (is_seen) return fail("the key " + in_quotes(key) + " stands twice");
        is_seen = true;
        return true;
    }
    bool StartObject() {
        ++depth_;
        return depth_ == 1 || refuse(" is an object");
    }
    bool StartArray() { return depth_ == 0 ? not_an_object() : refuse(" is an array"); }
    bool EndObject(rapidjson::SizeType) { return true; }
    bool EndArray(rapidjson::SizeType) { return true; }
    // Numbers come as text.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

private:
    bool fail(std::string what) {
        problem = std::move(what);
        return false;
    }
    bool refuse(const std::string& what) { return fail((is_id_ ? "'id'" : "'text'") + what); }
    bool not_an_object() { return fail("the line is not a JSON object"); }

    int depth_ = 0;
    bool is_id_ = false;
    bool is_id_seen_ = false;
    bool is_text_seen_ = false;
};

}  // namespace

Result<IdentifiedText> parse_identified_text(std::string_view line) {
    const auto invalid = [](const std::string& what) { return Error(ErrorCode::invalid_json, what); };
    if (!is_utf8(line)) return invalid("the line is not valid UTF-8");
    rapidjson::MemoryStream stream(line.data(), line.size());
    rapidjson::Reader reader;
    Collector collector;
    constexpr unsigned k_flags = rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag;
    const rapidjson::ParseResult parsed = reader.Parse<k_flags>(stream, collector);
    if (!collector.problem.empty()) return invalid(collector.problem);
    if (!parsed) return invalid("the line is not valid JSON, at byte " + std::to_string(parsed.Offset() + 1));
    if (!collector.has_text) return invalid("the line has no 'text'");
    BANKCTL_CHECK(parse_text(collector.result.text, k_text_bytes_max, "the text"));
    return std::move(collector.result);
}

}  // namespace bankctl
