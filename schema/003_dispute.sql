-- Disputes. Statuses and the like are the numbers of core/model/dispute.h and core/model/notification.h, categories
-- those of core/model/dispute_category.h. SQLite reads every definition at each start, so these have no constraint that
-- verify does not need: it derives all of these rows anew.

-- A policy that disputes were decided by; its text is in the entry.
CREATE TABLE policy(number INTEGER PRIMARY KEY,sha256 TEXT UNIQUE)STRICT;

-- The number is the entry that filed it, payment the disputed transaction. The rank is the priority, of an ended case 4
-- more; due_at is the greatest integer where nothing is left to do. Both order the queues, one index for each kind.
CREATE TABLE dispute(number INTEGER PRIMARY KEY,customer INTEGER,payment INTEGER,last INTEGER,assessment INTEGER,version INTEGER,filed_at INTEGER,changed_at INTEGER,status INTEGER,outcome INTEGER,category INTEGER,category_filed INTEGER,confidence_bp INTEGER,priority INTEGER,risk INTEGER,team TEXT,assignee TEXT,decided_by INTEGER,due_at INTEGER,currency TEXT,credit INTEGER,credit_minor INTEGER,credited_at INTEGER,refund INTEGER,refund_minor INTEGER,acknowledged_at INTEGER,decided_at INTEGER,was_late INTEGER,paused_since INTEGER,paused_us INTEGER,rank INTEGER)STRICT;
CREATE INDEX dispute_queue ON dispute(rank,due_at);
CREATE INDEX dispute_team ON dispute(team,rank,due_at);
CREATE INDEX dispute_status ON dispute(status,rank,due_at);
CREATE INDEX dispute_team_status ON dispute(team,status,rank,due_at);
CREATE INDEX dispute_assignee ON dispute(assignee,rank,due_at);
CREATE INDEX dispute_customer ON dispute(customer);
-- A transaction has one open dispute at most.
CREATE UNIQUE INDEX dispute_payment ON dispute(payment)WHERE rank<5;

-- What waits to be told, and what became of it; subject and body are in the entry.
CREATE TABLE notification(entry INTEGER,ordinal INTEGER,dispute INTEGER,recipient_kind INTEGER,recipient TEXT,status INTEGER,attempts INTEGER,next_attempt_at INTEGER,last_error TEXT,version INTEGER,PRIMARY KEY(entry,ordinal))STRICT,WITHOUT ROWID;
CREATE INDEX notification_undelivered ON notification(status)WHERE status<>1;

-- Whose account a refund goes to.
CREATE INDEX account_customer ON account(customer)WHERE customer IS NOT NULL;
