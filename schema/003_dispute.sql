-- Disputes. Statuses and the like are the numbers of core/model/dispute.h and core/model/notification.h, categories
-- those of core/model/dispute_category.h.

-- A policy that disputes were decided by; its text is in the entry.
CREATE TABLE policy(number INTEGER PRIMARY KEY REFERENCES journal,sha256 TEXT NOT NULL UNIQUE)STRICT;

-- The number is the entry that filed it. An ended case ranks 4 behind an open one of its priority; due_at is the
-- greatest integer where nothing is left to do. Both order the queues: each index is one kind of queue.
CREATE TABLE dispute(number INTEGER PRIMARY KEY REFERENCES journal,customer INTEGER NOT NULL REFERENCES customer,payment INTEGER REFERENCES journal,last INTEGER NOT NULL REFERENCES journal,assessment INTEGER NOT NULL REFERENCES journal,version INTEGER NOT NULL CHECK(version>0),filed_at INTEGER NOT NULL,changed_at INTEGER NOT NULL,status INTEGER NOT NULL,outcome INTEGER,category INTEGER NOT NULL,category_filed INTEGER NOT NULL,confidence_bp INTEGER NOT NULL CHECK(confidence_bp BETWEEN 0 AND 10000),priority INTEGER NOT NULL CHECK(priority BETWEEN 1 AND 4),risk INTEGER NOT NULL,team TEXT NOT NULL,assignee TEXT,decided_by INTEGER NOT NULL,due_at INTEGER NOT NULL,currency TEXT NOT NULL,credit INTEGER REFERENCES journal,credit_minor INTEGER NOT NULL CHECK(credit_minor>=0),credited_at INTEGER,refund INTEGER REFERENCES journal,refund_minor INTEGER NOT NULL CHECK(refund_minor>=0),acknowledged_at INTEGER,decided_at INTEGER,was_late INTEGER NOT NULL CHECK(was_late IN(0,1)),paused_since INTEGER,paused_us INTEGER NOT NULL CHECK(paused_us>=0),rank INTEGER AS(priority+CASE WHEN status IN(11,13)THEN 4 ELSE 0 END))STRICT;
CREATE INDEX dispute_queue ON dispute(rank,due_at,number);
CREATE INDEX dispute_team ON dispute(team,rank,due_at,number);
CREATE INDEX dispute_status ON dispute(status,rank,due_at,number);
CREATE INDEX dispute_team_status ON dispute(team,status,rank,due_at,number);
CREATE INDEX dispute_assignee ON dispute(assignee,rank,due_at,number)WHERE assignee IS NOT NULL;
CREATE INDEX dispute_customer ON dispute(customer,number);
-- A transaction has one open dispute at most.
CREATE UNIQUE INDEX dispute_payment ON dispute(payment)WHERE payment IS NOT NULL AND status NOT IN(11,13);

-- What waits to be told, and what became of it; subject and body are in the entry.
CREATE TABLE notification(entry INTEGER NOT NULL REFERENCES journal,ordinal INTEGER NOT NULL CHECK(ordinal>0),dispute INTEGER NOT NULL REFERENCES dispute,recipient_kind INTEGER NOT NULL,recipient TEXT NOT NULL,status INTEGER NOT NULL,attempts INTEGER NOT NULL CHECK(attempts>=0),next_attempt_at INTEGER,last_error TEXT,version INTEGER NOT NULL CHECK(version>0),PRIMARY KEY(entry,ordinal))STRICT,WITHOUT ROWID;
CREATE INDEX notification_undelivered ON notification(status,entry,ordinal)WHERE status<>1;

-- Whose account a refund goes to.
CREATE INDEX account_customer ON account(customer)WHERE customer IS NOT NULL;
