-- The first schema of the server. Rules that hold for every table:
--   * organization_id leads every key of a table that belongs to an organisation, and foreign keys are composite: no row points across.
--   * ids are UUIDv7 made by the application; a partitioned table's created_at is the time inside its id, so a look-up by id finds one partition.
--   * states are checked here as well as in the domain's transition tables; a terminal state never changes (trigger).

create function uuid_v7_time(id uuid) returns timestamptz
  language sql immutable strict parallel safe
  return to_timestamp((('x' || left(id::text, 8) || substr(id::text, 10, 4))::bit(48)::bigint)::double precision / 1000);

create function refuse_leaving_terminal_state() returns trigger language plpgsql as $$
begin
  raise exception 'a % in state % never changes to %', tg_table_name, old.state, new.state using errcode = '23514', constraint = 'terminal_state';
end $$;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed', tg_table_name using errcode = '23514', constraint = 'append_only';
end $$;

create table organizations (
  id uuid primary key,
  slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name text not null check (length(name) between 1 and 200),
  created_at timestamptz not null default now()
);

-- Work under way, kept exact by the transactions that change it: the bounded queue asks here.
create table organization_load (
  organization_id uuid primary key references organizations (id) on delete cascade,
  active_scans integer not null default 0 check (active_scans >= 0)
);

-- The instance itself: operator tokens (hash only) and facts such as when the cleaner last ran.
create table operator_tokens (
  id text primary key,
  secret_sha256 bytea not null check (length(secret_sha256) = 32),
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);

create table instance_facts (
  name text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);

create table projects (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  slug text not null check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name text not null check (length(name) between 1 and 200),
  description text not null default '' check (length(description) <= 4000),
  repository_url text check (length(repository_url) <= 2048),
  default_branch text check (length(default_branch) <= 255),
  -- Scans of this project that may run at once; further ones wait in the queue.
  max_running_scans integer not null default 4 check (max_running_scans between 1 and 1000),
  -- Its findings are known: they do not fail the gate of later scans. Never removed by retention.
  baseline_scan_id uuid,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, id),
  constraint projects_slug unique (organization_id, slug)
);
create index projects_by_url on projects (organization_id, repository_url) where repository_url is not null;

-- Encrypted by the application with a key that is not in the database.
create table project_credentials (
  organization_id uuid not null,
  project_id uuid not null,
  username text,
  sealed bytea not null,
  key_id text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, project_id),
  foreign key (organization_id, project_id) references projects (organization_id, id) on delete cascade
);

create table scans (
  organization_id uuid not null,
  id uuid not null,
  created_at timestamptz not null,
  project_id uuid not null,
  kind text not null default 'scan' check (kind in ('scan', 'import')),
  state text not null check (state in ('created', 'queued', 'running', 'completed', 'failed', 'cancelled')),
  priority text not null default 'interactive' check (priority in ('interactive', 'batch')),
  -- {"type": "git", "url", "ref"?, "commit"?} or {"type": "artifact", "artifact_id"}
  source jsonb not null,
  -- What its findings speak of: the branch or tag; 'HEAD' until it is known, and for archives the project's default branch or 'HEAD'.
  ref text not null check (length(ref) between 1 and 255),
  commit_sha text check (commit_sha ~ '^([0-9a-f]{40}|[0-9a-f]{64})$'),
  engines text[] not null check (cardinality(engines) between 1 and 64),
  shard_count integer not null default 1 check (shard_count between 1 and 256),
  -- {"fail_on"?, "exclude"?, "allow_partial"?, ...}
  options jsonb not null default '{}',
  requested_by text not null,
  trace_id text,
  cancel_requested_at timestamptz,
  cancel_reason text,
  queued_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  deadline_at timestamptz,
  coverage_state text check (coverage_state in ('full', 'partial')),
  gate_state text check (gate_state in ('passed', 'failed')),
  gate jsonb,
  error_code text,
  error_message text check (length(error_message) <= 4000),
  warnings text[] not null default '{}',
  tasks_total integer not null default 0 check (tasks_total >= 0),
  tasks_done integer not null default 0 check (tasks_done between 0 and tasks_total),
  findings_total integer not null default 0,
  critical_count integer not null default 0 check (critical_count >= 0),
  high_count integer not null default 0 check (high_count >= 0),
  medium_count integer not null default 0 check (medium_count >= 0),
  low_count integer not null default 0 check (low_count >= 0),
  info_count integer not null default 0 check (info_count >= 0),
  revision integer not null default 1,
  primary key (organization_id, id, created_at),
  foreign key (organization_id, project_id) references projects (organization_id, id) on delete cascade,
  constraint scans_created_at_of_id check (created_at = uuid_v7_time(id)),
  constraint scans_counters_add_up check (findings_total = critical_count + high_count + medium_count + low_count + info_count),
  constraint scans_terminal_has_end check ((state in ('completed', 'failed', 'cancelled')) = (finished_at is not null)),
  constraint scans_failed_has_error check (state <> 'failed' or error_code is not null),
  constraint scans_completed_has_verdict check (state <> 'completed' or (coverage_state is not null and gate_state is not null))
) partition by range (created_at);
create table scans_default partition of scans default;
create index scans_newest on scans (organization_id, created_at desc, id desc);
create index scans_of_project on scans (organization_id, project_id, created_at desc, id desc);
create index scans_active on scans (organization_id, project_id, created_at, id) where state in ('created', 'queued', 'running');
create index scans_running on scans (organization_id, project_id, id) where state = 'running';
create index scans_by_end on scans (finished_at) where finished_at is not null;
create trigger scans_terminal before update on scans for each row
  when (old.state in ('completed', 'failed', 'cancelled') and new.state <> old.state) execute function refuse_leaving_terminal_state();

