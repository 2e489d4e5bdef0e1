-- Finds the students, notebooks and cells that new events name, and inserts those that do not exist yet.
--
-- fresh: new events, as parse_facts() returns them. The caller holds the locks on their classes.
-- Returns the same events with their keys; `fact_id` is the id under which insert_facts() is to store the event. Of several
-- reports of one run (with the same run id) only the first counts: `is_run` and `is_error` of the others become false.
CREATE OR REPLACE FUNCTION resolve_facts(fresh new_fact[]) RETURNS new_fact[]
LANGUAGE plpgsql AS $$
DECLARE
    later_reports integer[];
BEGIN
    later_reports := ARRAY(
        SELECT number FROM (
            SELECT number, row_number() OVER (PARTITION BY class_id, user_id, run_id ORDER BY ordering) AS place
            FROM unnest(fresh) WHERE run_id IS NOT NULL AND is_run
        ) AS report
        WHERE place > 1
    );

    INSERT INTO students (class_id, user_id)
    SELECT DISTINCT fact.class_id, fact.user_id FROM unnest(fresh) AS fact WHERE fact.student_id IS NULL;

    INSERT INTO notebooks (class_id, path)
    SELECT DISTINCT fact.class_id, fact.notebook_path FROM unnest(fresh) AS fact
    WHERE fact.notebook_path IS NOT NULL AND (
        SELECT id FROM notebooks WHERE notebooks.class_id = fact.class_id AND notebooks.path = fact.notebook_path
    ) IS NULL;

    INSERT INTO cells (notebook_id, name)
    SELECT DISTINCT named.notebook_id, named.cell_name
    FROM (
        SELECT fact.cell_name, (
            SELECT id FROM notebooks WHERE notebooks.class_id = fact.class_id AND notebooks.path = fact.notebook_path
        ) AS notebook_id
        FROM unnest(fresh) AS fact WHERE fact.cell_name IS NOT NULL
    ) AS named
    WHERE named.notebook_id IS NOT NULL AND (
        SELECT id FROM cells WHERE cells.notebook_id = named.notebook_id AND cells.name = named.cell_name
    ) IS NULL;

    RETURN ARRAY(
        SELECT ROW(
            number, nextval(pg_get_serial_sequence('facts', 'id')), class_id,
            coalesce(
                student_id,
                (SELECT id FROM students WHERE students.class_id = found.class_id AND students.user_id = found.user_id)
            ),
            found_notebook_id,
            (SELECT id FROM cells WHERE cells.notebook_id = found.found_notebook_id AND cells.name = found.cell_name),
            class_name, user_id, notebook_path, cell_name, event_id, ordering, event_type, event_time,
            received_at, user_name, team_name, cell_index, is_run AND is_first, is_error AND is_first, error_name,
            run_id, outcome, turn, placed_at
        )::new_fact
        FROM (
            SELECT fact.*,
                run_id IS NULL OR NOT is_run OR (
                    number <> ALL (later_reports) AND NOT EXISTS (
                        SELECT FROM facts AS known
                        WHERE known.student_id = fact.student_id AND known.run_id = fact.run_id AND known.is_run
                    )
                ) AS is_first,
                (
                    SELECT id FROM notebooks
                    WHERE notebooks.class_id = fact.class_id AND notebooks.path = fact.notebook_path
                ) AS found_notebook_id
            FROM unnest(fresh) AS fact
        ) AS found
    );
END
$$;
