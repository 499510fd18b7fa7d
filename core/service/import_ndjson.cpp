#include "core/service/import_ndjson.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "core/base/text.h"
#include "core/service/import_fields.h"
#include "core/service/line_source.h"

namespace bankctl {
namespace {

constexpr int k_depth_max = 32;

Error syntax_error(const std::string& what) { return Error(ErrorCode::invalid_json, what); }

/// Receives one line's JSON. What does not fit the fields is remembered and the reading goes on, so that the group of
/// a line with a mistake is still known; what is no JSON ends it.
class FieldCollector {
public:
    /// `has_escapes`: whether the line has any, which can make text that is no UTF-8 of text that is.
    explicit FieldCollector(bool has_escapes) : has_escapes_(has_escapes) {}

    ImportFields fields;
    std::optional<Error> mistake;
    bool is_group_clear = true;
    std::string syntax_problem;  // where the collector ended the reading

    // What the parser calls; false ends the reading.
    bool Null() {
        return scalar([](ImportField) {});
    }
    bool Bool(bool) {
        return scalar([&](ImportField field) { refuse_type(field); });
    }
    bool RawNumber(const char* bytes, rapidjson::SizeType size, bool) {
        const std::string_view text(bytes, size);
        return scalar([&](ImportField field) { take_number(field, text); });
    }
    bool String(const char* bytes, rapidjson::SizeType size, bool) {
        const std::string_view text(bytes, size);
        if (!is_text(text)) return false;
        return scalar([&](ImportField field) {
            if (form(field) == ImportFieldForm::integer) {
                refuse_type(field);
            } else if (text.find('\0') != std::string_view::npos) {
                refuse_field(field, " has a NUL character");
            } else {
                fields.set(field, text);
            }
        });
    }
    bool Key(const char* bytes, rapidjson::SizeType size, bool) {
        const std::string_view text(bytes, size);
        if (!is_text(text)) return false;
        if (depth_ > 1) return true;
        field_ = import_field(text);
        if (!field_) {
            refuse(syntax_error("the key " + in_quotes(text) + " is unknown"));
        } else if (seen_[static_cast<std::size_t>(*field_)]) {
            refuse_field(*field_, " stands twice");
        } else {
            seen_[static_cast<std::size_t>(*field_)] = true;
        }
        return true;
    }
    bool StartObject() { return open(true); }
    bool StartArray() { return open(false); }
    bool EndObject(rapidjson::SizeType) { return close(); }
    bool EndArray(rapidjson::SizeType) { return close(); }
    // Numbers come as text.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

private:
    template <class Take>
    bool scalar(Take take) {
        if (depth_ == 0) return not_an_object();
        if (depth_ == 1 && field_) take(*field_);
        return true;
    }
    void take_number(ImportField field, std::string_view text) {
        switch (form(field)) {
            case ImportFieldForm::text: return refuse_type(field);
            case ImportFieldForm::amount:
                return refuse(Error(ErrorCode::invalid_amount,
                                    in_quotes(name(field)) + " is a bare number, which cannot carry an amount exactly",
                                    "put it in quotes, like \"12.34\""));
            case ImportFieldForm::integer: return fields.set(field, text);
        }
    }
    bool open(bool is_object) {
        if (depth_ == 0 && !is_object) return not_an_object();
        if (depth_ == 1 && field_) refuse_type(*field_);
        if (++depth_ <= k_depth_max) return true;
        syntax_problem = "the line is nested more than " + std::to_string(k_depth_max) + " deep";
        return false;
    }
    bool close() {
        --depth_;
        return true;
    }
    /// The library lets half of a surrogate pair through.
    bool is_text(std::string_view text) {
        if (!has_escapes_ || is_utf8(text)) return true;
        syntax_problem = "the line has half a surrogate pair";
        return false;
    }
    bool not_an_object() {
        syntax_problem = "the line is not a JSON object";
        return false;
    }
    void refuse_type(ImportField field) {
        refuse_field(field, form(field) == ImportFieldForm::integer ? " must be an integer" : " must be a string");
    }
    void refuse_field(ImportField field, const std::string& why) {
        is_group_clear = is_group_clear && field != ImportField::group;
        refuse(syntax_error(in_quotes(name(field)) + why));
    }
    void refuse(Error error) {
        if (!mistake) mistake = std::move(error);
    }

    const bool has_escapes_;
    int depth_ = 0;
    std::optional<ImportField> field_;
    std::array<bool, k_import_field_count> seen_{};
};

class NdjsonReader final : public LineReader {
public:
    NdjsonReader(std::istream& input, std::string source_name) : source_(input), source_name_(std::move(source_name)) {}

    bool read(ImportLine& line) override {
        while (source_.next()) {
            std::string_view text = without_carriage_return(source_.text());
            if (source_.number() == 1) text = without_byte_order_mark(text);
            if (is_blank(text)) continue;
            line.line = source_.number();
            line.raw = text;
            line.group.reset();
            line.opening.reset();
            line.request = read_request(text, line);
            return true;
        }
        return false;
    }
    ErrorCode syntax_code() const override { return ErrorCode::invalid_json; }

private:
    Result<ImportRequest> read_request(std::string_view text, ImportLine& line) {
        if (source_.is_too_long()) return syntax_error("the line is longer than 1 MiB");
        if (!is_utf8(text)) return syntax_error("the line is not UTF-8");
        // The library takes a byte order mark for nothing.
        if (text.find('\0') != std::string_view::npos || without_byte_order_mark(text).size() < text.size())
            return syntax_error("the line has a NUL character or a byte order mark");
        FieldCollector collector(text.find('\\') != std::string_view::npos);
        rapidjson::MemoryStream bytes(text.data(), text.size());
        if (const auto end = parser_.Parse<rapidjson::kParseNumbersAsStringsFlag>(bytes, collector); end.IsError()) {
            if (!collector.syntax_problem.empty()) return syntax_error(collector.syntax_problem);
            return syntax_error("the line is not valid JSON at byte " + std::to_string(end.Offset() + 1));
        }
        if (collector.is_group_clear) line.group = collector.fields.group();
        if (collector.mistake) return *collector.mistake;
        return request_from_fields(collector.fields, {source_name_, line.line}, syntax_code());
    }

    LineSource source_;
    rapidjson::Reader parser_;
    std::string source_name_;
};

}  // namespace

std::unique_ptr<LineReader> read_ndjson(std::istream& input, std::string source_name) {
    return std::make_unique<NdjsonReader>(input, std::move(source_name));
}

}  // namespace bankctl
