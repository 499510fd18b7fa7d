// The documents about disputes: the case as a whole, and its row in a queue.
#pragma once

#include "cli/document.h"
#include "core/service/disputes.h"

namespace bankctl::cli {

extern const DocumentInfo k_dispute_document;
extern const DocumentInfo k_dispute_file_document;  ///< a list of what k_dispute_document has
extern const DocumentInfo k_dispute_list_document;

/// A case, as `view` has it. In a dry run there is no entry yet: `seq` is null, and of a filing, which has no number
/// yet, `id` too.
Json dispute_json(const DisputeView& view, WriteFlags flags = {});

/// The case's row in a queue; `now` says what is overdue.
Json dispute_row_json(port::Snapshot& snapshot, const Dispute& dispute, Timestamp now);

/// Basis points as the fraction that documents show: 8712 is 0.8712.
Json confidence_json(std::int64_t basis_points);

/// `dispute.explanation` and `alternatives` of what a classifier said.
Json alternatives_json(const Classification& classification);
Json explanation_json(const Classification& classification);

Json recomputation_json(const Recomputation& recomputation);

}  // namespace bankctl::cli
