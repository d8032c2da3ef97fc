-- Columns are INTEGER, TEXT, BLOB and REAL; times are microseconds since 1970 in UTC, booleans 0 and 1, JSON is TEXT, ids are the 16 bytes of a UUID.
-- Small rows with a key of their own need no other (WITHOUT ROWID): one page less to write for each.
-- An index stands here only where a query needs it. `step` has none on purpose: a run's steps are the range first_step..last_step of its row.

CREATE TABLE tenant (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    parent BLOB REFERENCES tenant (id),
    display_name TEXT NOT NULL,
    email TEXT,
    country TEXT,
    language TEXT,
    time_zone TEXT,
    tags TEXT NOT NULL,
    custom TEXT NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX tenant_parent ON tenant (parent);
CREATE UNIQUE INDEX tenant_provider ON tenant (kind) WHERE kind = 'Provider';

CREATE TABLE user_ (
    id BLOB PRIMARY KEY,
    tenant BLOB NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    upn TEXT,
    first_name TEXT,
    last_name TEXT,
    display_name TEXT NOT NULL,
    email TEXT,
    language TEXT,
    enabled INTEGER NOT NULL,
    tags TEXT NOT NULL,
    custom TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (tenant, name)
) WITHOUT ROWID;

CREATE TABLE token (
    id TEXT PRIMARY KEY,
    sha256 BLOB NOT NULL,
    principal TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) WITHOUT ROWID;

CREATE TABLE service (
    name TEXT PRIMARY KEY,
    current TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE service_version (
    hash TEXT PRIMARY KEY,
    service TEXT NOT NULL,
    version TEXT NOT NULL,
    program TEXT NOT NULL,
    definition TEXT NOT NULL,
    imported_by TEXT NOT NULL,
    imported_at INTEGER NOT NULL
);
CREATE INDEX service_version_service ON service_version (service);

CREATE TABLE blob (
    hash TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
);

CREATE TABLE program (
    hash TEXT PRIMARY KEY,
    json TEXT NOT NULL,
    used_at INTEGER NOT NULL
);

-- The files a package or a program is made of.
CREATE TABLE file (
    owner TEXT NOT NULL,
    path TEXT NOT NULL,
    blob TEXT NOT NULL,
    PRIMARY KEY (owner, path)
) WITHOUT ROWID;
CREATE INDEX file_blob ON file (blob);

CREATE TABLE property_value (
    service TEXT NOT NULL,
    place BLOB NOT NULL,
    property TEXT NOT NULL,
    level TEXT NOT NULL,
    value TEXT NOT NULL,
    locked INTEGER NOT NULL,
    PRIMARY KEY (service, place, property)
) WITHOUT ROWID;

-- `plan` is `*` for every plan.
CREATE TABLE override_ (
    service TEXT NOT NULL,
    place BLOB NOT NULL,
    property TEXT NOT NULL,
    plan TEXT NOT NULL,
    level TEXT NOT NULL,
    value TEXT NOT NULL,
    locked INTEGER NOT NULL,
    PRIMARY KEY (service, place, property, plan)
) WITHOUT ROWID;

CREATE TABLE subscription (
    id BLOB PRIMARY KEY,
    tenant BLOB NOT NULL REFERENCES tenant (id),
    user_ BLOB REFERENCES user_ (id),
    parent BLOB REFERENCES subscription (id),
    service TEXT NOT NULL,
    plan TEXT,
    instance TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX subscription_live ON subscription (tenant, coalesce(user_, x''), service, instance) WHERE state <> 'ended';
CREATE INDEX subscription_parent ON subscription (parent) WHERE parent IS NOT NULL;

CREATE TABLE request (
    id BLOB PRIMARY KEY,
    subscription BLOB NOT NULL,
    verb TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    reason TEXT,
    program_hash TEXT NOT NULL,
    snapshot TEXT NOT NULL
);

CREATE TABLE idempotency (
    principal TEXT NOT NULL,
    key TEXT NOT NULL,
    route TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    run BLOB,
    at INTEGER NOT NULL,
    PRIMARY KEY (principal, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_at ON idempotency (at);

-- Hot: changed with every step. What changes comes first, what is wide stands in `request`.
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    first_step INTEGER,
    last_step INTEGER,
    recorded_at INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    owner INTEGER,
    state TEXT NOT NULL,
    cancelled INTEGER NOT NULL,
    public BLOB NOT NULL UNIQUE,
    request BLOB NOT NULL,
    subscription BLOB NOT NULL,
    verb TEXT NOT NULL,
    service TEXT NOT NULL,
    service_version TEXT NOT NULL,
    plan TEXT,
    tenant TEXT NOT NULL,
    user_ TEXT,
    instance TEXT NOT NULL,
    reason TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER
);
CREATE INDEX run_active ON run (subscription) WHERE state IN ('queued', 'running', 'waiting', 'attention', 'undoing');
CREATE INDEX run_subscription ON run (subscription);
CREATE INDEX run_tenant ON run (tenant);

-- Append-only: the latest row of a (seq, item) is the state of that step.
CREATE TABLE step (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    item INTEGER,
    attempt INTEGER NOT NULL,
    rule TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    detail TEXT NOT NULL
);

CREATE TABLE wait (
    run INTEGER PRIMARY KEY,
    reason TEXT NOT NULL,
    until INTEGER,
    key TEXT,
    data TEXT NOT NULL
);
CREATE INDEX wait_until ON wait (until) WHERE until IS NOT NULL;

CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    step INTEGER NOT NULL,
    at INTEGER NOT NULL,
    level TEXT NOT NULL,
    code TEXT,
    message TEXT NOT NULL,
    data TEXT NOT NULL,
    source TEXT
);
CREATE INDEX log_run ON log (run);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    event BLOB NOT NULL,
    kind TEXT NOT NULL,
    run BLOB NOT NULL,
    at INTEGER NOT NULL
);

CREATE TABLE billing_event (
    id BLOB PRIMARY KEY,
    run BLOB NOT NULL,
    subscription BLOB NOT NULL,
    tenant TEXT NOT NULL,
    service TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    plan TEXT,
    sku TEXT,
    quantity TEXT NOT NULL
) WITHOUT ROWID;
-- A run is billed once; taking it back is one event more.
CREATE UNIQUE INDEX billing_event_run ON billing_event (run) WHERE kind <> 'reversal';
CREATE UNIQUE INDEX billing_event_reversal ON billing_event (run) WHERE kind = 'reversal';
CREATE INDEX billing_event_at ON billing_event (at);

CREATE TABLE worker (
    id INTEGER PRIMARY KEY,
    boot BLOB NOT NULL UNIQUE,
    started_at INTEGER NOT NULL,
    lease_until INTEGER NOT NULL
);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    principal TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    correlation TEXT
);
