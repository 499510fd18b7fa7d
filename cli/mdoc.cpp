#include "cli/mdoc.h"

#include <algorithm>
#include <array>
#include <vector>

#include "cli/wrap.h"

namespace bankctl::cli {
namespace {

using Words = std::vector<std::string>;

constexpr std::size_t k_indent = 5;
constexpr std::size_t k_step = 6;  // of .Bd -offset indent, and of a list's text

/// Takes mdoc's escapes away: \& is nothing, \e a backslash, \- a minus.
std::string unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            plain += text[i];
            continue;
        }
        ++i;
        if (text[i] == 'e') plain += '\\';
        if (text[i] == '-') plain += '-';
    }
    return plain;
}

/// The words of a macro line; double quotes keep blanks together.
Words words_of(std::string_view line) {
    Words words;
    std::size_t i = 0;
    while (i < line.size()) {
        if (line[i] == ' ') {
            ++i;
            continue;
        }
        const bool is_quoted = line[i] == '"';
        const std::size_t begin = is_quoted ? i + 1 : i;
        const std::size_t end = std::min(line.find(is_quoted ? '"' : ' ', begin), line.size());
        words.emplace_back(line.substr(begin, end - begin));
        i = end + 1;
    }
    return words;
}

bool is_closing(std::string_view word) {
    constexpr std::string_view k_closing = ".,;:)]?!";
    return word.size() == 1 && k_closing.find(word[0]) != std::string_view::npos;
}

bool is_opening(std::string_view word) { return word == "(" || word == "["; }

bool is_inline_macro(std::string_view word) {
    constexpr std::array<std::string_view, 17> k_macros{"Ar", "Cm", "Dq", "Em", "Er", "Ev", "Fl", "Ic", "Li",
                                                        "Nm", "No", "Ns", "Op", "Pa", "Ql", "Va", "Xr"};
    return std::ranges::find(k_macros, word) != k_macros.end();
}

/// One page, read from top to bottom.
class Page {
public:
    explicit Page(std::string_view section) : wanted_(section), is_shown_(section.empty()) {}

    void add(std::string_view line) {
        if (line.starts_with(".\\\"") || (line.empty() && !is_literal_)) return;
        if (is_literal_ && line != ".Ed") {
            if (is_shown_) text_ += (line.empty() ? "" : std::string(indent(), ' ') + unescaped(line)) + "\n";
        } else if (line.starts_with('.')) {
            add_macro(words_of(line.substr(1)));
        } else {
            add_filled(unescaped(line));
        }
    }

    std::string text() {
        flush();
        return text_.substr(std::min(text_.find_first_not_of('\n'), text_.size()));
    }

private:
    std::size_t indent() const { return (wanted_.empty() ? k_indent : 0) + depth_ * k_step; }

    void add_macro(Words words) {
        const std::string name = words.front();
        words.erase(words.begin());
        if (name == "Sh") return begin_section(joined(words));
        if (name == "Ss") return add_heading("  " + joined(words));
        if (name == "Pp") return add_blank();
        if (name == "Bl") return begin_list(words);
        if (name == "It") return add_item(words);
        if (name == "El") return end_list();
        if (name == "Bd") return begin_literal(words);
        if (name == "Ed") return end_literal();
        if (name == "Nd") return add_filled("- " + joined(words));
        if (name == "Dd" || name == "Dt" || name == "Os") return;
        words.insert(words.begin(), name);
        if (name == "Nm" && words.size() > 1 && page_name_.empty()) page_name_ = words[1];
        add_filled(inline_text(words));
    }

    static std::string joined(const Words& words) {
        std::string text;
        for (const std::string& word : words) text += (text.empty() ? "" : " ") + unescaped(word);
        return text;
    }

    void begin_section(const std::string& title) {
        flush();
        if (!wanted_.empty()) is_shown_ = title == wanted_;
        if (wanted_.empty()) add_heading(title);
        needs_blank_ = false;
    }

    void add_heading(const std::string& heading) {
        add_blank();
        flush();
        if (is_shown_) text_ += heading + "\n";
        needs_blank_ = false;
    }

    void add_blank() {
        flush();
        needs_blank_ = true;
    }

    void begin_list(const Words& words) {
        flush();
        is_compact_ = std::ranges::find(words, "-compact") != words.end();
        is_bullet_ = !words.empty() && words.front() == "-bullet";
        if (!is_compact_) needs_blank_ = true;
        ++depth_;
    }

