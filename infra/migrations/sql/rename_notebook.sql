-- Applies one event notebook_renamed: afterwards both paths mean one notebook for its student.
--
-- renamed: the event; its notebook_path is the new path, and its student exists.
-- old_path: the path before.
-- fresh: as in rename_notebooks().
--
-- If nobody else of the class has used the notebook, it gets the new path, and the old one stays a former name for this
-- student: a kernel reports its notebook by the old path until it restarts. If others use the notebook, it keeps its
-- path, and the new one is this student's name for it. If the class has a notebook at the new path already, the student
-- has moved to that one, and nothing changes. If the old path is unknown, it becomes this student's former name for the
-- notebook at the new path.
--
-- A student has used a notebook that is the current one, or that has a cell which the student has started or run.
CREATE OR REPLACE FUNCTION rename_notebook(renamed new_fact, old_path text, fresh new_fact[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    source bigint;
    source_path text;
    target bigint;
    is_own boolean;
    is_shared boolean;
BEGIN
    -- A rename that happened later has arrived before.
    IF EXISTS (
        SELECT FROM notebook_names AS known
        WHERE known.student_id = renamed.student_id AND known.path = renamed.notebook_path
            AND known.ordering > renamed.ordering
    ) THEN
        RETURN;
    END IF;

    UPDATE notebook_names AS known SET is_former = true, ordering = renamed.ordering
    WHERE known.student_id = renamed.student_id AND known.path = old_path
    RETURNING known.notebook_id INTO source;
    IF source IS NULL THEN
        SELECT id INTO source FROM notebooks WHERE notebooks.class_id = renamed.class_id AND notebooks.path = old_path;
    END IF;
    -- The batch itself has the first events of the notebook.
    IF source IS NULL AND EXISTS (
        SELECT FROM unnest(fresh) AS fact
        WHERE fact.class_id = renamed.class_id AND fact.notebook_path = old_path AND NOT EXISTS (
            SELECT FROM notebook_names AS known
            WHERE known.student_id = fact.student_id AND known.path = fact.notebook_path
        )
    ) THEN
        INSERT INTO notebooks (class_id, path) VALUES (renamed.class_id, old_path) RETURNING id INTO source;
    END IF;
    SELECT id INTO target FROM notebooks
    WHERE notebooks.class_id = renamed.class_id AND notebooks.path = renamed.notebook_path;
    SELECT path INTO source_path FROM notebooks WHERE notebooks.id = source;

    is_own := EXISTS (SELECT FROM progress AS one WHERE one.student_id = renamed.student_id AND one.notebook_id = source)
        OR EXISTS (
            SELECT FROM notebook_names AS known WHERE known.student_id = renamed.student_id AND known.notebook_id = source
        )
        OR EXISTS (
            SELECT FROM cells JOIN cell_progress AS turn ON turn.cell_id = cells.id
            WHERE cells.notebook_id = source AND turn.student_id = renamed.student_id
        )
        OR EXISTS (
            SELECT FROM unnest(fresh) AS fact
            WHERE fact.student_id = renamed.student_id AND fact.notebook_path = source_path
        );
    is_shared := EXISTS (
            SELECT FROM progress AS one
            WHERE one.class_id = renamed.class_id AND one.notebook_id = source AND one.student_id <> renamed.student_id
        )
        OR EXISTS (
            SELECT FROM cells JOIN cell_progress AS turn ON turn.cell_id = cells.id
            WHERE cells.notebook_id = source AND turn.student_id <> renamed.student_id
        )
        OR EXISTS (
            SELECT FROM unnest(fresh) AS fact
            WHERE fact.class_id = renamed.class_id AND fact.student_id <> renamed.student_id
                AND fact.notebook_path = source_path
        );

    DELETE FROM notebook_names AS known
    WHERE known.student_id = renamed.student_id AND known.path = renamed.notebook_path;
    IF source IS NULL THEN
        -- Events of the kernel may follow that report the old path.
        IF target IS NULL THEN
            INSERT INTO notebooks (class_id, path) VALUES (renamed.class_id, renamed.notebook_path) RETURNING id INTO target;
        END IF;
        INSERT INTO notebook_names (student_id, path, notebook_id, is_former, ordering)
        VALUES (renamed.student_id, old_path, target, true, renamed.ordering);
    ELSIF target IS NULL AND is_own AND NOT is_shared THEN
        UPDATE notebooks SET path = renamed.notebook_path WHERE notebooks.id = source;
        INSERT INTO notebook_names AS known (student_id, path, notebook_id, is_former, ordering)
        SELECT renamed.student_id, former.path, source, true, renamed.ordering
        FROM (SELECT old_path UNION SELECT source_path) AS former (path)
        ON CONFLICT (student_id, path) DO UPDATE SET
            notebook_id = excluded.notebook_id, is_former = true, ordering = excluded.ordering;
    ELSIF target IS NULL THEN
        INSERT INTO notebook_names (student_id, path, notebook_id, is_former, ordering)
        VALUES (renamed.student_id, renamed.notebook_path, source, false, renamed.ordering);
    END IF;
END
$$;
