#include "core/score/report_plots.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"

namespace bankctl::score {
namespace {

constexpr double k_side = 300;     // of the square in which values from 0 to 1 are drawn
constexpr double k_margin = 44;    // for the labels
constexpr double k_width = 620;    // of the plot of scores
constexpr double k_mark_max = 12;  // radius of the mark that stands for the most rows

std::string at(double x, double y) {
    return fixed(k_margin + x * k_side, 1) + "," + fixed(k_margin / 2 + (1 - y) * k_side, 1);
}

std::string text_at(double x, double y, std::string_view anchor, const std::string& text) {
    return "<text x=\"" + fixed(x, 1) + "\" y=\"" + fixed(y, 1) + "\" text-anchor=\"" + std::string(anchor) + "\">" +
           html_text(text) + "</text>";
}

std::string svg(double width, double height, std::string_view title, const std::string& content) {
    return "<svg role=\"img\" viewBox=\"0 0 " + fixed(width, 0) + " " + fixed(height, 0) + "\" width=\"" +
           fixed(width, 0) + "\" height=\"" + fixed(height, 0) + "\"><title>" + html_text(title) + "</title>" +
           content + "</svg>\n";
}

/// A square with axes from 0 to 1 and its diagonal.
std::string square(std::string_view title, const std::string& x_label, const std::string& y_label,
                   const std::string& content) {
    std::string axes = "<rect class=\"frame\" x=\"" + fixed(k_margin, 1) + "\" y=\"" + fixed(k_margin / 2, 1) +
                       "\" width=\"" + fixed(k_side, 1) + "\" height=\"" + fixed(k_side, 1) +
                       "\"/><polyline class=\"even\" points=\"" + at(0, 0) + " " + at(1, 1) + "\"/>";
    for (const double tick : {0.0, 0.5, 1.0}) {
        axes += text_at(k_margin + tick * k_side, k_margin / 2 + k_side + 16, "middle", fixed(tick, 1));
        axes += text_at(k_margin - 6, k_margin / 2 + (1 - tick) * k_side + 4, "end", fixed(tick, 1));
    }
    axes += text_at(k_margin + k_side / 2, k_margin / 2 + k_side + 34, "middle", x_label);
    axes += text_at(k_margin, k_margin / 2 - 7, "start", y_label);
    return svg(k_side + 1.5 * k_margin, k_side + 1.5 * k_margin, title, axes + content);
}

std::string bar(double x, double width, double height, std::string_view kind) {
    return "<rect class=\"" + std::string(kind) + "\" x=\"" + fixed(x, 1) + "\" y=\"" +
           fixed(k_margin / 2 + k_side - height, 1) + "\" width=\"" + fixed(width, 1) + "\" height=\"" +
           fixed(height, 1) + "\"/>";
}

}  // namespace

std::string fixed(double number, int decimals) {
    char text[400];  // the greatest double has 309 digits before the point
    const auto end = std::to_chars(std::begin(text), std::end(text), number, std::chars_format::fixed, decimals).ptr;
    return {text, end};
}

std::string html_text(std::string_view text) {
    std::string escaped;
    for (const char c : printable(text)) {
        switch (c) {
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            case '&': escaped += "&amp;"; break;
            case '"': escaped += "&quot;"; break;
            case '\'': escaped += "&#39;"; break;
            default: escaped += c;
        }
    }
    return escaped;
}

std::string roc_plot(const Evaluation& evaluation) {
    std::string points;
    for (const RocPoint& point : evaluation.roc)
        points += (points.empty() ? "" : " ") + at(point.good_share, point.bad_share);
    return square("Receiver operating characteristic", "good loans refused", "bad loans refused",
                  "<polyline class=\"curve\" points=\"" + points + "\"/>");
}

std::string calibration_plot(const Evaluation& evaluation) {
    double most = 1;
    for (const CalibrationPart& part : evaluation.calibration) most = std::max(most, part.rows);
    std::string line, marks;
    for (const CalibrationPart& part : evaluation.calibration) {
        const std::string place = at(part.expected / part.rows, part.bad / part.rows);
        const std::size_t comma = place.find(',');
        line += (line.empty() ? "" : " ") + place;
        marks += "<circle class=\"mark\" cx=\"" + place.substr(0, comma) + "\" cy=\"" + place.substr(comma + 1) +
                 "\" r=\"" + fixed(std::max(2.0, k_mark_max / 2 * part.rows / most), 1) + "\"/>";
    }
    return square("Calibration", "expected share of bad loans", "share of bad loans that came true",
                  "<polyline class=\"curve\" points=\"" + line + "\"/>" + marks);
}

std::string score_plot(const Evaluation& evaluation) {
    std::int64_t most = 1;
    for (const ScoreBand& band : evaluation.bands) most = std::max(most, band.rows);
    const double step = k_width / static_cast<double>(std::max<std::size_t>(1, evaluation.bands.size()));
    std::string content;
    for (std::size_t i = 0; i < evaluation.bands.size(); ++i) {
        const ScoreBand& band = evaluation.bands[i];
        const double x = k_margin + static_cast<double>(i) * step;
        const auto height = [&](std::int64_t rows) {
            return k_side * static_cast<double>(rows) / static_cast<double>(most);
        };
        content += bar(x + step * 0.1, step * 0.8, height(band.rows), "good");
        content += bar(x + step * 0.1, step * 0.8, height(band.bad), "bad");
        const std::string label = band.low    ? "\u2265 " + std::to_string(*band.low)
                                  : band.high ? "\u2264 " + std::to_string(*band.high)
                                              : "all";
        // Of many bands not every one has room for its label.
        if (step >= 50 || i % (static_cast<std::size_t>(50 / step) + 1) == 0)
            content += text_at(x + step / 2, k_margin / 2 + k_side + 16, "middle", label);
    }
    content += text_at(k_margin, k_margin / 2 - 7, "start", "loans by score, the bad ones darker");
    return svg(k_width + 1.5 * k_margin, k_side + 1.5 * k_margin, "Distribution of scores", content);
}

}  // namespace bankctl::score
