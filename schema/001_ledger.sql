-- The ledger: one immutable journal, and the current state that it adds up to. Times are microseconds since 1970 UTC,
-- amounts and balances minor units of the account's currency, kinds and statuses the numbers of core/model. Comments
-- stand between the statements: SQLite keeps what is inside them and reads it again at every start.

-- Everything that changed the bank, in commit order. An account's legs (debit_*, credit_*) are chained by *_previous
-- and *_jump, so that its history needs no index.
CREATE TABLE journal(seq INTEGER PRIMARY KEY,kind INTEGER NOT NULL,posted_at INTEGER NOT NULL,effective_at INTEGER,user TEXT NOT NULL,uid INTEGER NOT NULL,key TEXT,memo TEXT,detail TEXT,expires_at INTEGER,amount INTEGER NOT NULL,of INTEGER,debit_account INTEGER,debit_version INTEGER,debit_balance INTEGER,debit_previous INTEGER,debit_jump INTEGER,credit_account INTEGER,credit_version INTEGER,credit_balance INTEGER,credit_previous INTEGER,credit_jump INTEGER,hash BLOB NOT NULL)STRICT;
CREATE TRIGGER journal_update BEFORE UPDATE ON journal BEGIN SELECT raise(ABORT,'the journal is immutable');END;
CREATE TRIGGER journal_delete BEFORE DELETE ON journal BEGIN SELECT raise(ABORT,'the journal is immutable');END;

-- Which entry carries a key. The key is stored as 16 bytes of SHA-256 of its text without a trailing number, then that
-- number in 8 bytes: numbered keys of one stream stay beside each other, so a long import appends instead of scattering.
CREATE TABLE idempotency(key BLOB PRIMARY KEY,seq INTEGER NOT NULL REFERENCES journal)STRICT,WITHOUT ROWID;

CREATE TABLE customer(number INTEGER PRIMARY KEY REFERENCES journal,id TEXT NOT NULL UNIQUE CHECK(id>''),name TEXT NOT NULL,email TEXT,phone TEXT,version INTEGER NOT NULL)STRICT;

-- An account and its balance are one row: whoever reads one reads the other.
CREATE TABLE account(number INTEGER PRIMARY KEY REFERENCES journal,id TEXT NOT NULL UNIQUE CHECK(id>''),customer INTEGER REFERENCES customer,currency TEXT NOT NULL,overdraft INTEGER NOT NULL CHECK(overdraft>=0),status INTEGER NOT NULL,version INTEGER NOT NULL,balance INTEGER NOT NULL CHECK(abs(balance)<9007199254740992),held INTEGER NOT NULL CHECK(held>=0),last INTEGER NOT NULL,jump INTEGER NOT NULL,effective_at INTEGER)STRICT;

CREATE TABLE hold(seq INTEGER PRIMARY KEY REFERENCES journal,account INTEGER NOT NULL REFERENCES account,amount INTEGER NOT NULL CHECK(amount>0),expires_at INTEGER,status INTEGER NOT NULL,resolved_by INTEGER)STRICT;
CREATE INDEX hold_expiring ON hold(account)WHERE status=0 AND expires_at IS NOT NULL;

-- No transaction is reversed beyond its amount: total is what has been reversed up to and with this one.
CREATE TABLE reversal(of INTEGER NOT NULL REFERENCES journal,seq INTEGER NOT NULL REFERENCES journal,total INTEGER NOT NULL,reversible INTEGER NOT NULL,PRIMARY KEY(of,seq),CHECK(total<=reversible))STRICT,WITHOUT ROWID;

-- Which of these files have been applied, each with the SHA-256 of its text.
CREATE TABLE migration(version INTEGER PRIMARY KEY,name TEXT NOT NULL,checksum BLOB NOT NULL)STRICT;
