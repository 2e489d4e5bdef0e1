-- Stores a batch of events, each (class, student, event id) once, and updates progress by the new ones.
--
-- batch: a JSON array of objects with the fields of new_fact from class_name on, of fact_rest and, for a run, of
-- execution_rest.
-- Returns one row for each class in the batch: the class's new revision (null when every event was stored already), the
-- indexes of the new events in the batch, and the keys of all students named and of those who are behind, or no longer
-- behind, because of it. Students of known events are included, so that a batch that is delivered again, after a crash
-- between commit and hand-over, can still be announced to the dashboards.
--
-- The function first locks the rows of the classes, always in the same order. Batches of one class therefore commit one
-- after another: revisions have no gaps and become visible in order, and the statements below can neither race nor
-- deadlock. It needs READ COMMITTED: each statement sees what was committed before the lock was granted.
CREATE OR REPLACE FUNCTION store_facts(batch jsonb)
RETURNS TABLE (class_name text, revision bigint, stored text[], student_ids bigint[])
LANGUAGE plpgsql
-- Each event needs a few rows by their keys, however large the tables are. A plan that was made while the tables were
-- small must not scan them.
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    names text[];
    incoming new_fact[];
    fresh new_fact[];
    moved bigint[] := '{}';
BEGIN
    names := ARRAY(SELECT DISTINCT event ->> 'class_name' FROM jsonb_array_elements(batch) AS event);

    INSERT INTO classes (name)
    SELECT name FROM unnest(names) AS name
    WHERE (SELECT id FROM classes WHERE classes.name = name.name COLLATE "C") IS NULL
    ORDER BY name COLLATE "C"
    ON CONFLICT DO NOTHING;

    PERFORM FROM classes WHERE classes.name = ANY (names) ORDER BY classes.name FOR NO KEY UPDATE;

    incoming := parse_facts(batch);
    fresh := ARRAY(SELECT fact FROM unnest(incoming) AS fact WHERE fact.fact_id IS NULL);
    IF fresh <> '{}' THEN
        fresh := resolve_facts(rename_notebooks(fresh, batch));
        PERFORM insert_facts(fresh, batch);
        UPDATE classes SET revision = classes.revision + 1
        WHERE classes.id IN (SELECT fact.class_id FROM unnest(fresh) AS fact);
        PERFORM fold_cell_progress(fresh);
        fresh := place_ends(fresh);
        PERFORM fold_progress(fresh);
        PERFORM fold_sessions(fresh, batch);
        PERFORM mark_teachers(incoming);
        PERFORM fold_runs(fresh);
        moved := fold_paces(fresh);
    END IF;

    RETURN QUERY
    SELECT classes.name, CASE WHEN known.stored <> '{}' THEN classes.revision END, known.stored, ARRAY(
        SELECT unnest(known.student_ids)
        UNION SELECT progress.student_id FROM progress
        WHERE progress.student_id = ANY (moved) AND progress.class_id = known.class_id
    )
    FROM (
        SELECT fact.class_id,
            coalesce(array_agg(fact.number::text) FILTER (WHERE fact.fact_id IS NULL), '{}') AS stored,
            array_agg(DISTINCT coalesce(fact.student_id, (
                SELECT id FROM students WHERE students.class_id = fact.class_id AND students.user_id = fact.user_id
            ))) AS student_ids
        FROM unnest(incoming) AS fact GROUP BY fact.class_id
    ) AS known
    JOIN classes ON classes.id = known.class_id;
END
$$;