    void add_item(const Words& words) {
        flush();
        if (!is_compact_) needs_blank_ = true;
        const std::string term = is_bullet_ ? "-" : inline_text(words);
        write_blank();
        if (is_shown_) {
            --depth_;
            text_ += std::string(indent(), ' ') + term;
            ++depth_;
            // The text begins beside a term that leaves room for it.
            const bool fits = term.size() + 2 <= k_step;
            text_ += fits ? std::string(k_step - term.size(), ' ') : "\n";
            is_beside_term_ = fits;
        }
    }

    void end_list() {
        flush();
        --depth_;
        is_compact_ = false;
        is_bullet_ = false;
        needs_blank_ = true;
    }

    void begin_literal(const Words& words) {
        flush();
        is_offset_ = std::ranges::find(words, "-offset") != words.end();
        if (std::ranges::find(words, "-compact") == words.end()) needs_blank_ = true;
        write_blank();
        if (is_offset_) ++depth_;
        is_literal_ = true;
    }

    void end_literal() {
        if (is_offset_) --depth_;
        is_literal_ = false;
    }

    void add_filled(const std::string& text) {
        if (text.empty()) return;
        pending_ += (pending_.empty() || is_closing(text) ? "" : " ") + text;
    }

    void write_blank() {
        if (needs_blank_ && is_shown_ && !text_.empty() && !text_.ends_with("\n\n")) text_ += "\n";
        needs_blank_ = false;
    }

    void flush() {
        if (pending_.empty()) return;
        if (!is_beside_term_) write_blank();
        if (is_shown_) {
            const std::string body = wrapped(pending_, indent());
            text_ += is_beside_term_ ? body.substr(indent()) : body;
        }
        is_beside_term_ = false;
        pending_.clear();
    }

    /// The text of macros on one line: each gives its words a form, until the next macro.
    std::string inline_text(const Words& words) const {
        std::string text;
        bool is_joined = true;  // the next word follows without a blank
        const auto append = [&](const std::string& word) {
            text += (is_joined || is_closing(word) ? "" : " ") + word;
            is_joined = is_opening(word);
        };
        std::string_view macro;
        std::string closing;
        for (std::size_t i = 0; i < words.size(); ++i) {
            const std::string word = unescaped(words[i]);
            const bool is_last = i + 1 == words.size();
            if (is_inline_macro(word)) {
                macro = words[i];
                if (macro == "Op") {
                    append("[");
                    is_joined = true;
                    closing += "]";
                }
                if (macro == "Ns") is_joined = true;
                const bool stands_alone = is_last || is_inline_macro(words[i + 1]) || is_closing(words[i + 1]);
                if (macro == "Nm" && stands_alone) append(page_name_);
                if (macro == "Fl" && stands_alone) {
                    append("-");
                    is_joined = true;
                }
                continue;
            }
            if (is_closing(word) || is_opening(word)) {
                append(word);
                continue;
            }
            if (macro == "Fl") {
                append("-" + word);
            } else if (macro == "Xr" && !is_last && !is_closing(words[i + 1])) {
                append(word + "(" + words[i + 1] + ")");
                ++i;
            } else if (macro == "Ql" || macro == "Dq") {
                // All words up to the next macro or mark stand in one pair of quotes.
                std::string quoted_text = word;
                while (i + 1 < words.size() && !is_inline_macro(words[i + 1]) && !is_closing(words[i + 1]))
                    quoted_text += " " + unescaped(words[++i]);
                const std::string mark = macro == "Ql" ? "'" : "\"";
                append(mark + quoted_text + mark);
            } else {
                append(word);
            }
        }
        return text + closing;
    }

    std::string_view wanted_;
    bool is_shown_;
    std::string page_name_;
    std::string text_;
    std::string pending_;  // words that wait to be filled into lines
    std::size_t depth_ = 0;
    bool is_literal_ = false;
    bool is_offset_ = false;
    bool is_compact_ = false;
    bool is_bullet_ = false;
    bool is_beside_term_ = false;
    bool needs_blank_ = false;
};

}  // namespace

std::string mdoc_text(std::string_view page, std::string_view section) {
    Page text(section);
    while (!page.empty()) {
        const std::size_t end = std::min(page.find('\n'), page.size());
        text.add(page.substr(0, end));
        page.remove_prefix(std::min(end + 1, page.size()));
    }
    return text.text();
}

}  // namespace bankctl::cli