-- "The same submission twice": by the caller's Idempotency-Key for a day, by what is scanned while that scan is active.
create table submission_keys (
  organization_id uuid not null,
  kind text not null check (kind in ('idempotency', 'active')),
  key text not null check (length(key) between 1 and 255),
  request_sha256 text not null,
  scan_id uuid not null,
  scan_created_at timestamptz not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  primary key (organization_id, kind, key),
  foreign key (organization_id, scan_id, scan_created_at) references scans (organization_id, id, created_at) on delete cascade
);
create index submission_keys_of_scan on submission_keys (organization_id, scan_id);

create table workers (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  host text not null,
  pid integer not null,
  version text not null,
  slots integer not null check (slots between 1 and 1024),
  -- {"engines": [...], "tools": [...], "sandbox": "none"}
  capabilities jsonb not null,
  state text not null check (state in ('active', 'draining', 'stopped', 'lost')),
  registered_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  stopped_at timestamptz
);
create index workers_alive on workers (last_seen_at) where state in ('active', 'draining');

create table tasks (
  organization_id uuid not null,
  id uuid not null,
  created_at timestamptz not null default now(),
  scan_id uuid not null,
  scan_created_at timestamptz not null,
  project_id uuid not null,
  engine text not null,
  shard integer not null check (shard >= 0),
  shard_count integer not null check (shard_count > shard),
  state text not null check (state in ('queued', 'leased', 'succeeded', 'failed', 'cancelled')),
  priority text not null check (priority in ('interactive', 'batch')),
  -- The fencing token: one higher with each lease. A write that names an older one is refused.
  epoch integer not null default 0 check (epoch >= 0),
  -- Leases that ended without a result and count; a hand-back does not.
  failed_attempts integer not null default 0 check (failed_attempts >= 0),
  max_attempts integer not null default 3 check (max_attempts between 1 and 100),
  available_at timestamptz not null default now(),
  timeout_ms integer not null check (timeout_ms > 0),
  worker_id uuid references workers (id),
  leased_at timestamptz,
  lease_expires_at timestamptz,
  finished_at timestamptz,
  result_epoch integer,
  result_sha256 text check (result_sha256 ~ '^[0-9a-f]{64}$'),
  findings_count integer not null default 0,
  fenced_commits integer not null default 0,
  error_code text,
  error_message text check (length(error_message) <= 4000),
  -- Set while the task is a dead letter: failed for good, waiting for somebody to look or to drive it again.
  dead_at timestamptz,
  primary key (organization_id, id),
  constraint tasks_of_scan unique (organization_id, scan_id, engine, shard),
  foreign key (organization_id, scan_id, scan_created_at) references scans (organization_id, id, created_at) on delete cascade,
  constraint tasks_lease_whole check ((state = 'leased') = (worker_id is not null) and (state = 'leased') = (lease_expires_at is not null)),
  constraint tasks_result_whole check ((state = 'succeeded') = (result_sha256 is not null) and (state = 'succeeded') = (result_epoch is not null)),
  constraint tasks_terminal_has_end check ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null))
);
create index tasks_waiting on tasks (organization_id, project_id, priority, available_at, id) where state = 'queued';
create index tasks_leases on tasks (lease_expires_at) where state = 'leased';
create index tasks_of_worker on tasks (worker_id) where state = 'leased';
create index tasks_dead on tasks (organization_id, dead_at desc, id desc) where dead_at is not null;
-- A dead letter may be driven again: the only way out of an end, and it begins the scan's task anew with a higher epoch.
create trigger tasks_terminal before update on tasks for each row
  when (old.state in ('succeeded', 'failed', 'cancelled') and new.state <> old.state
        and not (old.state = 'failed' and old.dead_at is not null and new.state = 'queued' and new.dead_at is null))
  execute function refuse_leaving_terminal_state();

