/** The worker's own connection speaks plain SQL: its session is what holds the presence lock. */

/**
 * Free as soon as the session that holds it ends, however it ends. A worker that keeps rates for itself holds it alone;
 * workers that keep them together hold it together.
 */
export const tryPresenceAlone = "select pg_try_advisory_lock(7406232) as held";
export const tryPresenceShared = "select pg_try_advisory_lock_shared(7406232) as held";

export const insertWorker = `
  insert into worker (id, name, started_at, lease_until) values ($1, $2, now(), now() + $3 * interval '1 second')`;

/** No row: another process declared this worker dead and took its batches. */
export const renewLease =
  "update worker set lease_until = now() + $2 * interval '1 second', troubles = $3 where id = $1 returning id";

export const deleteWorker = "delete from worker where id = $1";
