-- Updates which students are behind: at a cell before the pace of their notebook, the median cell of the students who are
-- active in it. progress/pace.py has the same rules in Python, for a replayed class.
--
-- fresh: new events, as in fold_progress(), which has folded them already.
-- Returns the keys of the students whose progress changed, which may have no event among the new ones.
--
-- The times are those at which events were received, not the clock's. To keep this cheap, a notebook's pace is measured
-- only if the new events name the notebook, and at most every ten seconds. A student who is behind counts as such for
-- eight minutes after an active student's newest event, because during a pause of the class nobody is behind. For silent
-- students this end is renewed when half of it has passed, so that each of them changes every four minutes at most.
CREATE OR REPLACE FUNCTION fold_paces(fresh new_fact[]) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
    paced bigint[];
    moved bigint[];
BEGIN
    WITH touched AS (
        SELECT fact.notebook_id, max(fact.received_at) AS at
        FROM unnest(fresh) AS fact WHERE fact.notebook_id IS NOT NULL GROUP BY fact.notebook_id
    ), due AS (
        SELECT touched.notebook_id, touched.at
        FROM touched JOIN notebooks ON notebooks.id = touched.notebook_id
        WHERE notebooks.paced_at IS NULL OR notebooks.paced_at <= touched.at - interval '10 seconds'
    ), measured AS (
        UPDATE notebooks SET pace = active.pace, paced_at = coalesce(active.newest, due.at)
        FROM due CROSS JOIN LATERAL (
            SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY progress.cell_index) AS pace,
                max(progress.last_seen) AS newest
            FROM progress
            WHERE progress.notebook_id = due.notebook_id AND NOT progress.is_teacher
                AND progress.last_seen >= due.at - interval '8 minutes' AND progress.cell_index IS NOT NULL
                AND (SELECT cells.notebook_id FROM cells WHERE cells.id = progress.cell_id) = progress.notebook_id
        ) AS active
        WHERE notebooks.id = due.notebook_id
        RETURNING notebooks.id
    )
    SELECT array_agg(measured.id) INTO paced FROM measured;

    WITH candidates AS (
        SELECT student_id, bool_or(is_named) AS is_named
        FROM (
            SELECT fact.student_id, true AS is_named FROM unnest(fresh) AS fact
            UNION ALL
            SELECT progress.student_id, false
            FROM unnest(paced) AS notebook (id) JOIN progress ON progress.notebook_id = notebook.id
        ) AS found
        GROUP BY student_id
    ), placed AS (
        SELECT candidates.student_id, candidates.is_named, classes.revision,
            CASE WHEN progress.cell_index < notebooks.pace AND NOT progress.is_teacher
                AND (SELECT cells.notebook_id FROM cells WHERE cells.id = progress.cell_id) = progress.notebook_id
            THEN notebooks.paced_at + interval '8 minutes' END AS until
        FROM candidates
        JOIN progress ON progress.student_id = candidates.student_id
        JOIN classes ON classes.id = progress.class_id
        LEFT JOIN notebooks ON notebooks.id = progress.notebook_id
    ), changed AS (
        UPDATE progress SET is_behind = placed.until IS NOT NULL, behind_until = placed.until,
            revision = placed.revision, changed_at = now(),
            -- This change moves nobody to another team.
            left_team = CASE WHEN placed.is_named THEN progress.left_team END
        FROM placed
        WHERE progress.student_id = placed.student_id AND (
            progress.is_behind <> (placed.until IS NOT NULL)
            OR progress.behind_until < placed.until - interval '4 minutes'
        )
        RETURNING progress.student_id
    )
    SELECT array_agg(changed.student_id) INTO moved FROM changed;
    RETURN coalesce(moved, '{}');
END
$$;