create table attempts (
  organization_id uuid not null,
  task_id uuid not null,
  epoch integer not null,
  worker_id uuid not null,
  worker_name text not null,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  outcome text check (outcome in ('succeeded', 'failed', 'expired', 'released', 'cancelled')),
  error_code text,
  error_message text check (length(error_message) <= 4000),
  -- Lines of the scan's log that came from it; further ones are dropped.
  log_lines integer not null default 0,
  primary key (organization_id, task_id, epoch),
  foreign key (organization_id, task_id) references tasks (organization_id, id) on delete cascade,
  constraint attempts_end_whole check ((outcome is null) = (finished_at is null))
);

create table findings (
  organization_id uuid not null,
  id uuid not null,
  created_at timestamptz not null,
  scan_id uuid not null,
  scan_created_at timestamptz not null,
  task_id uuid not null,
  project_id uuid not null,
  issue_id uuid,
  engine text not null,
  tool_name text not null,
  tool_version text,
  rule_id text not null,
  kind text not null check (kind in ('sast', 'secret', 'dependency', 'licence', 'iac', 'ai', 'go')),
  severity text not null check (severity in ('critical', 'high', 'medium', 'low', 'info')),
  severity_rank smallint not null generated always as (
    case severity when 'critical' then 0 when 'high' then 1 when 'medium' then 2 when 'low' then 3 else 4 end) stored,
  confidence text not null check (confidence in ('high', 'medium', 'low')),
  title text not null,
  message text not null,
  location_type text not null check (location_type in ('file', 'package', 'resource')),
  path text not null,
  start_line integer,
  start_column integer,
  end_line integer,
  end_column integer,
  -- The whole location as the domain has it, with what the columns above do not hold (commit, purl, address).
  location jsonb not null,
  snippet jsonb,
  cwe text[] not null default '{}',
  cve text[] not null default '{}',
  cvss_score numeric(3, 1) check (cvss_score between 0 and 10),
  cvss_vector text,
  package_name text,
  package_version text,
  fixed_version text,
  license_name text,
  license_type text,
  remediation text,
  reference_urls text[] not null default '{}',
  raw_output jsonb,
  -- Value of sightline/v1, then all evidence: [{"algorithm", "key_id"?, "value"}].
  fingerprint text not null,
  fingerprints jsonb not null,
  suppression jsonb,
  baseline_state text check (baseline_state in ('new', 'unchanged')),
  primary key (organization_id, id, created_at),
  foreign key (organization_id, scan_id, scan_created_at) references scans (organization_id, id, created_at) on delete cascade,
  constraint findings_created_at_of_id check (created_at = uuid_v7_time(id))
) partition by range (created_at);
create table findings_default partition of findings default;
create index findings_of_scan on findings (organization_id, scan_id, severity_rank, id);
create index findings_of_issue on findings (organization_id, issue_id, created_at desc) where issue_id is not null;

-- The coverage manifest of a task: engines, every file that was not plainly analysed, and the plainly analysed paths as one packed list.
create table coverage (
  organization_id uuid not null,
  task_id uuid not null,
  scan_id uuid not null,
  scan_created_at timestamptz not null,
  engines jsonb not null,
  -- Rule ids that were in force, by engine: {"secrets": ["..."]}
  rules_in_force jsonb not null,
  files_analysed integer not null,
  files_excluded integer not null,
  files_degraded integer not null,
  files_failed integer not null,
  bytes_analysed bigint not null,
  -- zlib deflate of the paths, sorted, each ended by a NUL byte.
  analysed_paths bytea not null,
  primary key (organization_id, task_id),
  foreign key (organization_id, task_id) references tasks (organization_id, id) on delete cascade
);
create index coverage_of_scan on coverage (organization_id, scan_id);

create table coverage_files (
  organization_id uuid not null,
  task_id uuid not null,
  ordinal integer not null,
  path text not null,
  state text not null check (state in ('analysed', 'degraded', 'excluded', 'failed')),
  engine text,
  reason text,
  detail text,
  size_bytes bigint,
  primary key (organization_id, task_id, ordinal),
  foreign key (organization_id, task_id) references coverage (organization_id, task_id) on delete cascade
);

