#include "core/service/import_ndjson.h"

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/service/import_fields.h"
#include "core/service/line_source.h"

namespace bankctl {
namespace {

using nlohmann::json;

constexpr int k_depth_max = 32;

Error syntax_error(const std::string& what) { return Error(ErrorCode::invalid_json, what); }

/// Receives one line's JSON. What does not fit the fields is remembered and the reading goes on, so that the group of
/// a line with a mistake is still known; what is no JSON ends it.
class FieldCollector final : public nlohmann::json_sax<json> {
public:
    ImportFields fields;
    std::optional<Error> mistake;
    bool is_group_clear = true;
    std::string syntax_problem;  // why the parser gave up, if it did

    bool null() override {
        return scalar([](ImportField) {});
    }
    bool boolean(bool) override {
        return scalar([&](ImportField field) { refuse_type(field); });
    }
    bool number_integer(number_integer_t value) override { return number(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return number(std::to_string(value)); }
    bool number_float(number_float_t, const string_t& text) override { return number(text); }
    bool binary(binary_t&) override { return false; }

    bool string(string_t& text) override {
        return scalar([&](ImportField field) {
            if (form(field) == ImportFieldForm::integer) {
                refuse_type(field);
            } else if (text.find('\0') != std::string::npos) {
                refuse_field(field, " has a NUL character");
            } else {
                fields.set(field, std::move(text));
            }
        });
    }
    bool key(string_t& text) override {
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
    bool start_object(std::size_t) override { return open(true); }
    bool start_array(std::size_t) override { return open(false); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t position, const std::string&, const json::exception&) override {
        syntax_problem = "the line is not valid JSON at byte " + std::to_string(position);
        return false;
    }

private:
    template <class Take>
    bool scalar(Take take) {
        if (depth_ == 0) return not_an_object();
        if (depth_ == 1 && field_) take(*field_);
        return true;
    }
    bool number(const std::string& text) {
        return scalar([&](ImportField field) {
            switch (form(field)) {
                case ImportFieldForm::text: return refuse_type(field);
                case ImportFieldForm::amount:
                    return refuse(
                        Error(ErrorCode::invalid_amount,
                              in_quotes(name(field)) + " is a bare number, which cannot carry an amount exactly",
                              "put it in quotes, like \"12.34\""));
                case ImportFieldForm::integer: return fields.set(field, text);
            }
        });
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

    int depth_ = 0;
    std::optional<ImportField> field_;
    std::array<bool, k_import_field_count> seen_{};
};

class NdjsonReader final : public LineReader {
public:
    NdjsonReader(std::istream& input, std::string source_name) : source_(input), source_name_(std::move(source_name)) {}

    std::optional<ImportLine> next() override {
        while (source_.next()) {
            std::string_view text = without_carriage_return(source_.text());
            if (source_.number() == 1) text = without_byte_order_mark(text);
            if (!is_blank(text)) return read_line(text);
        }
        return std::nullopt;
    }
    ErrorCode syntax_code() const override { return ErrorCode::invalid_json; }

private:
    ImportLine read_line(std::string_view text) {
        ImportLine line{source_.number(), std::string(text), std::nullopt, syntax_error("the line is too long"), {}};
        if (source_.is_too_long()) {
            line.request = syntax_error("the line is longer than 1 MiB");
            return line;
        }
        // The library takes a NUL for the end of the text, and a byte order mark for nothing.
        if (text.find('\0') != std::string_view::npos || without_byte_order_mark(text).size() < text.size()) {
            line.request = syntax_error("the line has a NUL character or a byte order mark");
            return line;
        }
        FieldCollector collector;
        if (!json::sax_parse(text.begin(), text.end(), &collector)) {
            line.request = syntax_error(collector.syntax_problem);
            return line;
        }
        if (collector.is_group_clear) line.group = collector.fields.group();
        if (collector.mistake) {
            line.request = *collector.mistake;
        } else {
            line.request = request_from_fields(collector.fields, {source_name_, line.line}, syntax_code());
        }
        return line;
    }

    LineSource source_;
    std::string source_name_;
};

}  // namespace

std::unique_ptr<LineReader> read_ndjson(std::istream& input, std::string source_name) {
    return std::make_unique<NdjsonReader>(input, std::move(source_name));
}

}  // namespace bankctl
