#include "core/model/policy_json.h"

#include <algorithm>
#include <cassert>
#include <vector>

#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "core/base/text.h"

namespace bankctl {
namespace {

using rapidjson::Value;

std::string_view view(const Value& text) { return {text.GetString(), text.GetStringLength()}; }

/// The members of an object by the order of their keys' bytes.
std::vector<const Value::Member*> sorted_members(const Value& object) {
    std::vector<const Value::Member*> members;
    members.reserve(object.MemberCount());
    for (const auto& member : object.GetObject()) members.push_back(&member);
    std::ranges::sort(members, {}, [](const Value::Member* member) { return view(member->name); });
    return members;
}

Status check_tree(const PolicyNode& node, int depth) {
    if (depth > k_policy_json_depth_max) return node.refuse("is nested too deep");
    const Value& value = node.json();
    if (value.IsArray()) {
        for (std::size_t i = 0; i < node.size(); ++i) BANKCTL_CHECK(check_tree(node.at(i), depth + 1));
    }
    if (!value.IsObject()) return ok();
    std::string_view before;
    bool is_first = true;
    for (const Value::Member* const member : sorted_members(value)) {
        if (!is_first && view(member->name) == before)
            return node.refuse("has the key " + in_quotes(before) + " twice");
        before = view(member->name);
        is_first = false;
    }
    for (std::size_t i = 0; i < value.MemberCount(); ++i) BANKCTL_CHECK(check_tree(node.member_at(i), depth + 1));
    return ok();
}

template <class Writer>
void write_canonical(const Value& value, Writer& writer) {
    if (value.IsArray()) {
        writer.StartArray();
        for (const Value& element : value.GetArray()) write_canonical(element, writer);
        writer.EndArray();
    } else if (value.IsObject()) {
        writer.StartObject();
        for (const Value::Member* const member : sorted_members(value)) {
            writer.Key(member->name.GetString(), member->name.GetStringLength());
            write_canonical(member->value, writer);
        }
        writer.EndObject();
    } else {
        value.Accept(writer);
    }
}

}  // namespace

Status parse_policy_json(std::string_view text, rapidjson::Document& document) {
    if (text.size() > k_policy_bytes_max) {
        return Error(ErrorCode::invalid_policy,
                     "the policy is longer than " + std::to_string(k_policy_bytes_max) + " bytes");
    }
    document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(text.data(), text.size());
    if (document.HasParseError()) {
        return Error(ErrorCode::invalid_policy, "the policy is not valid JSON at byte " +
                                                    std::to_string(document.GetErrorOffset() + 1) + ": " +
                                                    rapidjson::GetParseError_En(document.GetParseError()))
            .with("byte", static_cast<std::int64_t>(document.GetErrorOffset() + 1));
    }
    const PolicyNode root(document);
    if (!document.IsObject()) return root.refuse("must be an object");
    return check_tree(root, 1);
}

void parse_trusted_json(std::string& text, rapidjson::Document& document) {
    document.ParseInsitu(text.data());
    assert(document.IsObject());
}

std::string canonical_json(const Value& value) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    write_canonical(value, writer);
    return {buffer.GetString(), buffer.GetSize()};
}

std::string PolicyNode::pointer() const {
    if (!parent_) return "";
    std::string token;
    if (parent_->value_->IsArray()) {
        token = std::to_string(index_);
    } else {
        for (const char c : key_) token += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
    return parent_->pointer() + "/" + token;
}

Error PolicyNode::refuse(const std::string& why) const {
    const std::string place = pointer();
    return Error(ErrorCode::invalid_policy,
                 (place.empty() ? "the policy" : "the policy's " + printable(place)) + " " + why)
        .with("pointer", printable(place));
}

Status PolicyNode::require_object(std::initializer_list<std::string_view> keys) const {
    if (!value_->IsObject()) return refuse("must be an object");
    for (std::size_t i = 0; i < value_->MemberCount(); ++i) {
        const PolicyNode child = member_at(i);
        if (std::ranges::find(keys, child.key()) == keys.end()) return child.refuse("is unknown");
    }
    return ok();
}

std::optional<PolicyNode> PolicyNode::find(std::string_view key) const {
    const auto found =
        value_->FindMember(Value(rapidjson::StringRef(key.data(), static_cast<rapidjson::SizeType>(key.size()))));
    if (found == value_->MemberEnd()) return std::nullopt;
    return PolicyNode(found->value, *this, view(found->name), 0);
}

Result<PolicyNode> PolicyNode::member(std::string_view key) const {
    if (const auto found = find(key)) return *found;
    return refuse("lacks " + in_quotes(key));
}

Status PolicyNode::require_array(std::size_t low, std::size_t high) const {
    if (!value_->IsArray() || size() < low || size() > high) {
        return refuse("must be an array of " + std::to_string(low) + " to " + std::to_string(high) + " elements");
    }
    return ok();
}

PolicyNode PolicyNode::at(std::size_t index) const {
    return {(*value_)[static_cast<rapidjson::SizeType>(index)], *this, {}, index};
}

PolicyNode PolicyNode::member_at(std::size_t index) const {
    const auto member = value_->MemberBegin() + static_cast<std::ptrdiff_t>(index);
    return {member->value, *this, view(member->name), 0};
}

Result<std::int64_t> PolicyNode::integer(std::int64_t low, std::int64_t high) const {
    if (value_->IsInt64() && value_->GetInt64() >= low && value_->GetInt64() <= high) return value_->GetInt64();
    return refuse("must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
}

Result<std::string> PolicyNode::text(std::size_t bytes_max) const {
    if (value_->IsString() && value_->GetStringLength() > 0 && value_->GetStringLength() <= bytes_max) {
        std::string content(view(*value_));
        // `printable` is slow, and what is plain ASCII is printable.
        const bool is_plain = std::ranges::all_of(content, [](char c) { return c >= ' ' && c <= '~'; });
        if (is_plain || printable(content) == content) return content;
    }
    return refuse("must be text of 1 to " + std::to_string(bytes_max) + " bytes without control characters");
}

Result<std::string> PolicyNode::word() const {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const std::string_view content = value_->IsString() ? view(*value_) : "";
    const bool fits =
        !content.empty() && content.size() <= 64 && is_letter(content.front()) &&
        std::ranges::all_of(content, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
    if (!fits) return refuse("must be a name of at most 64 small letters, digits and _, a letter first");
    return std::string(content);
}

}  // namespace bankctl
