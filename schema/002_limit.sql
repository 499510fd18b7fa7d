-- Rate limits. The numbers of the class and the algorithm are those of core/model/limit_policy.h.

-- The rule of a user, or of `default`. A rule that was unset, or only reset so far, has no algorithm; its row is kept,
-- so that its version goes on. An algorithm of 0 is no limit, and has no numbers.
CREATE TABLE limit_rule(number INTEGER PRIMARY KEY REFERENCES journal,user TEXT NOT NULL CHECK(user>''),class INTEGER NOT NULL,algorithm INTEGER,rate INTEGER CHECK(rate>0),period_ms INTEGER CHECK(period_ms>0),burst INTEGER CHECK(burst>0),fails_open INTEGER CHECK(fails_open IN(0,1)),version INTEGER NOT NULL CHECK(version>0),UNIQUE(user,class))STRICT;
