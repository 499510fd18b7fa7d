// What a row holds that no query asks for, packed into one text: `42 - 5:cards `, a number, nothing, and a text after
// its length, each with a blank behind it.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/store/sqlite/rows.h"

namespace bankctl::sqlite {

class Packer {
public:
    Packer& add(std::int64_t number) {
        packed_ += std::to_string(number);
        packed_ += ' ';
        return *this;
    }
    Packer& add(const std::string& text) {
        packed_ += std::to_string(text.size());
        packed_ += ':';
        packed_ += text;
        packed_ += ' ';
        return *this;
    }
    Packer& add(Seq seq) { return add(seq.value); }
    Packer& add(Timestamp time) { return add(time.us); }
    template <class Enum>
    requires std::is_enum_v<Enum> Packer& add(Enum value) { return add(static_cast<std::int64_t>(value)); }
    template <class T>
    Packer& add(const std::optional<T>& value) {
        if (value) return add(*value);
        packed_ += "- ";
        return *this;
    }
    std::string take() { return std::move(packed_); }

private:
    std::string packed_;
};

/// Reads in the order of packing; what no Packer has made is `integrity_violation`.
class Unpacker {
public:
    explicit Unpacker(std::string_view packed) : rest_(packed) {}

    void read(std::int64_t& number) {
        number = digits();
        expect(' ');
    }
    void read(std::string& text) {
        const std::int64_t size = digits();
        expect(':');
        if (size < 0 || static_cast<std::size_t>(size) > rest_.size()) fail();
        text = rest_.substr(0, static_cast<std::size_t>(size));
        rest_.remove_prefix(text.size());
        expect(' ');
    }
    void read(Seq& seq) { read(seq.value); }
    void read(Timestamp& time) { read(time.us); }
    /// A number from 0 to `last`.
    template <class Number>
    void read(Number& value, Number last) {
        std::int64_t number = 0;
        read(number);
        if (number < 0 || number > static_cast<std::int64_t>(last)) fail();
        value = static_cast<Number>(number);
    }
    template <class T, class... Last>
    void read(std::optional<T>& value, Last... last) {
        if (rest_.starts_with("- ")) {
            rest_.remove_prefix(2);
            value.reset();
        } else {
            read(value.emplace(), last...);
        }
    }
    void end() const {
        if (!rest_.empty()) fail();
    }

private:
    [[noreturn]] static void fail() { throw damaged("the row of a dispute holds what nobody can have stored"); }
    std::int64_t digits() {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
        if (error != std::errc{}) fail();
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return number;
    }
    void expect(char next) {
        if (rest_.empty() || rest_.front() != next) fail();
        rest_.remove_prefix(1);
    }

    std::string_view rest_;
};

}  // namespace bankctl::sqlite
