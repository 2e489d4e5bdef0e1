-- Corrects what the ends of runs said before the begins of these runs arrived: where the student was, and what ran before.
--
-- turns: the new events of runs; they are in facts and in cell_progress already.
CREATE OR REPLACE FUNCTION place_again(turns new_fact[]) RETURNS void
LANGUAGE sql AS $$
    WITH late AS (
        SELECT DISTINCT fact.student_id, fact.notebook_id
        FROM unnest(turns) AS fact
        WHERE fact.turn IN ('queued', 'started', 'waiting') AND fact.cell_id IS NOT NULL
            AND fact.event_time <= interval '250 milliseconds' + (
                SELECT ended_at FROM cell_progress
                WHERE (cell_progress.student_id, cell_progress.cell_id) >= (fact.student_id, fact.cell_id)
                    AND (cell_progress.student_id, cell_progress.cell_id) <= (fact.student_id, fact.cell_id)
            )
    ), corrected AS (
        UPDATE kernels SET loose_run_at = (
            SELECT max(facts.event_time) FROM facts
            LEFT JOIN cell_progress ON cell_progress.student_id = facts.student_id AND cell_progress.cell_id = facts.cell_id
            WHERE facts.student_id = late.student_id AND facts.notebook_id = late.notebook_id
                AND facts.cell_id IS NOT NULL AND facts.outcome <> 'aborted'
                AND (
                    cell_progress.begun_at IS NULL
                    OR cell_progress.begun_at > facts.event_time + interval '250 milliseconds'
                )
        )
        FROM late
        WHERE kernels.student_id = late.student_id AND kernels.notebook_id = late.notebook_id
    )
    UPDATE progress SET notebook_at = place.notebook_at, notebook_id = place.notebook_id, cell_at = place.cell_at,
        cell_id = place.cell_id, cell_index = place.cell_index
    FROM (SELECT DISTINCT student_id FROM late) AS student
    CROSS JOIN LATERAL place_of(student.student_id, '', '~') AS place
    WHERE progress.student_id = student.student_id;
$$;
