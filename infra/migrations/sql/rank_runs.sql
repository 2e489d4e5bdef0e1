-- Puts the open runs of each kernel in the order in which it runs them: the first one runs, or waits for input; the others
-- are queued.
--
-- begins: what open_turns has of them. The rules are those of classpulse.progress.runs.
-- Returns one row for each run. `started` is when it began to run, at the earliest: the kernel may have been busy then.
CREATE OR REPLACE FUNCTION rank_runs(begins open_turns[])
RETURNS TABLE (
    student_id bigint, notebook_id bigint, cell_id bigint, rank bigint, status text, started timestamptz,
    waiting timestamptz
)
LANGUAGE sql STABLE AS $$
    WITH runs AS (
        SELECT student_id, notebook_id, cell_id, run_id,
            max(at) FILTER (WHERE turn = 'queued') AS queued,
            max(at) FILTER (WHERE turn = 'started') AS started,
            max(at) FILTER (WHERE turn = 'waiting') AS waiting,
            min(at) AS first, max(at) AS newest, max(cell_index) AS cell_index
        FROM unnest(begins)
        GROUP BY student_id, notebook_id, cell_id, run_id
    ), ranked AS (
        SELECT runs.*, row_number() OVER (
            PARTITION BY student_id, notebook_id
            ORDER BY CASE WHEN run_id <> '' THEN first ELSE coalesce(queued, started, newest) END,
                cell_index NULLS LAST,
                coalesce((SELECT name FROM cells WHERE cells.id = runs.cell_id), '') COLLATE "C", run_id
        ) AS rank
        FROM runs
    )
    SELECT student_id, notebook_id, cell_id, rank,
        CASE
            WHEN rank > 1 THEN 'queued'
            WHEN waiting IS NOT NULL AND waiting >= coalesce(started, waiting) THEN 'waiting'
            ELSE 'running'
        END,
        coalesce(started, newest), waiting
    FROM ranked
$$;
