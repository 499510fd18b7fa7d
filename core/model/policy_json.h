// Reading a policy: JSON in which everything that is not understood is an error with its place, a JSON pointer
// (RFC 6901), and a canonical form of it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <rapidjson/document.h>

#include "core/base/result.h"

namespace bankctl {

inline constexpr std::size_t k_policy_bytes_max = std::size_t{256} << 10;
inline constexpr int k_policy_json_depth_max = 32;

/// Parses text of at most k_policy_bytes_max bytes and k_policy_json_depth_max levels into an object in which no key
/// stands twice; else `invalid_policy`.
Status parse_policy_json(std::string_view text, rapidjson::Document& document);

/// Parses text that is known to be sound, in its place and without looking for what could be wrong with it. The
/// document refers to the text, which must outlive it.
void parse_trusted_json(std::string& text, rapidjson::Document& document);

/// The same document with keys in the order of their bytes, without blanks. Equal documents have equal texts.
std::string canonical_json(const rapidjson::Value& value);

/// One value of the document and the way to it. A node must not outlive the one it was reached from.
class PolicyNode {
public:
    explicit PolicyNode(const rapidjson::Value& root) : value_(&root) {}

    /// `invalid_policy` at this place; `why` goes on from the place: "must be …".
    Error refuse(const std::string& why) const;
    const rapidjson::Value& json() const { return *value_; }

    // Of objects.
    Status require_object(std::initializer_list<std::string_view> keys) const;  ///< with no other keys
    std::optional<PolicyNode> find(std::string_view key) const;
    Result<PolicyNode> member(std::string_view key) const;  ///< refuses if there is none
    // Of arrays: at least `low` and at most `high` elements.
    Status require_array(std::size_t low, std::size_t high) const;
    std::size_t size() const { return value_->Size(); }
    PolicyNode at(std::size_t index) const;
    /// Of an object, the member `index` in the order of the text, and its key.
    PolicyNode member_at(std::size_t index) const;
    std::string_view key() const { return key_; }

    Result<std::int64_t> integer(std::int64_t low, std::int64_t high) const;
    /// 1 to `bytes_max` bytes without control or bidirectional characters.
    Result<std::string> text(std::size_t bytes_max) const;
    /// `[a-z][a-z0-9_]*`, at most 64 bytes: a name that scripts compare.
    Result<std::string> word() const;

private:
    PolicyNode(const rapidjson::Value& value, const PolicyNode& parent, std::string_view key, std::size_t index)
        : value_(&value), parent_(&parent), key_(key), index_(index) {}
    std::string pointer() const;

    const rapidjson::Value* value_;
    const PolicyNode* parent_ = nullptr;
    std::string_view key_;  // empty of an array's element
    std::size_t index_ = 0;
};

}  // namespace bankctl
