-- Sets the status of the cells of open and of ended runs, and since when their students run a cell or wait for input.
--
-- turns: the new events of runs; open_turns has the begins that are open after them.
-- gone: the begins that are over since.
CREATE OR REPLACE FUNCTION show_runs(turns new_fact[], gone open_turns[]) RETURNS void
LANGUAGE sql AS $$
    WITH newest AS (
        SELECT DISTINCT ON (student.student_id) student.student_id, student.class_id, kernels.notebook_id, kernels.freed_at
        FROM (SELECT DISTINCT student_id, class_id FROM unnest(turns)) AS student
        JOIN kernels ON kernels.student_id = student.student_id AND kernels.turn_at <> ''
        ORDER BY student.student_id, kernels.turn_at DESC
    ), touched AS (
        SELECT student_id, coalesce(notebook_id, 0) AS notebook_id, class_id FROM unnest(turns)
        UNION
        SELECT student_id, notebook_id, class_id FROM newest
    ), opened AS (
        SELECT begun, touched.class_id,
            begun.turn <> 'queued' AND begun.at < coalesce(kernels.loose_run_at, begun.at) AS is_hidden
        FROM touched
        JOIN kernels ON kernels.student_id = touched.student_id AND kernels.notebook_id = touched.notebook_id
        JOIN open_turns AS begun ON begun.student_id = touched.student_id AND begun.notebook_id = touched.notebook_id
    ), states AS (
        SELECT state.*, touched.class_id
        FROM rank_runs(ARRAY(SELECT begun::open_turns FROM opened WHERE NOT is_hidden)) AS state
        JOIN touched ON touched.student_id = state.student_id AND touched.notebook_id = state.notebook_id
    ), cells_of AS (
        SELECT student_id, cell_id, min(class_id) AS class_id, (array_agg(status ORDER BY rank))[1] AS status
        FROM (
            SELECT student_id, cell_id, class_id, rank, status FROM states
            UNION ALL
            SELECT student_id, cell_id, class_id, NULL, NULL FROM unnest(turns)
            UNION ALL
            SELECT closed.student_id, closed.cell_id, touched.class_id, NULL, NULL
            FROM unnest(gone) AS closed
            JOIN touched ON touched.student_id = closed.student_id AND touched.notebook_id = closed.notebook_id
            UNION ALL
            SELECT (begun).student_id, (begun).cell_id, class_id, NULL, NULL FROM opened WHERE is_hidden
        ) AS each
        WHERE cell_id <> 0
        GROUP BY student_id, cell_id
    ), shown AS (
        UPDATE cell_progress SET
            status = coalesce(cells_of.status, cell_progress.outcome, 'aborted'),
            revision = (SELECT revision FROM classes WHERE classes.id = cells_of.class_id)
        FROM cells_of
        -- Compared as rows, so that the plan takes the primary key, not the index on all students of a cell.
        WHERE (cell_progress.student_id, cell_progress.cell_id) >= (cells_of.student_id, cells_of.cell_id)
            AND (cell_progress.student_id, cell_progress.cell_id) <= (cells_of.student_id, cells_of.cell_id)
            AND cell_progress.status <> coalesce(cells_of.status, cell_progress.outcome, 'aborted')
    ), current AS (
        -- A student is shown to run a cell only in the kernel that was used last.
        SELECT newest.student_id,
            CASE WHEN states.status = 'running' THEN greatest(states.started, newest.freed_at) END AS running_since,
            CASE WHEN states.status = 'waiting' THEN states.waiting END AS waiting_since
        FROM newest
        LEFT JOIN states ON states.student_id = newest.student_id AND states.notebook_id = newest.notebook_id
            AND states.rank = 1
    )
    UPDATE progress SET running_since = current.running_since, waiting_since = current.waiting_since
    FROM current
    WHERE progress.student_id = current.student_id
        AND (progress.running_since, progress.waiting_since)
            IS DISTINCT FROM (current.running_since, current.waiting_since);
$$;