-- Every rule a finding of the scan names, as it was then.
create table scan_rules (
  organization_id uuid not null,
  scan_id uuid not null,
  scan_created_at timestamptz not null,
  engine text not null,
  rule_id text not null,
  rule jsonb not null,
  primary key (organization_id, scan_id, engine, rule_id),
  foreign key (organization_id, scan_id, scan_created_at) references scans (organization_id, id, created_at) on delete cascade
);

create table artifacts (
  organization_id uuid not null,
  id uuid not null,
  type text not null check (type in ('source', 'result', 'report', 'log', 'sarif')),
  state text not null check (state in ('pending', 'available', 'deleted')),
  project_id uuid,
  scan_id uuid,
  task_id uuid,
  epoch integer,
  filename text not null check (length(filename) between 1 and 255),
  content_type text not null,
  -- Declared with an upload, verified when it ends.
  size_bytes bigint not null check (size_bytes >= 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  storage_key text not null,
  created_at timestamptz not null default now(),
  available_at timestamptz,
  expires_at timestamptz,
  deleted_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, project_id) references projects (organization_id, id) on delete cascade
);
create unique index artifacts_by_key on artifacts (storage_key);
create index artifacts_of_scan on artifacts (organization_id, scan_id) where scan_id is not null;
create index artifacts_pending on artifacts (organization_id) where state = 'pending';
create index artifacts_expiring on artifacts (expires_at) where state <> 'deleted' and expires_at is not null;

create table scan_logs (
  organization_id uuid not null,
  scan_id uuid not null,
  scan_created_at timestamptz not null,
  id bigint generated always as identity,
  at timestamptz not null default clock_timestamp(),
  level text not null check (level in ('debug', 'info', 'warn', 'error')),
  task_id uuid,
  epoch integer,
  message text not null check (length(message) <= 4000),
  primary key (organization_id, scan_id, id),
  foreign key (organization_id, scan_id, scan_created_at) references scans (organization_id, id, created_at) on delete cascade
);

-- Outbox: written in the transaction of the change; a relay gives each its position after the commit, in an order that never goes back.
create table events (
  organization_id uuid not null,
  id uuid not null,
  type text not null,
  schema_version integer not null,
  subject_id uuid not null,
  scan_id uuid,
  occurred_at timestamptz not null default clock_timestamp(),
  trace_id text,
  payload jsonb not null,
  -- Order of writing, which within one transaction is the order of the facts; clocks are too coarse for that.
  ordinal bigint not null generated always as identity,
  position bigint,
  primary key (organization_id, id)
);
create sequence event_positions;
create unique index events_by_position on events (position) where position is not null;
create index events_unplaced on events (ordinal) where position is null;
create index events_of_organization on events (organization_id, position) where position is not null;
create index events_of_scan on events (organization_id, scan_id, position) where scan_id is not null and position is not null;
create index events_by_age on events (occurred_at);

-- One priced quantity for each task that has a result: the key is what makes charging twice impossible.
create table usage_records (
  organization_id uuid not null,
  task_id uuid not null,
  scan_id uuid not null,
  project_id uuid not null,
  engine text not null,
  epoch integer not null,
  engine_ms bigint not null check (engine_ms >= 0),
  files_analysed integer not null,
  bytes_analysed bigint not null,
  recorded_at timestamptz not null default now(),
  primary key (organization_id, task_id)
);
create index usage_by_time on usage_records (organization_id, recorded_at);

-- A hash chain for each organisation; entries survive what they speak of.
create table audit_heads (
  organization_id uuid primary key references organizations (id),
  seq bigint not null,
  hash bytea not null
);
create table audit_entries (
  organization_id uuid not null references organizations (id),
  seq bigint not null check (seq > 0),
  at timestamptz not null,
  actor text not null,
  action text not null,
  resource_type text not null,
  resource_id text not null,
  data jsonb not null,
  -- SHA-256 of the entry before (zeros for the first) and of this one, over its canonical JSON.
  prev_hash bytea not null check (length(prev_hash) = 32),
  hash bytea not null check (length(hash) = 32),
  primary key (organization_id, seq)
);
create trigger audit_entries_append_only before update or delete on audit_entries for each row execute function refuse_change();
create index audit_by_resource on audit_entries (organization_id, resource_type, resource_id, seq desc);

