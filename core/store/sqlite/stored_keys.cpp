#include "core/store/sqlite/stored_keys.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "core/base/sha256.h"

namespace bankctl::sqlite {
namespace {

constexpr std::size_t k_digest_bytes = 16;
constexpr std::size_t k_number_bytes = 8;

constexpr const char* k_find = "SELECT seq FROM idempotency WHERE key=?";
constexpr const char* k_insert = "INSERT INTO idempotency(key,seq)VALUES(?,?)";
constexpr std::size_t k_keys_at_once = 8;  // a statement's beginning and end cost as much as one row
constexpr const char* k_insert_many =
    "INSERT INTO idempotency(key,seq)VALUES(?,?),(?,?),(?,?),(?,?),(?,?),(?,?),(?,?),(?,?)";
constexpr const char* k_count = "SELECT count(*)FROM idempotency";
constexpr const char* k_greatest = "SELECT key FROM idempotency WHERE key>? AND key<=? ORDER BY key DESC LIMIT 1";

}  // namespace

/// The number is the longest suffix of at most 18 digits without a leading zero, so that two different keys never share
/// a name and a number.
StoredKeys::Parts StoredKeys::parts_of(std::string_view key) {
    constexpr std::size_t k_digits_max = 18;
    std::size_t begin = key.size();
    for (std::size_t i = key.size(); i > 0 && key.size() - i < k_digits_max && key[i - 1] >= '0' && key[i - 1] <= '9';
         --i) {
        if (key[i - 1] != '0') begin = i - 1;
    }
    Parts parts{key.substr(0, begin), std::nullopt};
    if (begin < key.size()) {
        std::int64_t number = 0;
        std::from_chars(key.data() + begin, key.data() + key.size(), number);
        parts.number = number;
    }
    return parts;
}

StoredKeys::Bytes StoredKeys::stored(const Parts& parts) {
    if (run_digest_.empty() || parts.name != run_name_) {
        const Digest digest = sha256(parts.name);
        run_name_ = parts.name;
        run_digest_.assign(digest.begin(), digest.begin() + k_digest_bytes);
        run_number_max_.reset();
    }
    Bytes stored{{}, k_digest_bytes};
    std::ranges::copy(run_digest_, stored.bytes.begin());
    if (parts.number) {
        for (int shift = 56; shift >= 0; shift -= 8)
            stored.bytes[stored.size++] = static_cast<char>(*parts.number >> shift);
    }
    return stored;
}

std::optional<Seq> StoredKeys::find(const std::string& key) {
    const Parts parts = parts_of(key);
    const bool continues_run = !run_digest_.empty() && parts.name == run_name_;
    const Bytes bytes = stored(parts);
    if (continues_run && parts.number) {
        if (!run_number_max_) run_number_max_ = greatest_number();
        if (*parts.number > *run_number_max_) return std::nullopt;
    }
    Query query = connection_.query(k_find, "idempotency");
    query.bind_blob(bytes.view());
    return query.next() ? std::optional(query.seq()) : std::nullopt;
}

std::int64_t StoredKeys::greatest_number() {
    const std::string last = run_digest_ + std::string(k_number_bytes, '\xFF');
    Query query = connection_.query(k_greatest, "idempotency");
    query.bind_blob(run_digest_).bind_blob(last);
    if (!query.next()) return -1;
    const std::string bytes = query.blob();
    std::uint64_t number = 0;
    for (const char byte : std::string_view(bytes).substr(k_digest_bytes))
        number = number << 8U | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(number);
}

void StoredKeys::add(const std::string& key, Seq seq) {
    const Parts parts = parts_of(key);
    added_.emplace_back(stored(parts), seq);
    if (run_number_max_ && parts.number) run_number_max_ = std::max(*run_number_max_, *parts.number);
}

void StoredKeys::insert() {
    std::span<const std::pair<Bytes, Seq>> keys = added_;
    while (!keys.empty()) {
        const std::size_t rows = keys.size() < k_keys_at_once ? 1 : k_keys_at_once;
        Query query = connection_.query(rows == 1 ? k_insert : k_insert_many, "idempotency");
        for (const auto& [bytes, seq] : keys.first(rows)) query.bind_blob(bytes.view()).bind(seq.value);
        query.run();
        keys = keys.subspan(rows);
    }
    added_.clear();
}

void StoredKeys::prepare() {
    for (const char* const statement : {k_find, k_insert}) connection_.query(statement, "");
}

std::int64_t StoredKeys::count() { return connection_.single_integer(k_count); }

}  // namespace bankctl::sqlite
