-- Returns the runs of a class that have not ended after the events of a period.
--
-- of_class: the class's name.
-- first: the beginning of the period, by event time.
-- last: its end, which belongs to it.
-- The rules are those of classpulse.progress.runs; fold_runs() keeps the same for the present.
-- Returns one row for each run: its cell, its rank in the queue of its kernel, its status as rank_runs() has it, since when
-- it runs or waits, and whether its student used this kernel last.
CREATE OR REPLACE FUNCTION open_runs_between(of_class text, first timestamptz, last timestamptz)
RETURNS TABLE (
    student_id bigint, cell_id bigint, rank bigint, status text, since timestamptz, is_newest_kernel boolean
)
LANGUAGE sql STABLE AS $$
    WITH period AS (
        SELECT facts.student_id, facts.run_id, facts.event_time, facts.ordering, facts.cell_index, facts.outcome,
            coalesce(facts.notebook_id, 0) AS kernel, coalesce(facts.cell_id, 0) AS cell,
            CASE
                WHEN event_type IN ('kernel_restarted', 'kernel_died', 'notebook_closed') THEN 'cleared'
                WHEN coalesce(cell_type, 'code') <> 'code' THEN NULL
                WHEN event_type = 'cell_queued' THEN 'queued'
                WHEN event_type = 'cell_started' THEN 'started'
                WHEN event_type = 'cell_waiting' THEN 'waiting'
                WHEN outcome IS NOT NULL THEN 'ended'
            END AS turn
        FROM facts
        JOIN classes ON classes.id = facts.class_id AND classes.name = of_class
        WHERE facts.event_time BETWEEN first AND last
    ), kernel_of AS (
        SELECT student_id, kernel,
            max(event_time) FILTER (WHERE turn = 'cleared') AS cleared_at,
            max(event_time) FILTER (WHERE turn = 'ended') AS freed_at,
            row_number() OVER (
                PARTITION BY student_id
                ORDER BY max(ordering) FILTER (WHERE turn IN ('queued', 'started', 'waiting')) DESC NULLS LAST
            ) = 1 AS is_newest
        FROM period WHERE turn IS NOT NULL GROUP BY student_id, kernel
    ), cell_end AS (
        SELECT student_id, kernel, cell, max(event_time) FILTER (WHERE turn = 'ended') AS ended_at,
            max(event_time) FILTER (WHERE turn = 'ended' AND run_id IS NULL) AS unnamed_end_at,
            min(event_time) FILTER (WHERE turn <> 'ended') AS begun_at
        FROM period WHERE turn <> 'cleared' GROUP BY student_id, kernel, cell
    ), loose AS (
        SELECT student_id, kernel, max(event_time) AS loose_run_at
        FROM period JOIN cell_end USING (student_id, kernel, cell)
        WHERE turn = 'ended' AND outcome <> 'aborted' AND cell <> 0
            AND (begun_at IS NULL OR begun_at > event_time + interval '250 milliseconds')
        GROUP BY student_id, kernel
    ), named AS (
        SELECT student_id, kernel, run_id, bool_or(turn = 'ended') AS is_ended,
            bool_or(turn = 'waiting') OR bool_or(turn = 'queued') AND bool_or(turn = 'started') AS is_proved
        FROM period WHERE run_id IS NOT NULL AND turn <> 'cleared' GROUP BY student_id, kernel, run_id
    ), begun AS (
        SELECT period.student_id, period.kernel, period.cell, period.run_id, period.turn, period.event_time AS at,
            period.cell_index,
            coalesce(named.is_ended, false) OR coalesce(
                period.event_time <= interval '250 milliseconds'
                    + CASE WHEN period.run_id IS NULL THEN cell_end.ended_at ELSE cell_end.unnamed_end_at END,
                false
            ) AS is_ended,
            coalesce(named.is_proved, false) AS is_proved
        FROM period
        LEFT JOIN cell_end USING (student_id, kernel, cell)
        LEFT JOIN named ON named.student_id = period.student_id AND named.kernel = period.kernel
            AND named.run_id = period.run_id
        WHERE period.turn IN ('queued', 'started', 'waiting')
    ), later AS (
        SELECT student_id, kernel, turn, CASE WHEN run_id IS NULL THEN max(at) ELSE min(at) END AS at
        FROM begun WHERE is_ended OR is_proved GROUP BY student_id, kernel, run_id, turn
    ), mark AS (
        SELECT student_id, kernel, max(at) FILTER (WHERE turn = 'queued') AS queued_mark,
            max(at) FILTER (WHERE turn = 'started') AS started_mark
        FROM later GROUP BY student_id, kernel
    )
    SELECT run.student_id, run.cell_id, run.rank, run.status,
        CASE run.status WHEN 'running' THEN greatest(run.started, kernel_of.freed_at) WHEN 'waiting' THEN run.waiting END,
        kernel_of.is_newest
    FROM rank_runs(ARRAY(
        SELECT ROW(student_id, kernel, cell, coalesce(run_id, ''), turn, at, cell_index)::open_turns
        FROM begun
        JOIN kernel_of USING (student_id, kernel)
        LEFT JOIN mark USING (student_id, kernel)
        LEFT JOIN loose USING (student_id, kernel)
        WHERE NOT is_ended AND (cleared_at IS NULL OR at > cleared_at)
            AND at >= coalesce(CASE WHEN turn = 'queued' THEN queued_mark ELSE started_mark END, at)
            AND (turn = 'queued' OR at >= coalesce(loose_run_at, at))
    )) AS run
    JOIN kernel_of ON kernel_of.student_id = run.student_id AND kernel_of.kernel = run.notebook_id
$$;