create table issues (
  organization_id uuid not null,
  id uuid not null,
  project_id uuid not null,
  kind text not null check (kind in ('sast', 'secret', 'dependency', 'licence', 'iac', 'ai', 'go')),
  rule_id text not null,
  title text not null,
  severity text not null check (severity in ('critical', 'high', 'medium', 'low', 'info')),
  severity_rank smallint not null generated always as (
    case severity when 'critical' then 0 when 'high' then 1 when 'medium' then 2 when 'low' then 3 else 4 end) stored,
  confidence text not null check (confidence in ('high', 'medium', 'low')),
  cwe text[] not null default '{}',
  cve text[] not null default '{}',
  -- Where it was seen last.
  path text not null,
  start_line integer,
  -- The decision in force; the decisions themselves are in issue_decisions.
  triage text not null default 'open' check (triage in ('open', 'confirmed', 'false_positive', 'accepted', 'wont_fix', 'fixed')),
  triage_reason text,
  triage_expires_at timestamptz,
  -- Set while the source itself says not to act on it (an inline comment, an ignore file).
  suppressed_in_source boolean not null default false,
  -- False when it is absent on every ref, so that it may be forgotten; kept by the transactions that write issue_refs.
  is_detected boolean not null default true,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  reopened_at timestamptz,
  newest_finding_id uuid,
  revision integer not null default 1,
  primary key (organization_id, id),
  foreign key (organization_id, project_id) references projects (organization_id, id) on delete cascade
);
create index issues_worst on issues (organization_id, project_id, severity_rank, last_seen_at desc, id);
create index issues_newest on issues (organization_id, last_seen_at desc, id desc);
create index issues_expiring on issues (triage_expires_at) where triage_expires_at is not null;

create table issue_fingerprints (
  organization_id uuid not null,
  project_id uuid not null,
  algorithm text not null,
  key_id text not null default '',
  value text not null,
  issue_id uuid not null,
  engine text not null,
  rule_id text not null,
  last_seen_at timestamptz not null,
  -- Two engines can hold the same evidence of one issue (the HMAC of the same secret), and each is matched by its own.
  primary key (organization_id, project_id, algorithm, key_id, value, issue_id, engine),
  foreign key (organization_id, issue_id) references issues (organization_id, id) on delete cascade
);
create index issue_fingerprints_of_issue on issue_fingerprints (organization_id, issue_id);

create table issue_witnesses (
  organization_id uuid not null,
  issue_id uuid not null,
  engine text not null,
  rule_id text not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (organization_id, issue_id, engine, rule_id),
  foreign key (organization_id, issue_id) references issues (organization_id, id) on delete cascade
);

create table issue_refs (
  organization_id uuid not null,
  project_id uuid not null,
  issue_id uuid not null,
  ref text not null,
  presence text not null check (presence in ('detected', 'absent', 'unknown')),
  first_scan_id uuid not null,
  last_scan_id uuid not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  gone_at timestamptz,
  primary key (organization_id, issue_id, ref),
  foreign key (organization_id, issue_id) references issues (organization_id, id) on delete cascade,
  constraint issue_refs_gone check ((presence = 'absent') = (gone_at is not null))
-- Every scan rewrites the rows of what it found again: with room on their pages, without touching an index.
) with (fillfactor = 70);
-- What a scan of the ref asks about when it did not find it again.
create index issue_refs_there on issue_refs (organization_id, project_id, ref) where presence <> 'absent';

create table issue_decisions (
  organization_id uuid not null,
  id uuid not null,
  issue_id uuid not null,
  triage text not null check (triage in ('open', 'confirmed', 'false_positive', 'accepted', 'wont_fix', 'fixed')),
  reason text not null check (length(reason) <= 4000),
  author text not null,
  -- manual: a person; regression, expiry, absence: the rules of the house
  cause text not null check (cause in ('manual', 'regression', 'expiry', 'absence')),
  expires_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  primary key (organization_id, id),
  foreign key (organization_id, issue_id) references issues (organization_id, id) on delete cascade
);
create index issue_decisions_of_issue on issue_decisions (organization_id, issue_id, created_at desc);
create trigger issue_decisions_append_only before update on issue_decisions for each row execute function refuse_change();

-- The newest scan of each project and ref that may say what is there: kept by retention, whatever its age.
create table ref_heads (
  organization_id uuid not null,
  project_id uuid not null,
  ref text not null,
  newest_full_scan_id uuid not null,
  newest_full_scan_at timestamptz not null,
  primary key (organization_id, project_id, ref),
  foreign key (organization_id, project_id) references projects (organization_id, id) on delete cascade
);

create table retention_runs (
  id uuid primary key,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  dry_run boolean not null,
  statistics jsonb
);
