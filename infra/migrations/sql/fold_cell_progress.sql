-- Updates the progress of each student in each cell whose runs new events begin or end.
--
-- fresh: as in fold_progress(); the rules for totals and latest fields are the same. `outcome` is that of the newest run.
-- `status` is right if no run is open, and otherwise a first guess, which fold_runs() corrects. begun_at, ended_at and
-- unnamed_end_at (of ends without a run id) are what fold_runs() and place_ends() need to know of begins and ends.
--
-- Each row keeps the revision that its class had at the last change; store_and_read() finds by it what a batch changed.
CREATE OR REPLACE FUNCTION fold_cell_progress(fresh new_fact[]) RETURNS void
LANGUAGE sql AS $$
    WITH folded AS (
        SELECT student_id, cell_id, min(class_id) AS class_id,
            count(*) FILTER (WHERE is_run) AS attempts,
            count(*) FILTER (WHERE is_error) AS errors,
            max(event_time) FILTER (WHERE is_run) AS last_run,
            min(event_time) FILTER (WHERE is_run AND outcome IN ('ok', 'expected')) AS first_ok,
            max(ordering) AS turn_at,
            max(ordering) FILTER (WHERE is_run) AS run_at,
            (array_agg(CASE outcome WHEN 'expected' THEN 'ok' ELSE outcome END ORDER BY ordering DESC)
                FILTER (WHERE is_run))[1] AS outcome,
            (array_agg(turn ORDER BY ordering DESC))[1] AS turn,
            min(event_time) FILTER (WHERE turn <> 'ended') AS begun_at,
            max(event_time) FILTER (WHERE turn = 'ended') AS ended_at,
            max(event_time) FILTER (WHERE turn = 'ended' AND run_id IS NULL) AS unnamed_end_at,
            max(ordering) FILTER (WHERE is_error) AS error_at,
            (array_agg(error_name ORDER BY ordering DESC) FILTER (WHERE is_error))[1] AS error_name,
            max(ordering) FILTER (WHERE cell_index IS NOT NULL) AS cell_index_at,
            (array_agg(cell_index ORDER BY ordering DESC) FILTER (WHERE cell_index IS NOT NULL))[1] AS cell_index
        FROM unnest(fresh) WHERE cell_id IS NOT NULL AND turn <> 'cleared'
        GROUP BY student_id, cell_id
    )
    INSERT INTO cell_progress AS old (
        student_id, cell_id, revision, cell_index, status, attempts, errors, last_error_name, last_run, first_ok,
        outcome, begun_at, ended_at, unnamed_end_at, cell_index_at, turn_at, run_at, error_at
    )
    SELECT student_id, cell_id, classes.revision, cell_index,
        CASE turn WHEN 'started' THEN 'running' WHEN 'ended' THEN coalesce(outcome, 'aborted') ELSE turn END,
        attempts, errors, error_name, last_run, first_ok, outcome, begun_at, ended_at, unnamed_end_at,
        coalesce(cell_index_at, ''), turn_at, coalesce(run_at, ''), coalesce(error_at, '')
    FROM folded JOIN classes ON classes.id = folded.class_id
    ON CONFLICT (student_id, cell_id) DO UPDATE SET
        status = CASE
            WHEN excluded.status IN ('queued', 'running', 'waiting') THEN excluded.status
            WHEN excluded.run_at > old.run_at THEN excluded.outcome
            ELSE coalesce(old.outcome, 'aborted')
        END,
        outcome = CASE WHEN excluded.run_at > old.run_at THEN excluded.outcome ELSE old.outcome END,
        begun_at = least(old.begun_at, excluded.begun_at),
        ended_at = greatest(old.ended_at, excluded.ended_at),
        unnamed_end_at = greatest(old.unnamed_end_at, excluded.unnamed_end_at),
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
        run_at = greatest(old.run_at, excluded.run_at),
        error_at = greatest(old.error_at, excluded.error_at);
$$;
