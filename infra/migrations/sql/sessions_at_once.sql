-- Counts the sessions of a student that were active at the same time.
--
-- student: the key of the student's row.
-- since: only sessions with an event that arrived after this instant.
-- Returns the most sessions whose times overlap. A session lasts from its first to its last event. They have to overlap by
-- arrival and by event time: what a student did in one session after another may arrive at once after a lost connection.
-- Sessions that only touch, as before and after a reload of the page, do not overlap.
CREATE OR REPLACE FUNCTION sessions_at_once(student bigint, since timestamptz) RETURNS integer
LANGUAGE sql STABLE AS $$
    WITH recent AS (
        SELECT first_received_at, last_received_at, first_event_time, last_event_time FROM sessions
        WHERE student_id = student AND last_day >= CAST(since AT TIME ZONE 'UTC' AS date) AND last_received_at > since
    ), spans AS (
        SELECT 'arrival' AS axis, first_received_at AS first, last_received_at AS last FROM recent
        UNION ALL
        SELECT 'event', first_event_time, last_event_time FROM recent
    ), edges AS (
        SELECT axis, first AS at, 1 AS step, 0 AS turn FROM spans
        UNION ALL
        -- At one instant, what lasts ends before others start, and a single instant ends after they have.
        SELECT axis, last, -1, CASE WHEN last > first THEN -1 ELSE 1 END FROM spans
    ), depths AS (
        SELECT axis, sum(step) OVER (PARTITION BY axis ORDER BY at, turn ROWS UNBOUNDED PRECEDING) AS depth FROM edges
    )
    SELECT CAST(min(deepest) AS integer) FROM (SELECT max(depth) AS deepest FROM depths GROUP BY axis) AS by_axis
$$;
