-- Returns a student's raised hand after some of their events; no row if none is up.
--
-- of_student: the student's key.
-- first: events with a greater ordering count; '' for all.
-- last: events with a smaller ordering count; '~' for all.
-- classpulse.progress.hands has the rules. `until` is null if the hand stays up until a help_stop.
CREATE OR REPLACE FUNCTION hand_of(of_student bigint, first text, last text)
RETURNS TABLE (since timestamptz, until timestamptz)
LANGUAGE sql STABLE AS $$
    WITH known AS (
        SELECT ordering, event_time, event_type, notebook_id, session_id
        FROM facts
        WHERE student_id = of_student AND event_type IN ('help', 'help_stop')
            AND ordering > first AND ordering < last AND event_time > (
                SELECT event_time - interval '12 hours' FROM facts
                WHERE student_id = of_student AND event_type IN ('help', 'help_stop')
                    AND ordering > first AND ordering < last
                ORDER BY ordering DESC LIMIT 1
            )
    ), helps AS (
        SELECT * FROM known WHERE event_type = 'help'
    ), repeated AS (
        SELECT *, lag(event_time) OVER (PARTITION BY notebook_id, session_id ORDER BY ordering) AS before FROM helps
    ), gaps AS (
        SELECT *, event_time - lag(event_time) OVER by_notebook AS gap,
            lag(event_time) OVER by_notebook - lag(event_time, 2) OVER by_notebook AS gap_before
        FROM repeated
        WHERE before IS NULL OR event_time - before >= interval '2 seconds'
        WINDOW by_notebook AS (PARTITION BY notebook_id, session_id ORDER BY ordering)
    ), lease AS (
        SELECT 3 * greatest(gap, gap_before) AS length
        FROM gaps
        WHERE greatest(gap, gap_before) <= least(interval '60 seconds', 1.5 * least(gap, gap_before))
            AND gap_before IS NOT NULL
        ORDER BY ordering DESC LIMIT 1
    ), up AS (
        SELECT event_time, lag(event_time) OVER (ORDER BY ordering) AS before
        FROM helps
        WHERE ordering > coalesce((SELECT max(ordering) FROM known WHERE event_type = 'help_stop'), '')
    )
    SELECT max(event_time) FILTER (WHERE before IS NULL OR event_time - before > (SELECT length FROM lease)),
        max(event_time) + (SELECT length FROM lease)
    FROM up
    HAVING count(*) > 0
$$;
