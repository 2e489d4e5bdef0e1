-- Returns where a student is after some of their events, as classpulse.progress.places defines it; no row if none says it.
--
-- of_student: the student's key.
-- first: events with a greater ordering count; '' for all.
-- last: events with a smaller ordering count; '~' for all.
-- Returns the notebook, and the cell that was current last, each with the ordering that it counts with.
CREATE OR REPLACE FUNCTION place_of(of_student bigint, first text, last text)
RETURNS TABLE (notebook_at text, notebook_id bigint, cell_at text, cell_id bigint, cell_index integer)
LANGUAGE sql STABLE AS $$
    WITH acts AS (
        SELECT facts.notebook_id, facts.cell_id, facts.cell_index, facts.event_id, facts.event_type, facts.event_time,
            facts.ordering,
            CASE WHEN facts.outcome IS NOT NULL THEN cell_executions.duration_ms
                ELSE CAST(facts.payload ->> 'executionDurationMs' AS double precision) END AS duration_ms,
            facts.outcome IS NOT NULL AND facts.event_time + interval '250 milliseconds' >= min(facts.event_time) FILTER (
                WHERE facts.event_type IN ('cell_queued', 'cell_started', 'cell_waiting')
                    AND coalesce(facts.cell_type, 'code') = 'code'
            ) OVER (PARTITION BY facts.cell_id) AND facts.cell_id IS NOT NULL AS has_begun
        FROM facts
        LEFT JOIN cell_executions ON cell_executions.fact_id = facts.id
        WHERE facts.student_id = of_student AND facts.ordering > first AND facts.ordering < last
            AND facts.notebook_id IS NOT NULL
    ), placed AS (
        SELECT *,
            CASE WHEN event_type = 'cell_executed' AND duration_ms > 0 AND duration_ms <= 86400000
                THEN lpad(
                    CAST(CAST(extract(epoch FROM event_time - duration_ms * interval '1 millisecond') * 1000000 AS bigint)
                        AS text), 16, '0'
                ) || '-' || event_id
                ELSE ordering
            END COLLATE "C" AS placed_at
        FROM acts
        WHERE has_begun IS NOT TRUE AND event_type NOT IN (
            'help', 'help_stop', 'notebook_closed', 'notebook_saved', 'notebook_renamed', 'kernel_restarted',
            'kernel_died', 'cell_aborted'
        )
    )
    SELECT max(placed_at), (array_agg(notebook_id ORDER BY placed_at DESC))[1],
        coalesce(max(placed_at) FILTER (WHERE cell_id IS NOT NULL), ''),
        (array_agg(cell_id ORDER BY placed_at DESC) FILTER (WHERE cell_id IS NOT NULL))[1],
        (array_agg(cell_index ORDER BY placed_at DESC) FILTER (WHERE cell_id IS NOT NULL))[1]
    FROM placed
    HAVING count(*) > 0
$$;
