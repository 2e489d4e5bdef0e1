-- Inserts new events into facts, and those that end a run into cell_executions as well.
--
-- fresh: new events, as resolve_facts() returns them.
-- batch: as in store_facts(); the long fields (code, output, payload) are read from it, at each event's `number`.
CREATE OR REPLACE FUNCTION insert_facts(fresh new_fact[], batch jsonb) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO facts (
        id, class_id, student_id, notebook_id, cell_id, event_id, event_type, event_time, received_at, ordering,
        session_id, run_id, cell_index, cell_type, outcome, is_run, is_error, payload
    )
    SELECT fact_id, class_id, student_id, notebook_id, cell_id, event_id, event_type, event_time, received_at, ordering,
        rest.session_id, run_id, cell_index, rest.cell_type, outcome, is_run, is_error, rest.payload
    FROM unnest(fresh), jsonb_populate_record(NULL::fact_rest, batch -> number) AS rest;

    INSERT INTO cell_executions (
        fact_id, execution_count, duration_ms, error_name, error_summary, error_message, code, result
    )
    SELECT fact_id, rest.execution_count, rest.duration_ms, error_name, rest.error_summary, rest.error_message,
        rest.code, rest.result
    FROM unnest(fresh), jsonb_populate_record(NULL::execution_rest, batch -> number) AS rest
    WHERE outcome IS NOT NULL;
$$;
