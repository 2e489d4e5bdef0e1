-- Updates the sessions that new events belong to, and what progress says about them: how many were active at the same
-- time, and by how much the student's clock is off.
--
-- fresh: new events, as resolve_facts() returns them; fold_progress() has seen them.
-- batch: as in store_facts(); the session's id and the claimed time of an event that was ahead are read from it.
--
-- Every column is a sum, a least or a greatest value, so the order of arrival does not matter. An event without a session
-- id belongs to the session ''. A lag is the time from an event, by the student's clock, to its arrival; `last_lag` is
-- the least one of the last arrival. The newest session that can be judged decides about the clock.
-- classpulse.progress.sessions has the same rules in Python.
CREATE OR REPLACE FUNCTION fold_sessions(fresh new_fact[], batch jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sessions AS old (
        student_id, session_id, class_id, first_received_at, last_received_at, last_day, first_event_time,
        last_event_time, events, runs, errors, receipts, min_lag, last_lag, notebook_path, notebook_at
    )
    SELECT student_id, session_id, min(class_id), min(received_at), max(received_at),
        CAST(max(received_at) AT TIME ZONE 'UTC' AS date), min(claimed), max(claimed), count(*),
        count(*) FILTER (WHERE is_run), count(*) FILTER (WHERE is_error), count(DISTINCT received_at), min(lag),
        (array_agg(lag ORDER BY received_at DESC, lag))[1],
        (array_agg(notebook_path ORDER BY ordering DESC) FILTER (WHERE notebook_path IS NOT NULL))[1],
        coalesce(max(ordering) FILTER (WHERE notebook_path IS NOT NULL), '')
    FROM (
        SELECT timed.*, extract(epoch FROM received_at - claimed)::double precision AS lag
        FROM (
            SELECT fact.student_id, fact.class_id, fact.received_at, fact.is_run, fact.is_error, fact.notebook_path,
                fact.ordering, coalesce(batch -> fact.number ->> 'session_id', '') COLLATE "C" AS session_id,
                greatest(
                    fact.event_time, CAST(batch -> fact.number #>> '{payload,claimedEventTime}' AS timestamptz)
                ) AS claimed
            FROM unnest(fresh) AS fact
        ) AS timed
    ) AS lagging
    GROUP BY student_id, session_id
    ON CONFLICT (student_id, session_id) DO UPDATE SET
        first_received_at = least(old.first_received_at, excluded.first_received_at),
        last_received_at = greatest(old.last_received_at, excluded.last_received_at),
        last_day = greatest(old.last_day, excluded.last_day),
        first_event_time = least(old.first_event_time, excluded.first_event_time),
        last_event_time = greatest(old.last_event_time, excluded.last_event_time),
        events = old.events + excluded.events,
        runs = old.runs + excluded.runs,
        errors = old.errors + excluded.errors,
        receipts = old.receipts + excluded.receipts,
        min_lag = least(old.min_lag, excluded.min_lag),
        last_lag = CASE
            WHEN excluded.last_received_at > old.last_received_at THEN excluded.last_lag
            WHEN excluded.last_received_at = old.last_received_at THEN least(old.last_lag, excluded.last_lag)
            ELSE old.last_lag END,
        notebook_path = CASE
            WHEN excluded.notebook_at > old.notebook_at THEN excluded.notebook_path ELSE old.notebook_path END,
        notebook_at = greatest(old.notebook_at, excluded.notebook_at);

    UPDATE progress SET sessions = found.at_once, clock_offset = found.clock_offset
    FROM (
        SELECT recent.student_id, recent.clock_offset,
            CASE WHEN recent.number < 2 THEN 1 ELSE sessions_at_once(recent.student_id, recent.since) END AS at_once
        FROM (
            SELECT student.student_id, student.last_seen - interval '12 hours' AS since, recent.number,
                recent.clock_offset
            FROM (SELECT DISTINCT student_id FROM unnest(fresh)) AS named
            JOIN progress AS student ON student.student_id = named.student_id
            CROSS JOIN LATERAL (
                SELECT count(*) AS number,
                    (array_agg(sessions.clock_offset ORDER BY last_received_at DESC, session_id)
                        FILTER (WHERE receipts >= 5 OR last_lag BETWEEN -300 AND 600))[1] AS clock_offset
                FROM sessions
                WHERE sessions.student_id = student.student_id
                    AND last_day >= CAST((student.last_seen - interval '12 hours') AT TIME ZONE 'UTC' AS date)
                    AND last_received_at > student.last_seen - interval '12 hours'
            ) AS recent
        ) AS recent
    ) AS found
    WHERE progress.student_id = found.student_id
        AND (progress.sessions, progress.clock_offset) IS DISTINCT FROM (found.at_once, found.clock_offset);
END
$$;
