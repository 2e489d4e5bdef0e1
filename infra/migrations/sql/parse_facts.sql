-- Parses a batch and looks up which of its events are stored already.
--
-- batch: as in store_facts().
-- Returns one new_fact for each (class, student, event id) in the batch; of duplicates, the one received first. `number`
-- is the event's index in the batch. `fact_id` is the id of an event that is stored already, and null for a new one.
-- `student_id` is null for a student who has no event yet. The keys of notebooks and cells are null: resolve_facts() sets
-- them. Returns null for an empty batch.
--
-- An event id is unique per student, not per class: otherwise a student who guesses the ids of others could send them
-- first, and the events of those others would count as repeated.
--
-- Here and in resolve_facts() each key is looked up by its own subquery. Whatever the statistics say, that is one
-- lookup in a unique index; the planner could turn a join into a loop over all rows of the class.
CREATE OR REPLACE FUNCTION parse_facts(batch jsonb) RETURNS new_fact[]
LANGUAGE sql
-- PostgreSQL 18 keeps the plans of SQL functions. There are two ways to look up an event: by the index on its student
-- and id, or among all events of its student, one after another. Both cost the same while the tables are small, and a
-- plan of the second kind must not be kept.
SET plan_cache_mode = force_custom_plan
AS $$
    SELECT array_agg(ROW(
        number - 1,
        (SELECT id FROM facts WHERE facts.student_id = found.student_id AND facts.event_id = found.event_id),
        class_id, student_id, NULL, NULL,
        class_name, user_id, notebook_path, cell_name, event_id, ordering, event_type, event_time,
        received_at, user_name, team_name, cell_index, is_run, is_error, error_name, run_id,
        -- The release before 0012 sends neither outcome nor turn nor placed_at.
        coalesce(outcome, CASE WHEN is_error THEN 'error' WHEN is_run THEN 'ok' END),
        coalesce(turn, CASE WHEN is_start THEN 'started' WHEN is_run THEN 'ended' END),
        CASE WHEN turn_known THEN placed_at ELSE ordering END
    )::new_fact)
    FROM (
        SELECT DISTINCT ON (named.class_name, named.user_id, named.event_id) named.*,
            (
                SELECT id FROM students WHERE students.class_id = named.class_id AND students.user_id = named.user_id
            ) AS student_id
        FROM (
            SELECT event.*, (SELECT id FROM classes WHERE classes.name = event.class_name) AS class_id
            FROM ROWS FROM (jsonb_to_recordset(batch) AS (
                class_name text COLLATE "C", user_id text COLLATE "C", notebook_path text COLLATE "C",
                cell_name text COLLATE "C", event_id text COLLATE "C", ordering text COLLATE "C", event_type text,
                event_time timestamptz, received_at timestamptz, user_name text, team_name text, cell_index integer,
                is_start boolean, is_run boolean, is_error boolean, error_name text, run_id text COLLATE "C",
                outcome text, turn text, placed_at text COLLATE "C", turn_known boolean
            )) WITH ORDINALITY AS event (
                class_name, user_id, notebook_path, cell_name, event_id, ordering, event_type, event_time, received_at,
                user_name, team_name, cell_index, is_start, is_run, is_error, error_name, run_id, outcome, turn, placed_at,
                turn_known, number
            )
        ) AS named
        ORDER BY named.class_name, named.user_id, named.event_id, named.received_at
    ) AS found
$$;
