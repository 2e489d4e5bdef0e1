-- Applies the renames among new events, and replaces in all of them the paths that mean another path for their student.
--
-- fresh: new events, as parse_facts() returns them. The caller holds the locks on their classes.
-- batch: as in store_facts(); a rename's old path is read from it.
-- Returns the same events with the paths of their class's notebooks, for resolve_facts().
--
-- The table notebook_names holds the names that only one student has for a notebook. Few students have any, so most
-- batches need one lookup for each event, and nothing else.
CREATE OR REPLACE FUNCTION rename_notebooks(fresh new_fact[], batch jsonb) RETURNS new_fact[]
LANGUAGE plpgsql AS $$
DECLARE
    fact new_fact;
    found record;
    old_path text;
BEGIN
    IF NOT EXISTS (
        SELECT FROM unnest(fresh) AS named
        WHERE named.event_type = 'notebook_renamed'
            OR EXISTS (SELECT FROM notebook_names WHERE notebook_names.student_id = named.student_id)
    ) THEN
        RETURN fresh;
    END IF;

    INSERT INTO students (class_id, user_id)
    SELECT DISTINCT named.class_id, named.user_id FROM unnest(fresh) AS named WHERE named.student_id IS NULL;
    FOR found IN
        SELECT named.ordinality AS place, students.id AS student_id
        FROM unnest(fresh) WITH ORDINALITY AS named
        JOIN students ON students.class_id = named.class_id AND students.user_id = named.user_id
        WHERE named.student_id IS NULL
    LOOP
        fresh[found.place].student_id := found.student_id;
    END LOOP;

    FOR found IN
        SELECT named.ordinality AS place FROM unnest(fresh) WITH ORDINALITY AS named
        WHERE named.event_type IN ('notebook_renamed', 'notebook_opened') AND named.notebook_path IS NOT NULL
        ORDER BY named.ordering
    LOOP
        fact := fresh[found.place];
        old_path := batch -> fact.number -> 'payload' ->> 'oldPath';
        IF fact.event_type = 'notebook_opened' THEN
            -- The student has opened another notebook at the path that the renamed one had.
            DELETE FROM notebook_names AS known
            WHERE known.student_id = fact.student_id AND known.path = fact.notebook_path AND known.is_former
                AND known.ordering < fact.ordering;
        ELSIF old_path <> fact.notebook_path THEN
            PERFORM rename_notebook(fact, old_path, fresh);
        END IF;
    END LOOP;

    FOR found IN
        SELECT named.ordinality AS place, notebooks.path
        FROM unnest(fresh) WITH ORDINALITY AS named
        JOIN notebook_names AS known ON known.student_id = named.student_id AND known.path = named.notebook_path
        JOIN notebooks ON notebooks.id = known.notebook_id
    LOOP
        fresh[found.place].notebook_path := found.path;
    END LOOP;
    RETURN fresh;
END
$$;
