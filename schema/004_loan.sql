-- Loans stand in lists as disputes do, so the table takes a name that holds of both: core/store/sqlite/list_rows.h.
ALTER TABLE dispute_row RENAME TO list_row;
