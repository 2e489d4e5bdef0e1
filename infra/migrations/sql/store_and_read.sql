-- Stores a batch as store_facts() does, and reads in the same call what the dashboards are sent about it. That is one
-- round trip, and its plans are kept as long as the connection.
--
-- batch: as in store_facts().
-- Returns one row for each class in the batch: the class's new revision (null when every event was stored already) and,
-- as JSON, the indexes of the new events in the batch, the progress of the students whom store_facts() returns
-- (StudentProgress and left_team, ordered by user id; null if there are none) and the cells that the batch has changed
-- (CellState; null if there are none).
CREATE OR REPLACE FUNCTION store_and_read(batch jsonb)
RETURNS TABLE (class_name text, revision bigint, stored text, students text, cells text)
LANGUAGE plpgsql
-- A generic plan is made once and kept as long as the connection: to plan for one event takes longer than to store it.
-- The settings also hold in the functions that this one calls. As in store_facts(), each row is looked up by its key.
-- The tables are joined in the order written here, whatever size they had when the plan was made.
SET plan_cache_mode = force_generic_plan
SET join_collapse_limit = 1
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    class record;
BEGIN
    FOR class IN SELECT * FROM store_facts(batch) LOOP
        RETURN QUERY SELECT class.class_name::text, class.revision::bigint, to_json(class.stored)::text,
        (
            SELECT json_agg(to_json(student) ORDER BY student.user_id)::text
            FROM (
                SELECT students.user_id, progress.revision, progress.user_name, progress.team_name, progress.left_team,
                    progress.first_event, progress.last_event, progress.last_seen, progress.events, progress.runs,
                    progress.errors, progress.error_streak, progress.last_error_name, progress.help_since,
                    progress.help_until, progress.running_since, progress.waiting_since, progress.is_behind,
                    progress.behind_until, progress.is_teacher, progress.sessions, progress.clock_offset, notebooks.path AS notebook_path, current.name AS cell_id,
                    CASE WHEN current.name IS NOT NULL THEN progress.cell_index END AS cell_index,
                    CASE WHEN attention.student_id IS NOT NULL THEN to_json(attention) END AS attention
                FROM unnest(class.student_ids) AS named (student_id)
                JOIN progress ON progress.student_id = named.student_id
                JOIN students ON students.id = named.student_id
                LEFT JOIN attention ON attention.student_id = named.student_id
                LEFT JOIN notebooks ON notebooks.id = progress.notebook_id
                -- A student who has opened another notebook since has no current cell yet.
                LEFT JOIN cells AS current ON current.id = progress.cell_id AND current.notebook_id = progress.notebook_id
            ) AS student
        ),
        (
            SELECT json_agg(json_build_object(
                'user_id', students.user_id, 'notebook_path', notebooks.path, 'cell_id', cells.name,
                'revision', turn.revision, 'cell_index', turn.cell_index, 'status', turn.status,
                'attempts', turn.attempts, 'errors', turn.errors, 'last_error_name', turn.last_error_name,
                'last_run', turn.last_run
            ))::text
            FROM unnest(class.student_ids) AS named (student_id)
            -- No other batch of the class has this revision.
            JOIN cell_progress AS turn ON turn.student_id = named.student_id AND turn.revision = class.revision
            JOIN students ON students.id = named.student_id
            JOIN cells ON cells.id = turn.cell_id
            JOIN notebooks ON notebooks.id = cells.notebook_id
        );
    END LOOP;
END
$$;
