-- One event as store_facts() takes it; the names are the keys of its JSON.
CREATE TYPE incoming_fact AS (
    class_name text COLLATE "C", event_id text COLLATE "C", ordering text COLLATE "C", event_type text, event_time timestamptz, received_at timestamptz,
    user_id text COLLATE "C", user_name text, team_name text, session_id text,
    notebook_path text COLLATE "C", cell_name text COLLATE "C", cell_index integer, cell_type text,
    is_start boolean, is_run boolean, is_error boolean, error_name text,
    execution_count integer, duration_ms double precision, error_message text, code text, result text,
    payload jsonb
);

-- The same, with the keys of everything that it refers to.
CREATE TYPE resolved_fact AS (
    fact_id bigint, class_id integer, student_id bigint, notebook_id bigint, cell_id bigint, event incoming_fact
);

-- Stores a batch of events, each (class, event id) once, and folds the new ones into progress.
--
-- batch: a JSON array of incoming_fact objects.
-- Returns one row a class named in the batch: its new revision (null when every event was known before), the ids
-- of the new events, and the keys of all students named, known events included, so that a repeat after a crash
-- between commit and hand-over can tell the dashboards again.
--
-- The class rows are locked first, in one order for all callers. So the batches of a class commit one after
-- another: revisions have no gaps, become visible in their order, and nothing below can race or deadlock.
-- Runs under READ COMMITTED: each statement sees what was committed before the lock was granted.
CREATE FUNCTION store_facts(batch jsonb)
RETURNS TABLE (class_name text, revision bigint, stored text[], student_ids bigint[])
LANGUAGE plpgsql
-- Each event looks up a few rows by their keys, however large the tables have grown. A plan that was made while
-- they were small must not read them whole.
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    incoming incoming_fact[];
    fresh incoming_fact[];
    resolved resolved_fact[];
BEGIN
    SELECT array_agg(once.event) INTO incoming
    FROM (
        SELECT DISTINCT ON (event.class_name, event.event_id) event
        FROM jsonb_populate_recordset(NULL::incoming_fact, batch) AS event
        ORDER BY event.class_name, event.event_id, event.received_at
    ) AS once;

    INSERT INTO classes (name)
    SELECT DISTINCT event.class_name FROM unnest(incoming) AS event
    WHERE NOT EXISTS (SELECT FROM classes WHERE classes.name = event.class_name)
    ORDER BY 1
    ON CONFLICT DO NOTHING;

    PERFORM FROM classes
    WHERE classes.name IN (SELECT event.class_name FROM unnest(incoming) AS event)
    ORDER BY classes.name
    FOR NO KEY UPDATE;

    SELECT array_agg(event) INTO fresh
    FROM unnest(incoming) AS event
    JOIN classes ON classes.name = event.class_name
    WHERE NOT EXISTS (
        SELECT FROM facts WHERE facts.class_id = classes.id AND facts.event_id = event.event_id
    );

    IF fresh IS NOT NULL THEN
        resolved := resolve_facts(fresh);
        PERFORM insert_facts(resolved);
        UPDATE classes SET revision = classes.revision + 1
        WHERE classes.id IN (SELECT fact.class_id FROM unnest(resolved) AS fact);
        PERFORM fold_progress(resolved);
        PERFORM fold_cell_progress(resolved);
    END IF;

    RETURN QUERY
    SELECT classes.name,
        CASE WHEN new.event_ids IS NOT NULL THEN classes.revision END,
        coalesce(new.event_ids, '{}'),
        array_agg(students.id)
    FROM (SELECT DISTINCT event.class_name, event.user_id FROM unnest(incoming) AS event) AS named
    JOIN classes ON classes.name = named.class_name
    JOIN students ON students.class_id = classes.id AND students.user_id = named.user_id
    LEFT JOIN (
        SELECT event.class_name, array_agg(event.event_id) AS event_ids
        FROM unnest(fresh) AS event GROUP BY event.class_name
    ) AS new ON new.class_name = named.class_name
    GROUP BY classes.id, new.event_ids;
