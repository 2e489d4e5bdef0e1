-- Updates which runs of a student have not ended, and what follows: the status of their cells, and since when the student
-- runs a cell or waits for input.
--
-- fresh: as in fold_progress(); the events are in facts, and in progress and cell_progress, already.
--
-- open_turns has the begins (queued, started, waiting) of runs that have not ended; kernels has, for each student and
-- notebook, the newest instants that matter. The rules are those of classpulse.progress.runs. Each rule removes a begin for
-- good and each instant only grows, so the order of arrival makes no difference. One instant is different: loose_run_at, the
-- newest end of a run of which nothing else was reported, shrinks if more is reported later. So it only hides begins. The key
-- 0 is that of no notebook or no cell.
CREATE OR REPLACE FUNCTION fold_runs(fresh new_fact[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    turns new_fact[];
    gone open_turns[];
    superseded open_turns[];
BEGIN
    turns := ARRAY(SELECT fact FROM unnest(fresh) AS fact WHERE fact.turn IS NOT NULL);
    IF turns = '{}' THEN
        RETURN;
    END IF;

    INSERT INTO kernels AS old (
        student_id, notebook_id, cleared_at, freed_at, loose_run_at, loose_end_at, unnamed_loose_end_at, turn_at
    )
    SELECT student_id, coalesce(notebook_id, 0),
        max(event_time) FILTER (WHERE turn = 'cleared'),
        max(event_time) FILTER (WHERE turn = 'ended'),
        max(event_time) FILTER (WHERE turn = 'ended' AND cell_id IS NOT NULL AND placed_at IS NOT NULL),
        max(event_time) FILTER (WHERE turn = 'ended' AND cell_id IS NULL),
        max(event_time) FILTER (WHERE turn = 'ended' AND cell_id IS NULL AND run_id IS NULL),
        coalesce(max(ordering) FILTER (WHERE turn IN ('queued', 'started', 'waiting')), '')
    FROM unnest(turns) GROUP BY student_id, coalesce(notebook_id, 0)
    ON CONFLICT (student_id, notebook_id) DO UPDATE SET
        cleared_at = greatest(old.cleared_at, excluded.cleared_at),
        freed_at = greatest(old.freed_at, excluded.freed_at),
        loose_run_at = greatest(old.loose_run_at, excluded.loose_run_at),
        loose_end_at = greatest(old.loose_end_at, excluded.loose_end_at),
        unnamed_loose_end_at = greatest(old.unnamed_loose_end_at, excluded.unnamed_loose_end_at),
        turn_at = greatest(old.turn_at, excluded.turn_at);

    -- Most batches of clients that report ends only are done here: nothing was open, and nothing begins.
    IF NOT EXISTS (SELECT FROM unnest(turns) WHERE turn IN ('queued', 'started', 'waiting')) AND NOT EXISTS (
        SELECT FROM unnest(turns) AS fact JOIN open_turns ON open_turns.student_id = fact.student_id
    ) THEN
        RETURN;
    END IF;

    PERFORM place_again(turns);

    INSERT INTO open_turns AS old (student_id, notebook_id, cell_id, run_id, turn, at, cell_index)
    SELECT student_id, coalesce(notebook_id, 0), coalesce(cell_id, 0), coalesce(run_id, ''), turn, event_time,
        max(cell_index)
    FROM unnest(turns) WHERE turn IN ('queued', 'started', 'waiting')
    GROUP BY 1, 2, 3, 4, 5, 6
    ON CONFLICT ON CONSTRAINT open_turns_pkey DO UPDATE SET cell_index = greatest(old.cell_index, excluded.cell_index);

    WITH named AS (
        SELECT run.student_id, run.notebook_id, run.run_id, of_run.*
        FROM (
            SELECT DISTINCT student_id, coalesce(notebook_id, 0) AS notebook_id, run_id
            FROM unnest(turns) WHERE run_id IS NOT NULL AND turn <> 'cleared'
        ) AS run
        CROSS JOIN LATERAL (
            -- By a second start the run goes on, in the place that it has in the queue.
            SELECT min(event_time) FILTER (WHERE event_type = 'cell_queued') AS queued,
                min(event_time) FILTER (WHERE event_type = 'cell_started') AS started,
                coalesce(bool_or(event_type = 'cell_waiting'), false) AS waits,
                coalesce(bool_or(outcome IS NOT NULL), false) AS ended
            FROM facts
            WHERE facts.student_id = run.student_id AND facts.run_id = run.run_id
                AND coalesce(facts.notebook_id, 0) = run.notebook_id AND coalesce(facts.cell_type, 'code') = 'code'
        ) AS of_run
    ), ended AS (
        DELETE FROM open_turns AS turn
        USING (SELECT DISTINCT student_id, coalesce(notebook_id, 0) AS notebook_id FROM unnest(turns)) AS touched
        WHERE turn.student_id = touched.student_id AND turn.notebook_id = touched.notebook_id AND (
            (turn.student_id, turn.notebook_id, turn.run_id) IN (
                SELECT named.student_id, named.notebook_id, named.run_id FROM named WHERE named.ended
            )
            OR turn.at <= interval '250 milliseconds' + (
                SELECT CASE WHEN turn.run_id = '' THEN cell_progress.ended_at ELSE cell_progress.unnamed_end_at END
                FROM cell_progress
                -- Compared as rows, so that the plan takes the primary key, not the index on all students of a cell.
                WHERE (cell_progress.student_id, cell_progress.cell_id) >= (turn.student_id, turn.cell_id)
                    AND (cell_progress.student_id, cell_progress.cell_id) <= (turn.student_id, turn.cell_id)
            )
            OR turn.cell_id = 0 AND turn.at <= interval '250 milliseconds' + (
                SELECT CASE WHEN turn.run_id = '' THEN kernels.loose_end_at ELSE kernels.unnamed_loose_end_at END
                FROM kernels
                WHERE kernels.student_id = turn.student_id AND kernels.notebook_id = turn.notebook_id
            )
        )
        RETURNING turn.*
    ), marks AS (
        SELECT student_id, notebook_id, max(queued) AS queued, max(started) AS started
        FROM (
            SELECT student_id, notebook_id, queued, started FROM named
            WHERE ended OR waits OR queued IS NOT NULL AND started IS NOT NULL
            UNION ALL
            SELECT student_id, notebook_id,
                CASE WHEN turn = 'queued' THEN CASE WHEN run_id = '' THEN max(at) ELSE min(at) END END,
                CASE WHEN turn = 'started' THEN CASE WHEN run_id = '' THEN max(at) ELSE min(at) END END
            FROM ended GROUP BY student_id, notebook_id, run_id, turn
        ) AS later
        GROUP BY student_id, notebook_id
    ), marked AS (
        UPDATE kernels SET
            queued_mark = greatest(kernels.queued_mark, marks.queued),
            started_mark = greatest(kernels.started_mark, marks.started)
        FROM marks
        WHERE kernels.student_id = marks.student_id AND kernels.notebook_id = marks.notebook_id
            AND (marks.queued IS NOT NULL OR marks.started IS NOT NULL)
    )
    SELECT coalesce(array_agg(ended::open_turns), '{}') INTO gone FROM ended;

    WITH removed AS (
        DELETE FROM open_turns AS turn
        USING kernels
        WHERE (kernels.student_id, kernels.notebook_id) IN (
                SELECT student_id, coalesce(notebook_id, 0) FROM unnest(turns)
            )
            AND turn.student_id = kernels.student_id AND turn.notebook_id = kernels.notebook_id AND (
                turn.at <= kernels.cleared_at
                OR turn.at < CASE WHEN turn.turn = 'queued' THEN kernels.queued_mark ELSE kernels.started_mark END
            )
        RETURNING turn.*
    )
    SELECT coalesce(array_agg(removed::open_turns), '{}') INTO superseded FROM removed;

    PERFORM show_runs(turns, gone || superseded);
END
$$;
