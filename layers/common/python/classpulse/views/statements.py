"""The SQL statements of the dashboard's pages. Teachers of the class do not count as students."""

from sqlalchemy import text

# `slow`: the sessions of the period whose clock is slow. Their events count when they happened, not when it says.
# The greatest shift is one value for the statement, so that the index on event times still serves.
NOTEBOOKS = text(
    """
    SELECT notebooks.path AS notebook_path, coalesce(here.students, 0) AS students, known.cells
    FROM notebooks
    JOIN classes ON classes.id = notebooks.class_id AND classes.name = :class_id
    LEFT JOIN (
        SELECT notebook_id, count(*) AS students FROM progress
        WHERE class_id = (SELECT id FROM classes WHERE name = :class_id) AND NOT is_teacher
        GROUP BY notebook_id
    ) AS here ON here.notebook_id = notebooks.id
    CROSS JOIN LATERAL (SELECT count(*) AS cells FROM cells WHERE cells.notebook_id = notebooks.id) AS known
    ORDER BY students DESC, notebooks.path
    """
)
# What students of one team have used: a notebook, or a cell of it, that only others know is not listed or counted.
NOTEBOOKS_OF_TEAM = text(
    """
    WITH team AS (
        SELECT student_id, notebook_id FROM progress
        WHERE class_id = (SELECT id FROM classes WHERE name = :class_id) AND team_name = :team AND NOT is_teacher
    ), used AS (
        SELECT facts.notebook_id, count(DISTINCT facts.cell_id) AS cells
        FROM facts JOIN team ON team.student_id = facts.student_id
        WHERE facts.notebook_id IS NOT NULL
        GROUP BY facts.notebook_id
    )
    SELECT notebooks.path AS notebook_path, used.cells,
        (SELECT count(*) FROM team WHERE team.notebook_id = used.notebook_id) AS students
    FROM used JOIN notebooks ON notebooks.id = used.notebook_id
    ORDER BY students DESC, notebooks.path
    """
)
ERRORS = text(
    """
    WITH slow AS (
        SELECT student_id, session_id, clock_offset * interval '1 second' AS shift FROM sessions
        WHERE class_id = (SELECT id FROM classes WHERE name = :class_id) AND clock_offset > 0
            AND last_received_at >= :start AND first_event_time < :end
    ), failed AS (
        SELECT facts.id, facts.student_id, facts.notebook_id, facts.cell_id, facts.cell_index,
            facts.event_time,
            facts.ordering, cell_executions.error_name, coalesce(cell_executions.error_summary, '') AS message
        FROM facts
        JOIN classes ON classes.id = facts.class_id AND classes.name = :class_id
        JOIN cell_executions ON cell_executions.fact_id = facts.id
        LEFT JOIN notebooks ON notebooks.id = facts.notebook_id
        LEFT JOIN slow ON slow.student_id = facts.student_id AND slow.session_id = coalesce(facts.session_id, '')
        WHERE facts.is_error AND facts.event_time < :end
            AND facts.event_time >= CAST(:start AS timestamptz) - (SELECT coalesce(max(shift), interval '0') FROM slow)
            AND facts.event_time + coalesce(slow.shift, interval '0') >= :start
            AND facts.event_time + coalesce(slow.shift, interval '0') < :end
            AND (CAST(:notebook AS text) IS NULL OR notebooks.path = :notebook)
            AND facts.student_id NOT IN (
                SELECT student_id FROM progress
                WHERE class_id = (SELECT id FROM classes WHERE name = :class_id) AND is_teacher
            )
            AND (
                CAST(:team AS text) IS NULL
                OR facts.student_id IN (
                    SELECT student_id FROM progress WHERE class_id = classes.id AND team_name = :team
                )
            )
    ), of_students AS (
        SELECT student_id, notebook_id, cell_id, error_name, message, count(*) AS runs,
            min(event_time) AS first_time, max(event_time) AS last_time,
            (array_agg(id ORDER BY ordering DESC))[1] AS newest, max(ordering) AS newest_ordering,
            max(cell_index) AS cell_index
        FROM failed GROUP BY student_id, notebook_id, cell_id, error_name, message
    ), standing AS (
        -- A subquery for each row: a join would be planned by row counts, which the statistics estimate badly.
        SELECT of_students.*, (
            -- The present status, unless the cell was started or run after the period.
            SELECT CASE WHEN cell_progress.turn_at < :until THEN cell_progress.status = 'error'
                ELSE (
                    SELECT turn.is_error FROM facts AS turn
                    WHERE turn.student_id = of_students.student_id AND turn.cell_id = of_students.cell_id
                        -- The error itself is the earliest of these events.
                        AND turn.ordering >= of_students.newest_ordering AND turn.ordering < :until AND (
                            turn.is_run
                            OR turn.event_type = 'cell_started' AND coalesce(turn.cell_type, 'code') = 'code'
                        )
                    ORDER BY turn.ordering DESC LIMIT 1
                )
            END
            FROM cell_progress
            WHERE cell_progress.student_id = of_students.student_id AND cell_progress.cell_id = of_students.cell_id
        ) AS is_error
        FROM of_students
    ), grouped AS (
        SELECT notebook_id, cell_id, error_name, message,
            count(*) AS students, count(*) FILTER (WHERE is_error) AS unsolved, CAST(sum(runs) AS bigint) AS runs,
            min(first_time) AS first_time, max(last_time) AS last_time,
            (array_agg(newest ORDER BY newest_ordering DESC))[1] AS newest, max(newest_ordering) AS newest_ordering,
            max(cell_index) AS cell_index
        FROM standing
        GROUP BY notebook_id, cell_id, error_name, message
        ORDER BY max(newest_ordering) DESC
        LIMIT :most
    )
    SELECT grouped.*, notebooks.path, cells.name, facts.event_id, facts.event_time, students.user_id,
        cell_executions.code, cell_executions.error_message, cell_executions.result
    FROM grouped
    JOIN facts ON facts.id = grouped.newest
    JOIN students ON students.id = facts.student_id
    JOIN cell_executions ON cell_executions.fact_id = grouped.newest
    LEFT JOIN notebooks ON notebooks.id = grouped.notebook_id
    LEFT JOIN cells ON cells.id = grouped.cell_id
    ORDER BY grouped.newest_ordering DESC
    """
)
# Cells that a student solved before the period count from its first minute.
PACE = text(
    """
    WITH taken AS (
        SELECT cell_progress.student_id, cell_progress.cell_id,
            cell_progress.first_ok + greatest(progress.clock_offset, 0) * interval '1 second' AS first_ok
        FROM cell_progress
        JOIN progress ON progress.student_id = cell_progress.student_id AND NOT progress.is_teacher
        JOIN cells ON cells.id = cell_progress.cell_id
        JOIN notebooks ON notebooks.id = cells.notebook_id AND notebooks.path = :notebook
        JOIN classes ON classes.id = notebooks.class_id AND classes.name = :class_id
        WHERE (
            CAST(:team AS text) IS NULL
            OR cell_progress.student_id IN (
                SELECT student_id FROM progress WHERE class_id = classes.id AND team_name = :team
            )
        )
    ), minutes AS (
        SELECT generate_series(
            CAST(:start AS timestamptz), CAST(:end AS timestamptz) - interval '1 minute', interval '1 minute'
        ) AS start
    ), done AS (
        SELECT student_id, greatest(date_trunc('minute', first_ok, 'UTC'), CAST(:start AS timestamptz)) AS start,
            count(*) AS cells
        FROM taken WHERE first_ok < :end GROUP BY 1, 2
    ), counted AS (
        SELECT minutes.start, sum(coalesce(done.cells, 0)) OVER (
            PARTITION BY student.student_id ORDER BY minutes.start
        ) AS cells
        FROM (SELECT DISTINCT student_id FROM taken) AS student
        CROSS JOIN minutes
        LEFT JOIN done ON done.student_id = student.student_id AND done.start = minutes.start
    )
    SELECT (SELECT count(DISTINCT cell_id) FROM taken) AS all_cells,
        (SELECT count(DISTINCT student_id) FROM taken) AS students,
        start,
        percentile_cont(0.25) WITHIN GROUP (ORDER BY cells) AS lower,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY cells) AS median,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY cells) AS upper
    FROM counted GROUP BY start ORDER BY start
    """
)
DIFFICULTY = text(
    """
    WITH slow AS (
        SELECT student_id, session_id, clock_offset * interval '1 second' AS shift FROM sessions
        WHERE class_id = (SELECT id FROM classes WHERE name = :class_id) AND clock_offset > 0
            AND last_received_at >= :start AND first_event_time < :end
    ), runs AS (
        SELECT facts.student_id, facts.cell_id, facts.cell_index, facts.is_error, facts.ordering,
            facts.outcome IN ('ok', 'expected') AS is_ok,
            row_number() OVER (PARTITION BY facts.student_id, facts.cell_id ORDER BY facts.ordering) AS attempt
        FROM facts
        JOIN classes ON classes.id = facts.class_id AND classes.name = :class_id
        JOIN notebooks ON notebooks.id = facts.notebook_id
        LEFT JOIN slow ON slow.student_id = facts.student_id AND slow.session_id = coalesce(facts.session_id, '')
        WHERE facts.is_run AND facts.cell_id IS NOT NULL AND facts.event_time < :end
            AND facts.event_time >= CAST(:start AS timestamptz) - (SELECT coalesce(max(shift), interval '0') FROM slow)
            AND facts.event_time + coalesce(slow.shift, interval '0') >= :start
            AND facts.event_time + coalesce(slow.shift, interval '0') < :end
            AND (CAST(:notebook AS text) IS NULL OR notebooks.path = :notebook)
            AND facts.student_id NOT IN (
                SELECT student_id FROM progress
                WHERE class_id = (SELECT id FROM classes WHERE name = :class_id) AND is_teacher
            )
            AND (
                CAST(:team AS text) IS NULL
                OR facts.student_id IN (
                    SELECT student_id FROM progress WHERE class_id = classes.id AND team_name = :team
                )
            )
    ), by_student AS (
        SELECT cell_id, student_id, max(cell_index) AS cell_index, count(*) AS runs,
            count(*) FILTER (WHERE is_error) AS errors, min(attempt) FILTER (WHERE is_ok) AS first_ok
        FROM runs GROUP BY cell_id, student_id
    ), by_cell AS (
        SELECT cell_id, count(*) AS students, count(first_ok) AS solved, count(*) FILTER (WHERE errors > 0) AS failed,
            max(cell_index) AS cell_index, sum(runs) AS runs, sum(errors) AS errors,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY first_ok) AS median_attempts
        FROM by_student GROUP BY cell_id
    )
    SELECT notebooks.path AS notebook_path, cells.name, by_cell.*
    FROM by_cell
    JOIN cells ON cells.id = by_cell.cell_id
    JOIN notebooks ON notebooks.id = cells.notebook_id
    ORDER BY notebooks.path, by_cell.cell_index NULLS LAST, cells.name
    """
)
# The lines of the roster under none of whose ids an event is stored. A member of the class is no student.
ABSENT = text(
    """
    SELECT CASE WHEN policy.pseudonymous THEN roster.pseudonym ELSE roster.user_id END AS user_id,
        CASE WHEN NOT policy.pseudonymous THEN roster.user_name END AS user_name, roster.team_name
    FROM classes
    JOIN class_policies AS policy ON policy.class_id = classes.id
    JOIN roster ON roster.class_id = classes.id
    WHERE classes.name = :class_id
        AND (CAST(:team AS text) IS NULL OR roster.team_name = :team)
        AND NOT EXISTS (
            SELECT FROM students
            WHERE students.class_id = classes.id AND students.user_id IN (roster.user_id, roster.pseudonym)
        )
        AND NOT EXISTS (
            SELECT FROM guests
            JOIN students ON students.class_id = guests.class_id
                AND students.user_id IN (guests.user_id, guests.pseudonym)
            WHERE guests.class_id = classes.id AND guests.roster_user_id = roster.user_id
        )
        AND NOT EXISTS (
            SELECT FROM class_teachers
            WHERE class_teachers.class_id = classes.id
                AND class_teachers.email = lower(roster.user_id) COLLATE "C"
        )
    ORDER BY CASE WHEN policy.pseudonymous THEN roster.pseudonym ELSE roster.user_id END
    """
)
