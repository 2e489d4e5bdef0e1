-- Updates the progress of each student in each cell that new events start or run.
--
-- fresh: as in fold_progress(); the rules for totals and latest fields are the same.
--
-- Each row keeps the revision that its class had at the last change; store_and_read() finds by it what a batch changed.
CREATE OR REPLACE FUNCTION fold_cell_progress(fresh new_fact[]) RETURNS void
LANGUAGE sql AS $$
    WITH folded AS (
        SELECT student_id, cell_id, min(class_id) AS class_id,
            count(*) FILTER (WHERE is_run) AS attempts,
            count(*) FILTER (WHERE is_error) AS errors,
            max(event_time) FILTER (WHERE is_run) AS last_run,
            min(event_time) FILTER (WHERE is_run AND NOT is_error) AS first_ok,
            max(ordering) AS turn_at,
            (array_agg(CASE WHEN is_start THEN 'running' WHEN is_error THEN 'error' ELSE 'ok' END
                ORDER BY ordering DESC))[1] AS status,
            max(ordering) FILTER (WHERE is_error) AS error_at,
            (array_agg(error_name ORDER BY ordering DESC) FILTER (WHERE is_error))[1] AS error_name,
            max(ordering) FILTER (WHERE cell_index IS NOT NULL) AS cell_index_at,
            (array_agg(cell_index ORDER BY ordering DESC) FILTER (WHERE cell_index IS NOT NULL))[1] AS cell_index
        FROM unnest(fresh) WHERE cell_id IS NOT NULL AND (is_run OR is_start)
        GROUP BY student_id, cell_id
    )
    INSERT INTO cell_progress AS old (
        student_id, cell_id, revision, cell_index, status, attempts, errors, last_error_name, last_run, first_ok,
        cell_index_at, turn_at, error_at
    )
    SELECT student_id, cell_id, classes.revision, cell_index, status, attempts, errors, error_name, last_run, first_ok,
        coalesce(cell_index_at, ''), turn_at, coalesce(error_at, '')
    FROM folded JOIN classes ON classes.id = folded.class_id
    ON CONFLICT (student_id, cell_id) DO UPDATE SET
        status = CASE WHEN excluded.turn_at > old.turn_at THEN excluded.status ELSE old.status END,
        attempts = old.attempts + excluded.attempts,
        errors = old.errors + excluded.errors,
        revision = excluded.revision,
        last_run = greatest(old.last_run, excluded.last_run),
        first_ok = least(old.first_ok, excluded.first_ok),
        last_error_name = CASE
            WHEN excluded.error_at > old.error_at THEN excluded.last_error_name ELSE old.last_error_name END,
        cell_index = CASE
            WHEN excluded.cell_index_at > old.cell_index_at THEN excluded.cell_index ELSE old.cell_index END,
        cell_index_at = greatest(old.cell_index_at, excluded.cell_index_at),
        turn_at = greatest(old.turn_at, excluded.turn_at),
        error_at = greatest(old.error_at, excluded.error_at);
$$;
