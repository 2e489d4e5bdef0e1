-- Clears `placed_at` of ends whose run's begin was reported: the begin says where the student was.
--
-- fresh: as in fold_progress(); the events are in cell_progress already.
-- Returns the same events. An end that keeps its `placed_at` is all that is known of its run.
CREATE OR REPLACE FUNCTION place_ends(fresh new_fact[]) RETURNS new_fact[]
LANGUAGE sql AS $$
    SELECT ARRAY(
        SELECT ROW(
            number, fact_id, class_id, student_id, notebook_id, cell_id, class_name, user_id, notebook_path, cell_name,
            event_id, ordering, event_type, event_time, received_at, user_name, team_name, cell_index, is_run, is_error,
            error_name, run_id, outcome, turn,
            CASE WHEN turn = 'ended' AND placed_at IS NOT NULL AND event_time + interval '250 milliseconds' >= (
                -- Compared as rows, so that the plan takes the primary key, not the index on all students of a cell.
                SELECT begun_at FROM cell_progress
                WHERE (cell_progress.student_id, cell_progress.cell_id) >= (fact.student_id, fact.cell_id)
                    AND (cell_progress.student_id, cell_progress.cell_id) <= (fact.student_id, fact.cell_id)
            ) THEN NULL ELSE placed_at END
        )::new_fact
        FROM unnest(fresh) WITH ORDINALITY AS fact
        ORDER BY fact.ordinality
    )
$$;
