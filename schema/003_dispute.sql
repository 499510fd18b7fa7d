-- Disputes, what there is to tell of them, and the policies they were decided by. SQLite reads every definition at each
-- start, also of a process that only wants a balance, so all of these are lists in one table: core/store/sqlite/
-- dispute_rows.cpp says which. The texts that an entry has are in the entry. verify derives all of it anew.
CREATE TABLE dispute_row(list TEXT,rank INTEGER,due_at INTEGER,number INTEGER,state TEXT,PRIMARY KEY(list,rank,due_at,number))STRICT,WITHOUT ROWID;

-- Whose account a refund goes to.
CREATE INDEX account_customer ON account(customer);
