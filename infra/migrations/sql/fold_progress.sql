-- Updates the progress of the students that new events belong to.
--
-- fresh: new events, as resolve_facts() returns them. They are in facts already, and the revision of their class is
-- already the new one.
--
-- Totals are added up. Each latest field (name, team, notebook, cell …) comes from the event with the greatest ordering;
-- the column …_at beside it keeps that ordering, so that a late event does not overwrite a newer value. The error streak
-- and the raised hand are computed again from facts, by index, because a late event can start or end either of them in the
-- past. Notebook and cell follow `placed_at`, see classpulse.progress.places. classpulse.progress.model has the same rules in
-- Python. running_since is a first guess, which fold_runs() corrects.
--
-- The columns claimed_… hold the names that events give. user_name and team_name are those that dashboards show: the
-- roster's, where there is one (see roster_names()). left_team is the team that a student leaves by this change.
CREATE OR REPLACE FUNCTION fold_progress(fresh new_fact[]) RETURNS void
LANGUAGE sql AS $$
    WITH folded AS (
        SELECT student_id, min(class_id) AS class_id, min(user_id) AS user_id,
            min(event_time) AS first_event, max(event_time) AS last_event, max(received_at) AS last_seen,
            count(*) AS events,
            count(*) FILTER (WHERE is_run) AS runs,
            count(*) FILTER (WHERE is_error) AS errors,
            bool_or(event_type IN ('help', 'help_stop')) AS helped,
            max(ordering) FILTER (WHERE is_run AND outcome IN ('ok', 'expected')) AS ok_at,
            max(ordering) FILTER (WHERE is_error) AS error_at,
            (array_agg(error_name ORDER BY ordering DESC) FILTER (WHERE is_error))[1] AS error_name,
            max(ordering) FILTER (WHERE turn IS NOT NULL) AS turn_at,
            (array_agg(CASE WHEN turn = 'started' THEN event_time END ORDER BY ordering DESC)
                FILTER (WHERE turn IS NOT NULL))[1] AS running_since,
            -- One maximum of texts costs less than sorting the events of each student by placed_at.
            max(placed_at) FILTER (WHERE notebook_id IS NOT NULL) AS notebook_at,
            max(placed_at || E'\x01' || notebook_id) AS notebook,
            max(placed_at) FILTER (WHERE cell_id IS NOT NULL) AS cell_at,
            max(placed_at || E'\x01' || cell_id || E'\x01' || coalesce(cell_index::text, '')) AS cell,
            max(ordering) FILTER (WHERE user_name IS NOT NULL) AS user_name_at,
            (array_agg(user_name ORDER BY ordering DESC) FILTER (WHERE user_name IS NOT NULL))[1] AS user_name,
            max(ordering) FILTER (WHERE team_name IS NOT NULL) AS team_name_at,
            (array_agg(team_name ORDER BY ordering DESC) FILTER (WHERE team_name IS NOT NULL))[1] AS team_name
        FROM unnest(fresh) GROUP BY student_id
    ), counted AS (
        SELECT folded.*,
            split_part(folded.notebook, E'\x01', -1)::bigint AS notebook_id,
            split_part(folded.cell, E'\x01', -2)::bigint AS cell_id,
            nullif(split_part(folded.cell, E'\x01', -1), '')::integer AS cell_index,
            CASE WHEN folded.runs = 0 THEN coalesce(old.error_streak, 0) ELSE (
                SELECT count(*) FROM facts
                WHERE facts.student_id = folded.student_id AND facts.is_error
                    AND facts.ordering > coalesce(greatest(folded.ok_at, old.ok_at), '')
            ) END AS error_streak,
            CASE WHEN folded.helped THEN (SELECT since FROM hand_of(folded.student_id, '', '~'))
                ELSE old.help_since END AS help_since,
            CASE WHEN folded.helped THEN (SELECT until FROM hand_of(folded.student_id, '', '~'))
                ELSE old.help_until END AS help_until,
            CASE WHEN folded.user_name_at > coalesce(old.user_name_at, '')
                THEN folded.user_name ELSE old.claimed_user_name END AS claimed_user_name,
            CASE WHEN folded.team_name_at > coalesce(old.team_name_at, '')
                THEN folded.team_name ELSE old.claimed_team_name END AS claimed_team_name,
            old.team_name AS old_team
        FROM folded
        LEFT JOIN progress AS old ON old.student_id = folded.student_id
    ), named AS (
        SELECT counted.*, coalesce(roster.user_name, counted.claimed_user_name) AS shown_name,
            CASE WHEN roster.has_roster THEN roster.team_name ELSE counted.claimed_team_name END AS shown_team
        FROM counted LEFT JOIN LATERAL roster_names(counted.class_id, counted.user_id) AS roster ON true
    )
    INSERT INTO progress AS old (
        student_id, class_id, revision, user_name, team_name, claimed_user_name, claimed_team_name, left_team,
        first_event, last_event, last_seen, events, runs, errors, error_streak, last_error_name, help_since, help_until,
        running_since, notebook_id, cell_id, cell_index,
        user_name_at, team_name_at, ok_at, error_at, turn_at, notebook_at, cell_at
    )
    SELECT student_id, class_id, classes.revision, shown_name, shown_team, claimed_user_name, claimed_team_name,
        CASE WHEN old_team IS DISTINCT FROM shown_team THEN old_team END,
        first_event, last_event, last_seen, events, runs, errors, error_streak, error_name, help_since, help_until,
        running_since, notebook_id, cell_id, cell_index,
        coalesce(user_name_at, ''), coalesce(team_name_at, ''), coalesce(ok_at, ''), coalesce(error_at, ''),
        coalesce(turn_at, ''), coalesce(notebook_at, ''), coalesce(cell_at, '')
    FROM named JOIN classes ON classes.id = named.class_id
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
        help_until = excluded.help_until,
        last_error_name = CASE
            WHEN excluded.error_at > old.error_at THEN excluded.last_error_name ELSE old.last_error_name END,
        running_since = CASE
            WHEN excluded.turn_at > old.turn_at THEN excluded.running_since ELSE old.running_since END,
        notebook_id = CASE WHEN excluded.notebook_at > old.notebook_at THEN excluded.notebook_id ELSE old.notebook_id END,
        cell_id = CASE WHEN excluded.cell_at > old.cell_at THEN excluded.cell_id ELSE old.cell_id END,
        cell_index = CASE WHEN excluded.cell_at > old.cell_at THEN excluded.cell_index ELSE old.cell_index END,
        user_name = excluded.user_name,
        team_name = excluded.team_name,
        claimed_user_name = excluded.claimed_user_name,
        claimed_team_name = excluded.claimed_team_name,
        left_team = excluded.left_team,
        ok_at = greatest(old.ok_at, excluded.ok_at),
        error_at = greatest(old.error_at, excluded.error_at),
        turn_at = greatest(old.turn_at, excluded.turn_at),
        notebook_at = greatest(old.notebook_at, excluded.notebook_at),
        cell_at = greatest(old.cell_at, excluded.cell_at),
        user_name_at = greatest(old.user_name_at, excluded.user_name_at),
        team_name_at = greatest(old.team_name_at, excluded.team_name_at);
$$;