END
$$;

-- Finds or makes the students, notebooks and cells that new events name. The caller holds the class locks.
CREATE FUNCTION resolve_facts(fresh incoming_fact[]) RETURNS resolved_fact[]
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO students (class_id, user_id)
    SELECT DISTINCT classes.id, event.user_id
    FROM unnest(fresh) AS event JOIN classes ON classes.name = event.class_name
    WHERE NOT EXISTS (
        SELECT FROM students WHERE students.class_id = classes.id AND students.user_id = event.user_id
    );

    INSERT INTO notebooks (class_id, path)
    SELECT DISTINCT classes.id, event.notebook_path
    FROM unnest(fresh) AS event JOIN classes ON classes.name = event.class_name
    WHERE event.notebook_path IS NOT NULL AND NOT EXISTS (
        SELECT FROM notebooks WHERE notebooks.class_id = classes.id AND notebooks.path = event.notebook_path
    );

    INSERT INTO cells (notebook_id, name)
    SELECT DISTINCT notebooks.id, event.cell_name
    FROM unnest(fresh) AS event
    JOIN classes ON classes.name = event.class_name
    JOIN notebooks ON notebooks.class_id = classes.id AND notebooks.path = event.notebook_path
    WHERE event.cell_name IS NOT NULL AND NOT EXISTS (
        SELECT FROM cells WHERE cells.notebook_id = notebooks.id AND cells.name = event.cell_name
    );

    RETURN (
        SELECT array_agg(ROW(
            nextval(pg_get_serial_sequence('facts', 'id')),
            classes.id, students.id, notebooks.id, cells.id, event
        )::resolved_fact)
        FROM unnest(fresh) AS event
        JOIN classes ON classes.name = event.class_name
        JOIN students ON students.class_id = classes.id AND students.user_id = event.user_id
        LEFT JOIN notebooks ON notebooks.class_id = classes.id AND notebooks.path = event.notebook_path
        LEFT JOIN cells ON cells.notebook_id = notebooks.id AND cells.name = event.cell_name
    );
END
$$;

CREATE FUNCTION insert_facts(resolved resolved_fact[]) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO facts (
        id, class_id, student_id, notebook_id, cell_id, event_id, event_type, event_time, received_at, ordering,
        session_id, cell_index, cell_type, is_run, is_error, payload
    )
    SELECT fact_id, class_id, student_id, notebook_id, cell_id, (event).event_id, (event).event_type,
        (event).event_time, (event).received_at, (event).ordering, (event).session_id, (event).cell_index,
        (event).cell_type, (event).is_run, (event).is_error, (event).payload
    FROM unnest(resolved);

    INSERT INTO cell_executions (
        fact_id, execution_count, duration_ms, error_name, error_message, code, result
    )
    SELECT fact_id, (event).execution_count, (event).duration_ms, (event).error_name, (event).error_message,
        (event).code, (event).result
    FROM unnest(resolved) WHERE (event).is_run;
$$;

