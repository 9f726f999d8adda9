/**
 * The promises of the server as queries: each returns the rows that break one, so an intact database gives none. The chaos runs ask them
 * after every round, `sightline doctor` whenever somebody likes. They read what is committed and hold at any moment, except those marked
 * `settled`, which hold once the scheduler had a minute.
 */
export interface Invariant {
  readonly id: string;
  /** What is promised, as a sentence. */
  readonly promise: string;
  readonly settled: boolean;
  /** Gives column `what`: one line that names the offender. */
  readonly sql: string;
}

const invariant = (id: string, promise: string, sql: string, settled = false): Invariant => ({ id, promise, settled, sql });

export const invariants: readonly Invariant[] = [
  invariant(
    'scan-has-work',
    'A scan that has not ended has tasks, and one of them is still to end or the scan is about to.',
    `select format('scan %s is %s with %s tasks', id, state, tasks_total) as what from scans
     where state in ('created', 'queued', 'running') and tasks_total = 0`,
  ),
  invariant(
    'scan-ends',
    'A scan whose tasks have all ended ends within a minute.',
    `select format('scan %s is still %s', id, state) as what from scans s
     where state in ('queued', 'running') and tasks_done = tasks_total
       and not exists (select from tasks t where t.organization_id = s.organization_id and t.scan_id = s.id
                       and (t.finished_at is null or t.finished_at > clock_timestamp() - interval '1 minute'))`,
    true,
  ),
  invariant(
    'scan-ends-once',
    'A scan ends once: its end is in the audit trail exactly once.',
    `select format('scan %s is %s and its end is in the audit trail %s times', s.id, s.state, count(a.seq)) as what
     from scans s left join audit_entries a on a.organization_id = s.organization_id and a.resource_type = 'scan' and a.resource_id = s.id::text
       and a.action in ('scan.completed', 'scan.failed', 'scan.cancelled')
     group by s.organization_id, s.id, s.state
     having count(a.seq) <> case when s.state in ('completed', 'failed', 'cancelled') then 1 else 0 end`,
  ),
  invariant(
    'scan-counts-tasks',
    'A scan counts its tasks, and those that ended.',
    `select format('scan %s counts %s of %s tasks, there are %s of %s', s.id, s.tasks_done, s.tasks_total,
                   count(t.id) filter (where t.finished_at is not null), count(t.id)) as what
     from scans s left join tasks t on t.organization_id = s.organization_id and t.scan_id = s.id
     group by s.organization_id, s.id, s.tasks_done, s.tasks_total
     having s.tasks_total <> count(t.id) or s.tasks_done <> count(t.id) filter (where t.finished_at is not null)`,
  ),
  invariant(
    'scan-counts-findings',
    'The severity counters of a scan equal the findings it has.',
    `select format('scan %s counts %s/%s/%s/%s/%s', s.id, critical_count, high_count, medium_count, low_count, info_count) as what
     from scans s left join lateral (
       select count(*) filter (where severity = 'critical') as critical, count(*) filter (where severity = 'high') as high,
              count(*) filter (where severity = 'medium') as medium, count(*) filter (where severity = 'low') as low,
              count(*) filter (where severity = 'info') as info
       from findings f where f.organization_id = s.organization_id and f.scan_id = s.id) f on true
     where (critical_count, high_count, medium_count, low_count, info_count) is distinct from (f.critical, f.high, f.medium, f.low, f.info)`,
  ),
  invariant(
    'scan-stops-its-tasks',
    'No task is waiting or running for a scan that has ended.',
    `select format('task %s is %s, its scan %s is %s', t.id, t.state, s.id, s.state) as what
     from tasks t join scans s on s.organization_id = t.organization_id and s.id = t.scan_id and s.created_at = t.scan_created_at
     where t.state in ('queued', 'leased') and s.state in ('completed', 'failed', 'cancelled')`,
  ),
  invariant(
    'one-result',
    'A task that succeeded has one result: one successful attempt, of the epoch the result names, one stored object and one usage record.',
    `select format('task %s (%s) has %s successful attempts, %s results, %s usage records', t.id, t.state, a.n, r.n, u.n) as what
     from tasks t
     cross join lateral (select count(*) as n from attempts where organization_id = t.organization_id and task_id = t.id
       and outcome = 'succeeded' and epoch = t.result_epoch) a
     cross join lateral (select count(*) as n from artifacts where organization_id = t.organization_id and scan_id = t.scan_id and task_id = t.id
       and type = 'result' and state = 'available' and epoch = t.result_epoch and sha256 = t.result_sha256) r
     cross join lateral (select count(*) as n from usage_records where organization_id = t.organization_id and task_id = t.id and epoch = t.result_epoch) u
     where t.state = 'succeeded' and (a.n <> 1 or r.n <> 1 or u.n <> 1)`,
  ),
  invariant(
    'no-other-result',
    'A task that did not succeed has no findings, no usage and no successful attempt.',
    `select format('task %s is %s and has findings, usage or a successful attempt', t.id, t.state) as what from tasks t
     where t.state <> 'succeeded' and (
       exists (select from findings where organization_id = t.organization_id and task_id = t.id)
       or exists (select from usage_records where organization_id = t.organization_id and task_id = t.id)
       or exists (select from attempts where organization_id = t.organization_id and task_id = t.id and outcome = 'succeeded'))`,
  ),
  invariant(
    'task-counts-findings',
    'A task counts the findings it has.',
    `select format('task %s counts %s findings, there are %s', t.id, t.findings_count, count(f.id)) as what
     from tasks t left join findings f on f.organization_id = t.organization_id and f.task_id = t.id
     group by t.organization_id, t.id, t.findings_count having t.findings_count <> count(f.id)`,
  ),
  invariant(
    'finding-once',
    'No finding is stored twice in a scan.',
    `select format('scan %s has finding %s of %s %s times', scan_id, fingerprint, engine, count(*)) as what
     from findings group by organization_id, scan_id, engine, fingerprint having count(*) > 1`,
  ),
  invariant(
    'lease-has-attempt',
    'A leased task has exactly one open attempt, of its epoch and worker; any other has none.',
    `select format('task %s is %s at epoch %s with %s open attempts', t.id, t.state, t.epoch, count(a.epoch)) as what
     from tasks t left join attempts a on a.organization_id = t.organization_id and a.task_id = t.id and a.outcome is null
     group by t.organization_id, t.id, t.state, t.epoch, t.worker_id
     having count(a.epoch) <> case t.state when 'leased' then 1 else 0 end
         or (t.state = 'leased' and bool_or(a.epoch <> t.epoch or a.worker_id <> t.worker_id))`,
  ),
  invariant(
    'lease-is-reaped',
    'A lease that ran out is taken back within a minute.',
    `select format('task %s: lease ran out at %s', id, lease_expires_at) as what from tasks
     where state = 'leased' and lease_expires_at < clock_timestamp() - interval '1 minute'`,
    true,
  ),
  invariant(
    'slots',
    'No worker holds more leases than it has slots.',
    `select format('worker %s has %s slots and %s leases', w.id, w.slots, count(*)) as what
     from tasks t join workers w on w.id = t.worker_id where t.state = 'leased' and t.lease_expires_at > clock_timestamp()
     group by w.id, w.slots having count(*) > w.slots`,
  ),
  invariant(
    'attempts-bounded',
    'No task is tried more often than it may be; one that is given up is a dead letter with its error.',
    `select format('task %s is %s after %s of %s attempts', id, state, failed_attempts, max_attempts) as what from tasks
     where failed_attempts > max_attempts or (state = 'failed' and error_code is null) or (dead_at is not null and state <> 'failed')`,
  ),
  invariant(
    'load',
    'The count of active scans of an organisation is the number of its scans that have not ended.',
    `select format('organization %s counts %s active scans, there are %s', o.id, coalesce(l.active_scans, 0), count(s.id)) as what
     from organizations o left join organization_load l on l.organization_id = o.id
     left join scans s on s.organization_id = o.id and s.state in ('created', 'queued', 'running')
     group by o.id, l.active_scans having coalesce(l.active_scans, 0) <> count(s.id)`,
  ),
  invariant(
    'active-keys',
    'Only a scan that has not ended holds the key that joins equal submissions.',
    `select format('scan %s is %s and still holds its key', s.id, s.state) as what
     from submission_keys k join scans s on s.organization_id = k.organization_id and s.id = k.scan_id and s.created_at = k.scan_created_at
     where k.kind = 'active' and s.state in ('completed', 'failed', 'cancelled')`,
  ),
  invariant(
    'issue-one-to-one',
    'An issue explains at most one finding of an engine in a scan, and every finding of a completed scan has its issue.',
    `select format('issue %s has %s findings of %s in scan %s', issue_id, count(*), engine, scan_id) as what from findings
     where issue_id is not null group by organization_id, scan_id, engine, issue_id having count(*) > 1
     union all
     select format('finding %s of scan %s has no issue', f.id, f.scan_id) from findings f
     join scans s on s.organization_id = f.organization_id and s.id = f.scan_id and s.created_at = f.scan_created_at
     where s.state = 'completed' and (f.issue_id is null
       or not exists (select from issues i where i.organization_id = f.organization_id and i.id = f.issue_id))`,
  ),
  invariant(
    'issue-detected',
    'An issue counts as gone only where it is absent on every ref.',
    `select format('issue %s says %s', i.id, i.is_detected) as what from issues i
     where i.is_detected <> exists (select from issue_refs r where r.organization_id = i.organization_id and r.issue_id = i.id and r.presence <> 'absent')`,
  ),
  invariant(
    'audit-gapless',
    'The audit trail of an organisation has no gap, and each entry names the one before.',
    `select format('organization %s: audit entry %s does not follow', organization_id, seq) as what from (
       select organization_id, seq, prev_hash, lag(seq, 1, 0::bigint) over w as before,
              lag(hash, 1, decode(repeat('00', 32), 'hex')) over w as hash_before
       from audit_entries window w as (partition by organization_id order by seq)) chain
     where seq <> before + 1 or prev_hash <> hash_before
     union all
     select format('organization %s: the head of the audit trail is not its last entry', h.organization_id) from audit_heads h
     where not exists (select from audit_entries a where a.organization_id = h.organization_id and a.seq = h.seq and a.hash = h.hash)
        or exists (select from audit_entries a where a.organization_id = h.organization_id and a.seq > h.seq)`,
  ),
  invariant(
    'events-placed',
    'Every event gets its place within a minute.',
    `select format('event %s of %s has no position', id, occurred_at) as what from events
     where position is null and occurred_at < clock_timestamp() - interval '1 minute'`,
    true,
  ),
  invariant(
    'events-tell-ends',
    // Events are kept for a day at least.
    'Every scan that ended told so in exactly one event of its end.',
    `select format('scan %s is %s and told its end %s times', s.id, s.state, count(e.id)) as what
     from scans s left join events e on e.organization_id = s.organization_id and e.subject_id = s.id and e.type = 'scan.status_changed'
       and e.payload ->> 'to' in ('completed', 'failed', 'cancelled')
     where s.finished_at is null or s.finished_at > clock_timestamp() - interval '1 day'
     group by s.organization_id, s.id, s.state
     having count(e.id) <> case when s.state in ('completed', 'failed', 'cancelled') then 1 else 0 end`,
  ),
];
