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
DECLARE
    judged bigint[];
BEGIN
    WITH changed AS (
        INSERT INTO sessions AS old (
            student_id, session_id, class_id, first_received_at, last_received_at, last_day, first_event_time,
            last_event_time, events, runs, errors, receipts, min_lag, last_lag, place
        )
        SELECT student_id, session_id, min(class_id), min(received_at), max(received_at),
            CAST(max(received_at) AT TIME ZONE 'UTC' AS date), min(first_time), max(last_time), sum(events), sum(runs),
            sum(errors), count(*), min(lag), -(max(ARRAY[extract(epoch FROM received_at), -lag]))[2], max(place)
        FROM (
            SELECT student_id, session_id, received_at, min(class_id) AS class_id, min(claimed) AS first_time,
                max(claimed) AS last_time, count(*) AS events, count(*) FILTER (WHERE is_run) AS runs,
                count(*) FILTER (WHERE is_error) AS errors, extract(epoch FROM received_at - max(claimed)) AS lag,
                coalesce(max(left(ordering, 16) || notebook_path), '') AS place
            FROM (
                SELECT fact.student_id, fact.class_id, fact.received_at, fact.is_run, fact.is_error, fact.notebook_path,
                    fact.ordering, coalesce(batch #>> ARRAY[fact.number::text, 'session_id'], '') COLLATE "C" AS session_id,
                    greatest(
                        fact.event_time,
                        CAST(batch #>> ARRAY[fact.number::text, 'payload', 'claimedEventTime'] AS timestamptz)
                    ) AS claimed
                FROM unnest(fresh) AS fact
            ) AS timed
            GROUP BY student_id, session_id, received_at
        ) AS receipt
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
            place = greatest(old.place, excluded.place)
        RETURNING student_id, session_id, first_received_at, last_received_at, last_day, receipts, last_lag, clock_offset
    )
    -- Nearly every student has one session at a time and a clock that is right: then progress need not be judged again.
    -- `other` is as it was before this batch, so two sessions of one student in it are a reason too.
    SELECT array_agg(DISTINCT changed.student_id) INTO judged
    FROM (SELECT *, count(*) OVER (PARTITION BY student_id) AS together FROM changed) AS changed
    JOIN progress ON progress.student_id = changed.student_id
    WHERE progress.sessions > 1 OR changed.together > 1
        OR progress.clock_offset IS DISTINCT FROM changed.clock_offset
        OR changed.receipts < 5 AND NOT changed.last_lag BETWEEN -300 AND 600
        OR EXISTS (
            SELECT FROM sessions AS other
            WHERE other.student_id = changed.student_id AND other.last_day >= changed.last_day - 1
                AND other.session_id <> changed.session_id AND other.last_received_at >= changed.first_received_at
        );
    IF judged IS NULL THEN
        RETURN;
    END IF;

    UPDATE progress SET sessions = found.at_once, clock_offset = found.clock_offset
    FROM (
        SELECT student.student_id, sessions_at_once(student.student_id, student.since) AS at_once, (
            SELECT sessions.clock_offset FROM sessions
            WHERE sessions.student_id = student.student_id
                AND last_day >= CAST(student.since AT TIME ZONE 'UTC' AS date) AND last_received_at > student.since
                AND (receipts >= 5 OR last_lag BETWEEN -300 AND 600)
            ORDER BY last_received_at DESC, session_id LIMIT 1
        ) AS clock_offset
        FROM (
            SELECT progress.student_id, progress.last_seen - interval '12 hours' AS since
            FROM unnest(judged) AS named (student_id) JOIN progress ON progress.student_id = named.student_id
        ) AS student
    ) AS found
    WHERE progress.student_id = found.student_id
        AND (progress.sessions, progress.clock_offset) IS DISTINCT FROM (found.at_once, found.clock_offset);
END
$$;