-- Folds new facts into their students' progress. Totals add up. What is called latest comes from the event with
-- the greatest ordering, and each such field keeps that ordering beside it (…_at), so that a late event never
-- turns the clock back. The streak and the raised hand are counted again from their indexes, because a late
-- event may end or begin one in the past. The same rules in Python: classpulse.progress.model.
CREATE FUNCTION fold_progress(resolved resolved_fact[]) RETURNS void
LANGUAGE sql AS $$
    WITH batch AS (
        SELECT student_id, class_id, notebook_id, cell_id, (event).*
        FROM unnest(resolved)
    ), folded AS (
        SELECT student_id, min(class_id) AS class_id,
            min(event_time) AS first_event, max(event_time) AS last_event, max(received_at) AS last_seen,
            count(*) AS events,
            count(*) FILTER (WHERE is_run) AS runs,
            count(*) FILTER (WHERE is_error) AS errors,
            bool_or(event_type IN ('help', 'help_stop')) AS helped,
            max(ordering) FILTER (WHERE is_run AND NOT is_error) AS ok_at,
            max(ordering) FILTER (WHERE event_type = 'help_stop') AS help_stop_at,
            max(ordering) FILTER (WHERE is_error) AS error_at,
            (array_agg(error_name ORDER BY ordering DESC) FILTER (WHERE is_error))[1] AS error_name,
            max(ordering) FILTER (WHERE is_run OR is_start) AS turn_at,
            (array_agg(CASE WHEN is_start THEN event_time END ORDER BY ordering DESC)
                FILTER (WHERE is_run OR is_start))[1] AS running_since,
            max(ordering) FILTER (WHERE notebook_id IS NOT NULL) AS notebook_at,
            (array_agg(notebook_id ORDER BY ordering DESC) FILTER (WHERE notebook_id IS NOT NULL))[1] AS notebook_id,
            max(ordering) FILTER (WHERE cell_id IS NOT NULL) AS cell_at,
            (array_agg(cell_id ORDER BY ordering DESC) FILTER (WHERE cell_id IS NOT NULL))[1] AS cell_id,
            (array_agg(cell_index ORDER BY ordering DESC) FILTER (WHERE cell_id IS NOT NULL))[1] AS cell_index,
            max(ordering) FILTER (WHERE user_name IS NOT NULL) AS user_name_at,
            (array_agg(user_name ORDER BY ordering DESC) FILTER (WHERE user_name IS NOT NULL))[1] AS user_name,
            max(ordering) FILTER (WHERE team_name IS NOT NULL) AS team_name_at,
            (array_agg(team_name ORDER BY ordering DESC) FILTER (WHERE team_name IS NOT NULL))[1] AS team_name
        FROM batch GROUP BY student_id
    ), counted AS (
        SELECT folded.*,
            CASE WHEN folded.runs = 0 THEN coalesce(old.error_streak, 0) ELSE (
                SELECT count(*) FROM facts
                WHERE facts.student_id = folded.student_id AND facts.is_error
                    AND facts.ordering > coalesce(greatest(folded.ok_at, old.ok_at), '')
            ) END AS error_streak,
            CASE WHEN NOT folded.helped THEN old.help_since ELSE (
                SELECT facts.event_time FROM facts
                WHERE facts.student_id = folded.student_id AND facts.event_type = 'help'
                    AND facts.ordering > coalesce(greatest(folded.help_stop_at, old.help_stop_at), '')
                ORDER BY facts.ordering LIMIT 1
            ) END AS help_since
        FROM folded LEFT JOIN progress AS old ON old.student_id = folded.student_id
    )
    INSERT INTO progress AS old (
        student_id, class_id, revision, user_name, team_name, first_event, last_event, last_seen,
        events, runs, errors, error_streak, last_error_name, help_since, running_since,
        notebook_id, cell_id, cell_index,
        user_name_at, team_name_at, ok_at, error_at, help_stop_at, turn_at, notebook_at, cell_at
    )
    SELECT student_id, class_id, classes.revision, user_name, team_name, first_event, last_event, last_seen,
        events, runs, errors, error_streak, error_name, help_since, running_since,
        notebook_id, cell_id, cell_index,
        coalesce(user_name_at, ''), coalesce(team_name_at, ''), coalesce(ok_at, ''), coalesce(error_at, ''),
        coalesce(help_stop_at, ''), coalesce(turn_at, ''), coalesce(notebook_at, ''), coalesce(cell_at, '')
    FROM counted JOIN classes ON classes.id = counted.class_id
    ON CONFLICT (student_id) DO UPDATE SET
        revision = excluded.revision,
        changed_at = now(),
        first_event = least(old.first_event, excluded.first_event),
        last_event = greatest(old.last_event, excluded.last_event),
        last_seen = greatest(old.last_seen, excluded.last_seen),
        events = old.events + excluded.events,
        runs = old.runs + excluded.runs,
        errors = old.errors + excluded.errors,
        error_streak = excluded.error_streak,
        help_since = excluded.help_since,
        last_error_name = CASE
            WHEN excluded.error_at > old.error_at THEN excluded.last_error_name ELSE old.last_error_name END,
        running_since = CASE
            WHEN excluded.turn_at > old.turn_at THEN excluded.running_since ELSE old.running_since END,
        notebook_id = CASE WHEN excluded.notebook_at > old.notebook_at THEN excluded.notebook_id ELSE old.notebook_id END,
        cell_id = CASE WHEN excluded.cell_at > old.cell_at THEN excluded.cell_id ELSE old.cell_id END,
        cell_index = CASE WHEN excluded.cell_at > old.cell_at THEN excluded.cell_index ELSE old.cell_index END,
        user_name = CASE WHEN excluded.user_name_at > old.user_name_at THEN excluded.user_name ELSE old.user_name END,
        team_name = CASE WHEN excluded.team_name_at > old.team_name_at THEN excluded.team_name ELSE old.team_name END,
        ok_at = greatest(old.ok_at, excluded.ok_at),
        error_at = greatest(old.error_at, excluded.error_at),
        help_stop_at = greatest(old.help_stop_at, excluded.help_stop_at),
        turn_at = greatest(old.turn_at, excluded.turn_at),
        notebook_at = greatest(old.notebook_at, excluded.notebook_at),
        cell_at = greatest(old.cell_at, excluded.cell_at),
        user_name_at = greatest(old.user_name_at, excluded.user_name_at),
        team_name_at = greatest(old.team_name_at, excluded.team_name_at);
$$;

-- The same for each student and cell that was started or run.
CREATE FUNCTION fold_cell_progress(resolved resolved_fact[]) RETURNS void
LANGUAGE sql AS $$
    WITH batch AS (
        SELECT student_id, cell_id, (event).*
        FROM unnest(resolved)
        WHERE cell_id IS NOT NULL AND ((event).is_run OR (event).is_start)
    ), folded AS (
        SELECT student_id, cell_id,
            count(*) FILTER (WHERE is_run) AS attempts,
            count(*) FILTER (WHERE is_error) AS errors,
            max(event_time) FILTER (WHERE is_run) AS last_run,
            max(ordering) AS turn_at,
            (array_agg(CASE WHEN is_start THEN 'running' WHEN is_error THEN 'error' ELSE 'ok' END
                ORDER BY ordering DESC))[1] AS status,
            max(ordering) FILTER (WHERE is_error) AS error_at,
            (array_agg(error_name ORDER BY ordering DESC) FILTER (WHERE is_error))[1] AS error_name,
            max(ordering) FILTER (WHERE cell_index IS NOT NULL) AS cell_index_at,
            (array_agg(cell_index ORDER BY ordering DESC) FILTER (WHERE cell_index IS NOT NULL))[1] AS cell_index
        FROM batch GROUP BY student_id, cell_id
    )
    INSERT INTO cell_progress AS old (
        student_id, cell_id, cell_index, status, attempts, errors, last_error_name, last_run,
        cell_index_at, turn_at, error_at
    )
    SELECT student_id, cell_id, cell_index, status, attempts, errors, error_name, last_run,
        coalesce(cell_index_at, ''), turn_at, coalesce(error_at, '')
    FROM folded
    ON CONFLICT (student_id, cell_id) DO UPDATE SET
        status = CASE WHEN excluded.turn_at > old.turn_at THEN excluded.status ELSE old.status END,
        attempts = old.attempts + excluded.attempts,
        errors = old.errors + excluded.errors,
        last_run = greatest(old.last_run, excluded.last_run),
        last_error_name = CASE
            WHEN excluded.error_at > old.error_at THEN excluded.last_error_name ELSE old.last_error_name END,
        cell_index = CASE
            WHEN excluded.cell_index_at > old.cell_index_at THEN excluded.cell_index ELSE old.cell_index END,
        cell_index_at = greatest(old.cell_index_at, excluded.cell_index_at),
        turn_at = greatest(old.turn_at, excluded.turn_at),
        error_at = greatest(old.error_at, excluded.error_at);
$$;
